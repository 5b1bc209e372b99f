package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flows that take turns on one processor, as virtual threads do: whoever gives way goes to the end of the line. */
class ProcessorShareTest {
    private static final long SECOND = 1_000_000_000L;
    /** What giving way costs, also when it is in vain. */
    private static final long SWITCH_NANOS = 500;

    private final ActiveFlows active = new ActiveFlows(1);
    private long now;
    private final List<Simulated> flows = new ArrayList<>();

    private static final class Simulated {
        final ProcessorShare share;
        final FlowPriority priority;
        final long turnNanos;
        long hadNanos;
        long wakesAt;

        Simulated(ProcessorShare share, FlowPriority priority, long turnNanos) {
            this.share = share;
            this.priority = priority;
            this.turnNanos = turnNanos;
        }
    }

    private Simulated flow(FlowPriority priority, long turnNanos) {
        var flow = new Simulated(new ProcessorShare(active, 0), priority, turnNanos);
        flows.add(flow);
        active.enter();
        return flow;
    }

    /** @return what all have had together */
    private long run(long nanos) {
        var line = new ArrayDeque<>(flows);
        long end = now + nanos;
        long had = flows.stream().mapToLong(flow -> flow.hadNanos).sum();
        while (now < end) {
            Simulated flow = line.remove();
            line.add(flow);
            if (now < flow.wakesAt) {
                now = Math.max(
                        now, flows.stream().mapToLong(f -> f.wakesAt).min().orElseThrow());
                continue;
            }
            now += SWITCH_NANOS;
            if (flow.share.isNext()) {
                now += flow.turnNanos;
                flow.hadNanos += flow.turnNanos;
                flow.share.charge(flow.turnNanos, flow.priority);
            }
            flow.wakesAt = now + flow.share.pauseNanos(now);
        }
        return flows.stream().mapToLong(flow -> flow.hadNanos).sum() - had;
    }

    @Test
    void aFlowOfSlowElementsGetsNoMoreThanOneOfFastOnes() {
        Simulated slow = flow(FlowPriority.NORMAL, 5_000_000);
        Simulated fast = flow(FlowPriority.NORMAL, 5_000);
        run(10 * SECOND);
        assertThat((double) slow.hadNanos / fast.hadNanos).isCloseTo(1, within(0.05));
    }

    @Test
    void timeIsInProportionToPriority() {
        Simulated critical = flow(FlowPriority.CRITICAL, 20_000);
        Simulated normal = flow(FlowPriority.NORMAL, 300_000);
        Simulated background = flow(FlowPriority.BACKGROUND, 5_000);
        run(10 * SECOND);
        assertThat((double) critical.hadNanos / normal.hadNanos).isCloseTo(4, within(0.3));
        assertThat((double) normal.hadNanos / background.hadNanos).isCloseTo(4, within(0.3));
    }

    @Test
    void manyGreedyFlowsLeaveAFastOneItsShare() {
        for (int i = 0; i < 50; i++) {
            flow(FlowPriority.NORMAL, 1_000_000);
        }
        Simulated fast = flow(FlowPriority.NORMAL, 10_000);
        long had = run(20 * SECOND);
        assertThat((double) fast.hadNanos / had * 51).isGreaterThan(0.75); // and what the others sleep away
        assertThat((double) had / (20 * SECOND)).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(longs = {5_000, 100_000, 5_000_000})
    void noTimeIsWastedWhenAllAreAlike(long turnNanos) {
        for (int i = 0; i < 20; i++) {
            flow(FlowPriority.NORMAL, turnNanos);
        }
        long had = run(SECOND);
        assertThat((double) had / SECOND).isGreaterThan(0.85);
    }

    @Test
    void whoHasSleptDoesNotMakeUpForIt() {
        Simulated steady = flow(FlowPriority.NORMAL, 50_000);
        run(5 * SECOND);
        long before = steady.hadNanos;
        Simulated late = flow(FlowPriority.NORMAL, 50_000);
        late.share.rejoin();
        run(SECOND);
        assertThat((double) late.hadNanos / (steady.hadNanos - before)).isCloseTo(1, within(0.05));
    }

    @Test
    void aFlowThatIsAheadOfThoseThatAskForNothingGoesOn() {
        Simulated greedy = flow(FlowPriority.NORMAL, 1_000_000);
        for (int i = 0; i < 1000; i++) {
            active.enter(); // they wait within calls, and nobody has noticed yet
        }
        run(SECOND);
        assertThat(greedy.hadNanos).isGreaterThan(9 * SECOND / 10);
    }
}
