package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each case is a manifest with one thing wrong; {@code »} stands where the finding must point. */
class BadManifestTest {
    private static final String FLOW = """
            [flow.main.nodes.a]
            component = "native:stdin"
            interface = "torvyn:streaming/source"
            [flow.main.nodes.b]
            component = "native:stdout"
            interface = "torvyn:streaming/sink"
            """;
    private static final String EDGE = "[[flow.main.edges]]\nfrom = \"a\"\nto = \"b\"\n";

    record Case(String code, String keyPath, String text, String help) {
        @Override
        public String toString() {
            return code + " " + keyPath + " "
                    + text.lines().filter(l -> l.contains("»")).findFirst().orElse("");
        }
    }

    /** A key in a file that is in order otherwise. */
    private static Case torvyn(String code, String keyPath, String text, String help) {
        return new Case(code, keyPath, Manifests.TORVYN + text, help);
    }

    private static Case node(String code, String keyPath, String text, String help) {
        return torvyn(code, "flow.main.nodes.b" + keyPath, FLOW + text + "\n" + EDGE, help);
    }

    private static Case edge(String code, String keyPath, String text, String help) {
        return torvyn(code, "flow.main.edges[0]" + keyPath, FLOW + "[[flow.main.edges]]\n" + text, help);
    }

    private static Case project(String code, String keyPath, String text, String help) {
        return new Case(code, keyPath, text, help);
    }

    static Stream<Case> unknownKeys() {
        return Stream.of(
                torvyn("E0707", "torvyn.nmae", "»nmae = \"x\"", "did you mean `name`?"),
                torvyn(
                        "E0707",
                        "torvyn.colour",
                        "»colour = 1",
                        "keys known here: name, version, contract_version, description, authors, license, repository"),
                torvyn("E0707", "flows", "»[flows.main]", "did you mean `flow`?"),
                torvyn(
                        "E0707",
                        "plugins",
                        "»[plugins]",
                        "tables known here: torvyn, component, capabilities, build, test, registry, runtime, "
                                + "observability, security, flow; tables of your own begin with `x-`"),
                torvyn(
                        "E0707",
                        "component[0].pth",
                        "[[component]]\nname = \"a\"\npath = \"b\"\n»pth = \"b\"",
                        "did you mean `path`?"),
                torvyn(
                        "E0707",
                        "capabilities.requires",
                        "[capabilities]\n»requires = { wasi-clocks = true }",
                        "did you mean `required`?"),
                torvyn(
                        "E0707",
                        "capabilities.torvyn.max_memory",
                        "[capabilities.torvyn]\n»max_memory = 1",
                        "did you mean `max-memory`?"),
                torvyn("E0707", "build.relase", "[build]\n»relase = true", "did you mean `release`?"),
                torvyn(
                        "E0707",
                        "test.timeout",
                        "[test]\n»timeout = 1",
                        "keys known here: timeout_seconds, fixtures_dir"),
                torvyn("E0707", "registry.url", "[registry]\n»url = \"x\"", "keys known here: default"),
                torvyn(
                        "E0707",
                        "runtime.worker_thread",
                        "[runtime]\n»worker_thread = 2",
                        "did you mean `worker_threads`?"),
                torvyn(
                        "E0707",
                        "runtime.scheduling.polcy",
                        "[runtime.scheduling]\n»polcy = \"priority\"",
                        "did you mean `policy`?"),
                torvyn(
                        "E0707",
                        "runtime.pools.smal_pool_size",
                        "[runtime.pools]\n»smal_pool_size = 2",
                        "did you mean `small_pool_size`?"),
                torvyn(
                        "E0707",
                        "runtime.backpressure.low_watermark",
                        "[runtime.backpressure]\n»low_watermark = 0.5",
                        "did you mean `low_watermark_ratio`?"),
                torvyn("E0707", "observability.levl", "[observability]\n»levl = \"off\"", "did you mean `level`?"),
                torvyn(
                        "E0707",
                        "observability.inspection.port",
                        "[observability.inspection]\n»port = 1",
                        "keys known here: enabled, bind, auth_token"),
                torvyn(
                        "E0707",
                        "security.audit_enable",
                        "[security]\n»audit_enable = true",
                        "did you mean `audit_enabled`?"),
                torvyn(
                        "E0707",
                        "security.grants.weather.capability",
                        "[security.grants.weather]\n»capability = []",
                        "did you mean `capabilities`?"),
                node("E0707", ".fuel_bugdet", "»fuel_bugdet = 1", "did you mean `fuel_budget`?"),
                node(
                        "E0707",
                        ".role",
                        "»role = \"sink\"",
                        "a node's role follows from its `interface`, such as \"torvyn:streaming/sink\""),
                node(
                        "E0707",
                        ".artifact",
                        "»artifact = \"b.wasm\"",
                        "name the file in `component`: \"file://path/to/it.wasm\""),
                edge("E0707", ".form", "from = \"a\"\nto = \"b\"\n»form = \"a\"", "did you mean `from`?"),
                edge(
                        "E0707",
                        ".from.prt",
                        "from = { node = \"a\", »prt = \"output\" }\nto = \"b\"",
                        "did you mean `port`?"),
                torvyn(
                        "E0707",
                        "flow.nodes",
                        "»[[flow.nodes]]\nname = \"a\"\nrole = \"source\"",
                        "flows have names: write `[flow.main.nodes.<node>]` for each node and `[[flow.main.edges]]` for each edge"),
                torvyn(
                        "E0707",
                        "flow.name",
                        "[flow]\n»name = \"main\"",
                        "flows have names: write `[flow.main.nodes.<node>]` for each node and `[[flow.main.edges]]` for each edge"));
    }

