package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages on threads of their own: whatever happens on them comes out as if the flow's thread had called. */
class ParallelStagesTest {
    private final TestFlow flow = new TestFlow();
    private final Stages.Source source = Stages.Source.of(200);
    private final Stages.Sink sink = Stages.Sink.plain();

    private static List<Long> numbers(int count) {
        return LongStream.range(0, count).boxed().toList();
    }

    /** Does what another does, and says which threads it has been called on. */
    private static class Seen extends Stages.Upper {
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();

        Seen(long id, String name) {
            super(id, name, new ArrayList<>());
        }

        @Override
        public Outcome process(Element in, Element out) {
            threads.add(Thread.currentThread());
            return super.process(in, out);
        }
    }

    /** Calls a function of each element's number before it goes on. */
    private static class At extends Stages.Upper {
        interface Doing {
            void at(long sequence) throws InterruptedException;
        }

        private final Doing doing;

        At(long id, String name, Doing doing) {
            super(id, name, new ArrayList<>());
            this.doing = doing;
        }

        static At at(Doing doing) {
            return new At(2, "upper", doing);
        }

        @Override
        public Outcome process(Element in, Element out) {
            try {
                doing.at(in.sequence);
            } catch (InterruptedException e) {
                throw new EngineException(new EngineFailure.Cancelled(name, "process", "it was interrupted", null));
            }
            return super.process(in, out);
        }
    }

    private static EngineException trap() {
        return new EngineException(new EngineFailure.Trap("upper", "unreachable", "process", List.of(), null));
    }

