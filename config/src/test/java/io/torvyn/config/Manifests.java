package io.torvyn.config;

import java.nio.file.Path;
import java.util.Map;

/** Manifests that are in order, for tests to read or to spoil. */
final class Manifests {
    static final String TORVYN = """
            [torvyn]
            name = "weather"
            version = "0.1.0"
            contract_version = "0.1.0"
            """;

    static final String PIPELINE = TORVYN + """

            [[component]]
            name = "probe"
            path = "components/probe"
            config = "every minute"

            [[component]]
            name = "celsius"
            path = "components/celsius"
            language = "zig"
            build_command = "zig build"

            [[component]]
            name = "report"
            path = "components/report"
            artifact = "prebuilt/report.wasm"

            [flow.main]
            description = "from the probe to the report"
            default_queue_depth = 32

            [flow.main.nodes.probe]
            component = "probe"
            interface = "torvyn:streaming/source"
            config = '{"station": "${STATION}"}'

            [flow.main.nodes.celsius]
            component = "celsius"
            interface = "torvyn:streaming/processor@0.1.0"
            fuel_budget = 2000000
            max_memory = "1MiB"
            priority = 9
            timeout_ms = 250
            error_policy = { kind = "retry", max_retries = 3, backoff = "50ms" }
            restart = { max = 2, window = "1m" }

            [flow.main.nodes.report]
            component = "report"
            interface = "torvyn:streaming/sink"

            [[flow.main.edges]]
            from = { node = "probe", port = "output" }
            to = { node = "celsius", port = "input" }

            [[flow.main.edges]]
            from = "celsius:output"
            to = "report"
            queue_depth = 8
            backpressure = { backpressure_policy = "drop-oldest" }

            [security.grants.report]
            capabilities = ["stdio:stdout"]
            """;

    /** Every key there is. */
    static final String EVERYTHING = """
            [torvyn]
            name = "everything"
            version = "1.2.3-beta.1+build.5"
            contract_version = "0.1.0"
            description = "all keys"
            license = "Apache-2.0 WITH LLVM-exception"
            repository = "https://example.org/everything"
            authors = ["A", "B"]

            [capabilities.required]
            wasi-clocks = true
            "filesystem:read:/data" = false
            [capabilities.optional]
            wasi-random = true
            [capabilities.torvyn]
            max-buffer-size = "64KiB"
            max-memory = 1048576
            buffer-pool-access = "large"

            [build]
            release = false
            target = "wasm32-wasip1"
            extra_args = ["--locked"]
            [test]
            timeout_seconds = 5
            fixtures_dir = "fixtures"
            [registry]
            default = "local:.torvyn/registry"

            [flow.main]
            description = "all of a flow"
            scheduling_policy = "priority"
            backpressure = { default_queue_depth = 7, policy = "error", low_watermark_ratio = 0.25 }
            priority = "high"
            error_policy = { kind = "dead-letter", sink = "letters" }
            timeouts = { flow_deadline = "1.5h", component_invocation_timeout = "2s", drain_timeout = "3s", cooperative_cancel_timeout = "400ms" }
            [flow.main.nodes.in]
            component = "native:stdin"
            interface = "torvyn:streaming/source"
            [flow.main.nodes.route]
            component = "file://routers/route.bin"
            interface = "torvyn:streaming/router"
            [flow.main.nodes.upper]
            component = "oci://registry.example.org/upper:1.0.0"
            interface = "torvyn:streaming/processor"
            error_policy = "skip"
            parallelism = "stage"
            instances = 4
            [flow.main.nodes.out]
            component = "lib/out.wasm"
            interface = "torvyn:streaming/sink"
            error_policy = "log"
            [flow.main.nodes.letters]
            component = "native:file"
            interface = "torvyn:streaming/sink"
            config = '{"path": "letters.jsonl"}'
            [[flow.main.edges]]
            from = "in"
            to = "route"
            [[flow.main.edges]]
            from = { node = "route", port = "default" }
            to = { node = "upper" }
            [[flow.main.edges]]
            from = "upper:default"
            to = "out:default"
            [[flow.main.edges]]
            from = "route:rest"
            to = "out"
            [flow.main.edges.upper-to-out.backpressure]
            policy = "rate-limit"
            max_elements_per_second = 100
            queue_depth = 3

            [flow.second]
            [flow.second.nodes.a]
            component = "native:stdin"
            interface = "torvyn:streaming/source"
            [flow.second.nodes.b]
            component = "everything"
            interface = "torvyn:aggregation/aggregator"
            [flow.second.edges.a-to-b]
            queue_depth = 2

            [runtime]
            worker_threads = 2
            max_memory_per_component = "32MiB"
            fuel_per_invocation = 5000
            max_table_elements = 20000
            max_call_depth = 700
            compilation_cache_dir = ".torvyn/cache"
            component_init_timeout_ms = 100
            component_teardown_timeout_ms = 200
            shutdown_timeout = "10s"
            strategy = "tiered"
            cache_max_size = "64MiB"
            [runtime.scheduling]
            policy = "round-robin"
            default_priority = 3
            [runtime.backpressure]
            default_queue_depth = 16
            default_policy = "block"
            low_watermark_ratio = 0
            [runtime.pools]
            small_pool_size = 1
            medium_pool_size = 2
            large_pool_size = 3
            huge_pool_size = 0
            exhaustion_policy = "error"

            [observability]
            level = "diagnostic"
            tracing_sample_rate = 1
            metrics_enabled = false
            metrics_exporter = "prometheus"
            metrics_endpoint = "localhost:9999"
            prometheus_enabled = false
            otlp_metrics_enabled = true
            otlp_export_interval_s = 7
            event_channel_capacity = 16
            histogram_buckets = [100, 1_000]
            export = { batch_size = 1, interval = 2 }
            [observability.tracing]
            enabled = false
            exporter = "otlp-http"
            endpoint = "http://localhost:4318"
            error_promote = false
            latency_promote_threshold_ms = 0
            ring_buffer_capacity = 8
            [observability.inspection]
            enabled = false
            bind = "tcp:9091"
            auth_token = "env::TOKEN"

            [security]
            default_capability_policy = "allow-all"
            audit_enabled = false
            audit_target = "stdout"
            signature_policy = "reject"
            [security.grants.out]
            capabilities = ["stdio:stdout", "stdio:stderr"]

            [x-editor]
            colour = "${NOT_READ}"
            """;

    private static final Map<String, String> ENVIRONMENT = Map.of("STATION", "LOWI", "TOKEN", "secret", "TWO", "2");

    private Manifests() {}

    static Manifest parse(String text) {
        return loader().parse(Path.of("project", "Torvyn.toml"), text);
    }

    static ManifestLoader loader() {
        return new ManifestLoader(ENVIRONMENT::get);
    }
}