    static Stream<Case> missingKeys() {
        String start = "[torvyn]\nname = \"x\"\nversion = \"0.1.0\"\n";
        return Stream.of(
                project(
                        "E0702",
                        "torvyn",
                        "»[build]\nrelease = true",
                        "begin the file with `[torvyn]`, `name = \"my-project\"`, `version = \"0.1.0\"` and `contract_version = \"0.1.0\"`"),
                project(
                        "E0702",
                        "torvyn.contract_version",
                        "»" + start,
                        "add `contract_version = \"0.1.0\"` to `[torvyn]`"),
                project(
                        "E0702",
                        "torvyn.name",
                        "»[torvyn]\nversion = \"0.1.0\"\ncontract_version = \"0.1.0\"",
                        "add `name = \"my-project\"` to `[torvyn]`"),
                project(
                        "E0702",
                        "component.version",
                        "»[component]\nname = \"x\"",
                        "add `version = \"0.1.0\"` to `[component]`"),
                torvyn(
                        "E0702",
                        "component[0].path",
                        "»[[component]]\nname = \"a\"",
                        "add `path = \"components/my-component\"` to `[component[0]]`"),
                torvyn(
                        "E0702",
                        "flow.main.nodes.c.interface",
                        FLOW + "»[flow.main.nodes.c]\ncomponent = \"native:stdout\"\n" + EDGE,
                        "add `interface = \"torvyn:streaming/processor\"` to `[flow.main.nodes.c]`"),
                torvyn(
                        "E0702",
                        "flow.main.nodes.c.component",
                        FLOW + "»[flow.main.nodes.c]\ninterface = \"torvyn:streaming/sink\"\n" + EDGE,
                        "add `component = \"my-component\"` to `[flow.main.nodes.c]`"),
                torvyn(
                        "E0702",
                        "flow.main.edges[0].to",
                        FLOW + "»[[flow.main.edges]]\nfrom = \"a\"",
                        "add `to = \"node:port\"` to `[flow.main.edges[0]]`"),
                edge(
                        "E0702",
                        ".to.node",
                        "from = \"a\"\nto = »{ port = \"input\" }",
                        "add `node = \"my-node\"` to `[flow.main.edges[0].to]`"),
                node(
                        "E0702",
                        ".error_policy.backoff",
                        "error_policy = »{ kind = \"retry\", max_retries = 1 }",
                        "add `backoff = \"100ms\"` to `[flow.main.nodes.b.error_policy]`"),
                node(
                        "E0702",
                        ".error_policy.kind",
                        "error_policy = »{ max_retries = 1 }",
                        "add `kind = \"retry\"` to `[flow.main.nodes.b.error_policy]`"),
                node(
                        "E0702",
                        ".restart.window",
                        "restart = »{ max = 1 }",
                        "add `window = \"1m\"` to `[flow.main.nodes.b.restart]`"),
                torvyn(
                        "E0702",
                        "runtime.backpressure.max_elements_per_second",
                        "»[runtime.backpressure]\nbackpressure_policy = \"rate-limit\"",
                        "add `max_elements_per_second = 1000` to `[runtime.backpressure]`"),
                torvyn(
                        "E0702",
                        "observability.tracing_endpoint",
                        "[observability]\ntracing_exporter = »\"otlp-http\"",
                        "add `tracing_endpoint = \"http://localhost:4317\"` to `[observability]`"));
    }

