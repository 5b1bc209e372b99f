package io.torvyn.reactor;

import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import java.time.Duration;
import java.util.List;

/** A running flow at one moment, seen from outside: the figures of one line may be a little older than the next. */
public record FlowStatus(
        FlowId flow,
        String name,
        FlowState state,
        Duration uptime,
        long pulled,
        long elements,
        long errors,
        List<StageReport> stages,
        List<StreamReport> streams) {
    public FlowStatus {
        stages = List.copyOf(stages);
        streams = List.copyOf(streams);
    }
}
