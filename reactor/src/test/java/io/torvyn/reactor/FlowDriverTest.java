package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.engine.Element;
import io.torvyn.observability.FlowSnapshot;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowDriverTest {
    private final List<String> diary = new ArrayList<>();
    private final TestFlow flow = new TestFlow();

    private Stages.Source source(int count) {
        return new Stages.Source(1, "source", diary, i -> i < count ? "element " + i : null);
    }

    private static ProcessError error(ProcessError.Kind kind) {
        return new ProcessError(kind, "no");
    }

    private static ErrorCode code(FlowOutcome outcome) {
        return outcome.failure().map(Failure::code).orElseThrow();
    }

    static List<SchedulingPolicy> policies() {
        return List.of(
                new SchedulingPolicy.WeightedFair(),
                new SchedulingPolicy.DemandDriven(),
                new SchedulingPolicy.RoundRobin(),
                new SchedulingPolicy.Priority());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyElementArrivesOnceAndInOrderWithFourCopies(SchedulingPolicy policy) throws Exception {
        var sink = Stages.Sink.plain();
        flow.settings = flow.settings.withScheduling(policy);
        FlowOutcome outcome = flow.source(source(1000))
                .processor(Stages.Upper.plain())
                .sink(sink)
                .chained()
                .run();

        assertThat(sink.texts)
                .isEqualTo(
                        IntStream.range(0, 1000).mapToObj(i -> "ELEMENT " + i).toList());
        assertThat(sink.sequences).isEqualTo(LongStream.range(0, 1000).boxed().toList());
        assertThat(sink.timestamps).isSorted();
        assertThat(sink.timestamps.getFirst() / 1_000_000)
                .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.reason()).isEqualTo(new CancellationReason.SourceComplete());
        assertThat(outcome.elements()).isEqualTo(1000);
        assertThat(outcome.pulled()).isEqualTo(1000);
        assertThat(outcome.copies().copies()).isEqualTo(4000);
        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(2000);
        assertThat(outcome.discarded()).isZero();
    }

    @Test
    void statesAreWalkedInOrder() throws Exception {
        flow.source(source(1)).sink(Stages.Sink.plain()).chained().run();
        assertThat(flow.states)
                .containsExactly(
                        FlowState.CREATED,
                        FlowState.VALIDATED,
                        FlowState.INSTANTIATED,
                        FlowState.RUNNING,
                        FlowState.DRAINING,
                        FlowState.COMPLETED);
        assertThat(flow.seen).containsExactly("ended COMPLETED");
    }

    @Test
    void initGoesDownstreamAndTeardownComesBackAfterComplete() throws Exception {
        flow.source(source(0))
                .processor(new Stages.Upper(2, "upper", diary))
                .sink(new Stages.Sink(3, "sink", diary))
                .chained()
                .run();
        assertThat(diary)
                .containsExactly(
                        "source.init(config of source)",
                        "upper.init(config of upper)",
                        "sink.init(config of sink)",
                        "sink.complete",
                        "sink.teardown",
                        "upper.teardown",
                        "source.teardown");
    }

    @Test
    void metricsAgreeWithTheOutcome() throws Exception {
        FlowOutcome outcome = flow.source(source(1000))
                .processor(Stages.Upper.plain())
                .sink(Stages.Sink.plain())
                .chained()
                .run();
        FlowSnapshot metrics = flow.observability.deregister(outcome.flow());
        assertThat(metrics.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(metrics.elements()).isEqualTo(1000);
        assertThat(metrics.copyCount()).isEqualTo(4000);
        assertThat(metrics.copiedBytes()).isEqualTo(outcome.copies().bytes());
        assertThat(metrics.components())
                .extracting(FlowSnapshot.Component::invocations)
                .containsExactlyInAnyOrder(1001L, 1000L, 1000L);
        assertThat(metrics.components()).allMatch(c -> c.processingTime().count() > 0);
        assertThat(metrics.streams())
                .allMatch(s -> s.transferred() == 1000 && s.waitTime().count() > 0);
        assertThat(metrics.streams())
                .extracting(FlowSnapshot.Stream::pressureEvents)
                .containsExactlyInAnyOrderElementsOf(outcome.streams().stream()
                        .map(StreamReport::backpressureEvents)
                        .toList());
        assertThat(metrics.latency().count()).isPositive();
    }

    @Test
    void everyElementIsMeasuredAtDiagnosticAndNoneWhenOff() throws Exception {
        flow.observability.level(ObservabilityLevel.DIAGNOSTIC);
        flow.source(source(100)).sink(Stages.Sink.plain()).chained().run();
        assertThat(flow.observability.deregister(new FlowId(1)).latency().count())
                .isEqualTo(100);

        var off = new TestFlow();
        off.observability.level(ObservabilityLevel.OFF);
        FlowOutcome outcome =
                off.source(source(100)).sink(Stages.Sink.plain()).chained().run();
        FlowSnapshot metrics = off.observability.deregister(new FlowId(1));
        assertThat(metrics.elements()).isZero();
        assertThat(metrics.latency().count()).isZero();
        assertThat(metrics.copyCount()).isEqualTo(200); // the ledger is kept at every level
        assertThat(outcome.elements()).isEqualTo(100);
    }

    @Test
    void aProcessorMayDropElements() throws Exception {
        var sink = Stages.Sink.plain();
        FlowOutcome outcome = flow.source(new Stages.Source(
                        1, "source", diary, i -> i == 10 ? null : i % 2 == 0 ? "keep " + i : "drop " + i))
                .processor(Stages.Upper.plain())
                .sink(sink)
                .chained()
                .run();
        assertThat(sink.sequences).containsExactly(0L, 2L, 4L, 6L, 8L);
        assertThat(outcome.elements()).isEqualTo(10);
        assertThat(outcome.stages().get(1).dropped()).isEqualTo(5);
        assertThat(outcome.discarded()).isZero();
    }

    @Test
    void everyBranchOfAFanOutGetsEveryElementInTheSameBuffer() throws Exception {
        var left = new Stages.Sink(3, "left", diary);
        var right = new Stages.Sink(4, "right", diary);
        FlowOutcome outcome = flow.source(source(200))
                .sink(left)
                .sink(right)
                .edge("source", "left")
                .edge("source", "right", s -> s.withCapacity(3))
                .run();
        assertThat(left.texts).hasSize(200).isEqualTo(right.texts);
        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(200);
        assertThat(outcome.copies().copies(CopyReason.HOST_TO_COMPONENT)).isEqualTo(400);
    }

    @Test
    void aFanInTakesTurnsAndKeepsTheOrderOfEachInput() throws Exception {
        var sink = Stages.Sink.plain();
        flow.source(new Stages.Source(1, "a", diary, i -> i < 100 ? "a" + i : null))
                .source(new Stages.Source(2, "b", diary, i -> i < 100 ? "b" + i : null))
                .sink(sink)
                .edge("a", "sink")
                .edge("b", "sink")
                .run();
        assertThat(sink.texts.stream().filter(t -> t.startsWith("a")).toList())
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "a" + i).toList());
        assertThat(sink.texts.stream().filter(t -> t.startsWith("b")).toList())
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "b" + i).toList());
        assertThat(sink.sequences).doesNotHaveDuplicates().hasSize(200);
    }

    @ParameterizedTest(name = "trap at element {0}")
    @ValueSource(ints = {0, 1, 9})
    void trapReturnsEveryBufferAndFailsTheFlow(int faulty) throws Exception {
        var upper = new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                if (in.sequence == faulty) {
                    write("a buffer that the guest still holds");
                    throw new EngineException(
                            new EngineFailure.Trap("component-2 ('upper')", "unreachable", "process", List.of(), null));
                }
                return super.process(in, out);
            }
        };
        var sink = new Stages.Sink(3, "sink", diary);
        FlowOutcome outcome =
                flow.source(source(50)).processor(upper).sink(sink).chained().run();

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(code(outcome)).isEqualTo(ErrorCode.TRAP);
        assertThat(sink.texts).hasSize(faulty);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
        assertThat(diary).contains("sink.complete").doesNotContain("upper.teardown");
        assertThat(upper.closes).isEqualTo(1);
        assertThat(outcome.stages().get(1).errors()).isEqualTo(1);
    }

    private Stages.Upper failingAt(long sequence, ProcessError why) {
        return new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                calls++;
                return in.sequence == sequence ? fail(why) : super.process(in, out);
            }
        };
    }

    @Test
    void failFastEndsTheFlowAndSaysWhichComponentAnsweredWhat() throws Exception {
        var sink = Stages.Sink.plain();
        FlowOutcome outcome = flow.source(source(100))
                .processor(failingAt(7, error(ProcessError.Kind.INVALID_INPUT)))
                .sink(sink)
                .chained()
                .run();
        assertThat(outcome.failure().orElseThrow().text())
                .isEqualTo("[E0420] Component 'upper' answered an error in process: invalid_input: no. "
                        + "Compare what comes from upstream with what this component expects.");
        assertThat(sink.texts).hasSize(7);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
        assertThat(flow.seen).contains("upper answered invalid_input: no for 7");
    }

    @Test
    void skipGivesUpTheElementAndCountsIt() throws Exception {
        var sink = Stages.Sink.plain();
        FlowOutcome outcome = flow.source(source(100))
                .stage(
                        ComponentRole.PROCESSOR,
                        failingAt(7, error(ProcessError.Kind.INTERNAL)),
                        s -> s.withErrorPolicy(new ErrorPolicy.SkipElement()))
                .sink(sink)
                .chained()
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.sequences).hasSize(99).doesNotContain(7L);
        assertThat(outcome.errors()).isEqualTo(1);
        assertThat(outcome.discarded()).isEqualTo(1);
        assertThat(outcome.stages().get(1).skipped()).isEqualTo(1);
    }

    @Test
    void fatalEndsTheFlowWhateverThePolicy() throws Exception {
        FlowOutcome outcome = flow.source(source(100))
                .stage(
                        ComponentRole.PROCESSOR,
                        failingAt(7, error(ProcessError.Kind.FATAL)),
                        s -> s.withErrorPolicy(new ErrorPolicy.SkipElement()))
                .sink(Stages.Sink.plain())
                .chained()
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(code(outcome)).isEqualTo(ErrorCode.COMPONENT_ERROR);
        assertThat(diary).contains("upper.teardown");
    }

    @Test
    void aFatalSinkIsNotCompleted() throws Exception {
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                return fail(error(ProcessError.Kind.FATAL));
            }
        };
        flow.source(source(3)).sink(sink).chained().run();
        assertThat(diary).doesNotContain("sink.complete").contains("sink.teardown");
    }

    @Test
    void retryOffersTheSameElementUntilItIsTaken() throws Exception {
        var sink = Stages.Sink.plain();
        var upper = new Stages.Upper(2, "upper", diary) {
            private int failures;

            @Override
            public Outcome process(Element in, Element out) {
                if (in.sequence == 5 && failures++ < 3) {
                    return fail(error(ProcessError.Kind.UNAVAILABLE));
                }
                return super.process(in, out);
            }
        };
        FlowOutcome outcome = flow.source(source(20))
                .stage(
                        ComponentRole.PROCESSOR,
                        upper,
                        s -> s.withErrorPolicy(new ErrorPolicy.Retry(3, Duration.ofMillis(1))))
                .sink(sink)
                .chained()
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.sequences).isEqualTo(LongStream.range(0, 20).boxed().toList());
        assertThat(outcome.errors()).isEqualTo(3);
    }

    @Test
    void retriesEndWithE0426() throws Exception {
        FlowOutcome outcome = flow.source(source(20))
                .stage(
                        ComponentRole.PROCESSOR,
                        failingAt(0, error(ProcessError.Kind.UNAVAILABLE)),
                        s -> s.withErrorPolicy(new ErrorPolicy.Retry(2, Duration.ofMillis(1))))
                .sink(Stages.Sink.plain())
                .chained()
                .run();
        assertThat(code(outcome)).isEqualTo(ErrorCode.RETRIES_EXHAUSTED);
        assertThat(outcome.errors()).isEqualTo(3);
    }

    /** What comes to its other inputs meanwhile has to wait, though it be their turn. */
    @Test
    void theSameElementIsTriedAgainAndNoOther() throws Exception {
        var retry = new ErrorPolicy.Retry(4, Duration.ofMillis(2));
        var slow = new Stages.Source(1, "slow", diary, i -> i < 5 ? "slow " + i : null) {
            private boolean failed;

            @Override
            public Outcome pull(Element out) {
                failed = !failed;
                return failed ? fail(new ProcessError(ProcessError.Kind.UNAVAILABLE, "not yet")) : super.pull(out);
            }
        };
        var tried = new ArrayList<String>();
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                tried.add(read(in));
                return tried.size() % 5 == 0 ? Outcome.READY : fail(new ProcessError(ProcessError.Kind.INTERNAL, "no"));
            }
        };
        FlowOutcome outcome = flow.stage(ComponentRole.SOURCE, slow, s -> s.withErrorPolicy(retry))
                .source(new Stages.Source(2, "fast", diary, i -> i < 5 ? "fast " + i : null))
                .stage(ComponentRole.SINK, sink, s -> s.withErrorPolicy(retry))
                .edge("slow", "sink")
                .edge("fast", "sink")
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(tried).hasSize(50);
        for (int i = 0; i < 50; i += 5) {
            assertThat(tried.subList(i, i + 5)).containsOnly(tried.get(i));
        }
    }

    @Test
    void retryPausesDoubleUpToThirtySeconds() {
        var retry = new ErrorPolicy.Retry(100, Duration.ofMillis(100));
        assertThat(retry.pauseNanos(1)).isEqualTo(Duration.ofMillis(100).toNanos());
        assertThat(retry.pauseNanos(2)).isEqualTo(Duration.ofMillis(200).toNanos());
        assertThat(retry.pauseNanos(9)).isEqualTo(Duration.ofMillis(25_600).toNanos());
        assertThat(retry.pauseNanos(10)).isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(retry.pauseNanos(90)).isEqualTo(Duration.ofSeconds(30).toNanos());
    }

    @Test
    void aFailingSourceIsAskedAgainUnderSkip() throws Exception {
        var sink = Stages.Sink.plain();
        var source = new Stages.Source(1, "source", diary, i -> i < 10 ? "x" + i : null) {
            private boolean failed;

            @Override
            public Outcome pull(Element out) {
                if (next == 4 && !failed) {
                    failed = true;
                    return fail(error(ProcessError.Kind.UNAVAILABLE));
                }
                return super.pull(out);
            }
        };
        flow.stage(ComponentRole.SOURCE, source, s -> s.withErrorPolicy(new ErrorPolicy.LogAndContinue()))
                .sink(sink)
                .chained()
                .run();
        assertThat(sink.texts).hasSize(10);
        assertThat(flow.seen).contains("source answered unavailable: no for -1");
    }

    @Test
    void theLimitEndsTheFlowAfterSoManyElements() throws Exception {
        var sink = Stages.Sink.plain();
        flow.settings = flow.settings.withLimit(100);
        FlowOutcome outcome = flow.source(new Stages.Source(1, "source", diary, i -> "endless"))
                .processor(Stages.Upper.plain())
                .sink(sink)
                .chained()
                .run();
        assertThat(sink.texts).hasSize(100);
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.reason()).isEqualTo(new CancellationReason.LimitReached(100));
    }

    @Test
    void aLimitOfNothingPullsNothing() throws Exception {
        flow.settings = flow.settings.withLimit(0);
        var source = source(10);
        flow.source(source).sink(Stages.Sink.plain()).chained().run();
        assertThat(source.next).isZero();
    }

    @Test
    void cancellingFinishesWhatIsQueuedAndTheFirstReasonWins() throws Exception {
        var pulled = new CountDownLatch(50);
        var sink = Stages.Sink.plain();
        Flow running = flow.source(new Stages.Source(1, "source", diary, i -> {
                    pulled.countDown();
                    return "endless";
                }))
                .processor(Stages.Upper.plain())
                .sink(sink)
                .chained()
                .start();
        pulled.await();
        assertThat(running.cancel(new CancellationReason.OperatorRequest("enough")))
                .isTrue();
        assertThat(running.cancel(new CancellationReason.LimitReached(1))).isFalse();
        FlowOutcome outcome = flow.ended(running);

        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(outcome.reason()).isEqualTo(new CancellationReason.OperatorRequest("enough"));
        assertThat(outcome.failure()).isEmpty();
        assertThat(sink.texts).hasSize((int) outcome.pulled());
        assertThat(outcome.discarded()).isZero();
    }

    @Test
    void whatCannotBeDrainedInTimeIsDiscardedCountedAndSaid() throws Exception {
        flow.settings = flow.settings.withLimit(10).withDrainTimeout(Duration.ofMillis(50));
        FlowOutcome outcome = flow.source(source(100))
                .stage(
                        ComponentRole.PROCESSOR,
                        failingAt(3, error(ProcessError.Kind.UNAVAILABLE)),
                        s -> s.withErrorPolicy(new ErrorPolicy.Retry(9, Duration.ofSeconds(20))))
                .sink(Stages.Sink.plain())
                .chained()
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().text())
                .isEqualTo(
                        "[E0424] Flow 'test' did not finish what was queued within 50 ms; 7 elements were discarded. "
                                + "Raise drain_timeout, or look for a slow consumer.");
        assertThat(outcome.discarded()).isEqualTo(7);
    }

    @Test
    void timeLimitsBeyondAnyClockAreAsGoodAsNone() throws Exception {
        var forever = Duration.ofSeconds(Long.MAX_VALUE);
        flow.settings =
                flow.settings.withDrainTimeout(forever).withInitTimeout(forever).withTeardownTimeout(forever);
        flow.deadline = Deadline.after(forever);
        FlowOutcome outcome = flow.stage(ComponentRole.SOURCE, source(100), s -> s.withInvocationTimeout(forever)
                        .withErrorPolicy(new ErrorPolicy.Retry(1, forever)))
                .sink(Stages.Sink.plain())
                .chained()
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
    }

    @Test
    void theDeadlineEndsAFlowThatIsBusy() throws Exception {
        flow.deadline = Deadline.after(Duration.ofMillis(50));
        FlowOutcome outcome = flow.source(new Stages.Source(1, "source", diary, i -> "endless"))
                .sink(new Discarding())
                .chained()
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(code(outcome)).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(flow.deadline.nanosLeft()).isEqualTo(1);
    }

    private static final class Discarding extends Stages.Sink {
        Discarding() {
            super(3, "sink", new ArrayList<>());
        }

        @Override
        public Outcome push(Element in) {
            return Outcome.READY;
        }
    }

    @Test
    void anErrorInInitKeepsTheFlowFromStarting() throws Exception {
        var source = source(10);
        var upper = new Stages.Upper(2, "upper", diary);
        upper.initError = error(ProcessError.Kind.INVALID_INPUT);
        var sink = new Stages.Sink(3, "sink", diary);
        Flow started = flow.source(source).processor(upper).sink(sink).chained().start();

        assertThat(started.awaitStart()).isFalse();
        FlowOutcome outcome = flow.ended(started);
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().message())
                .isEqualTo("Component 'upper' answered an error in init: invalid_input: no.");
        assertThat(flow.states).containsExactly(FlowState.CREATED, FlowState.VALIDATED, FlowState.FAILED);
        assertThat(diary)
                .containsExactly("source.init(config of source)", "upper.init(config of upper)", "source.teardown");
        assertThat(List.of(source.closes, upper.closes, sink.closes)).containsExactly(1, 1, 1);
    }

    @Test
    void anErrorInCompleteFailsAFlowThatWentWell() throws Exception {
        var sink = Stages.Sink.plain();
        sink.completeError = error(ProcessError.Kind.UNAVAILABLE);
        FlowOutcome outcome = flow.source(source(3)).sink(sink).chained().run();
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().message())
                .isEqualTo("Component 'sink' answered an error in complete: unavailable: no.");
    }

    @Test
    void aCallOverItsLimitIsInterrupted() throws Exception {
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                throw new EngineException(new EngineFailure.InvocationTimeout(
                        "component-3 ('sink')", "push", timedOutAfter.toMillis(), null, null));
            }
        };
        FlowOutcome outcome = flow.source(source(5))
                .stage(ComponentRole.SINK, sink, s -> s.withInvocationTimeout(Duration.ofMillis(100)))
                .chained()
                .run();
        assertThat(code(outcome)).isEqualTo(ErrorCode.INVOCATION_TIMEOUT);
        assertThat(sink.timedOutAfter).isEqualTo(Duration.ofMillis(100));
        assertThat(outcome.discarded()).isPositive().isEqualTo(outcome.pulled());
    }

    @Test
    void timeSpentWaitingDoesNotCountAgainstTheLimit() throws Exception {
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                try {
                    Thread.sleep(300);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return super.push(in);
            }
        };
        FlowOutcome outcome = flow.source(source(1))
                .stage(ComponentRole.SINK, sink, s -> s.withInvocationTimeout(Duration.ofMillis(50)))
                .chained()
                .run();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
    }

    @Test
    void aCallThatCannotBeStoppedIsLeftBehind() throws Exception {
        var stuck = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        flow.settings = flow.settings.withCancelTimeout(Duration.ofMillis(50));
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                stuck.countDown();
                boolean interrupted = false;
                while (true) {
                    try {
                        release.await();
                        break;
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                assertThat(interrupted).isTrue();
                return Outcome.READY;
            }
        };
        Flow running = flow.source(source(5)).sink(sink).chained().start();
        stuck.await();
        running.cancel(new CancellationReason.OperatorRequest("stop"));
        FlowOutcome outcome =
                running.await(Duration.ofSeconds(20)).orElseThrow(() -> new AssertionError("shutdown hangs"));

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().message()).contains("its thread was left behind");
        assertThat(outcome.reason()).isEqualTo(new CancellationReason.OperatorRequest("stop"));
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
        release.countDown();
        flow.reactor.close();
    }

    /** The time for calls to come to their end is for the one that is under way when the flow is asked to end. */
    @Test
    void aCallThatBeginsWhileTheFlowIsDrainedMayTakeUntilThatIsOver() throws Exception {
        flow.settings = flow.settings.withLimit(3).withCancelTimeout(Duration.ofMillis(1));
        var never = new CountDownLatch(1);
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                try {
                    never.await(30, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return super.push(in);
            }
        };
        FlowOutcome outcome = flow.source(source(100)).sink(sink).chained().run();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.texts).hasSize(3);
    }

    @Test
    void anObserverThatThrowsDoesNotHangTheFlow() throws Exception {
        var broken = new TestFlow() {
            @Override
            public void stateChanged(FlowId id, FlowState state) {
                if (state == FlowState.COMPLETED) {
                    throw new IllegalStateException("a bug of the observer's");
                }
            }
        };
        FlowOutcome outcome = broken.source(source(5))
                .sink(Stages.Sink.plain())
                .chained()
                .start()
                .await();
        assertThat(code(outcome)).isEqualTo(ErrorCode.FLOW_INTERNAL);
        assertThat(broken.resources.liveBuffers()).isZero();
    }

    @Test
    void aDefectEndsTheFlowInsteadOfHangingIt() throws Exception {
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                throw new ArithmeticException("a bug of ours");
            }
        };
        Flow running = flow.source(source(5)).sink(sink).chained().start();
        FlowOutcome outcome = running.await();
        assertThat(code(outcome)).isEqualTo(ErrorCode.FLOW_INTERNAL);
        assertThat(running.defect()).containsInstanceOf(ArithmeticException.class);
        assertThat(flow.resources.liveBuffers()).isZero();
    }

    @Test
    void contentTypeIsTheElementsOrElseItsBuffers() throws Exception {
        var types = new ArrayList<@Nullable String>();
        var source = new Stages.Source(1, "source", diary, i -> i < 2 ? "x" : null) {
            @Override
            public Outcome pull(Element out) {
                Outcome outcome = super.pull(out);
                if (outcome == Outcome.EMITTED && next == 1) {
                    out.contentType = flow.flow.contentTypes().intern("a/b");
                }
                return outcome;
            }
        };
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                types.add(in.contentType.text());
                return super.push(in);
            }
        };
        flow.source(source).sink(sink).chained().run();
        assertThat(types).containsExactly("a/b", "");
    }
}