    static Stream<Case> wrongValues() {
        String start = "[torvyn]\nversion = \"0.1.0\"\ncontract_version = \"0.1.0\"\n";
        return Stream.of(
                project("E0703", "torvyn", "torvyn = »1", "write `[torvyn]`, and its keys below it"),
                project(
                        "E0703",
                        "torvyn.name",
                        start + "name = »\"my project\"",
                        "write for example `name = \"my-project\"`"),
                project("E0703", "torvyn.name", start + "name   =\t»\"\"", "write for example `name = \"my-project\"`"),
                project("E0703", "torvyn.name", start + "name = »7", "write for example `name = \"my-project\"`"),
                project(
                        "E0703",
                        "torvyn.name",
                        start + "\"name\" = »'" + "n".repeat(65) + "'",
                        "write for example `name = \"my-project\"`"),
                torvyn("E0703", "torvyn.authors", "authors = »\"A\"", "write for example `authors = [\"…\"]`"),
                torvyn(
                        "E0703",
                        "torvyn.authors[1]",
                        "authors = [\"A\",\n  »2]",
                        "write for example `authors = [\"…\"]`"),
                torvyn(
                        "E0703",
                        "torvyn.license",
                        "license = »\"free/libre\"",
                        "write for example `license = \"Apache-2.0\"`"),
                project(
                        "E0703",
                        "torvyn.version",
                        "[torvyn]\nname = \"x\"\ncontract_version = \"0.1.0\"\nversion = »\"1.0\"",
                        "write for example `version = \"0.1.0\"`"),
                project(
                        "E0703",
                        "torvyn.contract_version",
                        "[torvyn]\nname = \"x\"\nversion = \"0.1.0\"\ncontract_version = »\"9.0.0\"",
                        "write for example `contract_version = \"0.1.0\"`"),
                project(
                        "E0703",
                        "component",
                        "component = »1\n" + Manifests.TORVYN,
                        "write `[[component]]`, and its keys below it"),
                torvyn(
                        "E0703",
                        "component[0].path",
                        "[[component]]\nname = \"a\"\npath = »\"/etc\"",
                        "write for example `path = \"components/my-component\"`"),
                torvyn(
                        "E0703",
                        "component[0].language",
                        "[[component]]\nname = \"a\"\npath = \"b\"\nlanguage = »\"pyhton\"",
                        "did you mean \"python\"?"),
                torvyn(
                        "E0703",
                        "component[0].artifact",
                        "[[component]]\nname = \"a\"\npath = \"b\"\nartifact = »\"\"",
                        "write for example `artifact = \"build/my-component.wasm\"`"),
                torvyn(
                        "E0703",
                        "capabilities.required.wasi-clocks",
                        "[capabilities.required]\nwasi-clocks = »\"yes\"",
                        "write for example `wasi-clocks = true`"),
                torvyn(
                        "E0703",
                        "capabilities.torvyn.max-memory",
                        "[capabilities.torvyn]\nmax-memory = »\"16 MB\"",
                        "write for example `max-memory = \"16MiB\"`"),
                torvyn(
                        "E0703",
                        "test.timeout_seconds",
                        "[test]\ntimeout_seconds = »0",
                        "write for example `timeout_seconds = 60`"),
                torvyn(
                        "E0703",
                        "runtime.worker_threads",
                        "[runtime]\nworker_threads = »-1",
                        "write for example `worker_threads = 0`"),
                torvyn(
                        "E0703",
                        "runtime.max_memory_per_component",
                        "[runtime]\nmax_memory_per_component = »\"0\"",
                        "write for example `max_memory_per_component = \"16MiB\"`"),
                torvyn(
                        "E0703",
                        "runtime.max_memory_per_component",
                        "[runtime]\nmax_memory_per_component = »\"99999999999G\"",
                        "write for example `max_memory_per_component = \"16MiB\"`"),
                torvyn(
                        "E0703",
                        "runtime.default_fuel_per_invocation",
                        "[runtime]\ndefault_fuel_per_invocation = »1.5",
                        "write for example `default_fuel_per_invocation = 1000000`"),
                torvyn("E0703", "runtime.strategy", "[runtime]\nstrategy = »\"tired\"", "did you mean \"tiered\"?"),
                torvyn(
                        "E0703",
                        "runtime.shutdown_timeout",
                        "[runtime]\nshutdown_timeout = »30",
                        "write for example `shutdown_timeout = \"5s\"`"),
                torvyn(
                        "E0703",
                        "runtime.shutdown_timeout",
                        "[runtime]\nshutdown_timeout = »\"0s\"",
                        "write for example `shutdown_timeout = \"5s\"`"),
                torvyn(
                        "E0703",
                        "runtime.scheduling.policy",
                        "[runtime.scheduling]\npolicy = »\"fifo\"",
                        "write for example `policy = \"round-robin\"`"),
                torvyn(
                        "E0703",
                        "runtime.scheduling.policy",
                        "[runtime.scheduling]\npolicy = »\"round_robin\"",
                        "did you mean \"round-robin\"?"),
                torvyn(
                        "E0703",
                        "runtime.scheduling.default_priority",
                        "[runtime.scheduling]\ndefault_priority = »11",
                        "write for example `default_priority = 5`"),
                torvyn(
                        "E0703",
                        "runtime.backpressure.default_queue_depth",
                        "[runtime.backpressure]\ndefault_queue_depth = »0",
                        "write for example `default_queue_depth = 64`"),
                torvyn(
                        "E0703",
                        "runtime.backpressure.default_queue_depth",
                        "[runtime.backpressure]\ndefault_queue_depth = »2000000000",
                        "write for example `default_queue_depth = 64`"),
                torvyn(
                        "E0703",
                        "runtime.backpressure.low_watermark_ratio",
                        "[runtime.backpressure]\nlow_watermark_ratio = »1.0",
                        "write for example `low_watermark_ratio = 0.5`"),
                torvyn(
                        "E0703",
                        "runtime.backpressure.low_watermark_ratio",
                        "[runtime.backpressure]\nlow_watermark_ratio = »nan",
                        "write for example `low_watermark_ratio = 0.5`"),
                torvyn(
                        "E0703",
                        "runtime.backpressure.backpressure_policy",
                        "[runtime.backpressure]\nbackpressure_policy = »\"drop\"",
                        "write for example `backpressure_policy = \"block-producer\"`"),
                torvyn(
                        "E0703",
                        "runtime.pools.exhaustion_policy",
                        "[runtime.pools]\nexhaustion_policy = »\"fail\"",
                        "write for example `exhaustion_policy = \"fallback-alloc\"`"),
                torvyn(
                        "E0703",
                        "observability.level",
                        "[observability]\nlevel = »\"debug\"",
                        "write for example `level = \"off\"`"),
                torvyn(
                        "E0703",
                        "observability.sample_rate",
                        "[observability]\nsample_rate = »1.5",
                        "write for example `sample_rate = 0.01`"),
                torvyn(
                        "E0703",
                        "observability.ring_buffer_capacity",
                        "[observability]\nring_buffer_capacity = »12",
                        "write for example `ring_buffer_capacity = 64`"),
                torvyn(
                        "E0703",
                        "observability.metrics_endpoint",
                        "[observability]\nmetrics_endpoint = »\"localhost:99999\"",
                        "write for example `metrics_endpoint = \"127.0.0.1:9090\"`"),
                torvyn(
                        "E0703",
                        "observability.inspection.bind",
                        "[observability.inspection]\nbind = »\"0.0.0.0:80\"",
                        "write for example `bind = \"tcp:9091\"`"),
                torvyn(
                        "E0703",
                        "observability.histogram_buckets[1]",
                        "[observability]\nhistogram_buckets = [1, »\"2\"]",
                        "write for example `histogram_buckets = [1000]`"),
                torvyn(
                        "E0703",
                        "security.default_capability_policy",
                        "[security]\ndefault_capability_policy = »\"allow\"",
                        "write for example `default_capability_policy = \"deny-all\"`"),
                torvyn(
                        "E0703",
                        "security.default_capability_policy",
                        "[security]\ndefault_capability_policy = »\"allow_all\"",
                        "did you mean \"allow-all\"?"),
                torvyn(
                        "E0703",
                        "security.grants.weather",
                        "[security.grants]\nweather = »[\"stdio:stdout\"]",
                        "write `[security.grants.weather]`, and its keys below it"),
                torvyn(
                        "E0703",
                        "security.grants.weather.capabilities[0]",
                        "[security.grants.weather]\ncapabilities = [»\"?stdio:stdout\"]",
                        "write for example `capabilities = [\"stdio:stdout\"]`"),
                torvyn(
                        "E0703",
                        "flow.main.nodes",
                        "[flow.main]\nnodes = »[{ name = \"a\" }]",
                        "nodes have names: write `[flow.main.nodes.<node>]` for each"),
                torvyn(
                        "E0703",
                        "flow.main.edges",
                        "[flow.main]\nedges = »\"a-to-b\"\n" + FLOW,
                        "write `[[flow.main.edges]]` with `from` and `to`"),
                torvyn(
                        "E0703",
                        "flow.main.timeouts.drain_timeout",
                        "[flow.main.timeouts]\ndrain_timeout = »\"5\"\n" + FLOW + EDGE,
                        "write for example `drain_timeout = \"5s\"`"),
                torvyn(
                        "E0703",
                        "flow.main.priority",
                        "[flow.main]\npriority = »5\n" + FLOW + EDGE,
                        "write for example `priority = \"background\"`"),
                torvyn(
                        "E0703",
                        "flow.main.nodes.\"a b\"",
                        FLOW
                                + "»[flow.main.nodes.\"a b\"]\ncomponent = \"native:stdout\"\ninterface = \"torvyn:streaming/sink\"\n"
                                + EDGE,
                        "rename it"),
                torvyn(
                        "E0703",
                        "flow.main.nodes.c.interface",
                        FLOW
                                + "[flow.main.nodes.c]\ncomponent = \"native:stdout\"\ninterface = »\"torvyn:streaming/sinc\"\n"
                                + EDGE,
                        "did you mean \"torvyn:streaming/sink\"?"),
                torvyn(
                        "E0703",
                        "flow.main.nodes.c.interface",
                        FLOW
                                + "[flow.main.nodes.c]\ncomponent = \"native:stdout\"\ninterface = »\"torvyn:streaming/sink@one\"\n"
                                + EDGE,
                        "did you mean \"torvyn:streaming/sink\"?"),
                torvyn(
                        "E0703",
                        "flow.main.nodes.c.component",
                        FLOW + "[flow.main.nodes.c]\ncomponent = »\"native:\"\ninterface = \"torvyn:streaming/sink\"\n"
                                + EDGE,
                        "write for example `component = \"my-component\"`"),
                torvyn(
                        "E0703",
                        "flow.main.nodes.c.component",
                        FLOW
                                + "[flow.main.nodes.c]\ncomponent = »\"http://x/y\"\ninterface = \"torvyn:streaming/sink\"\n"
                                + EDGE,
                        "write for example `component = \"my-component\"`"),
                node("E0703", ".fuel_budget", "fuel_budget = »-1", "write for example `fuel_budget = 1000000`"),
                node("E0703", ".config", "config = »{ a = 1 }", "write for example `config = \"…\"`"),
                node("E0703", ".timeout_ms", "timeout_ms = »\"5s\"", "write for example `timeout_ms = 5000`"),
                node(
                        "E0703",
                        ".parallelism",
                        "parallelism = »\"thread\"",
                        "write for example `parallelism = \"flow\"`"),
                node(
                        "E0703",
                        ".error_policy",
                        "error_policy = »\"retry\"",
                        "write for example `error_policy = { kind = \"retry\", max_retries = 3, backoff = \"100ms\" }`"),
                node(
                        "E0703",
                        ".error_policy",
                        "error_policy = »\"ignore\"",
                        "write for example `error_policy = \"fail-fast\"`"),
                node(
                        "E0703",
                        ".error_policy.max_retries",
                        "error_policy = { kind = \"retry\", max_retries = »0, backoff = \"1s\" }",
                        "write for example `max_retries = 3`"),
                edge("E0703", ".from", "from = »\"a:\"\nto = \"b\"", "write for example `from = \"node:port\"`"),
                edge("E0703", ".from", "from = »[\"a\"]\nto = \"b\"", "write for example `from = \"node:port\"`"),
                edge(
                        "E0703",
                        ".backpressure",
                        "from = \"a\"\nto = \"b\"\nbackpressure = »\"drop-oldest\"",
                        "write `[flow.main.edges[0].backpressure]`, and its keys below it"));
    }

