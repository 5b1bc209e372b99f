package io.torvyn.reactor;

import io.torvyn.types.ComponentRole;
import io.torvyn.types.Defaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The stages of a flow, joined by their queues. */
final class Topology {
    /** In topological order; of stages that do not depend on each other the one defined first comes first. */
    final Stage[] stages;

    final BoundedQueue[] queues;

    private Topology(Stage[] stages, BoundedQueue[] queues) {
        this.stages = stages;
        this.queues = queues;
    }

    Stage stage(String name) {
        for (Stage stage : stages) {
            if (stage.name.equals(name)) {
                return stage;
            }
        }
        throw new IllegalArgumentException("there is no stage '" + name + "'");
    }

    /** @throws ReactorException E0410 when the definition is no flow */
    static Topology of(FlowDefinition flow) {
        var stages = new LinkedHashMap<String, Stage>();
        for (StageDefinition definition : flow.stages()) {
            if (stages.put(
                            definition.name(),
                            new Stage(
                                    definition,
                                    flow.metrics()
                                            .component(definition.invoker().id())))
                    != null) {
                throw invalid(flow, "two stages are called '" + definition.name() + "'");
            }
            if (definition.owner() == flow.resources().host()) {
                throw invalid(flow, "'" + definition.name() + "' has no account for buffers of its own");
            }
            checkThreads(flow, definition);
        }
        var queues = new ArrayList<BoundedQueue>();
        for (StreamDefinition stream : flow.streams()) {
            Stage from = known(flow, stages, stream.from());
            Stage to = known(flow, stages, stream.to());
            if (!from.role.isProducer()) {
                throw invalid(flow, "the sink '" + from.name + "' has an edge to '" + to.name + "'");
            }
            if (!to.role.isConsumer()) {
                throw invalid(flow, "the source '" + to.name + "' has an edge from '" + from.name + "'");
            }
            var queue = new BoundedQueue(stream, from, to, flow.metrics().stream(stream.id()));
            from.addOutput(queue, stream.port());
            to.addInput(queue);
            queues.add(queue);
        }
        for (StageDefinition definition : flow.stages()) {
            if (definition.errorPolicy() instanceof ErrorPolicy.DeadLetter policy) {
                queues.add(letters(flow, stages, known(flow, stages, definition.name()), policy));
            }
        }
        for (Stage stage : stages.values()) {
            checkEdges(flow, stage);
        }
        return new Topology(order(flow, List.copyOf(stages.values())), queues.toArray(BoundedQueue[]::new));
    }

    private static void checkThreads(FlowDefinition flow, StageDefinition stage) {
        for (StageDefinition.Instance instance : stage.instances()) {
            if (stage.parallel() && instance.invoker() instanceof NativeStage) {
                throw invalid(
                        flow, "'" + stage.name() + "' is native, and native stages are called on the flow's thread");
            }
            if (stage.parallel() != instance.owner().isElsewhere()) {
                throw invalid(
                        flow,
                        "'" + stage.name() + "' has an account for buffers that is another thread's than the one it is"
                                + " called on");
            }
        }
    }

    /** Letters are never dropped: who cannot send one waits. */
    private static BoundedQueue letters(
            FlowDefinition flow, Map<String, Stage> stages, Stage from, ErrorPolicy.DeadLetter policy) {
        Stage sink = stages.get(policy.sink());
        if (sink == null) {
            throw invalid(
                    flow,
                    "the dead letters of '" + from.name + "' go to '" + policy.sink()
                            + "', but there is no such stage");
        }
        if (sink.role != ComponentRole.SINK) {
            throw invalid(flow, "the dead letters of '" + from.name + "' go to '" + sink.name + "', which is no sink");
        }
        int capacity = Math.max(policy.capacity(), Stage.mostLetters(from.outputs));
        var queue = BoundedQueue.ofDeadLetters(
                StreamDefinition.of(policy.stream(), from.name, sink.name).withCapacity(capacity),
                from,
                sink,
                flow.metrics().stream(policy.stream()));
        from.addLetters(queue);
        sink.addInput(queue);
        return queue;
    }

    private static Stage known(FlowDefinition flow, Map<String, Stage> stages, String name) {
        Stage stage = stages.get(name);
        if (stage == null) {
            throw invalid(flow, "an edge names '" + name + "', but there is no such stage");
        }
        return stage;
    }

    private static void checkEdges(FlowDefinition flow, Stage stage) {
        if (stage.role.isConsumer() && stage.inputs.length == 0) {
            throw invalid(flow, "nothing leads to '" + stage.name + "'");
        }
        if (stage.role.isProducer() && stage.outputs.length == 0) {
            throw invalid(flow, "nothing leads on from '" + stage.name + "'");
        }
        if (Math.max(stage.edgesIn(), stage.widestPort()) > Defaults.FAN_LIMIT) {
            throw invalid(flow, "more than " + Defaults.FAN_LIMIT + " edges meet in one port of '" + stage.name + "'");
        }
    }

    private static Stage[] order(FlowDefinition flow, List<Stage> stages) {
        if (stages.isEmpty()) {
            throw invalid(flow, "it has no stages");
        }
        var ordered = new ArrayList<Stage>();
        boolean found = true;
        while (found) {
            found = false;
            for (Stage stage : stages) {
                if (!ordered.contains(stage) && comesAfter(stage, ordered)) {
                    ordered.add(stage);
                    found = true;
                }
            }
        }
        if (ordered.size() < stages.size()) {
            throw invalid(
                    flow,
                    "there is a cycle among "
                            + stages.stream()
                                    .filter(stage -> !ordered.contains(stage))
                                    .map(stage -> "'" + stage.name + "'")
                                    .toList());
        }
        return ordered.toArray(Stage[]::new);
    }

    private static boolean comesAfter(Stage stage, List<Stage> ordered) {
        for (BoundedQueue input : stage.inputs) {
            if (!ordered.contains(input.producer)) {
                return false;
            }
        }
        return true;
    }

    private static ReactorException invalid(FlowDefinition flow, String reason) {
        return new ReactorException(new ReactorFailure.InvalidTopology(flow.name(), reason));
    }
}
