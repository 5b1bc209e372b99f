package io.torvyn.reactor;

import io.torvyn.types.Defaults;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * How a flow runs.
 *
 * @param limit elements that its sources deliver together before it ends
 */
public record FlowSettings(
        SchedulingPolicy scheduling,
        FlowPriority priority,
        OptionalLong limit,
        Duration drainTimeout,
        Duration cancelTimeout,
        Duration initTimeout,
        Duration teardownTimeout) {
    public static final FlowSettings DEFAULT = new FlowSettings(
            new SchedulingPolicy.WeightedFair(),
            FlowPriority.NORMAL,
            OptionalLong.empty(),
            Defaults.DRAIN_TIMEOUT,
            Defaults.COOPERATIVE_CANCEL_TIMEOUT,
            Defaults.INIT_TIMEOUT,
            Defaults.TEARDOWN_TIMEOUT);

    public FlowSettings {
        if (limit.isPresent() && limit.getAsLong() < 0) {
            throw new IllegalArgumentException("a limit cannot be negative: " + limit);
        }
        drainTimeout = Deadline.bounded(drainTimeout);
        cancelTimeout = Deadline.bounded(cancelTimeout);
        initTimeout = Deadline.bounded(initTimeout);
        teardownTimeout = Deadline.bounded(teardownTimeout);
    }

    public FlowSettings withScheduling(SchedulingPolicy other) {
        return new FlowSettings(other, priority, limit, drainTimeout, cancelTimeout, initTimeout, teardownTimeout);
    }

    public FlowSettings withPriority(FlowPriority other) {
        return new FlowSettings(scheduling, other, limit, drainTimeout, cancelTimeout, initTimeout, teardownTimeout);
    }

    public FlowSettings withLimit(long elements) {
        return new FlowSettings(
                scheduling,
                priority,
                OptionalLong.of(elements),
                drainTimeout,
                cancelTimeout,
                initTimeout,
                teardownTimeout);
    }

    public FlowSettings withDrainTimeout(Duration timeout) {
        return new FlowSettings(scheduling, priority, limit, timeout, cancelTimeout, initTimeout, teardownTimeout);
    }

    public FlowSettings withCancelTimeout(Duration timeout) {
        return new FlowSettings(scheduling, priority, limit, drainTimeout, timeout, initTimeout, teardownTimeout);
    }

    public FlowSettings withInitTimeout(Duration timeout) {
        return new FlowSettings(scheduling, priority, limit, drainTimeout, cancelTimeout, timeout, teardownTimeout);
    }

    public FlowSettings withTeardownTimeout(Duration timeout) {
        return new FlowSettings(scheduling, priority, limit, drainTimeout, cancelTimeout, initTimeout, timeout);
    }
}