    static Stream<Case> rules() {
        return Stream.of(
                torvyn(
                        "E0704",
                        "flow.main.nodes",
                        "»[flow.main]",
                        "add `[flow.main.nodes.<node>]` tables: a source and a sink at least"),
                torvyn("E0704", "flow.main.edges", "»" + FLOW, "add `[[flow.main.edges]]` with `from` and `to`"),
                torvyn(
                        "E0704",
                        "flow.main.nodes.c.component",
                        FLOW + "[flow.main.nodes.c]\ncomponent = »\"wether\"\ninterface = \"torvyn:streaming/sink\"\n"
                                + EDGE,
                        "did you mean `weather`?"),
                node(
                        "E0704",
                        ".error_policy.sink",
                        "error_policy = { kind = \"dead-letter\", sink = »\"c\" }",
                        "did you mean `a`?"),
                node("E0704", ".instances", "instances = »2", "remove `instances`"),
                torvyn(
                        "E0704",
                        "runtime.backpressure.max_elements_per_second",
                        "[runtime.backpressure]\nmax_elements_per_second = »1",
                        "add `backpressure_policy = \"rate-limit\"` beside it, or remove it"),
                torvyn(
                        "E0704",
                        "observability.histogram_buckets",
                        "[observability]\nhistogram_buckets = »[1, 3, 3]",
                        "order them from small to large"),
                edge(
                        "E0704",
                        ".backpressure.queue_depth",
                        "from = \"a\"\nto = \"b\"\nqueue_depth = 1\nbackpressure = { queue_depth = »2 }",
                        "keep the one outside of the backpressure table"),
                edge(
                        "E0704",
                        ".b-to-a",
                        "from = \"a\"\nto = \"b\"\n»[flow.main.edges.b-to-a.backpressure]\nqueue_depth = 1",
                        "name an edge after its nodes, <from>-to-<to>, or write `[[flow.main.edges]]` with `from` and `to`"),
                torvyn(
                        "E0704",
                        "flow.main.edges.a-to-c",
                        FLOW + "»[flow.main.edges.a-to-c]",
                        "name an edge after its nodes, <from>-to-<to>, or write `[[flow.main.edges]]` with `from` and `to`"),
                edge("E0205", ".to", "from = \"a\"\nto = »\"c:input\"", "did you mean `a`?"),
                edge("E0205", ".from", "from = »{ node = \"source\" }\nto = \"b\"", "name one of: a, b"),
                edge(
                        "E0205",
                        "",
                        "from = \"a\"\nto = »\"a\"",
                        "remove the edge; feedback belongs inside one component"),
                torvyn(
                        "E0706",
                        "component[1].name",
                        "[[component]]\nname = \"a\"\npath = \"b\"\n[[component]]\nname = »\"a\"\npath = \"c\"",
                        "rename one of the two, or remove it"),
                torvyn(
                        "E0706",
                        "flow.main.edges[1]",
                        FLOW + EDGE + "»[[flow.main.edges]]\nfrom = \"a:output\"\nto = \"b:default\"",
                        "remove one of the two: every element would be delivered twice"),
                torvyn(
                        "E0706",
                        "runtime.fuel_per_invocation",
                        "[runtime]\ndefault_fuel_per_invocation = 1\n»fuel_per_invocation = 2",
                        "keep one of the two"),
                torvyn(
                        "E0706",
                        "observability.tracing.enabled",
                        "[observability]\ntracing_enabled = true\n[observability.tracing]\n»enabled = false",
                        "keep one of the two"),
                torvyn("E0706", "name", "»name = \"again\"", "keep one of the two"),
                torvyn("E0706", "build", "[build]\n»[build]\nrelease = true", "keep one of the two"),
                torvyn(
                        "E0705",
                        "torvyn.description",
                        "description = »\"by ${NOBODY}\"",
                        "export NOBODY, or write the value in its place"),
                torvyn(
                        "E0705",
                        "registry.default",
                        "[registry]\ndefault = »\"env::NOBODY\"",
                        "export NOBODY, or write the value in its place"),
                torvyn(
                        "E0705",
                        "torvyn.authors[1]",
                        "authors = [\"A\", »'${NO BODY}']",
                        "export NO BODY, or write the value in its place"));
    }

