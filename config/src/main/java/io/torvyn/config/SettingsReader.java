package io.torvyn.config;

import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ObservabilityLevel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tables that say how things run: {@code [runtime]}, {@code [observability]}, {@code [security]},
 * {@code [registry]}. */
final class SettingsReader {
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\S{1,255}):(\\d{1,5})");

    static final Format<SchedulingKind> SCHEDULING = Format.choice(SchedulingKind.values());
    static final Format<Integer> PRIORITY = Format.integer(1, 10).withExample("5");
    static final Format<Integer> QUEUE_DEPTH = Format.integer(1, Format.MANY).withExample("64");

    private static final Format<Integer> POOL_SIZE =
            Format.integer(0, Format.MANY).withExample("256");
    static final Format<SecuritySettings.Grant> GRANT = Format.of(
                    "a capability; `?` has no meaning in a grant", "\"stdio:stdout\"", node -> Format.text(
                                    node, t -> !t.isBlank() && !t.startsWith("?"))
                            .map(t -> new SecuritySettings.Grant(t, node.at())))
            .written(grant -> Format.quoted(grant.capability()));

    /** The tables that every layer may speak of. */
    static final List<String> TABLES = List.of("runtime", "observability", "security", "registry");

    private SettingsReader() {}

    /** Every key of those tables, as it is read where nobody says anything. */
    static List<Reading> keys() {
        Readings readings = new Readings();
        Findings findings = new Findings();
        read(new Section(List.of(), "", new Diagnostic.Location("", 0, 0, ""), findings, readings), findings);
        return readings.all();
    }

    /** Reads those tables alone. */
    static void read(Section root, Findings findings) {
        runtime(root.table("runtime"), findings);
        observability(root.table("observability"), findings);
        security(root.table("security"));
        registry(root.table("registry"));
    }

    static RuntimeSettings runtime(Section section, Findings findings) {
        Section scheduling = section.table("scheduling");
        Section pools = section.table("pools");
        RuntimeSettings runtime = new RuntimeSettings(
                section.value(Format.integer(0, 1 << 15).withExample("0"), "worker_threads", 0),
                section.value(Format.SIZE, "max_memory_per_component", Defaults.MAX_MEMORY),
                section.value(
                        Format.atLeast(0).withExample("1000000"),
                        "default_fuel_per_invocation",
                        0L,
                        "fuel_per_invocation"),
                section.value(
                        Format.integer(1, Format.MANY).withExample("10000"),
                        "max_table_elements",
                        Defaults.MAX_TABLE_ELEMENTS),
                section.value(
                        Format.integer(1, Format.MANY).withExample("5000"), "max_call_depth", Defaults.MAX_CALL_DEPTH),
                section.value(Format.choice(CompilationStrategy.values()), "strategy", CompilationStrategy.OPTIMIZED),
                section.value(Format.SIZE, "cache_max_size", Defaults.CACHE_MAX_SIZE),
                section.optional(Format.NON_EMPTY.withExample("\".torvyn/cache\""), "compilation_cache_dir"),
                section.value(Format.milliseconds(1), "component_init_timeout_ms", Defaults.INIT_TIMEOUT),
                section.value(Format.milliseconds(1), "component_teardown_timeout_ms", Defaults.TEARDOWN_TIMEOUT),
                section.value(Format.DURATION, "shutdown_timeout", Defaults.SHUTDOWN_TIMEOUT),
                scheduling.value(SCHEDULING, "policy", SchedulingKind.WEIGHTED_FAIR),
                scheduling.value(PRIORITY, "default_priority", 5),
                runtimeQueue(section.table("backpressure"), findings),
                pools(pools));
        scheduling.close();
        pools.close();
        section.close();
        return runtime;
    }

    private static RuntimeSettings.Pools pools(Section section) {
        return new RuntimeSettings.Pools(
                section.value(POOL_SIZE, "small_pool_size", 4096),
                section.value(POOL_SIZE, "medium_pool_size", 1024),
                section.value(POOL_SIZE, "large_pool_size", 256),
                section.value(POOL_SIZE, "huge_pool_size", 32),
                section.value(
                        Format.choice(RuntimeSettings.Exhaustion.values()),
                        "exhaustion_policy",
                        RuntimeSettings.Exhaustion.FALLBACK_ALLOC));
    }

    private static QueueSettings runtimeQueue(Section section, Findings findings) {
        var standard = new QueueSettings(
                Defaults.QUEUE_DEPTH, new BackpressurePolicy.BlockProducer(), Defaults.LOW_WATERMARK_RATIO);
        QueueSettings queue = new QueueReader(section, new QueueReader.Outer(standard, null), findings)
                .read(section.said("default_queue_depth"), section.path("default_queue_depth"));
        section.close();
        return queue;
    }

    static ObservabilitySettings observability(Section section, Findings findings) {
        ObservabilitySettings observability = new ObservabilitySettings(
                section.value(Format.choice(ObservabilityLevel.values()), "level", ObservabilityLevel.PRODUCTION),
                tracing(section, findings),
                metrics(section, findings),
                export(section.table("export")),
                inspection(section.table("inspection")));
        section.close();
        return observability;
    }

    /** Tracing is written flat, or as a table of its own with shorter names. */
    private static ObservabilitySettings.Tracing tracing(Section section, Findings findings) {
        Section nested = section.table("tracing");
        TwoForms both = new TwoForms(section, nested);
        List<Said> exporters = both.said("exporter", "tracing_exporter");
        List<Said> endpoints = both.said("endpoint", "tracing_endpoint");
        var exporter = both.value(
                Format.choice(ObservabilitySettings.TraceExporter.values()),
                "exporter",
                "tracing_exporter",
                ObservabilitySettings.TraceExporter.STDOUT);
        String endpoint = both.value(Format.TEXT, "endpoint", "tracing_endpoint", "");
        ObservabilitySettings.Tracing tracing = new ObservabilitySettings.Tracing(
                both.value(Format.FLAG, "enabled", "tracing_enabled", true),
                exporter,
                endpoint,
                both.value(Format.SHARE.withExample("0.01"), "sample_rate", "sample_rate", 0.01, "tracing_sample_rate"),
                both.value(Format.FLAG, "error_promote", "error_promote", true),
                both.value(
                        Format.milliseconds(0).withExample("10"),
                        "latency_promote_threshold_ms",
                        "latency_promote_threshold_ms",
                        Duration.ofMillis(10)),
                both.value(powerOfTwo(), "ring_buffer_capacity", "ring_buffer_capacity", 64));
        nested.close();
        boolean needed =
                switch (exporter) {
                    case OTLP_GRPC, OTLP_HTTP -> true;
                    case STDOUT, FILE, NONE -> false;
                };
        boolean unreadable = !endpoints.isEmpty() && !(endpoints.getFirst().value() instanceof TomlNode.Text);
        if (needed && endpoint.isBlank() && !unreadable) {
            findings.missing(
                    section.path("tracing_endpoint"),
                    exporters.getFirst().value().at(),
                    "a URL, because traces are exported over OTLP",
                    "add `tracing_endpoint = \"http://localhost:4317\"` to `[observability]`");
        }
        return tracing;
    }

    private static Format<Integer> powerOfTwo() {
        return Format.of(
                "a power of two from 8 to " + Format.MANY,
                "64",
                node -> node instanceof TomlNode.Whole(var value, var _)
                                && value >= 8
                                && value <= Format.MANY
                                && Long.bitCount(value) == 1
                        ? Optional.of(Math.toIntExact(value))
                        : Optional.empty());
    }

    private static ObservabilitySettings.Metrics metrics(Section section, Findings findings) {
        List<Long> buckets = section.list(Format.atLeast(1).withExample("1000"), "histogram_buckets");
        for (int i = 1; i < buckets.size(); i++) {
            if (buckets.get(i) <= buckets.get(i - 1)) {
                findings.semantic(
                        section.path("histogram_buckets"),
                        section.at("histogram_buckets"),
                        "the histogram's buckets do not ascend: %d follows %d"
                                .formatted(buckets.get(i), buckets.get(i - 1)),
                        "order them from small to large");
                break;
            }
        }
        return new ObservabilitySettings.Metrics(
                section.value(Format.FLAG, "metrics_enabled", true),
                section.value(
                        Format.choice(ObservabilitySettings.MetricsExporter.values()),
                        "metrics_exporter",
                        ObservabilitySettings.MetricsExporter.NONE),
                section.value(
                        Format.of(
                                "a host and a port: host:port",
                                "\"127.0.0.1:9090\"",
                                node -> Format.text(node, SettingsReader::isHostAndPort)),
                        "metrics_endpoint",
                        "127.0.0.1:9090"),
                section.value(Format.FLAG, "prometheus_enabled", true),
                section.value(Format.FLAG, "otlp_metrics_enabled", false),
                section.value(
                        Format.seconds(1).withExample("15"),
                        "otlp_metrics_interval_s",
                        Duration.ofSeconds(15),
                        "otlp_export_interval_s"),
                section.value(Format.integer(1, Format.MANY).withExample("8192"), "event_channel_capacity", 8192),
                List.copyOf(buckets));
    }

    private static boolean isHostAndPort(String text) {
        var matcher = HOST_AND_PORT.matcher(text);
        return matcher.matches() && Integer.parseInt(matcher.group(2)) <= 65_535;
    }

    private static ObservabilitySettings.Export export(Section section) {
        ObservabilitySettings.Export export = new ObservabilitySettings.Export(
                section.value(Format.integer(1, Format.MANY).withExample("512"), "batch_size", 512),
                section.value(Format.milliseconds(1), "interval", Duration.ofSeconds(5)));
        section.close();
        return export;
    }

    private static ObservabilitySettings.Inspection inspection(Section section) {
        Format<ObservabilitySettings.Bind> bind = Format.of(
                        "unix:<path> or tcp:<port>", "\"tcp:9091\"", node -> Format.text(node, _ -> true)
                                .flatMap(SettingsReader::bind))
                .written(SettingsReader::written);
        ObservabilitySettings.Inspection inspection = new ObservabilitySettings.Inspection(
                section.value(Format.FLAG, "enabled", true),
                section.optional(bind, "bind").orElse(new ObservabilitySettings.Bind.UnixSocket(Optional.empty())),
                section.optional(Format.SECRET, "auth_token"));
        section.close();
        return inspection;
    }

    private static String written(ObservabilitySettings.Bind bind) {
        return Format.quoted(
                switch (bind) {
                    case ObservabilitySettings.Bind.UnixSocket(var path) -> "unix:" + path.orElse("");
                    case ObservabilitySettings.Bind.Tcp(var port) -> "tcp:" + port;
                });
    }

    private static Optional<ObservabilitySettings.Bind> bind(String text) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return Optional.of(
                    new ObservabilitySettings.Bind.UnixSocket(Optional.of(text.substring("unix:".length()))));
        }
        if (text.matches("tcp:\\d{1,5}")) {
            int port = Integer.parseInt(text.substring("tcp:".length()));
            return port <= 65_535 ? Optional.of(new ObservabilitySettings.Bind.Tcp(port)) : Optional.empty();
        }
        return Optional.empty();
    }

    static SecuritySettings security(Section section) {
        SecuritySettings security = new SecuritySettings(
                section.value(
                        Format.choice(SecuritySettings.CapabilityPolicy.values()),
                        "default_capability_policy",
                        SecuritySettings.CapabilityPolicy.DENY_ALL),
                section.value(Format.FLAG, "audit_enabled", true),
                section.value(
                        Format.choice(SecuritySettings.AuditTarget.values()),
                        "audit_target",
                        SecuritySettings.AuditTarget.FILE),
                section.optional(Format.choice(SecuritySettings.SignaturePolicy.values()), "signature_policy"),
                grants(section));
        section.close();
        return security;
    }

    private static SequencedMap<String, SecuritySettings.Grants> grants(Section section) {
        SequencedMap<String, SecuritySettings.Grants> grants = new LinkedHashMap<>();
        section.tables("grants").forEach((name, granted) -> {
            grants.put(name, new SecuritySettings.Grants(granted.list(GRANT, "capabilities"), granted.at()));
            granted.close();
        });
        return grants;
    }

    static RegistrySettings registry(Section section) {
        RegistrySettings registry = new RegistrySettings(
                section.optional(Format.NON_EMPTY.withExample("\"local:.torvyn/registry\""), "default"));
        section.close();
        return registry;
    }

    /** One thing with a key in a table and another in the table around it. */
    private record TwoForms(Section flat, Section nested) {
        List<Said> said(String nestedKey, String flatKey, String... aliases) {
            return Stream.concat(flat.said(flatKey, aliases).stream(), nested.said(nestedKey).stream())
                    .sorted(Comparator.comparingInt(Said::rank).reversed())
                    .toList();
        }

        <T> T value(Format<T> format, String nestedKey, String flatKey, T standard, String... aliases) {
            List<Said> said = nested.together(flat.said(flatKey, aliases), nested.said(nestedKey));
            List<String> others = Stream.concat(
                            Arrays.stream(aliases).map(flat::path), Stream.of(nested.path(nestedKey)))
                    .toList();
            return flat.read(format, flat.path(flatKey), others, said, standard, null)
                    .orElse(standard);
        }
    }
}
