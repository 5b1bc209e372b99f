package io.torvyn.reactor;

import io.torvyn.observability.FlowMetrics;
import io.torvyn.resources.FlowResources;
import io.torvyn.types.FlowId;
import io.torvyn.types.TraceContext;
import java.util.List;

/**
 * A flow to be.
 *
 * @param resources the flow's buffers; the flow ends them
 * @param metrics registered with every component and stream of the flow, those of dead letters included; whoever registered the flow deregisters it
 */
public record FlowDefinition(
        FlowId id,
        String name,
        List<StageDefinition> stages,
        List<StreamDefinition> streams,
        FlowResources resources,
        FlowMetrics metrics,
        FlowObserver observer,
        FlowSettings settings,
        Deadline deadline,
        TraceContext trace) {
    public FlowDefinition {
        stages = List.copyOf(stages);
        streams = List.copyOf(streams);
    }
}
