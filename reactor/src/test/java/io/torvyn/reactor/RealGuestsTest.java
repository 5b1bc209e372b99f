package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.Imports;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInstance;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.FlowContext;
import io.torvyn.engine.WasmEngine;
import io.torvyn.guests.Guests;
import io.torvyn.resources.BufferOwner;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole flows of real components. Sinks report through the error of {@code complete}, which fails the flow. */
class RealGuestsTest {
    private static final WasmEngine ENGINE =
            WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.inMemory());

    private final TestFlow flow = new TestFlow();

    private RealGuestsTest add(ComponentRole role, String guest, String config) {
        return add(role, guest, config, UnaryOperator.identity());
    }

    private RealGuestsTest add(ComponentRole role, String guest, String config, UnaryOperator<StageDefinition> change) {
        return add(guest, role, guest, config, change);
    }

    private RealGuestsTest add(
            String name, ComponentRole role, String guest, String config, UnaryOperator<StageDefinition> change) {
        var id = new ComponentId(flow.stages.size() + 1L);
        BufferOwner owner = flow.flow.owner(id, name);
        Imports imports = new Imports().add(Types.host()).add(BufferAllocator.host(owner));
        ComponentInstance instance = ENGINE.instantiate(
                ENGINE.compile(Guests.bytes(guest), guest),
                imports,
                id,
                name,
                ENGINE.settings().limits());
        var context = new FlowContext(flow.flow.id(), TraceContext.NONE, flow.deadline::nanosLeft);
        var invoker = instance.invoker(owner, flow.flow.contentTypes(), context);
        flow.stages.add(change.apply(StageDefinition.of(name, role, invoker, owner, config)));
        return this;
    }

    private FlowOutcome run() throws InterruptedException {
        return flow.chained().run();
    }

    /** What a sink said at the end, which is all that can be wrong with the flow. */
    private static String report(FlowOutcome outcome) {
        Failure failure = outcome.failure().orElseThrow();
        assertThat(failure).isInstanceOfSatisfying(ReactorFailure.ComponentError.class, f -> assertThat(f.call())
                .isEqualTo("complete"));
        return ((ReactorFailure.ComponentError) failure).error().message();
    }

    @ParameterizedTest
    @EnumSource(ObservabilityLevel.class)
    void fourCopiesAnElementAtEveryLevel(ObservabilityLevel level) throws Exception {
        flow.observability.level(level);
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 5000, \"size\": 64}")
                .add(ComponentRole.PROCESSOR, "upper", "")
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(report(outcome)).isEqualTo("elements=5000 read=320000 first=0 last=4999");
        assertThat(outcome.copies().copies()).isEqualTo(4 * 5000);
        assertThat(outcome.copies().bytes()).isEqualTo(4 * 5000 * 64);
        assertThat(outcome.elements()).isEqualTo(5000);
        assertThat(outcome.discarded()).isZero();
    }

    static java.util.List<SchedulingPolicy> policies() {
        return FlowDriverTest.policies();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void nothingIsLostOrChangedUnderAnyPolicy(SchedulingPolicy policy) throws Exception {
        flow.settings = flow.settings.withScheduling(policy);
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 300, \"size\": 70000}")
                .add(ComponentRole.PROCESSOR, "copy", "")
                .add(ComponentRole.SINK, "sink", "{\"report\": 1}")
                .run();
        assertThat(report(outcome)).startsWith("300 ");
        assertThat(outcome.copies().bytes()).isEqualTo(4L * 300 * 70_000);
    }

    /** The source answers fatal when it is pulled between pause and ready, or told the same twice. */
    @Test
    void sourcesAreToldAboutPressureAndNotPulledMeanwhile() throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "notified-source", "{\"count\": 60}")
                .add(ComponentRole.SINK, "pause-sink", "{\"every\": 3}")
                .run();
        assertThat(report(outcome)).isEqualTo("elements=60 pauses=20");
        assertThat(outcome.backpressureEvents()).isPositive();
        assertThat(outcome.stages().getFirst().errors()).isZero();
    }

    @Test
    void droppedElementsLeaveGapsInTheNumbers() throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 10}")
                .add(ComponentRole.PROCESSOR, "drop-every-second", "")
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(report(outcome)).isEqualTo("elements=50 read=500 first=0 last=98");
        assertThat(outcome.elements()).isEqualTo(100);
    }

    /** spec: runtime semantics, "Copies": a filter on metadata only adds none. */
    @Test
    void aFilterThatReadsNothingAddsNoCopy() throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 300, \"size\": 10}")
                .add(ComponentRole.FILTER, "every-nth", "{\"n\": 3}")
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(report(outcome)).isEqualTo("elements=100 read=1000 first=0 last=297");
        assertThat(outcome.copies().copies()).isEqualTo(300 + 100);
        assertThat(outcome.elements()).isEqualTo(300);
        assertThat(outcome.stages().get(1).dropped()).isEqualTo(200);
    }

    @Test
    void whatSeveralConsumersReadIsCopiedForEachOfThemAndWrittenOnce() throws Exception {
        add(ComponentRole.SOURCE, "source", "{\"count\": 200, \"size\": 70000}")
                .add(ComponentRole.ROUTER, "signpost", "a b c;b;;c a");
        for (String port : java.util.List.of("a", "b", "c")) {
            add(port, ComponentRole.SINK, "sink", "", UnaryOperator.identity());
            flow.edge("signpost", port, s -> s.withPort(port).withCapacity(3));
        }
        FlowOutcome outcome = flow.edge("source", "signpost").run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(200);
        assertThat(outcome.copies().copies(CopyReason.HOST_TO_COMPONENT)).isEqualTo(50 * (3 + 1 + 0 + 2));
        assertThat(outcome.elements()).isEqualTo(50 * (3 + 1 + 1 + 2));
        assertThat(outcome.discarded()).isZero();
    }

    @Test
    void anAggregatorGivesOutTheRestWhenTheFlowEnds() throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 107, \"size\": 10}")
                .add(ComponentRole.AGGREGATOR, "batch", "{\"size\": 10}")
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(report(outcome)).isEqualTo("elements=17 read=1070 first=0 last=16");
        assertThat(outcome.copies().copies()).isEqualTo(2 * 107 + 2 * 17);
    }

    @Test
    void aFilterThatTrapsFailsTheFlowAndEveryBufferComesBack() throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}")
                .add(ComponentRole.FILTER, "every-nth", "{\"n\": 1, \"trap_at\": 39}")
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.TRAP);
        assertThat(outcome.elements()).isEqualTo(39);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "unreachable, TRAP",
        "out-of-bounds, TRAP",
        "recurse, STACK_EXHAUSTED",
        "write-frozen, TRAP",
        "keep-borrow, TRAP",
        "emit-borrow, TRAP",
        "bad-result-pointer, TRAP"
    })
    void aGuestThatTrapsFailsTheFlowAndEveryBufferComesBack(String fault, ErrorCode code) throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}")
                .add(ComponentRole.PROCESSOR, "faulty", "{\"fault\": \"" + fault + "\", \"at\": 40}")
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(code);
        assertThat(outcome.elements()).isEqualTo(39);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
    }

    @ParameterizedTest
    @CsvSource({"spin", "spin-calling"})
    void aGuestThatNeverReturnsIsStoppedAtItsLimit(String fault) throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}")
                .add(
                        ComponentRole.PROCESSOR,
                        "faulty",
                        "{\"fault\": \"" + fault + "\", \"at\": 10}",
                        s -> s.withInvocationTimeout(Duration.ofMillis(200)))
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.INVOCATION_TIMEOUT);
        assertThat(outcome.elements()).isEqualTo(9);
    }

    @Test
    void cancellingStopsAGuestThatNeverReturns() throws Exception {
        flow.settings = flow.settings.withCancelTimeout(Duration.ofMillis(100));
        add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}")
                .add(ComponentRole.SINK, "faulty-sink", "{\"fault\": \"spin\"}");
        Flow running = flow.chained().start();
        assertThat(running.awaitStart()).isTrue();
        while (running.status().stages().get(1).invocations() == 0) {
            Thread.onSpinWait();
        }
        running.cancel(new CancellationReason.OperatorRequest("Ctrl-C"));
        FlowOutcome outcome = flow.ended(running);
        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(outcome.errors()).isZero();
        assertThat(outcome.discarded()).isEqualTo(outcome.pulled());
    }

    @Test
    void anInitThatNeverReturnsIsStoppedAtItsLimit() throws Exception {
        flow.settings = flow.settings.withInitTimeout(Duration.ofMillis(200));
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 1}")
                .add(ComponentRole.SINK, "faulty-sink", "{\"fault\": \"spin\", \"in\": \"init\"}")
                .run();
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.INVOCATION_TIMEOUT);
        assertThat(outcome.pulled()).isZero();
    }

    @Test
    void aTeardownThatNeverReturnsIsOnlyReported() throws Exception {
        flow.settings = flow.settings.withTeardownTimeout(Duration.ofMillis(200));
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 3}")
                .add(ComponentRole.SINK, "faulty-sink", "{\"fault\": \"spin\", \"in\": \"teardown\"}")
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(flow.seen)
                .filteredOn(line -> line.startsWith("cleanup"))
                .containsExactly("cleanup of faulty-sink: E0811");
    }

    @Test
    void retriesReachAGuestThatRecovers() throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 50, \"size\": 8}")
                .add(
                        ComponentRole.PROCESSOR,
                        "faulty",
                        "{\"fault\": \"unavailable\", \"at\": 5, \"times\": 3, \"text\": \"busy\"}",
                        s -> s.withErrorPolicy(new ErrorPolicy.Retry(3, Duration.ofMillis(1))))
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(report(outcome)).isEqualTo("elements=50 read=400 first=0 last=49");
    }

    @Test
    void aGuestThatHoardsBuffersMeetsItsBudgetAndGivesThemBackAtTheEnd() throws Exception {
        FlowOutcome outcome = add(ComponentRole.SOURCE, "source", "{\"count\": 5, \"size\": 8}")
                .add(
                        ComponentRole.PROCESSOR,
                        "faulty",
                        "{\"fault\": \"hoard\", \"at\": 2, \"size\": 1048576}",
                        s -> s.withErrorPolicy(new ErrorPolicy.SkipElement()))
                .add(ComponentRole.SINK, "tally-sink", "")
                .run();
        assertThat(flow.seen).anyMatch(line -> line.contains("[E0306]") || line.contains("[E0311]"));
        assertThat(outcome.errors()).isGreaterThanOrEqualTo(1);
    }
}
