package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.FlowPriority;
import io.torvyn.config.Manifest;
import io.torvyn.config.Parallelism;
import io.torvyn.config.SchedulingKind;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.guests.Guests;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.StageReport;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a manifest can say of a flow, a node and an edge can be said in code, with the same effect. */
@Timeout(60)
class FlowBuilderTest {
    private static final CompiledComponentCache COMPILED = CompiledComponentCache.inMemory();

    @TempDir
    private Path directory;

    private final TorvynHost host = TorvynHost.builder().cache(COMPILED).build();
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void nothingIsLeft() {
        host.close();
        assertThat(host.liveBuffers()).isZero();
    }

    private static List<FlowElement> numbered(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> FlowElement.ofText(Integer.toString(n)))
                .toList();
    }

    private static StageReport stage(FlowOutcome outcome, String name) {
        return outcome.stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static FlowAssembly assembly(FlowBuilder flow, Manifest manifest) {
        return new FlowAssembly(flow, manifest, System.getLogger(FlowLog.NAME));
    }

    private FlowOutcome run(FlowBuilder flow) throws InterruptedException {
        try (RunningFlow running = host.start(flow)) {
            return running.await();
        }
    }

    /** A component that does at its {@code at}th element what {@code fault} names, between a list and {@link #out}. */
    private FlowBuilder faulty(int elements, String fault, int at, Consumer<FlowBuilder.Node> said) {
        return FlowBuilder.named("faulty")
                .source("in", numbered(elements))
                .component("faulty", Guests.bytes("faulty"), node -> {
                    node.config("{\"fault\": \"%s\", \"at\": %d}".formatted(fault, at));
                    said.accept(node);
                })
                .sink("out", element -> out.add(element.text()));
    }

    @Test
    void everyKeyOfAManifestsFlowHasItsMethod() {
        Manifest manifest = new Project(directory).more("""
                [[component]]
                name = "shout"
                path = "shout"
                config = "loud"

                [flow.all]
                description = "everything"
                scheduling_policy = "priority"
                priority = "critical"
                default_queue_depth = 7
                error_policy = { kind = "retry", max_retries = 3, backoff = "5ms" }

                [flow.all.backpressure]
                backpressure_policy = "rate-limit"
                max_elements_per_second = 100
                low_watermark_ratio = 0.25

                [flow.all.timeouts]
                flow_deadline = "1m"
                component_invocation_timeout = "2s"
                drain_timeout = "3s"
                cooperative_cancel_timeout = "4s"

                [flow.all.nodes.in]
                component = "native:generator"
                interface = "torvyn:streaming/source"
                config = '{"count": 3}'
                error_policy = "log"

                [flow.all.nodes.shout]
                component = "shout"
                interface = "torvyn:streaming/processor@0.1.0"
                fuel_budget = 1000
                max_memory = "1MiB"
                priority = 9
                timeout_ms = 250
                error_policy = { kind = "dead-letter", sink = "letters" }
                restart = { max = 2, window = "30s" }
                parallelism = "stage"
                instances = 4

                [flow.all.nodes.out]
                component = "native:print"
                interface = "torvyn:streaming/sink"

                [flow.all.nodes.letters]
                component = "native:print"
                interface = "torvyn:streaming/sink"
                error_policy = "skip"

                [[flow.all.edges]]
                from = "in"
                to = "shout"

                [[flow.all.edges]]
                from = "shout:output"
                to = "out:input"
                queue_depth = 2
                backpressure = { backpressure_policy = "drop-oldest", low_watermark_ratio = 0.0 }
                """).manifest();
        FlowBuilder all = FlowBuilder.named("all")
                .description("everything")
                .scheduling(SchedulingKind.PRIORITY)
                .priority(FlowPriority.CRITICAL)
                .onError(new ErrorPolicy.Retry(3, Duration.ofMillis(5)))
                .queues(queue -> queue.depth(7)
                        .whenFull(new BackpressurePolicy.RateLimit(100))
                        .lowWatermark(0.25))
                .deadline(Duration.ofMinutes(1))
                .callTimeout(Duration.ofSeconds(2))
                .drainTimeout(Duration.ofSeconds(3))
                .cancelTimeout(Duration.ofSeconds(4))
                .stage("in", ComponentRole.SOURCE, "generator", node -> node.config("{\"count\": 3}")
                        .onError(new ErrorPolicy.Log()))
                .component("shout", "shout", node -> node.contract("torvyn:streaming/processor@0.1.0")
                        .fuel(1000)
                        .maxMemory(1 << 20)
                        .priority(9)
                        .timeout(Duration.ofMillis(250))
                        .onError(new ErrorPolicy.DeadLetter("letters", 7))
                        .restart(2, Duration.ofSeconds(30))
                        .parallelism(Parallelism.STAGE)
                        .instances(4))
                .stage("out", ComponentRole.SINK, "print", _ -> {})
                .stage("letters", ComponentRole.SINK, "print", node -> node.onError(new ErrorPolicy.Skip()))
                .edge("in", "shout")
                .edge("shout:output", "out", queue -> queue.depth(2)
                        .whenFull(new BackpressurePolicy.DropOldest())
                        .lowWatermark(0));

        assertThat(assembly(all, manifest).definition())
                .usingRecursiveComparison()
                .ignoringFieldsOfTypes(Diagnostic.Location.class)
                .isEqualTo(manifest.flow("all").orElseThrow());
    }

    @Test
    void aComponentThatIsFinishedIsReplacedAsOftenAsItMay() throws Exception {
        FlowOutcome outcome = run(faulty(10, "unreachable", 3, node -> node.restart(3, Duration.ofMinutes(1))));
        assertThat(outcome.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "4", "5", "7", "8", "10");
        assertThat(stage(outcome, "faulty").restarts()).isEqualTo(3);
        assertThat(outcome.lost()).isEqualTo(3);
    }

    @Test
    void severalInstancesShareTheWorkInOrder() throws Exception {
        FlowBuilder one = FlowBuilder.named("sharing")
                .source("in", numbered(300))
                .component("copy", Guests.bytes("copy"))
                .sink("out", element -> out.add(element.text()));
        long memory = stage(run(one), "copy").memoryBytes();
        List<String> inOrder = List.copyOf(out);
        out.clear();

        FlowOutcome outcome = run(one.settings("copy", node -> node.instances(3)));
        assertThat(out).hasSize(300).isEqualTo(inOrder);
        assertThat(stage(outcome, "copy").memoryBytes()).isEqualTo(3 * memory);
        out.clear();

        run(one.settings("copy", node -> node.instances(1).parallelism(Parallelism.STAGE)));
        assertThat(out).isEqualTo(inOrder);
    }

    @Test
    void onlyComponentsAreRestarted() {
        FlowBuilder wrong = FlowBuilder.named("wrong")
                .source("in", numbered(1))
                .sink("out", _ -> {})
                .settings("in", node -> node.restart(1, Duration.ofMinutes(1)));
        assertThatThrownBy(() -> host.start(wrong))
                .isInstanceOfSatisfying(DiagnosticsException.class, e -> assertThat(e.diagnostics())
                        .extracting(Diagnostic::code)
                        .containsExactly(ErrorCode.SEMANTIC_ERROR));
    }

    @Test
    void theFlowsErrorPolicyHoldsForEveryNodeThatSaysNothingElse() throws Exception {
        FlowOutcome skipping = run(faulty(5, "internal", 3, _ -> {}).onError(new ErrorPolicy.Skip()));
        assertThat(skipping.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "4", "5");

        FlowOutcome failing = run(faulty(5, "internal", 3, node -> node.onError(new ErrorPolicy.FailFast()))
                .onError(new ErrorPolicy.Skip()));
        assertThat(failing.failure().map(Failure::code)).contains(ErrorCode.COMPONENT_ERROR);
    }

    /** The sink inherits the policy, too, and would send to itself. */
    @Test
    void theFlowsDeadLettersGoToOneSink() throws Exception {
        FlowBuilder careful = faulty(5, "invalid-input", 3, _ -> {})
                .sink("letters", letter -> out.add(letter.contentType()))
                .edge("in", "faulty")
                .edge("faulty", "out")
                .onError(new ErrorPolicy.DeadLetter("letters", 8));
        FlowOutcome outcome = run(careful);
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.deadLettered()).isOne();
        assertThat(out).containsExactlyInAnyOrder("1", "2", "4", "5", "application/vnd.torvyn.dead-letter+json");
    }

    @Test
    void theFlowsLimitOfACallHoldsForEveryComponentThatSaysNothingElse() throws Exception {
        FlowOutcome outcome = run(faulty(5, "spin", 3, _ -> {}).callTimeout(Duration.ofMillis(150)));
        assertThat(outcome.failure().orElseThrow().text()).contains("[E0811]", "150ms");

        FlowOutcome own = run(faulty(5, "spin", 3, node -> node.timeout(Duration.ofMillis(120)))
                .callTimeout(Duration.ofMinutes(1)));
        assertThat(own.failure().orElseThrow().text()).contains("[E0811]", "120ms");
    }

    @Test
    void fuelAndMemoryAreLimitedNodeByNode() throws Exception {
        FlowOutcome starved = run(faulty(5, "spin", 3, node -> node.fuel(100_000)));
        assertThat(starved.failure().map(Failure::code)).contains(ErrorCode.FUEL_EXHAUSTED);

        String toFourMiB = "{\"fault\": \"grow\", \"at\": 3, \"pages\": 64}";
        assertThat(run(faulty(5, "grow", 3, node -> node.config(toFourMiB))).failure())
                .isEmpty();
        FlowOutcome cramped =
                run(faulty(5, "grow", 3, node -> node.config(toFourMiB).maxMemory(2 << 20)));
        assertThat(cramped.failure().orElseThrow().message()).contains("memory.grow was refused");
    }

    /** A call that would come to its end is not waited for. */
    @Test
    void theCallUnderWayMayGoOnAsLongAsTheCancelTimeout() throws Exception {
        FlowBuilder slow = FlowBuilder.named("slow")
                .source("in", numbered(1))
                .component("slow", Guests.bytes("slow"), node -> node.config("{\"spin_iterations\": 200000000}")
                        .timeout(Duration.ofMinutes(1)))
                .sink("out", element -> out.add(element.text()))
                .cancelTimeout(Duration.ofMillis(1));
        try (RunningFlow flow = host.start(slow)) {
            while (stage(flow, "slow").invocations() == 0) {
                Thread.onSpinWait();
            }
            flow.cancel("enough");
            assertThat(flow.await().elements()).isZero();
        }
        assertThat(out).isEmpty();
    }

    private static StageReport stage(RunningFlow flow, String name) {
        return flow.status().stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The source runs as long as it may: its queue fills to the last place before the sink has its turn. */
    @Test
    void theSchedulingPolicyDecidesWhichStageRunsNext() throws Exception {
        FlowBuilder filling = FlowBuilder.named("filling")
                .source("in", numbered(500))
                .sink("out", element -> out.add(element.text()))
                .settings("in", node -> node.priority(10))
                .settings("out", node -> node.priority(1))
                .queues(queue -> queue.depth(200));
        assertThat(run(filling.scheduling(SchedulingKind.PRIORITY)).streams())
                .singleElement()
                .satisfies(stream -> assertThat(stream.peakDepth()).isEqualTo(200));
        assertThat(run(filling.scheduling(SchedulingKind.ROUND_ROBIN)).streams())
                .singleElement()
                .satisfies(stream -> assertThat(stream.peakDepth()).isLessThan(200));
    }

    @Test
    void aComponentOfTheManifestGoesByItsName() throws Exception {
        Files.createDirectories(directory.resolve("shout"));
        Files.write(directory.resolve("shout").resolve("shout.wasm"), Guests.bytes("upper"));
        Project project = new Project(directory).more("""
                [[component]]
                name = "shout"
                path = "shout"
                """);
        FlowBuilder shouting = FlowBuilder.named("shouting")
                .source("in", List.of(FlowElement.ofText("hello")))
                .component("upper", "shout")
                .sink("out", element -> out.add(element.text()));
        try (TorvynHost ofManifest = project.host().build();
                RunningFlow flow = ofManifest.start(shouting)) {
            flow.awaitCompletion();
        }
        assertThat(out).containsExactly("HELLO");
        try (TorvynHost ofManifest = project.host().build()) {
            assertThatThrownBy(() -> ofManifest.start(FlowBuilder.named("wrong")
                            .source("in", numbered(1))
                            .component("upper", "shoot", _ -> {})
                            .sink("out", _ -> {})))
                    .hasMessageContaining("the component 'shoot' of node 'upper' is not there")
                    .hasMessageContaining("Did you mean 'shout'?");
        }
    }

    @Test
    void aContractThatThisBuildDoesNotHaveIsRefused() {
        assertThatThrownBy(
                        () -> run(faulty(1, "internal", 3, node -> node.contract("torvyn:streaming/processor@7.0.0"))))
                .hasMessageContaining("E0208");
        assertThatThrownBy(() -> run(faulty(1, "internal", 3, node -> node.contract("torvyn:streaming/porcessor"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no interface of a stage");
    }

    @Test
    void settingsOfANodeThatIsNotThereAreRefused() {
        FlowBuilder wrong = FlowBuilder.named("wrong")
                .source("in", numbered(1))
                .sink("letters", _ -> {})
                .settings("leters", node -> node.onError(new ErrorPolicy.Skip()));
        assertThatThrownBy(() -> host.start(wrong))
                .hasMessageContaining("E0205")
                .hasMessageContaining("settings are given for `leters`, which is no node of this flow")
                .hasMessageContaining("did you mean `letters`?");
    }

    @Test
    void whatIsSaidOfAManifestsFlowHoldsForItsNodesAndForNewOnes() {
        Manifest manifest = new Project(directory)
                .flow("main", "error_policy = \"skip\"\ntimeouts = { component_invocation_timeout = \"2s\" }")
                .source("native:stdin", "")
                .processor("upper", "")
                .more("timeout_ms = 70\nerror_policy = \"log\"")
                .sink("native:stdout", "")
                .manifest();
        FlowBuilder main = FlowBuilder.of(manifest.flow("main").orElseThrow())
                .sink("more", _ -> {})
                .edge("upper", "more");
        FlowDefinition inherited = assembly(main, manifest).definition();
        assertThat(inherited.node("more").orElseThrow().errorPolicy()).isEqualTo(new ErrorPolicy.Skip());
        assertThat(inherited.node("more").orElseThrow().timeout()).hasSeconds(2);

        FlowDefinition changed = assembly(
                        main.onError(new ErrorPolicy.FailFast()).callTimeout(Duration.ofSeconds(9)), manifest)
                .definition();
        assertThat(changed.nodes())
                .extracting(node -> node.name() + " " + node.errorPolicy() + " " + node.timeout())
                .containsExactly(
                        "source FailFast[] PT9S",
                        "upper Log[] PT0.07S",
                        "sink FailFast[] PT9S",
                        "more FailFast[] PT9S");
    }

    @Test
    void valuesOutOfRangeAreRefusedWhereTheyAreSaid() {
        FlowBuilder flow = FlowBuilder.named("flow").source("in", numbered(1));
        List<Runnable> wrong = List.of(
                () -> flow.settings("in", node -> node.priority(11)),
                () -> flow.settings("in", node -> node.fuel(-1)),
                () -> flow.settings("in", node -> node.instances(0)),
                () -> flow.settings("in", node -> node.maxMemory(0)),
                () -> flow.settings("in", node -> node.timeout(Duration.ZERO)),
                () -> flow.settings("in", node -> node.restart(0, Duration.ofSeconds(1))),
                () -> flow.settings("in", node -> node.restart(1, Duration.ZERO)),
                () -> flow.queues(queue -> queue.depth(0)),
                () -> flow.queues(queue -> queue.depth((1 << 20) + 1)),
                () -> flow.queues(queue -> queue.lowWatermark(1)),
                () -> flow.deadline(Duration.ZERO),
                () -> flow.callTimeout(Duration.ofMillis(-1)),
                () -> flow.drainTimeout(Duration.ZERO),
                () -> flow.cancelTimeout(Duration.ZERO),
                () -> flow.limit(-1),
                () -> flow.onError(new ErrorPolicy.Retry(0, Duration.ofMillis(1))),
                () -> flow.onError(new ErrorPolicy.DeadLetter("in", 0)),
                () -> flow.sink("in:put", _ -> {}));
        assertThat(wrong)
                .allSatisfy(saying -> assertThatThrownBy(saying::run).isInstanceOf(IllegalArgumentException.class));
        assertThat(assembly(flow.sink("out", _ -> {}), Manifest.none())
                        .definition()
                        .nodes())
                .hasSize(2);
    }

    @Test
    void aLimitOfZeroElementsIsAnEnd() throws Exception {
        FlowOutcome outcome = run(faulty(3, "internal", 9, _ -> {}).limit(0));
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(out).isEmpty();
    }
}
