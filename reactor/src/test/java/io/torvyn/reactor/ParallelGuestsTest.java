package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.Imports;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.FlowContext;
import io.torvyn.engine.WasmEngine;
import io.torvyn.guests.Guests;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.CopyLedger;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowState;
import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real components on threads of their own: what they deliver, what is copied for them, and what stops them. */
class ParallelGuestsTest {
    private static final WasmEngine ENGINE =
            WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.inMemory());

    private static final List<String> GUESTS = List.of("upper", "reverse", "copy");

    /** A flow of components, each on so many threads of its own, or on the flow's for 0. */
    private static final class Guested extends TestFlow {
        private long fuel;

        Guested add(ComponentRole role, String guest, String config, int threads) {
            return add(role, guest, config, threads, UnaryOperator.identity());
        }

        Guested add(
                ComponentRole role, String guest, String config, int threads, UnaryOperator<StageDefinition> change) {
            var id = new ComponentId(stages.size() + 1L);
            List<StageDefinition.Instance> instances = new ArrayList<>();
            for (int i = 0; i < Math.max(1, threads); i++) {
                BufferOwner owner = threads > 0 ? flow.ownerElsewhere(id, guest) : flow.owner(id, guest);
                instances.add(new StageDefinition.Instance(instance(guest, id, owner), owner));
            }
            StageDefinition.Instance first = instances.getFirst();
            StageDefinition stage = StageDefinition.of(guest, role, first.invoker(), first.owner(), config);
            stages.add(change.apply(threads > 0 ? stage.inParallel(instances.subList(1, threads)) : stage));
            return this;
        }

        private ComponentInvoker instance(String guest, ComponentId id, BufferOwner owner) {
            byte[] wasm = Guests.bytes(guest);
            CompiledComponent compiled = fuel == 0 ? ENGINE.compile(wasm, guest) : ENGINE.compileMetered(wasm, guest);
            return ENGINE.instantiate(
                            compiled,
                            new Imports().add(Types.host()).add(BufferAllocator.host(owner)),
                            id,
                            guest,
                            ENGINE.settings().limits(),
                            fuel == 0 ? OptionalLong.empty() : OptionalLong.of(fuel),
                            Optional.empty())
                    .invoker(
                            owner,
                            owner.contentTypes(),
                            new FlowContext(flow.id(), TraceContext.NONE, deadline::nanosLeft));
        }
    }

    private record Delivered(List<String> texts, List<Long> sequences, CopyLedger.Snapshot copies) {}

    private static Delivered through(String guest, int size, int threads) throws InterruptedException {
        var flow = new Guested();
        Stages.Sink sink = Stages.Sink.plain();
        flow.add(ComponentRole.SOURCE, "source", "{\"count\": 300, \"size\": %d}".formatted(size), Math.min(1, threads))
                .add(ComponentRole.PROCESSOR, guest, "", threads)
                .sink(sink);
        FlowOutcome outcome = flow.chained().run();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        return new Delivered(sink.texts, sink.sequences, outcome.copies());
    }

    /** Whole reads, reads of parts, clones, and what is dropped half made: what a lent buffer can do. */
    @ParameterizedTest
    @CsvSource({
        "copy, 0",
        "copy, 64",
        "copy, 70000",
        "upper, 64",
        "reverse, 300",
        "identity, 64",
        "clone, 300",
        "pieces, 3000",
        "append-thrice, 20",
        "drop-every-second, 20"
    })
    void whatIsDeliveredAndCopiedIsTheSameOnAnyThread(String guest, int size) throws Exception {
        Delivered plain = through(guest, size, 0);

        assertThat(plain.sequences()).isNotEmpty();
        assertThat(through(guest, size, 1)).isEqualTo(plain);
        if (!guest.equals("drop-every-second")) { // which counts
            assertThat(through(guest, size, 3)).isEqualTo(plain);
        }
    }

    /** Five stages share each payload, on as many threads. */
    @Test
    void severalComponentsReadOneBufferAtOnce() throws Exception {
        var flow = new Guested();
        flow.add(ComponentRole.SOURCE, "source", "{\"count\": 300, \"size\": 5000}", 1);
        for (String guest : GUESTS) {
            flow.add(ComponentRole.PROCESSOR, guest, "", 2);
            flow.edge("source", guest, s -> s.withCapacity(9));
        }
        flow.add(ComponentRole.SINK, "tally-sink", "", 1).add(ComponentRole.SINK, "sink", "", 0);
        flow.edge("source", "tally-sink").edge("source", "sink");
        List<Stages.Sink> sinks = new ArrayList<>();
        for (String guest : GUESTS) {
            var sink = new Stages.Sink(10 + sinks.size(), "of-" + guest, new ArrayList<>());
            sinks.add(sink);
            flow.sink(sink);
            flow.edge(guest, "of-" + guest);
        }
        FlowOutcome outcome = flow.run();

        assertThat(((ReactorFailure.ComponentError) outcome.failure().orElseThrow())
                        .error()
                        .message())
                .isEqualTo("elements=300 read=1500000 first=0 last=299");
        for (int i = 0; i < sinks.size(); i++) {
            assertThat(sinks.get(i).texts)
                    .isEqualTo(through(GUESTS.get(i), 5000, 0).texts());
        }
        assertThat(outcome.copies().copies()).isEqualTo(300 * (1 + 3 * 3 + 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aGuestThatNeverReturnsIsStoppedAtItsLimit(int threads) throws Exception {
        var flow = new Guested();
        FlowOutcome outcome = flow.add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}", 0)
                .add(
                        ComponentRole.PROCESSOR,
                        "faulty",
                        "{\"fault\": \"spin\", \"at\": 5}",
                        threads,
                        s -> s.withInvocationTimeout(Duration.ofMillis(100)))
                .add(ComponentRole.SINK, "sink", "", 0)
                .chained()
                .run();

        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.INVOCATION_TIMEOUT);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
    }

    @Test
    void cancellingStopsAGuestThatNeverReturns() throws Exception {
        var flow = new Guested();
        flow.settings = flow.settings.withCancelTimeout(Duration.ofMillis(20));
        Flow running = flow.add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}", 0)
                .add(ComponentRole.SINK, "faulty-sink", "{\"fault\": \"spin\"}", 1)
                .chained()
                .start();
        assertThat(running.awaitStart()).isTrue();
        Calls ofItsThread = running.driver().calls()[1];
        while (!ofItsThread.isInside()) {
            Thread.onSpinWait();
        }
        running.cancel(new CancellationReason.OperatorRequest("Ctrl-C"));
        FlowOutcome outcome = flow.ended(running);

        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(outcome.errors()).isZero();
        assertThat(outcome.discarded()).isEqualTo(outcome.pulled());
    }

    @Test
    void aCallThatTakesMoreThanItsFuelFailsTheFlow() throws Exception {
        var flow = new Guested();
        flow.add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}", 0);
        flow.fuel = 1_000_000;
        FlowOutcome outcome = flow.add(ComponentRole.PROCESSOR, "faulty", "{\"fault\": \"spin\", \"at\": 5}", 1)
                .add(ComponentRole.SINK, "sink", "", 1)
                .chained()
                .run();

        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.FUEL_EXHAUSTED);
        assertThat(outcome.elements()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep-borrow", "write-frozen", "out-of-bounds"})
    void aGuestThatBreaksTheRulesOfBuffersTrapsAndNothingLeaks(String fault) throws Exception {
        var flow = new Guested();
        FlowOutcome outcome = flow.add(ComponentRole.SOURCE, "source", "{\"count\": 100, \"size\": 300}", 1)
                .add(ComponentRole.PROCESSOR, "faulty", "{\"fault\": \"%s\", \"at\": 5}".formatted(fault), 1)
                .add(ComponentRole.SINK, "sink", "", 1)
                .chained()
                .run();

        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.TRAP);
        assertThat(outcome.elements()).isEqualTo(4);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
    }
}