    static Stream<Case> syntax() {
        String help = "correct the text here, then run `torvyn check`";
        return Stream.of(
                torvyn("E0701", "", "description = »", help),
                torvyn("E0701", "", "description = »unquoted", help),
                torvyn("E0701", "", "description = \"never closed»", help),
                torvyn("E0701", "", "[build»", help),
                torvyn("E0701", "", "[build]\nrelease = true »false", help),
                torvyn("E0701", "", "[test]\ntimeout_seconds = »060", help),
                torvyn("E0701", "", "[test]\ntimeout_seconds = »99999999999999999999", help));
    }

    @ParameterizedTest
    @MethodSource({"unknownKeys", "missingKeys", "wrongValues", "rules", "syntax"})
    void eachMistakeIsFoundInItsPlaceWithWhatToDo(Case bad) {
        Diagnostic finding = only(bad.text());

        int mark = bad.text().indexOf('»');
        int line = (int) bad.text()
                        .substring(0, mark)
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        int column = mark - bad.text().lastIndexOf('\n', mark);
        assertThat(finding.locations().getFirst()).hasToString("Torvyn.toml:" + line + ":" + column);
        assertThat(finding.locations().getFirst().source())
                .isEqualTo(bad.text().replace("»", "").lines().toList().get(line - 1));
        assertThat(finding.code().id()).isEqualTo(bad.code());
        assertThat(finding.keyPath()).isEqualTo(bad.keyPath());
        assertThat(finding.help()).isEqualTo(bad.help());
        assertThat(finding.level()).isEqualTo(Diagnostic.Level.ERROR);
    }