    @Test
    void everythingIsDeliveredInOrderFromAnotherThread() throws Exception {
        var upper = new Seen(2, "upper");
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, upper)
                .sink(sink)
                .chained()
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.sequences).isEqualTo(numbers(200));
        assertThat(sink.texts.getLast()).isEqualTo("ELEMENT 199");
        assertThat(outcome.copies().copies()).isEqualTo(4 * 200);
        assertThat(upper.threads).hasSize(1);
        assertThat(upper.threads.iterator().next().isAlive()).isFalse();
    }

    @Test
    void everyRoleMayHaveAThread() throws Exception {
        var batch = new Stages.Batch(4, "batch", new ArrayList<>(), 7);
        FlowOutcome outcome = flow.parallel(ComponentRole.SOURCE, source)
                .parallel(ComponentRole.FILTER, new Stages.Filter(5, "filter", text -> !text.endsWith("3")))
                .parallel(ComponentRole.ROUTER, new Stages.Router(6, "router", _ -> List.of("output")))
                .parallel(ComponentRole.AGGREGATOR, batch)
                .parallel(ComponentRole.SINK, sink)
                .chained(s -> s.withCapacity(5))
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(String.join("+", sink.texts).split("\\+"))
                .containsExactly(IntStream.range(0, 200)
                        .filter(i -> i % 10 != 3)
                        .mapToObj(i -> "element " + i)
                        .toArray(String[]::new));
        assertThat(batch.flushes).isEqualTo(1);
        assertThat(outcome.discarded()).isZero();
    }

    /** Each element waits until the next one has been handled by the other instance: results come in the wrong order. */
    @Test
    void severalInstancesKeepTheOrderWhateverTheirCallsTake() throws Exception {
        int count = 200;
        var done = new CountDownLatch[count];
        for (int i = 0; i < count; i++) {
            done[i] = new CountDownLatch(1);
        }
        At.Doing waiting = n -> {
            if (n % 2 == 0) {
                done[(int) n + 1].await();
            }
            done[(int) n].countDown();
        };
        At first = new At(2, "upper", waiting);
        At second = new At(2, "upper", waiting);
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, first, second)
                .sink(sink)
                .chained(s -> s.withCapacity(9))
                .run();

        assertThat(sink.sequences).isEqualTo(numbers(count));
        assertThat(sink.texts.get(17)).isEqualTo("ELEMENT 17");
        assertThat(first.calls + second.calls).isEqualTo(count);
        assertThat(first.calls).isBetween(1, count - 1);
        assertThat(outcome.stages().get(1).invocations()).isEqualTo(count);
        assertThat(outcome.copies().copies()).isEqualTo(4 * count);
        assertThat(first.diary).containsExactly("upper.init(config of upper)", "upper.teardown");
        assertThat(second.diary).containsExactly("upper.init(config of upper)", "upper.teardown");
    }

    /** What was handed over behind the element that fails comes back, and is counted as what waits in a queue is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aTrapFailsTheFlowAndWhatWasBehindItIsDiscarded(int instances) throws Exception {
        var fakes = new Stages.Fake[instances];
        for (int i = 0; i < instances; i++) {
            fakes[i] = At.at(n -> {
                if (n == 2) {
                    throw trap();
                }
            });
        }
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, fakes)
                .sink(sink)
                .chained()
                .run();

        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.TRAP);
        assertThat(sink.sequences).containsExactly(0L, 1L);
        assertThat(outcome.discarded()).isEqualTo(outcome.pulled() - 2);
        assertThat(outcome.elements()).isEqualTo(2);
        for (Stages.Fake fake : fakes) {
            assertThat(fake.closes).isEqualTo(1);
        }
    }

    @Test
    void anElementBehindOneThatFailsIsNotShownBeforeItIsKnownWhatBecomesOfThat() throws Exception {
        var shown = new ArrayList<Long>();
        var upper = new Stages.Upper(2, "upper", new ArrayList<>()) {
            @Override
            public Outcome process(Element in, Element out) {
                shown.add(in.sequence);
                return in.sequence == 2 && calls++ < 4
                        ? fail(new ProcessError(ProcessError.Kind.INTERNAL, "not yet"))
                        : emit(out, read(in));
            }
        };
        FlowOutcome outcome = flow.source(source)
                .parallel(
                        ComponentRole.PROCESSOR,
                        s -> s.withErrorPolicy(new ErrorPolicy.Retry(3, Duration.ofNanos(1))),
                        upper)
                .sink(sink)
                .chained()
                .run();

        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.RETRIES_EXHAUSTED);
        assertThat(shown).containsExactly(0L, 1L, 2L, 2L, 2L, 2L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsTriedAgainKeepsItsPlace(int instances) throws Exception {
        var failed = ConcurrentHashMap.<Long>newKeySet();
        var fakes = new Stages.Fake[instances];
        for (int i = 0; i < instances; i++) {
            fakes[i] = new Stages.Upper(2, "upper", new ArrayList<>()) {
                @Override
                public Outcome process(Element in, Element out) {
                    return in.sequence % 5 == 3 && failed.add(in.sequence)
                            ? fail(new ProcessError(ProcessError.Kind.INTERNAL, "not yet"))
                            : super.process(in, out);
                }
            };
        }
        FlowOutcome outcome = flow.source(source)
                .parallel(
                        ComponentRole.PROCESSOR,
                        s -> s.withErrorPolicy(new ErrorPolicy.Retry(1, Duration.ofNanos(1))),
                        fakes)
                .sink(sink)
                .chained()
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.sequences).isEqualTo(numbers(200));
        assertThat(outcome.errors()).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatFailsBecomesADeadLetterInOrder(int instances) throws Exception {
        var fakes = new Stages.Fake[instances];
        for (int i = 0; i < instances; i++) {
            fakes[i] = new Stages.Upper(2, "upper", new ArrayList<>()) {
                @Override
                public Outcome process(Element in, Element out) {
                    return in.sequence % 3 == 0
                            ? fail(new ProcessError(ProcessError.Kind.INVALID_INPUT, "no"))
                            : super.process(in, out);
                }
            };
        }
        var letters = new Stages.Sink(9, "letters", new ArrayList<>());
        flow.source(source)
                .parallel(
                        ComponentRole.PROCESSOR,
                        s -> s.withErrorPolicy(new ErrorPolicy.DeadLetter(new StreamId(90), "letters", 2)),
                        fakes)
                .sink(sink)
                .chained()
                .parallel(ComponentRole.SINK, letters);
        FlowOutcome outcome = flow.run();

        assertThat(letters.sequences)
                .isEqualTo(
                        LongStream.range(0, 200).filter(n -> n % 3 == 0).boxed().toList());
        assertThat(sink.sequences)
                .isEqualTo(
                        LongStream.range(0, 200).filter(n -> n % 3 != 0).boxed().toList());
        assertThat(outcome.deadLettered()).isEqualTo(67);
        assertThat(outcome.elements()).isEqualTo(133);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aFreshInstanceTakesThePlaceOfOneThatTrapped(int instances) throws Exception {
        At.Doing trapping = n -> {
            if (n % 50 == 7) {
                throw trap();
            }
        };
        var fakes = new Stages.Fake[instances];
        for (int i = 0; i < instances; i++) {
            fakes[i] = At.at(trapping);
        }
        FlowOutcome outcome = flow.source(source)
                .parallel(
                        ComponentRole.PROCESSOR,
                        s -> s.withRestart(new Restart(10, Duration.ofMinutes(1), owner -> {
                            var fresh = At.at(trapping);
                            fresh.owner = owner;
                            return fresh;
                        })),
                        fakes)
                .sink(sink)
                .chained()
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.lost()).isEqualTo(4);
        assertThat(outcome.restarts()).isEqualTo(4);
        assertThat(sink.sequences)
                .isEqualTo(LongStream.range(0, 200)
                        .filter(n -> n % 50 != 7)
                        .boxed()
                        .toList());
        assertThat(flow.seen)
                .filteredOn(line -> line.contains("finished"))
                .containsExactly(
                        "upper finished at 7 by E0804, replaced",
                        "upper finished at 57 by E0804, replaced",
                        "upper finished at 107 by E0804, replaced",
                        "upper finished at 157 by E0804, replaced");
    }

    @Test
    void aSinkThatPausesIsNotShownWhatWasHandedOverBehind() throws Exception {
        var pausing = new Stages.Sink(3, "sink", new ArrayList<>()) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence % 20 == 4 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.SINK, pausing)
                .chained()
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(pausing.sequences).isEqualTo(numbers(200));
        assertThat(outcome.backpressureEvents()).isPositive();
    }

    /** Both consumers hold the same buffers at the same time, and neither may see them go while the other reads. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatGoesToSeveralStagesIsReadByAllAndGivenBackOnce(boolean both) throws Exception {
        var second = new Stages.Sink(4, "second", new ArrayList<>());
        flow.source(source).parallel(ComponentRole.SINK, sink);
        if (both) {
            flow.parallel(ComponentRole.SINK, second);
        } else {
            flow.sink(second);
        }
        FlowOutcome outcome = flow.edge("source", "sink", s -> s.withCapacity(7))
                .edge("source", "second", s -> s.withCapacity(11))
                .run();

        assertThat(sink.texts).isEqualTo(second.texts).hasSize(200);
        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(200);
        assertThat(outcome.copies().copies(CopyReason.HOST_TO_COMPONENT)).isEqualTo(400);
    }

    @Test
    void severalInputsAreServedInTurn() throws Exception {
        var other = new Stages.Source(7, "other", new ArrayList<>(), i -> i < 200 ? "other " + i : null);
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.SOURCE, other)
                .parallel(ComponentRole.PROCESSOR, Stages.Upper.plain(), Stages.Upper.plain())
                .sink(sink)
                .edge("source", "upper", s -> s.withCapacity(3))
                .edge("other", "upper", s -> s.withCapacity(5))
                .edge("upper", "sink")
                .run();

        assertThat(outcome.elements()).isEqualTo(400);
        for (String name : List.of("ELEMENT", "OTHER")) {
            assertThat(sink.texts.stream().filter(text -> text.startsWith(name)))
                    .containsExactly(IntStream.range(0, 200)
                            .mapToObj(i -> name + " " + i)
                            .toArray(String[]::new));
        }
    }

    /** The one in the middle of a call is not the oldest that waits. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void whatIsInACallIsNotPushedOutOfItsQueue(int capacity) throws Exception {
        var pulled = new CountDownLatch(1);
        var all = new Stages.Source(1, "source", new ArrayList<>(), i -> {
            if (i == 200) {
                pulled.countDown();
            }
            return i < 200 ? "element " + i : null;
        });
        FlowOutcome outcome = flow.source(all)
                .parallel(ComponentRole.PROCESSOR, At.at(n -> {
                    if (n == 0) {
                        pulled.await();
                    }
                }))
                .sink(sink)
                .edge("source", "upper", s -> s.withCapacity(capacity).withPolicy(new BackpressurePolicy.DropOldest()))
                .edge("upper", "sink")
                .run();

        assertThat(sink.sequences).startsWith(0L).isSorted().doesNotHaveDuplicates();
        assertThat(outcome.elements() + outcome.discarded()).isEqualTo(200);
        assertThat(outcome.elements()).isEqualTo(sink.sequences.size());
        if (capacity == 8) {
            assertThat(sink.sequences.getLast()).isEqualTo(199);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFullQueueBehindItDoesAsItsPolicySays(boolean dropsTheNewest) throws Exception {
        var policy = dropsTheNewest ? new BackpressurePolicy.DropNewest() : new BackpressurePolicy.DropOldest();
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, Stages.Upper.plain())
                .sink(sink)
                .edge("source", "upper")
                .edge("upper", "sink", s -> s.withCapacity(2).withPolicy(policy))
                .run();

        assertThat(outcome.elements() + outcome.discarded()).isEqualTo(200);
        assertThat(sink.sequences).isSorted().hasSize((int) outcome.elements());
    }

    @Test
    void noMoreIsPulledThanTheLimitAllows() throws Exception {
        flow.settings = flow.settings.withLimit(50);
        var other = new Stages.Source(7, "other", new ArrayList<>(), i -> "other " + i);
        FlowOutcome outcome = flow.parallel(
                        ComponentRole.SOURCE, new Stages.Source(1, "source", new ArrayList<>(), i -> "element " + i))
                .source(other)
                .sink(sink)
                .edge("source", "sink", s -> s.withCapacity(40))
                .edge("other", "sink", s -> s.withCapacity(40))
                .run();

        assertThat(outcome.reason()).isEqualTo(new CancellationReason.LimitReached(50));
        assertThat(outcome.pulled()).isEqualTo(50);
        assertThat(sink.sequences).containsExactlyInAnyOrderElementsOf(numbers(50));
    }

    /** Who is told to pause is not pulled again before it is told to go on; but for the call that is under way then. */
    @Test
    void aSourceIsToldOfPressureWhileItsThreadRests() throws Exception {
        var told = new ArrayList<String>();
        var pausing = new Stages.Sink(3, "sink", new ArrayList<>()) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence % 40 == 0 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        var source = new Stages.Source(1, "source", told, i -> {
            told.add("pull");
            return i < 200 ? "element " + i : null;
        });
        FlowOutcome outcome = flow.parallel(ComponentRole.SOURCE, source)
                .sink(pausing)
                .chained()
                .run();

        assertThat(outcome.elements()).isEqualTo(200);
        List<String> signals = told.stream()
                .filter(line -> line.startsWith("source.") && !line.contains("init"))
                .toList();
        assertThat(signals).contains("source.pause", "source.ready");
        for (int i = 1; i < told.size(); i++) {
            assertThat(told.get(i - 1).equals("source.pause") && told.get(i).equals("pull"))
                    .isFalse();
        }
    }

    @Test
    void aCallThatWaitsIsInterruptedWhenTheFlowIsCancelled() throws Exception {
        var inside = new CountDownLatch(1);
        var upper = At.at(n -> {
            inside.countDown();
            if (n == 3) {
                new CountDownLatch(1).await();
            }
        });
        flow.settings = flow.settings.withCancelTimeout(Duration.ofMillis(1));
        Flow running = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, upper)
                .sink(sink)
                .chained()
                .start();
        inside.await();
        running.cancel(new CancellationReason.OperatorRequest("enough"));
        FlowOutcome outcome = flow.ended(running);

        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
    }

    @Test
    void aCallThatTakesTooLongIsStopped() throws Exception {
        var upper = At.at(n -> {
            while (n == 3) {
                Thread.onSpinWait();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        });
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, s -> s.withInvocationTimeout(Duration.ofMillis(20)), upper)
                .sink(sink)
                .chained()
                .run();

        assertThat(upper.timedOutAfter).isEqualTo(Duration.ofMillis(20));
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(sink.sequences).isEqualTo(numbers(3));
        assertThat(outcome.discarded()).isEqualTo(outcome.pulled() - 3);
    }

    @Test
    void aCallThatNeverReturnsIsLeftBehind() throws Exception {
        var over = new CountDownLatch(1);
        var upper = At.at(n -> {
            while (n == 3 && over.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        Flow running = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, s -> s.withInvocationTimeout(Duration.ofMillis(20)), upper)
                .sink(sink)
                .chained()
                .start();
        FlowOutcome outcome = running.await();

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().text())
                .contains("'upper' neither returned nor could be interrupted");
        over.countDown();
        flow.reactor.close();
    }

    @Test
    void aNativeStageStaysOnTheFlowsThread() {
        var owner = flow.flow.ownerElsewhere(new ComponentId(3), "out");
        var out = NativeStage.of(
                new ComponentId(3),
                "out",
                new NativeSink() {
                    @Override
                    public void push(Element element) {}

                    @Override
                    public void close() {}
                },
                owner,
                flow.flow.contentTypes());
        flow.source(source);
        flow.stages.add(
                StageDefinition.of("out", ComponentRole.SINK, out, owner, "").inParallel(List.of()));
        flow.edge("source", "out");

        assertThatThrownBy(flow::start)
                .isInstanceOf(ReactorException.class)
                .hasMessageContaining("'out' is native, and native stages are called on the flow's thread");
        flow.reactor.close();
    }

    @Test
    void anInstanceThatWillNotBeginKeepsTheFlowFromRunning() throws Exception {
        var first = Stages.Upper.plain();
        var second = Stages.Upper.plain();
        second.initError = new ProcessError(ProcessError.Kind.INTERNAL, "no");
        FlowOutcome outcome = flow.source(source)
                .parallel(ComponentRole.PROCESSOR, first, second)
                .sink(sink)
                .chained()
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.pulled()).isZero();
        assertThat(first.diary).contains("upper.teardown");
        assertThat(second.closes).isEqualTo(1);
    }
}
