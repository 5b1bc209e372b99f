package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** manifest.md, "Layering". */
class LayersTest {
    private static final String FLOW = """
            [flow.main.nodes.a]
            component = "native:stdin"
            interface = "torvyn:streaming/source"
            [flow.main.nodes.b]
            component = "native:stdout"
            interface = "torvyn:streaming/sink"
            [[flow.main.edges]]
            from = "a"
            to = "b"
            """;

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();
    private Path project = Path.of("");
    private Path user = Path.of("");

    @BeforeEach
    void aProjectThatSaysNothing() throws IOException {
        project = folder.resolve("Torvyn.toml");
        user = folder.resolve("config.toml");
        project("");
    }

    @Test
    void aHigherLayerWinsWhateverTheOthersSay() throws IOException {
        user("[runtime]\nworker_threads = 1\nmax_call_depth = 1\nmax_table_elements = 1\ncache_max_size = 1");
        project("[runtime]\nworker_threads = 2\nmax_call_depth = 2\nmax_table_elements = 2");
        variables.put("TORVYN_RUNTIME_WORKER_THREADS", "3");
        variables.put("TORVYN_RUNTIME_MAX_CALL_DEPTH", "3");

        RuntimeSettings runtime = load("runtime.worker_threads=4").runtime();

        assertThat(runtime.workerThreads()).isEqualTo(4);
        assertThat(runtime.maxCallDepth()).isEqualTo(3);
        assertThat(runtime.maxTableElements()).isEqualTo(2);
        assertThat(runtime.cacheMaxSize()).isEqualTo(1);
        assertThat(runtime.pools().small()).isEqualTo(4096);
    }

    @Test
    void aValueEqualToTheDefaultOverridesToo() throws IOException {
        user("[runtime.backpressure]\ndefault_queue_depth = 7");
        project("[runtime.backpressure]\ndefault_queue_depth = 64");

        assertThat(load().runtime().queue().depth()).isEqualTo(64);
    }

    @Test
    void aKeyIsTheSameUnderAllItsNames() throws IOException {
        user("[runtime]\nfuel_per_invocation = 1\n[observability.tracing]\nsample_rate = 0.5");
        project("[runtime]\ndefault_fuel_per_invocation = 2\n[observability]\ntracing_sample_rate = 0.25");

        assertThat(load().runtime().fuelPerInvocation()).isEqualTo(2);
        assertThat(load().observability().tracing().sampleRate()).isEqualTo(0.25);
        variables.put("TORVYN_RUNTIME_FUEL_PER_INVOCATION", "3");
        variables.put("TORVYN_OBSERVABILITY_TRACING_SAMPLE_RATE", "0.125");
        assertThat(load().runtime().fuelPerInvocation()).isEqualTo(3);
        assertThat(load().observability().tracing().sampleRate()).isEqualTo(0.125);
    }

    @Test
    void grantsAreReplacedComponentByComponent() throws IOException {
        user(
                "[security.grants.a]\ncapabilities = [\"clock:wall\"]\n[security.grants.b]\ncapabilities = [\"clock:wall\"]");
        project(FLOW + "[security.grants.b]\ncapabilities = [\"stdio:stdout\", \"stdio:stderr\"]");

        assertThat(granted(load(), "a")).containsExactly("clock:wall");
        assertThat(granted(load(), "b")).containsExactly("stdio:stdout", "stdio:stderr");
        assertThat(granted(load("security.grants.b.capabilities=stdio:stdin,clock:monotonic"), "b"))
                .containsExactly("stdio:stdin", "clock:monotonic");
        assertThat(granted(load("security.grants.b.capabilities=[]"), "b")).isEmpty();
    }

