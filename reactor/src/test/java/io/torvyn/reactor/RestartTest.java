package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code restart = { max = …, window = … }}: a finished component is replaced by a fresh instance. */
class RestartTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<String> diary = new ArrayList<>();
    private final TestFlow flow = new TestFlow();
    private final List<Stages.Fake> instances = new ArrayList<>();

    private static EngineException trap() {
        return new EngineException(
                new EngineFailure.Trap("component-2 ('upper')", "unreachable", "process", List.of(), null));
    }

    private Stages.Source source(int count) {
        return new Stages.Source(1, "source", diary, i -> i < count ? "element " + i : null);
    }

    /** Traps at some elements, with a buffer in its hands. */
    private Stages.Upper trappingAt(Set<Long> sequences) {
        return new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                assertThat(closes).isZero();
                if (sequences.contains(in.sequence)) {
                    write("held by the one that traps");
                    throw trap();
                }
                return super.process(in, out);
            }
        };
    }

    /** A stage of which a function makes one instance after the other. */
    private RestartTest stage(ComponentRole role, int max, Duration window, IntFunction<Stages.Fake> made) {
        flow.stage(role, made(made), s -> s.withRestart(new Restart(max, window, _ -> made(made))));
        return this;
    }

    private Stages.Fake made(IntFunction<Stages.Fake> made) {
        Stages.Fake fake = made.apply(instances.size());
        if (!instances.isEmpty()) {
            fake.owner = instances.getFirst().owner;
        }
        instances.add(fake);
        return fake;
    }

    @Test
    void aFreshInstanceGoesOnAndTheElementIsLost() throws Exception {
        var sink = Stages.Sink.plain();
        flow.source(source(30));
        stage(ComponentRole.PROCESSOR, 2, MINUTE, _ -> trappingAt(Set.of(7L, 20L)));
        FlowOutcome outcome = flow.sink(sink).chained().run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.sequences)
                .isEqualTo(LongStream.range(0, 30)
                        .filter(i -> i != 7 && i != 20)
                        .boxed()
                        .toList());
        assertThat(outcome.lost()).isEqualTo(2);
        assertThat(outcome.restarts()).isEqualTo(2);
        assertThat(outcome.errors()).isEqualTo(2);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.lost());
        assertThat(outcome.stages().get(1).lost()).isEqualTo(2);
        assertThat(flow.seen)
                .contains("upper finished at 7 by E0804, replaced", "upper finished at 20 by E0804, replaced");
        assertThat(diary.stream().filter("upper.init(config of upper)"::equals)).hasSize(3);
        assertThat(diary.stream().filter("upper.teardown"::equals)).hasSize(1);
        assertThat(instances).extracting(fake -> fake.closes).containsExactly(1, 1, 1);
        assertThat(flow.observability.deregister(outcome.flow()).components())
                .anySatisfy(component -> assertThat(component.name() + " " + component.restarts())
                        .isEqualTo("upper 2"));
    }

    @Test
    void moreRestartsThanTheWindowAllowsFailTheFlowWithTheLastFailure() throws Exception {
        flow.source(source(30));
        stage(ComponentRole.PROCESSOR, 2, MINUTE, _ -> trappingAt(Set.of(7L, 8L, 9L)));
        FlowOutcome outcome = flow.sink(Stages.Sink.plain()).chained().run();

        assertThat(outcome.failure().map(Failure::code)).contains(ErrorCode.TRAP);
        assertThat(outcome.restarts()).isEqualTo(2);
        assertThat(outcome.lost()).isEqualTo(2);
        assertThat(flow.seen).contains("upper finished at 9 by E0804, for good");
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.lost() + outcome.discarded());
    }

    @Test
    void whatIsOutsideTheWindowDoesNotCount() {
        var restarts = new Restarts(new Restart(2, Duration.ofNanos(100), _ -> Stages.Upper.plain()));
        assertThat(restarts.grant(1_000, 5)).isZero();
        assertThat(restarts.grant(1_050, 20)).isZero();
        assertThat(restarts.grant(1_099, 30)).isEqualTo(Restarts.REFUSED);
        assertThat(restarts.grant(1_100, 30)).isZero();
        assertThat(restarts.grant(1_149, 40)).isEqualTo(Restarts.REFUSED);
        assertThat(restarts.count()).isEqualTo(3);
    }

    @Test
    void anInstanceThatHandlesNothingIsFollowedMoreAndMoreSlowly() {
        var restarts = new Restarts(new Restart(100, Duration.ofDays(1), _ -> Stages.Upper.plain()));
        assertThat(restarts.grant(0, 5)).isZero();
        assertThat(restarts.grant(0, 6)).isEqualTo(Duration.ofMillis(10).toNanos());
        assertThat(restarts.grant(0, 7)).isEqualTo(Duration.ofMillis(20).toNanos());
        assertThat(restarts.grant(0, 7)).isEqualTo(Duration.ofMillis(40).toNanos()); // not even initialised
        long pause = 0;
        for (int i = 0; i < 20; i++) {
            pause = restarts.grant(0, 7);
        }
        assertThat(pause).isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(restarts.grant(0, 9)).isZero();
    }

    @Test
    void theElementIsDeadLetteredInsteadWhereThePolicySaysSo() throws Exception {
        var letters = new Stages.Sink(4, "letters", diary);
        flow.source(source(30));
        flow.stage(ComponentRole.PROCESSOR, made(_ -> trappingAt(Set.of(7L))), s -> s.withRestart(
                                new Restart(1, MINUTE, _ -> made(_ -> trappingAt(Set.of()))))
                        .withErrorPolicy(new ErrorPolicy.DeadLetter(new StreamId(99), "letters", 64)))
                .sink(Stages.Sink.plain())
                .sink(letters)
                .edge("source", "upper")
                .edge("upper", "sink");
        FlowOutcome outcome = flow.run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(letters.sequences).containsExactly(7L);
        assertThat(outcome.lost()).isZero();
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.deadLettered());
    }

    @Test
    void anInstanceThatAnswersFatalIsTornDownAndReplaced() throws Exception {
        var sink = Stages.Sink.plain();
        flow.source(source(10));
        stage(ComponentRole.PROCESSOR, 1, MINUTE, _ -> new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                return in.sequence == 3
                        ? fail(new ProcessError(ProcessError.Kind.FATAL, "no more"))
                        : super.process(in, out);
            }
        });
        FlowOutcome outcome = flow.sink(sink).chained().run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.sequences).hasSize(9).doesNotContain(3L);
        assertThat(diary.stream().filter("upper.teardown"::equals)).hasSize(2);
        assertThat(outcome.lost()).isEqualTo(1);
    }

    @Test
    void anInstanceWhoseInitFailsIsReplacedAfterAPause() throws Exception {
        var sink = Stages.Sink.plain();
        flow.source(source(10));
        stage(ComponentRole.PROCESSOR, 3, MINUTE, n -> {
            Stages.Upper upper = n == 0 ? trappingAt(Set.of(4L)) : trappingAt(Set.of());
            upper.initError = n == 1 ? new ProcessError(ProcessError.Kind.UNAVAILABLE, "not yet") : null;
            return upper;
        });
        FlowOutcome outcome = flow.sink(sink).chained().run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.restarts()).isEqualTo(2);
        assertThat(outcome.lost()).isEqualTo(1);
        assertThat(sink.sequences).hasSize(9);
        assertThat(flow.seen).contains("upper finished at -1 by E0420, replaced");
        assertThat(instances).extracting(fake -> fake.closes).containsExactly(1, 1, 1);
    }

    @Test
    void anInstanceThatCannotBeMadeCountsAsOneThatIsFinished() throws Exception {
        flow.source(source(10))
                .stage(
                        ComponentRole.PROCESSOR,
                        made(_ -> trappingAt(Set.of(4L))),
                        s -> s.withRestart(new Restart(2, MINUTE, _ -> {
                            throw trap();
                        })));
        FlowOutcome outcome = flow.sink(Stages.Sink.plain()).chained().run();

        assertThat(outcome.failure().map(Failure::code)).contains(ErrorCode.TRAP);
        assertThat(outcome.errors()).isEqualTo(3);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.lost() + outcome.discarded());
    }

    /** A fresh one has not heard of the pressure that the one before it was told about. */
    @Test
    void aSourceGoesOnWithAFreshInstanceThatIsToldAboutPressureAgain() throws Exception {
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence == 0 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        stage(
                ComponentRole.SOURCE,
                1,
                MINUTE,
                n -> new Stages.Source(1, "source", diary, i -> i < 40 ? n + "." + i : null) {
                    @Override
                    public Outcome pull(Element out) {
                        if (n == 0 && next == 10) {
                            throw trap();
                        }
                        return super.pull(out);
                    }
                });
        flow.settings = flow.settings.withScheduling(new SchedulingPolicy.DemandDriven());
        FlowOutcome outcome = flow.sink(sink)
                .chained(s -> s.withCapacity(4).withPolicy(new BackpressurePolicy.DropNewest()))
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.pulled()).isEqualTo(50);
        assertThat(outcome.lost()).isZero();
        List<String> told = diary.stream().filter(line -> !line.contains("(")).toList();
        assertThat(told.subList(0, 3)).containsExactly("source.pause", "source.pause", "source.ready");
    }

    @Test
    void aSinkThatHasAskedForAPauseStartsAfresh() throws Exception {
        flow.source(source(20));
        stage(ComponentRole.SINK, 5, MINUTE, _ -> new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                diary.add("push " + in.sequence);
                if (in.sequence == 5) {
                    throw trap();
                }
                return in.sequence == 4 ? Outcome.PAUSE : Outcome.READY;
            }
        });
        FlowOutcome outcome = flow.chained().run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.elements()).isEqualTo(19);
        assertThat(outcome.lost()).isEqualTo(1);
        assertThat(diary.stream().filter("sink.complete"::equals)).hasSize(1);
    }

    @Test
    void anAggregatorThatTrapsInItsFlushIsFlushedAgain() throws Exception {
        var sink = Stages.Sink.plain();
        flow.source(source(6));
        stage(ComponentRole.AGGREGATOR, 1, MINUTE, n -> new Stages.Batch(2, "batch", diary, 4) {
            @Override
            public Outcome flush(Collection<Element> out) {
                if (n == 0) {
                    throw trap();
                }
                return super.flush(out);
            }
        });
        FlowOutcome outcome = flow.sink(sink).chained().run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.texts).containsExactly("element 0+element 1+element 2+element 3");
        assertThat(outcome.restarts()).isEqualTo(1);
    }

    @Test
    void aFlowThatIsCancelledStartsNoInstanceForACallThatItStops() throws Exception {
        var stuck = new CountDownLatch(1);
        flow.settings = flow.settings.withCancelTimeout(Duration.ofMillis(50));
        flow.source(source(10));
        stage(ComponentRole.PROCESSOR, 9, MINUTE, _ -> new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                stuck.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                throw trap();
            }
        });
        Flow running = flow.sink(Stages.Sink.plain()).chained().start();
        stuck.await();
        running.cancel(new CancellationReason.OperatorRequest("enough"));
        FlowOutcome outcome = flow.ended(running);

        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(outcome.restarts()).isZero();
        assertThat(instances).hasSize(1);
    }

    /** Also while the time for draining runs: an instance that is to come later than its end does not come. */
    @Test
    void whoWaitsForAFreshInstanceLongerThanAFlowMayDrainIsNotWaitedFor() throws Exception {
        flow.settings = flow.settings.withLimit(8).withDrainTimeout(Duration.ofMillis(60));
        flow.source(source(10));
        stage(ComponentRole.PROCESSOR, 99, MINUTE, _ -> trappingAt(Set.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L)));
        FlowOutcome outcome = flow.sink(Stages.Sink.plain()).chained().run();

        assertThat(outcome.failure().map(Failure::code)).contains(ErrorCode.DRAIN_TIMEOUT);
        assertThat(outcome.pulled()).isEqualTo(outcome.lost() + outcome.discarded());
        assertThat(outcome.discarded()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void aRestartHasAtLeastOneInstance(int max) {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> new Restart(max, MINUTE, _ -> (ComponentInvoker) Stages.Upper.plain()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
