package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.ObservabilityLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final Path PROJECT = Path.of("project");

    private final Manifest pipeline = Manifests.parse(Manifests.PIPELINE);
    private final FlowDefinition main = pipeline.flow("main").orElseThrow();
    private final Manifest everything = Manifests.parse(Manifests.EVERYTHING);
    private final FlowDefinition all = everything.flow("flow.main").orElseThrow();

    @Test
    void aMinimalManifestGetsEveryDefault() {
        Manifest manifest = Manifests.parse(Manifests.TORVYN);

        assertThat(manifest.project()).isEqualTo(new Project("weather", "0.1.0", "0.1.0", "", List.of(), "", ""));
        assertThat(manifest.components()).isEmpty();
        assertThat(manifest.flows()).isEmpty();
        assertThat(manifest.capabilities())
                .isEqualTo(new CapabilitySettings(List.of(), List.of(), 16 << 20, 16 << 20, "default"));
        assertThat(manifest.build()).isEqualTo(new BuildSettings(true, "wasm32-wasip2", List.of()));
        assertThat(manifest.test()).isEqualTo(new TestSettings(Duration.ofMinutes(1), "tests/fixtures"));
        assertThat(manifest.registry().defaultRegistry()).isEmpty();
        assertThat(manifest.runtime())
                .isEqualTo(new RuntimeSettings(
                        0,
                        16 << 20,
                        0,
                        10_000,
                        5000,
                        CompilationStrategy.OPTIMIZED,
                        1 << 30,
                        Optional.empty(),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        SchedulingKind.WEIGHTED_FAIR,
                        5,
                        new QueueSettings(64, new BackpressurePolicy.BlockProducer(), 0.5),
                        new RuntimeSettings.Pools(4096, 1024, 256, 32, RuntimeSettings.Exhaustion.FALLBACK_ALLOC)));
        assertThat(manifest.observability())
                .isEqualTo(new ObservabilitySettings(
                        ObservabilityLevel.PRODUCTION,
                        new ObservabilitySettings.Tracing(
                                true,
                                ObservabilitySettings.TraceExporter.STDOUT,
                                "",
                                0.01,
                                true,
                                Duration.ofMillis(10),
                                64),
                        new ObservabilitySettings.Metrics(
                                true,
                                ObservabilitySettings.MetricsExporter.NONE,
                                "127.0.0.1:9090",
                                true,
                                false,
                                Duration.ofSeconds(15),
                                8192,
                                List.of()),
                        new ObservabilitySettings.Export(512, Duration.ofSeconds(5)),
                        new ObservabilitySettings.Inspection(
                                true, new ObservabilitySettings.Bind.UnixSocket(Optional.empty()), Optional.empty())));
        assertThat(manifest.security().defaultPolicy()).isEqualTo(SecuritySettings.CapabilityPolicy.DENY_ALL);
        assertThat(manifest.security().auditEnabled()).isTrue();
        assertThat(manifest.security().auditTarget()).isEqualTo(SecuritySettings.AuditTarget.FILE);
        assertThat(manifest.security().signatures()).isEmpty();
        assertThat(manifest.security().grants()).isEmpty();
        assertThat(manifest.warnings()).isEmpty();
    }

    @Test
    void aNodeHasItsOwnValuesOverTheFlowsOverTheRuntimes() {
        NodeDefinition celsius = main.node("celsius").orElseThrow();
        assertThat(celsius.fuel()).isEqualTo(2_000_000);
        assertThat(celsius.maxMemory()).isEqualTo(1 << 20);
        assertThat(celsius.priority()).isEqualTo(9);
        assertThat(celsius.timeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(celsius.errorPolicy()).isEqualTo(new ErrorPolicy.Retry(3, Duration.ofMillis(50)));
        assertThat(celsius.restart()).contains(new RestartPolicy(2, Duration.ofMinutes(1)));

        NodeDefinition in = all.node("in").orElseThrow();
        assertThat(in.fuel()).isEqualTo(5000);
        assertThat(in.maxMemory()).isEqualTo(32 << 20);
        assertThat(in.priority()).isEqualTo(3);
        assertThat(in.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(in.errorPolicy())
                .isEqualTo(new ErrorPolicy.DeadLetter("letters", all.queue().depth()));
        assertThat(in.restart()).isEmpty();
    }

    /** Else whoever sends all letters to one sink would have that sink send letters to itself. */
    @Test
    void theSinkForAFlowsDeadLettersDoesNotInheritThem() {
        FlowDefinition flow = Manifests.loader()
                .parse(Path.of("project", "Torvyn.toml"), Manifests.TORVYN + """
                        [flow.main]
                        default_queue_depth = 9
                        error_policy = { kind = "dead-letter", sink = "b" }
                        [flow.main.nodes.a]
                        component = "native:stdin"
                        interface = "torvyn:streaming/source"
                        [flow.main.nodes.b]
                        component = "native:stdout"
                        interface = "torvyn:streaming/sink"
                        [[flow.main.edges]]
                        from = "a"
                        to = "b"
                        """, new Readings())
                .flow("main")
                .orElseThrow();
        assertThat(flow.node("a").orElseThrow().errorPolicy()).isEqualTo(new ErrorPolicy.DeadLetter("b", 9));
        assertThat(flow.node("b").orElseThrow().errorPolicy()).isEqualTo(new ErrorPolicy.FailFast());
    }

    @Test
    void anEdgeHasItsOwnValuesOverTheFlowsOverTheRuntimes() {
        assertThat(main.edges().getFirst().queue())
                .isEqualTo(new QueueSettings(32, new BackpressurePolicy.BlockProducer(), 0.5));
        assertThat(main.edges().getLast().queue())
                .isEqualTo(new QueueSettings(8, new BackpressurePolicy.DropOldest(), 0.5));
        assertThat(all.edges().getFirst().queue()).isEqualTo(new QueueSettings(7, new BackpressurePolicy.Fail(), 0.25));
        assertThat(everything.flow("second").orElseThrow().queue())
                .isEqualTo(new QueueSettings(16, new BackpressurePolicy.BlockProducer(), 0.0));
    }

    @Test
    void anEdgeNamedAfterItsNodesChangesTheEdgeThatItNames() {
        EdgeDefinition changed = all.edges().get(2);

        assertThat(changed.from()).hasToString("upper:output");
        assertThat(changed.queue()).isEqualTo(new QueueSettings(3, new BackpressurePolicy.RateLimit(100), 0.25));
        assertThat(all.edges().get(3).queue().depth()).isEqualTo(7);
    }

    @Test
    void aFlowWithoutAListOfEdgesNamesThemAfterTheirNodes() {
        EdgeDefinition edge = everything.flow("second").orElseThrow().edges().getFirst();

        assertThat(edge.from()).hasToString("a:output");
        assertThat(edge.to()).hasToString("b:input");
        assertThat(edge.queue().depth()).isEqualTo(2);
    }

    @Test
    void portsHaveTheirUsualNamesUnlessARouterNamesThem() {
        assertThat(all.edges())
                .extracting(e -> e.from() + " > " + e.to())
                .containsExactly(
                        "in:output > route:input",
                        "route:default > upper:input",
                        "upper:output > out:input",
                        "route:rest > out:input");
    }

    @Test
    void aNodesConfigIsItsOwnElseItsComponentsElseNone() {
        assertThat(main.node("probe").orElseThrow().config()).contains("{\"station\": \"LOWI\"}");
        assertThat(main.node("celsius").orElseThrow().config()).isEmpty();
        Manifest without =
                Manifests.parse(Manifests.PIPELINE.replace("config = '{\"station\": \"${STATION}\"}'\n", ""));
        assertThat(without.flow("main")
                        .orElseThrow()
                        .node("probe")
                        .orElseThrow()
                        .config())
                .contains("every minute");
    }

    @Test
    void aComponentIsOfTheProjectOrAFileOrNativeOrInARegistry() {
        assertThat(all.nodes())
                .extracting(NodeDefinition::component)
                .containsExactly(
                        new ComponentReference.Native("stdin"),
                        new ComponentReference.File(
                                "file://routers/route.bin",
                                PROJECT.resolve("routers").resolve("route.bin")),
                        new ComponentReference.Oci("registry.example.org/upper:1.0.0"),
                        new ComponentReference.File(
                                "lib/out.wasm", PROJECT.resolve("lib").resolve("out.wasm")),
                        new ComponentReference.Native("file"));
        assertThat(main.nodes().getFirst().component()).isEqualTo(new ComponentReference.Named("probe"));
    }

    @Test
    void aRoleFollowsFromTheInterface() {
        assertThat(all.nodes())
                .extracting(NodeDefinition::role)
                .containsExactly(
                        ComponentRole.SOURCE,
                        ComponentRole.ROUTER,
                        ComponentRole.PROCESSOR,
                        ComponentRole.SINK,
                        ComponentRole.SINK);
        assertThat(all.node("route").orElseThrow().stageInterface().name()).isEqualTo("torvyn:filtering/router");
    }

    @Test
    void anArtifactIsLookedForInTheBuildFolderThenBesideItsSources() {
        assertThat(pipeline.artifactPlaces(main.node("probe").orElseThrow()))
                .containsExactly(
                        PROJECT.resolve(".torvyn").resolve("build").resolve("probe.wasm"),
                        PROJECT.resolve("components").resolve("probe").resolve("probe.wasm"));
        assertThat(pipeline.artifactPlaces(main.node("report").orElseThrow()))
                .containsExactly(PROJECT.resolve("prebuilt").resolve("report.wasm"));
        assertThat(everything.artifactPlaces(all.node("in").orElseThrow())).isEmpty();
        NodeDefinition whole = everything.flow("second").orElseThrow().node("b").orElseThrow();
        assertThat(everything.artifactPlaces(whole))
                .containsExactly(
                        PROJECT.resolve(".torvyn").resolve("build").resolve("everything.wasm"),
                        PROJECT.resolve("everything.wasm"));
    }

    @Test
    void theGrantsOfANodeWinOverThoseOfItsComponent() {
        NodeDefinition report = main.node("report").orElseThrow();
        String renamed = Manifests.PIPELINE
                .replace("nodes.report]", "nodes.printer]")
                .replace("to = \"report\"", "to = \"printer\"");
        Manifest both = Manifests.parse(renamed + "[security.grants.printer]\ncapabilities = [\"stdio:stderr\"]\n");
        NodeDefinition printer = both.flow("main").orElseThrow().node("printer").orElseThrow();

        assertThat(pipeline.security().grantsFor(report))
                .extracting(SecuritySettings.Grant::capability)
                .containsExactly("stdio:stdout");
        assertThat(both.security().grantsFor(printer))
                .extracting(SecuritySettings.Grant::capability)
                .containsExactly("stdio:stderr");
        assertThat(pipeline.security().grantsFor(main.node("probe").orElseThrow()))
                .isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        assertThat(everything.project())
                .isEqualTo(new Project(
                        "everything",
                        "1.2.3-beta.1+build.5",
                        "0.1.0",
                        "all keys",
                        List.of("A", "B"),
                        "Apache-2.0 WITH LLVM-exception",
                        "https://example.org/everything"));
        assertThat(everything.capabilities().required())
                .extracting(CapabilitySettings.Declaration::name, CapabilitySettings.Declaration::used)
                .containsExactly(tuple("wasi-clocks", true), tuple("filesystem:read:/data", false));
        assertThat(everything.capabilities().maxBufferSize()).isEqualTo(64 << 10);
        assertThat(everything.capabilities().maxMemory()).isEqualTo(1 << 20);
        assertThat(everything.capabilities().bufferPool()).isEqualTo("large");
        assertThat(everything.build()).isEqualTo(new BuildSettings(false, "wasm32-wasip1", List.of("--locked")));
        assertThat(everything.test()).isEqualTo(new TestSettings(Duration.ofSeconds(5), "fixtures"));
        assertThat(everything.registry().defaultRegistry()).contains("local:.torvyn/registry");
        assertThat(all.scheduling()).isEqualTo(SchedulingKind.PRIORITY);
        assertThat(all.priority()).isEqualTo(FlowPriority.HIGH);
        assertThat(all.timeouts())
                .isEqualTo(new FlowTimeouts(
                        Optional.of(Duration.ofMinutes(90)),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(400)));
        NodeDefinition upper = all.node("upper").orElseThrow();
        assertThat(upper.errorPolicy()).isEqualTo(new ErrorPolicy.Skip());
        assertThat(upper.parallelism()).isEqualTo(Parallelism.STAGE);
        assertThat(upper.instances()).isEqualTo(4);
        assertThat(everything.runtime())
                .isEqualTo(new RuntimeSettings(
                        2,
                        32 << 20,
                        5000,
                        20_000,
                        700,
                        CompilationStrategy.TIERED,
                        64 << 20,
                        Optional.of(".torvyn/cache"),
                        Duration.ofMillis(100),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(10),
                        SchedulingKind.ROUND_ROBIN,
                        3,
                        new QueueSettings(16, new BackpressurePolicy.BlockProducer(), 0.0),
                        new RuntimeSettings.Pools(1, 2, 3, 0, RuntimeSettings.Exhaustion.ERROR)));
        assertThat(everything.observability())
                .isEqualTo(new ObservabilitySettings(
                        ObservabilityLevel.DIAGNOSTIC,
                        new ObservabilitySettings.Tracing(
                                false,
                                ObservabilitySettings.TraceExporter.OTLP_HTTP,
                                "http://localhost:4318",
                                1.0,
                                false,
                                Duration.ZERO,
                                8),
                        new ObservabilitySettings.Metrics(
                                false,
                                ObservabilitySettings.MetricsExporter.PROMETHEUS,
                                "localhost:9999",
                                false,
                                true,
                                Duration.ofSeconds(7),
                                16,
                                List.of(100L, 1000L)),
                        new ObservabilitySettings.Export(1, Duration.ofMillis(2)),
                        new ObservabilitySettings.Inspection(
                                false, new ObservabilitySettings.Bind.Tcp(9091), Optional.of("secret"))));
        assertThat(everything.security().defaultPolicy()).isEqualTo(SecuritySettings.CapabilityPolicy.ALLOW_ALL);
        assertThat(everything.security().auditEnabled()).isFalse();
        assertThat(everything.security().auditTarget()).isEqualTo(SecuritySettings.AuditTarget.STDOUT);
        assertThat(everything.security().signatures()).contains(SecuritySettings.SignaturePolicy.REJECT);
    }

    @Test
    void capabilitiesMayBeListedAndMarkedAsOptional() {
        CapabilitySettings capabilities = Manifests.parse(Manifests.TORVYN
                        + "[capabilities]\nrequired = [\"stdio:stdout\", \"?clock:wall\"]\n"
                        + "optional = [\"random:crypto\", \"?wasi-clocks\"]")
                .capabilities();

        assertThat(capabilities.required())
                .extracting(CapabilitySettings.Declaration::name)
                .containsExactly("stdio:stdout");
        assertThat(capabilities.optional())
                .extracting(CapabilitySettings.Declaration::name)
                .containsExactly("clock:wall", "random:crypto", "wasi-clocks");
        assertThat(capabilities.required().getFirst().position()).hasToString("Torvyn.toml:6:13");
    }

    @Test
    void positionsAreThoseOfTheText() {
        NodeDefinition probe = main.node("probe").orElseThrow();

        assertThat(probe.position()).hasToString("Torvyn.toml:26:1");
        assertThat(probe.componentPosition())
                .isEqualTo(new Diagnostic.Location("Torvyn.toml", 27, 13, 7, "component = \"probe\""));
        assertThat(probe.interfacePosition()).hasToString("Torvyn.toml:28:13");
        assertThat(main.edges().getFirst().position()).hasToString("Torvyn.toml:45:1");
    }

    @Test
    void theTableOfTheFirstDaysNamesAProjectToo() {
        Manifest manifest = Manifests.parse("[component]\nname = \"celsius\"\nversion = \"1.0.0\"\n");

        assertThat(manifest.project().name()).isEqualTo("celsius");
        assertThat(manifest.project().contractVersion()).isEqualTo("0.1.0");
        assertThat(manifest.component("celsius")).isPresent();
        assertThat(Manifests.parse(Manifests.TORVYN + "[component]\nname = \"other\"\nversion = \"2.0.0\"\n")
                        .project()
                        .name())
                .isEqualTo("weather");
    }

    @Test
    void aGrantToNobodyIsAWarning() {
        Manifest manifest = Manifests.parse(Manifests.PIPELINE + "[security.grants.reprot]\ncapabilities = []\n");

        Diagnostic warning = manifest.warnings().getFirst();
        assertThat(warning.level()).isEqualTo(Diagnostic.Level.WARNING);
        assertThat(warning.code()).isEqualTo(ErrorCode.SEMANTIC_ERROR);
        assertThat(warning.locations().getFirst()).hasToString("Torvyn.toml:57:1");
        assertThat(warning.help()).isEqualTo("did you mean `report`?");
    }

    @Test
    void aChangedNodeTakesThePlaceOfTheOldOne() {
        NodeDefinition source = main.node("probe")
                .orElseThrow()
                .withComponent(new ComponentReference.Native("file"))
                .withConfig("{\"path\":\"some.log\"}");
        FlowDefinition changed =
                pipeline.withFlow(main.withNode(source)).flow("main").orElseThrow();

        assertThat(changed.nodes()).extracting(NodeDefinition::name).containsExactly("probe", "celsius", "report");
        assertThat(changed.node("probe")).contains(source);
        assertThat(source.role()).isEqualTo(ComponentRole.SOURCE);
    }
}