    @Test
    void aRateOfALowerLayerGoesWithItsPolicy() throws IOException {
        user("[runtime.backpressure]\nbackpressure_policy = \"rate-limit\"\nmax_elements_per_second = 5");
        assertThat(load().runtime().queue().policy()).isEqualTo(new BackpressurePolicy.RateLimit(5));

        project("[runtime.backpressure]\nbackpressure_policy = \"drop-oldest\"");
        assertThat(load().runtime().queue().policy()).isEqualTo(new BackpressurePolicy.DropOldest());

        project("[runtime.backpressure]\nmax_elements_per_second = 9");
        assertThat(load().runtime().queue().policy()).isEqualTo(new BackpressurePolicy.RateLimit(9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TORVYN_RUNTIME_STRATEGY                        | tiered  | runtime.strategy                          | \"tiered\"",
                "TORVYN_RUNTIME_MAX_MEMORY_PER_COMPONENT        | 32MiB   | runtime.max_memory_per_component          | \"32MiB\"",
                "TORVYN_RUNTIME_MAX_MEMORY_PER_COMPONENT        | 1048576 | runtime.max_memory_per_component          | \"1MiB\"",
                "TORVYN_RUNTIME_SHUTDOWN_TIMEOUT                | 90s     | runtime.shutdown_timeout                  | \"90s\"",
                "TORVYN_RUNTIME_SCHEDULING_POLICY               | priority | runtime.scheduling.policy                | \"priority\"",
                "TORVYN_RUNTIME_BACKPRESSURE_LOW_WATERMARK_RATIO | 0.25   | runtime.backpressure.low_watermark_ratio  | 0.25",
                "TORVYN_RUNTIME_BACKPRESSURE_LOW_WATERMARK_RATIO | 0      | runtime.backpressure.low_watermark_ratio  | 0.0",
                "TORVYN_RUNTIME_POOLS_SMALL_POOL_SIZE           | 1_000   | runtime.pools.small_pool_size             | 1000",
                "TORVYN_OBSERVABILITY_LEVEL                     | off     | observability.level                       | \"off\"",
                "TORVYN_OBSERVABILITY_METRICS_ENABLED           | false   | observability.metrics_enabled             | false",
                "TORVYN_OBSERVABILITY_HISTOGRAM_BUCKETS         | 10,20   | observability.histogram_buckets           | [10, 20]",
                "TORVYN_OBSERVABILITY_INSPECTION_BIND           | tcp:1   | observability.inspection.bind             | \"tcp:1\"",
                "TORVYN_OBSERVABILITY_INSPECTION_AUTH_TOKEN     | 12345   | observability.inspection.auth_token       | \"(hidden)\"",
                "TORVYN_SECURITY_AUDIT_TARGET                   | stdout  | security.audit_target                     | \"stdout\"",
                "TORVYN_REGISTRY_DEFAULT                        | local:x | registry.default                          | \"local:x\"",
            })
    void aVariableNamesItsKeyInCapitals(String name, String value, String key, String effective) {
        variables.put(name, value);

        Explanation.Value explained = explain().under(key).getFirst();

        assertThat(explained.holds().layer()).isEqualTo(Layer.ENVIRONMENT);
        assertThat(explained.holds().place().orElseThrow()).hasToString(name);
        assertThat(explained.holds().value()).contains(effective);
    }

    @Test
    void variablesForOtherThingsAreNotKeys() throws IOException {
        for (String name : List.of(
                "TORVYN_HOME",
                "TORVYN_LOG",
                "TORVYN_STATE_DIR",
                "TORVYN_REGISTRY_TOKEN",
                "TORVYN_SIGNING_KEY",
                "TORVYN_JAVA_HOME",
                "TORVYN_JAVA_OPTIONS",
                "TORVYN_MY_OWN",
                "RUNTIME_STRATEGY")) {
            variables.put(name, "no value of any key");
        }
        variables.put("TORVYN_RUNTIME_STRATEGY", "");
        Manifest without = new ManifestLoader(Map.<String, String>of()::get).load(project);

        assertThat(load()).isEqualTo(without);
    }

    @Test
    void withoutLayersAProjectIsAloneAndNeedsNoUserFile() throws IOException {
        user("[runtime]\nworker_threads = 1");

        assertThat(new ManifestLoader(Map.<String, String>of()::get)
                        .load(project)
                        .runtime()
                        .workerThreads())
                .isZero();
        Files.delete(user);
        assertThat(load().runtime().workerThreads()).isZero();
    }

    @Test
    void everyValueKnowsWhoSaidItAndWhatElseWasSaid() throws IOException {
        user("[runtime]\nmax_call_depth = 1");
        project("[runtime]\nmax_call_depth = 2");
        variables.put("TORVYN_RUNTIME_MAX_CALL_DEPTH", "3");

        Explanation.Value depth = explain("runtime.max_call_depth=4")
                .under("runtime.max_call_depth")
                .getFirst();

        assertThat(words(depth))
                .containsExactly(
                        "command line --config 4",
                        "environment TORVYN_RUNTIME_MAX_CALL_DEPTH 3",
                        "project Torvyn.toml:6:1 2",
                        "user " + user + ":2:1 1",
                        "default - 5000");
    }

    @Test
    void whatANodeDoesNotSayComesFromAnotherKey() throws IOException {
        project(FLOW + "[flow.main.timeouts]\ncomponent_invocation_timeout = \"9s\"");
        variables.put("TORVYN_RUNTIME_DEFAULT_FUEL_PER_INVOCATION", "7");

        Explanation explanation = explain();

        Explanation.Value fuel =
                explanation.under("flow.main.nodes.a.fuel_budget").getFirst();
        assertThat(fuel.inherited()).contains("runtime.default_fuel_per_invocation");
        assertThat(words(fuel))
                .containsExactly("environment TORVYN_RUNTIME_DEFAULT_FUEL_PER_INVOCATION 7", "default - 0");
        Explanation.Value timeout =
                explanation.under("flow.main.nodes.b.timeout_ms").getFirst();
        assertThat(timeout.inherited()).contains("flow.main.timeouts.component_invocation_timeout");
        assertThat(words(timeout).getFirst()).isEqualTo("project Torvyn.toml:15:1 9000");
        Explanation.Value depth =
                explanation.under("flow.main.edges[0].queue_depth").getFirst();
        assertThat(depth.inherited()).contains("runtime.backpressure.default_queue_depth");
        assertThat(words(depth)).containsExactly("default - 64");
    }

    @Test
    void aTableIsExplainedWholeAndAnUnknownKeyHasANearest() throws IOException {
        assertThat(explain().under("runtime.pools"))
                .extracting(Explanation.Value::key)
                .containsExactly(
                        "runtime.pools.small_pool_size",
                        "runtime.pools.medium_pool_size",
                        "runtime.pools.large_pool_size",
                        "runtime.pools.huge_pool_size",
                        "runtime.pools.exhaustion_policy");
        assertThat(explain().under("runtime.fuel_per_invocation"))
                .extracting(Explanation.Value::key)
                .containsExactly("runtime.default_fuel_per_invocation");
        assertThat(explain().under("runtime.worker_thread")).isEmpty();
        assertThat(explain().nearest("runtime.worker_thread")).contains("runtime.worker_threads");
        assertThat(explain().nearest("runtime.pool")).contains("runtime.pools");
    }

    @Test
    void withoutAProjectTheOtherLayersAreExplained() throws IOException {
        user("[observability]\nlevel = \"off\"");

        Explanation explanation = new ManifestLoader(layers()).explain();

        assertThat(words(explanation.under("observability.level").getFirst()).getFirst())
                .isEqualTo("user " + user + ":2:1 \"off\"");
        assertThat(explanation.under("torvyn")).isEmpty();
    }

    @Test
    void whatHoldsIsAManifestThatSaysTheSame() {
        for (String text : List.of(Manifests.EVERYTHING, Manifests.PIPELINE, Manifests.TORVYN)) {
            Readings readings = new Readings();
            Manifests.loader().parse(Path.of("project", "Torvyn.toml"), text, readings);
            String toml = new Explanation(readings, List.of()).toToml();

            assertThat(withoutPlaces(Manifests.parse(toml)))
                    .as(toml)
                    .isEqualTo(withoutPlaces(Manifests.parse(text)).replace("secret", "(hidden)"));
        }
    }

    @Test
    void mistakesOfAllLayersAreReportedTogetherWhereTheyAre() throws IOException {
        user("[runtime]\nworker_thread = 1\n[torvyn]\nname = \"x\"");
        project("[runtime]\nworker_threads = -1");
        variables.put("TORVYN_RUNTIME_WORKER_THREADS", "many");
        variables.put("TORVYN_OBSERVABILITY_LEVL", "off");

        DiagnosticsException refused = catchThrowableOfType(
                DiagnosticsException.class, () -> load("runtime.strategy=quick", "runtime.stategy=tiered"));

        assertThat(refused.diagnostics())
                .extracting(d -> d.code() + " " + d.locations().getFirst() + " " + d.help())
                .containsExactlyInAnyOrder(
                        "E0004 --config did you mean `runtime.strategy`?",
                        "E0703 --config write for example `--config runtime.strategy=optimized`",
                        "E0707 TORVYN_OBSERVABILITY_LEVL did you mean `TORVYN_OBSERVABILITY_LEVEL`?",
                        "E0703 TORVYN_RUNTIME_WORKER_THREADS write for example `TORVYN_RUNTIME_WORKER_THREADS=0`",
                        "E0703 Torvyn.toml:6:18 write for example `worker_threads = 0`",
                        "E0707 " + user + ":2:1 did you mean `worker_threads`?",
                        "E0707 " + user
                                + ":3:1 move it to Torvyn.toml; known here: runtime, observability, security, registry");
        Diagnostic variable = refused.diagnostics().stream()
                .filter(d -> d.locations().getFirst().file().endsWith("THREADS"))
                .findFirst()
                .orElseThrow();
        assertThat(variable.locations().getFirst().source()).isEqualTo("TORVYN_RUNTIME_WORKER_THREADS=many");
        assertThat(variable.locations().getFirst().column()).isEqualTo("TORVYN_RUNTIME_WORKER_THREADS=".length() + 1);
        assertThat(variable.keyPath()).isEqualTo("runtime.worker_threads");
    }

    @Test
    void aMistakeThatAHigherLayerHidesIsReportedAllTheSame() throws IOException {
        user("[runtime]\nworker_threads = \"two\"");
        project("[runtime]\nworker_threads = 2");

        assertThat(catchThrowableOfType(DiagnosticsException.class, this::load).diagnostics())
                .extracting(d -> d.code() + " " + d.locations().getFirst())
                .containsExactly("E0703 " + user + ":2:18");
    }

    @Test
    void aKeyThatNothingActsOnYetIsSaid() throws IOException {
        user("[observability]\ntracing_exporter = \"stdout\"");
        project("[test]\ntimeout_seconds = 1\n[observability]\nmetrics_enabled = false\nprometheus_enabled = true");
        variables.put("TORVYN_RUNTIME_WORKER_THREADS", "1");

        assertThat(load().warnings())
                .extracting(d -> d.locations().getFirst() + " " + d.message())
                .containsExactly(
                        "TORVYN_RUNTIME_WORKER_THREADS `runtime.worker_threads` is understood, and has no effect in"
                                + " this version of Torvyn",
                        "Torvyn.toml:6:1 `test.timeout_seconds` is understood, and has no effect in this version of"
                                + " Torvyn",
                        "Torvyn.toml:9:1 `observability.prometheus_enabled` is understood, and has no effect in this"
                                + " version of Torvyn");
    }

    @Test
    void idleKeysAreKeys() {
        Readings readings = new Readings();
        Manifests.loader().parse(Path.of("project", "Torvyn.toml"), Manifests.EVERYTHING, readings);

        assertThat(readings.all()).extracting(Reading::key).containsAll(IdleKeys.ALL);
        assertThat(load().runtime().shutdownTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    /** A manifest as text, without what depends on where its parts stand. */
    private static String withoutPlaces(Manifest manifest) {
        return new Manifest(
                        manifest.file(),
                        manifest.directory(),
                        manifest.project(),
                        manifest.components(),
                        manifest.capabilities(),
                        manifest.build(),
                        manifest.test(),
                        manifest.registry(),
                        manifest.flows(),
                        manifest.runtime(),
                        manifest.observability(),
                        manifest.security(),
                        List.of())
                .toString()
                .replaceAll("[pP]osition=Torvyn.toml:\\d+:\\d+", "position");
    }

    private static List<String> words(Explanation.Value value) {
        List<Explanation.Word> words = new ArrayList<>(List.of(value.holds()));
        words.addAll(value.overridden());
        return words.stream()
                .map(word -> word.layer() + " "
                        + word.place().map(Diagnostic.Location::toString).orElse("-") + " "
                        + word.value().orElse(""))
                .toList();
    }

    private static List<String> granted(Manifest manifest, String node) {
        return manifest.security().grants().get(node).capabilities().stream()
                .map(SecuritySettings.Grant::capability)
                .toList();
    }

    private Layers layers(String... options) {
        return new Layers(Optional.of(user), variables, List.of(options));
    }

    private Manifest load(String... options) {
        return new ManifestLoader(layers(options)).load(project);
    }

    private Explanation explain(String... options) {
        return new ManifestLoader(layers(options)).explain(project);
    }

    private void user(String text) throws IOException {
        Files.writeString(user, text);
    }

    private void project(String text) throws IOException {
        Files.writeString(project, Manifests.TORVYN + text);
    }
}
