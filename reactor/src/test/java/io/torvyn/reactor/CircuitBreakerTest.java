package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.engine.Element;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** spec: runtime semantics, "Errors and retries": the circuit breaker for {@code unavailable}. */
class CircuitBreakerTest {
    private final List<String> diary = new ArrayList<>();
    private final TestFlow flow = new TestFlow();
    private final List<Long> times = new ArrayList<>();

    private Stages.Upper answering(ProcessError.Kind kind, LongPredicate failingCalls) {
        return new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                times.add(System.nanoTime());
                return failingCalls.test(++this.calls) ? fail(new ProcessError(kind, "down")) : emitted(in, out);
            }

            private Outcome emitted(Element in, Element out) {
                return emit(out, read(in));
            }
        };
    }

    private FlowOutcome run(Stages.Fake upper, ErrorPolicy policy, int count) throws InterruptedException {
        return flow.source(new Stages.Source(1, "source", diary, i -> i < count ? "element " + i : null))
                .stage(ComponentRole.PROCESSOR, upper, s -> s.withErrorPolicy(policy))
                .sink(Stages.Sink.plain())
                .chained()
                .run();
    }

    private Duration between(int earlier, int later) {
        return Duration.ofNanos(times.get(later - 1) - times.get(earlier - 1));
    }

    @Test
    void fiveInARowOpenItAndOneCallThatGoesWellClosesIt() throws Exception {
        FlowOutcome outcome = run(
                answering(ProcessError.Kind.UNAVAILABLE, call -> call >= 3 && call <= 7),
                new ErrorPolicy.SkipElement(),
                40);

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(between(7, 8)).isGreaterThanOrEqualTo(CircuitBreaker.REST);
        assertThat(outcome.discarded()).isEqualTo(5); // the others have waited
        assertThat(outcome.elements()).isEqualTo(35);
        assertThat(outcome.stages().get(1).circuitOpenings()).isEqualTo(1);
        assertThat(flow.seen)
                .containsSubsequence(
                        "[E0427] Component 'upper' answered unavailable 5 times in a row and is left alone for 1000 ms; "
                                + "its elements wait. What it depends on is down: check that it can be reached.",
                        "upper answers again");
    }

    @Test
    void aCallThatFindsThingsNoBetterOpensItForAnotherSecond() throws Exception {
        FlowOutcome outcome =
                run(answering(ProcessError.Kind.UNAVAILABLE, call -> call <= 6), new ErrorPolicy.SkipElement(), 20);

        assertThat(between(5, 6)).isGreaterThanOrEqualTo(CircuitBreaker.REST);
        assertThat(between(6, 7)).isGreaterThanOrEqualTo(CircuitBreaker.REST);
        assertThat(outcome.discarded()).isEqualTo(6);
        assertThat(outcome.stages().get(1).circuitOpenings()).isEqualTo(1);
    }

    @Test
    void aRetryWaitsAtLeastAsLongAsTheCircuitIsOpen() throws Exception {
        FlowOutcome outcome = run(
                answering(ProcessError.Kind.UNAVAILABLE, call -> call <= 5),
                new ErrorPolicy.Retry(9, Duration.ofMillis(1)),
                3);

        assertThat(outcome.elements()).isEqualTo(3);
        assertThat(between(5, 6)).isGreaterThanOrEqualTo(CircuitBreaker.REST);
    }

    @Test
    void otherErrorsAndFailuresThatAreNotInARowLeaveItClosed() throws Exception {
        FlowOutcome outcome =
                run(answering(ProcessError.Kind.INTERNAL, call -> call <= 20), new ErrorPolicy.SkipElement(), 30);
        assertThat(outcome.stages().get(1).circuitOpenings()).isZero();

        var breaker = new CircuitBreaker();
        for (long call = 0; call < 100; call++) {
            if (call % 5 != 4) {
                assertThat(breaker.trips(call)).isFalse();
            }
        }
    }

    /** Else a source whose dependency is down would be asked as fast as it can say so. */
    @Test
    void aSourceIsLeftAloneToo() throws Exception {
        var source = new Stages.Source(1, "source", diary, i -> i < 3 ? "x" : null) {
            private int pulls;

            @Override
            public Outcome pull(Element out) {
                times.add(System.nanoTime());
                return ++pulls <= 5 ? fail(new ProcessError(ProcessError.Kind.UNAVAILABLE, "down")) : super.pull(out);
            }
        };
        FlowOutcome outcome = flow.stage(
                        ComponentRole.SOURCE, source, s -> s.withErrorPolicy(new ErrorPolicy.SkipElement()))
                .sink(Stages.Sink.plain())
                .chained()
                .run();

        assertThat(outcome.pulled()).isEqualTo(3);
        assertThat(between(5, 6)).isGreaterThanOrEqualTo(CircuitBreaker.REST);
    }

    @Test
    void theFlowDrainsNoLongerForIt() throws Exception {
        flow.settings = flow.settings.withLimit(10).withDrainTimeout(Duration.ofMillis(200));
        FlowOutcome outcome =
                run(answering(ProcessError.Kind.UNAVAILABLE, _ -> true), new ErrorPolicy.SkipElement(), 20);

        assertThat(outcome.failure().map(Failure::code)).contains(ErrorCode.DRAIN_TIMEOUT);
        assertThat(outcome.pulled()).isEqualTo(outcome.discarded());
        assertThat(times).hasSize(5);
    }
}
