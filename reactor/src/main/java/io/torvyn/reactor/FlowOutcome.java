package io.torvyn.reactor;

import io.torvyn.resources.CopyLedger;
import io.torvyn.resources.FlowReleaseReport;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a flow ended, in real figures.
 *
 * @param state one of the three terminal ones
 * @param reason the first thing that made it stop
 * @param failure why it failed; empty in the other states
 * @param pulled elements that came out of sources
 * @param elements elements that left the flow as intended: taken by a sink (by each of several), dropped by a stage, or
 *     kept by an aggregator without a result
 * @param errors errors that components answered, traps and time-outs
 * @param deadLettered elements that failed, and that a sink for dead letters has taken
 * @param lost elements that took their component down with them, where a fresh instance went on
 * @param discarded elements that were in the flow and reached no sink: by backpressure policy, error policy or the end
 * @param leaked what had to be taken back by force at the end; empty unless a component was stopped in the middle
 */
public record FlowOutcome(
        FlowId flow,
        String name,
        FlowState state,
        CancellationReason reason,
        Optional<Failure> failure,
        Duration duration,
        long pulled,
        long elements,
        long errors,
        long deadLettered,
        long lost,
        long discarded,
        CopyLedger.Snapshot copies,
        List<StageReport> stages,
        List<StreamReport> streams,
        FlowReleaseReport leaked) {
    public FlowOutcome {
        stages = List.copyOf(stages);
        streams = List.copyOf(streams);
    }

    /** Fresh instances that took the place of finished ones. */
    public long restarts() {
        return stages.stream().mapToLong(StageReport::restarts).sum();
    }

    public long backpressureEvents() {
        return streams.stream().mapToLong(StreamReport::backpressureEvents).sum();
    }

    public Duration backpressureTime() {
        return streams.stream().map(StreamReport::backpressureTime).reduce(Duration.ZERO, Duration::plus);
    }

    /** The fullest that any queue has been. */
    public int queuePeak() {
        return streams.stream().mapToInt(StreamReport::peakDepth).max().orElse(0);
    }
}
