package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.Imports;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.FlowContext;
import io.torvyn.engine.WasmEngine;
import io.torvyn.guests.Guests;
import io.torvyn.observability.Observability;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import io.torvyn.types.TraceContext;
import io.torvyn.wasi.Wasi;
import io.torvyn.wasi.WasiGrants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that wait in wasi:io/poll: waiting is not working, and is never in anybody's way. */
@Timeout(60)
class WaitingGuestsTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final WasmEngine ENGINE =
            WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.inMemory());
    private static final WasiGrants CLOCK = new WasiGrants(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            Set.of(WasiGrants.Source.MONOTONIC_CLOCK));

    private final Resources resources = new Resources(new PoolSizes(16, 0, 0, 0, PoolSizes.Exhaustion.FALLBACK_ALLOC));
    private final Observability observability = new Observability(ObservabilityLevel.PRODUCTION);
    private final Reactor reactor = new Reactor();
    private long flows;

    @AfterEach
    void nothingLeaks() {
        reactor.close();
        assertThat(resources.liveBuffers()).isZero();
    }

    /** A guest that waits before each element, and a sink that takes them. */
    private Flow start(String config, Duration invocationTimeout, Deadline deadline) {
        var id = new FlowId(++flows);
        FlowResources flow = resources.open(id, EventSink.NOOP);
        BufferOwner owner = flow.owner(new ComponentId(1), "waiting");
        Imports imports = new Imports().add(Types.host()).add(BufferAllocator.host(owner));
        CompiledComponent compiled = ENGINE.compile(Guests.bytes("waiting-source"), "waiting-source");
        Wasi.addTo(imports, compiled.component(), CLOCK, (_, _) -> {});
        var invoker = ENGINE.instantiate(
                        compiled,
                        imports,
                        new ComponentId(1),
                        "waiting",
                        ENGINE.settings().limits())
                .invoker(owner, flow.contentTypes(), new FlowContext(id, TraceContext.NONE, deadline::nanosLeft));
        var sink = Stages.Sink.plain();
        sink.owner = flow.owner(sink.id, sink.name);
        List<StageDefinition> stages = List.of(
                StageDefinition.of("waiting", ComponentRole.SOURCE, invoker, owner, config)
                        .withInvocationTimeout(invocationTimeout),
                StageDefinition.of(sink.name, ComponentRole.SINK, sink, sink.owner, ""));
        List<StreamDefinition> streams = List.of(StreamDefinition.of(new StreamId(1), "waiting", sink.name));
        return reactor.create(new FlowDefinition(
                id,
                "waiting",
                stages,
                streams,
                flow,
                observability.register(
                        id,
                        "waiting",
                        Map.of(new ComponentId(1), "waiting", sink.id, sink.name),
                        Map.of(new StreamId(1), "waiting -> sink")),
                FlowObserver.NONE,
                FlowSettings.DEFAULT.withCancelTimeout(NEVER).withDrainTimeout(Duration.ofSeconds(20)),
                deadline,
                TraceContext.NONE));
    }

    private static void awaitPoll(Flow flow) {
        while (!flow.driver().calls()[0].isInside() || !isParked(flow)) {
            Thread.onSpinWait();
        }
    }

    private static boolean isParked(Flow flow) {
        Thread.State state = flow.driver().calls()[0].threadState();
        return state == Thread.State.TIMED_WAITING || state == Thread.State.WAITING;
    }

    @Test
    void aCallMayWaitLongerThanItMayRun() throws Exception {
        Flow flow = start("{\"count\": 2, \"millis\": 200}", Duration.ofMillis(50), Deadline.none());

        FlowOutcome outcome = flow.await();
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.pulled()).isEqualTo(2);
    }

    @Test
    void cancellationEndsAPollAtOnceHoweverPatientTheFlowIsWithCallsThatWork() throws Exception {
        Flow flow = start("{}", NEVER, Deadline.none());
        awaitPoll(flow);

        flow.cancel(new CancellationReason.OperatorRequest("enough"));

        assertThat(flow.await().state()).isEqualTo(FlowState.CANCELLED);
    }

    @Test
    void shutdownEndsAPollAtOnce() throws Exception {
        Flow flow = start("{}", NEVER, Deadline.none());
        awaitPoll(flow);

        assertThat(reactor.shutdown(NEVER).cancelled()).isEqualTo(1);
        assertThat(flow.await().state()).isEqualTo(FlowState.CANCELLED);
    }

    @Test
    void theDeadlineOfTheFlowEndsAPoll() throws Exception {
        Flow flow = start("{}", NEVER, Deadline.after(Duration.ofMillis(50)));

        FlowOutcome outcome = flow.await();
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    /** More than there could be carrier threads: who waits holds none. */
    @Test
    void aThousandFlowsThatWaitLeaveTheProcessorToOneThatWorks() throws Exception {
        List<Flow> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiting.add(start("{}", NEVER, Deadline.none()));
        }
        waiting.forEach(WaitingGuestsTest::awaitPoll);

        Flow working = start("{\"count\": 1000, \"millis\": 0}", NEVER, Deadline.none());

        assertThat(working.await().pulled()).isEqualTo(1_000);
        assertThat(waiting).allMatch(WaitingGuestsTest::isParked);
    }
}
