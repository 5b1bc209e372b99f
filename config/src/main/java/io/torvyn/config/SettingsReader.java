package io.torvyn.config;

import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.Defaults;
import io.torvyn.types.ObservabilityLevel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** The tables that say how things run: {@code [runtime]}, {@code [observability]}, {@code [security]}. */
final class SettingsReader {
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\S{1,255}):(\\d{1,5})");

    static final Format<SchedulingKind> SCHEDULING = Format.choice(SchedulingKind.values());
    static final Format<Integer> PRIORITY = Format.integer(1, 10).withExample("5");
    static final Format<Integer> QUEUE_DEPTH = Format.integer(1, Format.MANY).withExample("64");

    private static final Format<Integer> POOL_SIZE =
            Format.integer(0, Format.MANY).withExample("256");
    private static final Format<PolicyWord> POLICY =
            Format.choice(PolicyWord.values(), Map.of("block", PolicyWord.BLOCK_PRODUCER));

    private enum PolicyWord {
        BLOCK_PRODUCER,
        DROP_OLDEST,
        DROP_NEWEST,
        ERROR,
        RATE_LIMIT
    }

    private SettingsReader() {}

    static RuntimeSettings runtime(Section section, Findings findings) {
        Section scheduling = section.table("scheduling");
        Section pools = section.table("pools");
        RuntimeSettings runtime = new RuntimeSettings(
                section.optional(Format.integer(0, 1 << 15).withExample("0"), "worker_threads")
                        .orElse(0),
                section.optional(Format.SIZE, "max_memory_per_component").orElse(Defaults.MAX_MEMORY),
                section.optional(
                                Format.atLeast(0).withExample("1000000"),
                                "default_fuel_per_invocation",
                                "fuel_per_invocation")
                        .orElse(0L),
                section.optional(Format.integer(1, Format.MANY).withExample("10000"), "max_table_elements")
                        .orElse(Defaults.MAX_TABLE_ELEMENTS),
                section.optional(Format.integer(1, Format.MANY).withExample("5000"), "max_call_depth")
                        .orElse(Defaults.MAX_CALL_DEPTH),
                section.optional(Format.choice(CompilationStrategy.values()), "strategy")
                        .orElse(CompilationStrategy.OPTIMIZED),
                section.optional(Format.SIZE, "cache_max_size").orElse(Defaults.CACHE_MAX_SIZE),
                section.optional(Format.NON_EMPTY.withExample("\".torvyn/cache\""), "compilation_cache_dir"),
                section.optional(Format.milliseconds(1), "component_init_timeout_ms")
                        .orElse(Defaults.INIT_TIMEOUT),
                section.optional(Format.milliseconds(1), "component_teardown_timeout_ms")
                        .orElse(Defaults.TEARDOWN_TIMEOUT),
                section.optional(Format.DURATION, "shutdown_timeout").orElse(Defaults.SHUTDOWN_TIMEOUT),
                scheduling.optional(SCHEDULING, "policy").orElse(SchedulingKind.WEIGHTED_FAIR),
                scheduling.optional(PRIORITY, "default_priority").orElse(5),
                backpressure(
                        section.table("backpressure"),
                        "default_queue_depth",
                        Optional.empty(),
                        new QueueSettings(
                                Defaults.QUEUE_DEPTH,
                                new BackpressurePolicy.BlockProducer(),
                                Defaults.LOW_WATERMARK_RATIO),
                        findings),
                pools(pools));
        scheduling.close();
        pools.close();
        section.close();
        return runtime;
    }

    private static RuntimeSettings.Pools pools(Section section) {
        return new RuntimeSettings.Pools(
                section.optional(POOL_SIZE, "small_pool_size").orElse(4096),
                section.optional(POOL_SIZE, "medium_pool_size").orElse(1024),
                section.optional(POOL_SIZE, "large_pool_size").orElse(256),
                section.optional(POOL_SIZE, "huge_pool_size").orElse(32),
                section.optional(Format.choice(RuntimeSettings.Exhaustion.values()), "exhaustion_policy")
                        .orElse(RuntimeSettings.Exhaustion.FALLBACK_ALLOC));
    }

    /**
     * A backpressure table of the runtime, a flow or an edge.
     *
     * @param depthKey what the queue's depth is called here
     * @param outer the depth that the table around this one gives, under its own key
     * @param inherited what holds where neither says anything
     */
    static QueueSettings backpressure(
            Section section, String depthKey, Optional<Integer> outer, QueueSettings inherited, Findings findings) {
        Optional<Integer> depth = section.optional(QUEUE_DEPTH, depthKey);
        Optional<PolicyWord> word = section.optional(POLICY, "backpressure_policy", "default_policy", "policy");
        Optional<Integer> rate =
                section.optional(Format.integer(1, Integer.MAX_VALUE).withExample("1000"), "max_elements_per_second");
        Optional<Double> ratio = section.optional(Format.WATERMARK, "low_watermark_ratio");
        if (outer.isPresent() && depth.isPresent()) {
            findings.semantic(
                    section.path(depthKey),
                    section.at(depthKey),
                    "the depth of one queue is set twice",
                    "keep the one outside of the backpressure table");
        }
        boolean limited = word.isPresent() && word.get() == PolicyWord.RATE_LIMIT;
        if (limited && !section.has("max_elements_per_second")) {
            section.reportMissing(
                    "max_elements_per_second",
                    Format.integer(1, Integer.MAX_VALUE).withExample("1000"));
        }
        if (rate.isPresent() && !limited) {
            findings.semantic(
                    section.path("max_elements_per_second"),
                    section.at("max_elements_per_second"),
                    "`max_elements_per_second` belongs to the policy rate-limit",
                    "add `backpressure_policy = \"rate-limit\"` beside it, or remove it");
        }
        section.close();
        return new QueueSettings(
                outer.or(() -> depth).orElse(inherited.depth()),
                word.map(w -> policy(w, rate.orElse(1))).orElse(inherited.policy()),
                ratio.orElse(inherited.lowWatermarkRatio()));
    }

    private static BackpressurePolicy policy(PolicyWord word, int rate) {
        return switch (word) {
            case BLOCK_PRODUCER -> new BackpressurePolicy.BlockProducer();
            case DROP_OLDEST -> new BackpressurePolicy.DropOldest();
            case DROP_NEWEST -> new BackpressurePolicy.DropNewest();
            case ERROR -> new BackpressurePolicy.Fail();
            case RATE_LIMIT -> new BackpressurePolicy.RateLimit(rate);
        };
    }

    static ObservabilitySettings observability(Section section, Findings findings) {
        ObservabilitySettings observability = new ObservabilitySettings(
                section.optional(Format.choice(ObservabilityLevel.values()), "level")
                        .orElse(ObservabilityLevel.PRODUCTION),
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
        Optional<ObservabilitySettings.TraceExporter> exporter = both.optional(
                Format.choice(ObservabilitySettings.TraceExporter.values()), "exporter", "tracing_exporter");
        Optional<String> endpoint = both.optional(Format.TEXT, "endpoint", "tracing_endpoint");
        ObservabilitySettings.Tracing tracing = new ObservabilitySettings.Tracing(
                both.optional(Format.FLAG, "enabled", "tracing_enabled").orElse(true),
                exporter.orElse(ObservabilitySettings.TraceExporter.STDOUT),
                endpoint.orElse(""),
                both.optional(Format.SHARE.withExample("0.01"), "sample_rate", "sample_rate", "tracing_sample_rate")
                        .orElse(0.01),
                both.optional(Format.FLAG, "error_promote", "error_promote").orElse(true),
                both.optional(
                                Format.milliseconds(0).withExample("10"),
                                "latency_promote_threshold_ms",
                                "latency_promote_threshold_ms")
                        .orElse(Duration.ofMillis(10)),
                both.optional(powerOfTwo(), "ring_buffer_capacity", "ring_buffer_capacity")
                        .orElse(64));
        nested.close();
        boolean needed = exporter.isPresent()
                && switch (exporter.get()) {
                    case OTLP_GRPC, OTLP_HTTP -> true;
                    case STDOUT, FILE, NONE -> false;
                };
        if (needed && endpoint.orElse("").isBlank()) {
            findings.missing(
                    section.path("tracing_endpoint"),
                    section.has("tracing_exporter") ? section.at("tracing_exporter") : nested.at("exporter"),
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
        List<Long> buckets = section.list(Format.atLeast(1).withExample("1000"), "histogram_buckets")
                .orElse(List.of());
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
                section.optional(Format.FLAG, "metrics_enabled").orElse(true),
                section.optional(Format.choice(ObservabilitySettings.MetricsExporter.values()), "metrics_exporter")
                        .orElse(ObservabilitySettings.MetricsExporter.NONE),
                section.optional(
                                Format.of(
                                        "a host and a port: host:port",
                                        "\"127.0.0.1:9090\"",
                                        node -> Format.text(node, SettingsReader::isHostAndPort)),
                                "metrics_endpoint")
                        .orElse("127.0.0.1:9090"),
                section.optional(Format.FLAG, "prometheus_enabled").orElse(true),
                section.optional(Format.FLAG, "otlp_metrics_enabled").orElse(false),
                section.optional(
                                Format.seconds(1).withExample("15"),
                                "otlp_metrics_interval_s",
                                "otlp_export_interval_s")
                        .orElse(Duration.ofSeconds(15)),
                section.optional(Format.integer(1, Format.MANY).withExample("8192"), "event_channel_capacity")
                        .orElse(8192),
                List.copyOf(buckets));
    }

    private static boolean isHostAndPort(String text) {
        var matcher = HOST_AND_PORT.matcher(text);
        return matcher.matches() && Integer.parseInt(matcher.group(2)) <= 65_535;
    }

    private static ObservabilitySettings.Export export(Section section) {
        ObservabilitySettings.Export export = new ObservabilitySettings.Export(
                section.optional(Format.integer(1, Format.MANY).withExample("512"), "batch_size")
                        .orElse(512),
                section.optional(Format.milliseconds(1), "interval").orElse(Duration.ofSeconds(5)));
        section.close();
        return export;
    }

    private static ObservabilitySettings.Inspection inspection(Section section) {
        ObservabilitySettings.Inspection inspection = new ObservabilitySettings.Inspection(
                section.optional(Format.FLAG, "enabled").orElse(true),
                section.optional(
                                Format.of("unix:<path> or tcp:<port>", "\"tcp:9091\"", node -> Format.text(
                                                node, _ -> true)
                                        .flatMap(SettingsReader::bind)),
                                "bind")
                        .orElse(new ObservabilitySettings.Bind.UnixSocket(Optional.empty())),
                section.optional(Format.NON_EMPTY, "auth_token"));
        section.close();
        return inspection;
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
                section.optional(Format.choice(SecuritySettings.CapabilityPolicy.values()), "default_capability_policy")
                        .orElse(SecuritySettings.CapabilityPolicy.DENY_ALL),
                section.optional(Format.FLAG, "audit_enabled").orElse(true),
                section.optional(Format.choice(SecuritySettings.AuditTarget.values()), "audit_target")
                        .orElse(SecuritySettings.AuditTarget.FILE),
                section.optional(Format.choice(SecuritySettings.SignaturePolicy.values()), "signature_policy"),
                grants(section));
        section.close();
        return security;
    }

    private static SequencedMap<String, SecuritySettings.Grants> grants(Section section) {
        Format<SecuritySettings.Grant> grant =
                Format.of("a capability; `?` has no meaning in a grant", "\"stdio:stdout\"", node -> Format.text(
                                node, t -> !t.isBlank() && !t.startsWith("?"))
                        .map(t -> new SecuritySettings.Grant(t, node.at())));
        SequencedMap<String, SecuritySettings.Grants> grants = new LinkedHashMap<>();
        section.tables("grants").forEach((name, granted) -> {
            grants.put(
                    name,
                    new SecuritySettings.Grants(
                            granted.list(grant, "capabilities").orElse(List.of()), granted.at()));
            granted.close();
        });
        return grants;
    }

    /** One thing with a key in a table and another in the table around it. */
    private record TwoForms(Section flat, Section nested) {
        <T> Optional<T> optional(Format<T> format, String nestedKey, String flatKey, String... aliases) {
            Optional<T> outer = flat.optional(format, flatKey, aliases);
            Optional<T> inner = nested.optional(format, nestedKey);
            if (flat.has(flatKey) && nested.has(nestedKey)) {
                nested.reportTwice(nested.path(nestedKey), nested.keyAt(nestedKey), flat.path(flatKey));
            }
            return outer.or(() -> inner);
        }
    }
}
