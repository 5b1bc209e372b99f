package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import java.util.List;
import java.util.Optional;

/**
 * A {@code [flow.<name>]}: nodes and the edges between them.
 *
 * @param nodes in the order of the text
 * @param edges in the order of the text
 * @param queue what an edge has that says nothing else
 * @param position where the flow begins
 */
public record FlowDefinition(
        String name,
        String description,
        SchedulingKind scheduling,
        FlowPriority priority,
        QueueSettings queue,
        ErrorPolicy errorPolicy,
        FlowTimeouts timeouts,
        List<NodeDefinition> nodes,
        List<EdgeDefinition> edges,
        Diagnostic.Location position) {
    public FlowDefinition {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** A flow of which nothing is said yet: without nodes, and otherwise as the runtime has it. */
    public static FlowDefinition of(String name, RuntimeSettings runtime, Diagnostic.Location position) {
        return new FlowDefinition(
                name,
                "",
                runtime.scheduling(),
                FlowPriority.NORMAL,
                runtime.queue(),
                new ErrorPolicy.FailFast(),
                FlowTimeouts.DEFAULT,
                List.of(),
                List.of(),
                position);
    }

    public Optional<NodeDefinition> node(String wanted) {
        return nodes.stream().filter(n -> n.name().equals(wanted)).findFirst();
    }

    /** The same flow with {@code changed} in the place of the node of that name. */
    public FlowDefinition withNode(NodeDefinition changed) {
        return withNodes(nodes.stream()
                .map(n -> n.name().equals(changed.name()) ? changed : n)
                .toList());
    }

    /** The same flow with other nodes. */
    public FlowDefinition withNodes(List<NodeDefinition> others) {
        return new FlowDefinition(
                name, description, scheduling, priority, queue, errorPolicy, timeouts, others, edges, position);
    }
}