    @Test
    void aWrongValueNamesWhatWasExpectedAndWhatIsThere() {
        Diagnostic finding = only(Manifests.TORVYN + "[runtime.scheduling]\npolicy = \"fifo\"");

        assertThat(finding.message()).isEqualTo("invalid value for `runtime.scheduling.policy`");
        assertThat(finding.expected()).isEqualTo("one of round-robin, weighted-fair, priority");
        assertThat(finding.found()).isEqualTo("\"fifo\"");
    }

    @Test
    void anEdgeToAnUnknownNodeSaysWhichEndAndWhichName() {
        Diagnostic finding = only(Manifests.TORVYN + FLOW + "[[flow.main.edges]]\nfrom = \"a\"\nto = \"c\"");

        assertThat(finding.message()).isEqualTo("the edge's `to` is `c`, which is no node of this flow");
    }

    @Test
    void allMistakesAreReportedAtOnceInReadingOrder() {
        List<Diagnostic> findings = findings("""
                [torvyn]
                nam = "x"
                version = "one"
                contract_version = "0.1.0"
                [flow.main]
                default_queue_depth = 0
                [flow.main.nodes.a]
                component = "native:stdin"
                interface = "torvyn:streaming/source"
                prority = 1
                [[flow.main.edges]]
                from = "a"
                to = "${NOBODY}"
                """);

        assertThat(findings)
                .extracting(d -> d.code() + " " + d.locations().getFirst())
                .containsExactly(
                        "E0702 Torvyn.toml:1:1",
                        "E0707 Torvyn.toml:2:1",
                        "E0703 Torvyn.toml:3:11",
                        "E0704 Torvyn.toml:5:1",
                        "E0703 Torvyn.toml:6:23",
                        "E0707 Torvyn.toml:10:1",
                        "E0705 Torvyn.toml:13:6");
    }

    @Test
    void aKeyDefinedTwiceSaysWhereItStoodFirst() {
        Diagnostic finding = only(Manifests.TORVYN + "name = \"again\"");

        assertThat(finding.message()).isEqualTo("`name` is defined twice");
        assertThat(finding.notes()).containsExactly("first defined at Torvyn.toml:2:1");
    }

    private static Diagnostic only(String text) {
        List<Diagnostic> findings = findings(text.replace("»", ""));
        assertThat(findings).as("findings").hasSize(1);
        return findings.getFirst();
    }

    private static List<Diagnostic> findings(String text) {
        DiagnosticsException thrown = catchThrowableOfType(DiagnosticsException.class, () -> Manifests.parse(text));
        assertThat(thrown).as("an error in:\n%s", text).isNotNull();
        assertThat(thrown.failure()).isInstanceOf(Diagnostic.class);
        return thrown.diagnostics();
    }
}
