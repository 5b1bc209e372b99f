package io.torvyn.linker;

import static java.util.stream.Collectors.joining;

import io.torvyn.config.EdgeDefinition;
import io.torvyn.config.EdgeDefinition.Endpoint;
import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.NodeDefinition;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A flow as a graph: the rules it has to keep (spec/runtime.md, section 8) and the order of its stages. Nodes are numbers
 * here, in the order of the manifest; that order decides wherever there is a choice.
 */
final class FlowGraph {
    private final FlowDefinition flow;
    private final List<NodeDefinition> nodes;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    /** The edges between two different nodes that are both there. */
    private final List<EdgeDefinition> edges;

    private final List<List<Integer>> successors = new ArrayList<>();
    private final int[] incoming;
    /** Sinks that dead letters go to: no edge has to lead there. */
    private final BitSet deadLetterSinks = new BitSet();

    FlowGraph(FlowDefinition flow) {
        this.flow = flow;
        this.nodes = flow.nodes();
        this.incoming = new int[nodes.size()];
        for (NodeDefinition node : nodes) {
            numbers.putIfAbsent(node.name(), successors.size());
            successors.add(new ArrayList<>());
        }
        edges = flow.edges().stream()
                .filter(edge -> isNode(edge.from()) && isNode(edge.to()) && !isSelfLoop(edge))
                .toList();
        for (EdgeDefinition edge : edges) {
            int to = number(edge.to());
            successors.get(number(edge.from())).add(to);
            incoming[to]++;
        }
        for (NodeDefinition node : nodes) {
            if (node.errorPolicy() instanceof ErrorPolicy.DeadLetter(var sink, var _) && numbers.containsKey(sink)) {
                deadLetterSinks.set(number(sink));
                if (!sink.equals(node.name())) {
                    successors.get(number(node.name())).add(number(sink));
                    incoming[number(sink)]++;
                }
            }
        }
    }

    /** Every rule that is broken. */
    List<Diagnostic> errors() {
        List<Diagnostic> errors = new ArrayList<>();
        if (nodes.isEmpty()) {
            errors.add(ofFlow("flow `%s` has no nodes".formatted(flow.name()), "add a source and a sink at least"));
            return errors;
        }
        for (ComponentRole needed : List.of(ComponentRole.SOURCE, ComponentRole.SINK)) {
            if (nodes.stream().noneMatch(node -> node.role() == needed)) {
                String word = PipelineLinker.word(needed);
                errors.add(ofFlow(
                        "flow `%s` has no %s".formatted(flow.name(), word),
                        "add a node with `interface = \"torvyn:streaming/%s\"`".formatted(word)));
            }
        }
        ambiguousNames(errors);
        for (EdgeDefinition edge : flow.edges()) {
            unknownEnds(edge, errors);
        }
        for (NodeDefinition node : nodes) {
            roleAgainstEdges(node, errors);
            deadLetters(node, errors);
        }
        fans(errors);
        BitSet explained = cycles(errors);
        unreachable(explained, errors);
        return errors;
    }

    /**
     * The nodes, each after those that feed it.
     *
     * @throws IllegalStateException when there is a cycle
     */
    List<NodeDefinition> topologicalOrder() {
        int[] waitingFor = incoming.clone();
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int node = 0; node < waitingFor.length; node++) {
            if (waitingFor[node] == 0) {
                ready.add(node);
            }
        }
        List<NodeDefinition> order = new ArrayList<>(nodes.size());
        for (Integer node = ready.poll(); node != null; node = ready.poll()) {
            order.add(nodes.get(node));
            for (int next : successors.get(node)) {
                if (--waitingFor[next] == 0) {
                    ready.add(next);
                }
            }
        }
        if (order.size() < nodes.size()) {
            throw new IllegalStateException("flow " + flow.name() + " has a cycle");
        }
        return order;
    }

    private void ambiguousNames(List<Diagnostic> errors) {
        for (int i = 0; i < nodes.size(); i++) {
            NodeDefinition node = nodes.get(i);
            if (number(node.name()) != i) {
                errors.add(topology(
                                "there are two nodes named `%s`".formatted(node.name()),
                                "give each node a name of its own")
                        .at(node.position()));
            }
        }
    }

    private void unknownEnds(EdgeDefinition edge, List<Diagnostic> errors) {
        for (Endpoint end : List.of(edge.from(), edge.to())) {
            if (!isNode(end)) {
                errors.add(topology(
                                "the edge %s names `%s`, which is no node of this flow"
                                        .formatted(text(edge), end.node()),
                                "name one of: " + String.join(", ", numbers.keySet()))
                        .at(edge.position()));
            }
        }
        if (isNode(edge.from()) && isSelfLoop(edge)) {
            errors.add(topology(
                            "`%s` is joined to itself".formatted(edge.from().node()),
                            "remove the edge; feedback belongs inside one component")
                    .at(edge.position()));
        }
        unknownPort(edge, edge.from(), EdgeDefinition.OUTPUT).ifPresent(errors::add);
        unknownPort(edge, edge.to(), EdgeDefinition.INPUT).ifPresent(errors::add);
    }

    /** Only a router has several ports. */
    private Optional<Diagnostic> unknownPort(EdgeDefinition edge, Endpoint end, String port) {
        boolean anyPort = port.equals(EdgeDefinition.OUTPUT)
                && isNode(end)
                && nodes.get(number(end)).role() == ComponentRole.ROUTER;
        boolean known = !isNode(end) || anyPort || end.port().equals(port);
        return known
                ? Optional.empty()
                : Optional.of(topology(
                                "the edge %s names the port `%s`, which `%s` does not have"
                                        .formatted(text(edge), end.port(), end.node()),
                                "write \"%s:%s\"".formatted(end.node(), port))
                        .at(edge.position()));
    }

    private void roleAgainstEdges(NodeDefinition node, List<Diagnostic> errors) {
        List<EdgeDefinition> into = edges.stream()
                .filter(edge -> edge.to().node().equals(node.name()))
                .toList();
        List<EdgeDefinition> outOf = edges.stream()
                .filter(edge -> edge.from().node().equals(node.name()))
                .toList();
        boolean takesDeadLetters = deadLetterSinks.get(number(node.name()));
        if (into.isEmpty() && outOf.isEmpty() && !takesDeadLetters) {
            errors.add(
                    topology("node `%s` is joined to nothing".formatted(node.name()), "add an edge, or remove the node")
                            .at(node.position()));
            return;
        }
        if (!node.role().isConsumer() && !into.isEmpty()) {
            errors.add(role(node, "takes no elements, but has an incoming edge", into));
        }
        if (!node.role().isProducer() && !outOf.isEmpty()) {
            errors.add(role(node, "emits no elements, but has an outgoing edge", outOf));
        }
        if (node.role().isConsumer() && into.isEmpty() && !takesDeadLetters) {
            errors.add(missingSide(node, "no edge leads to it", "to = \"%s:input\"".formatted(node.name())));
        }
        if (node.role().isProducer() && outOf.isEmpty()) {
            errors.add(missingSide(node, "no edge leads on from it", "from = \"%s:output\"".formatted(node.name())));
        }
    }

    private static Diagnostic role(NodeDefinition node, String why, List<EdgeDefinition> wrong) {
        return Diagnostic.error(
                        ErrorCode.ROLE_VIOLATION,
                        "node `%s` is a %s, which %s: %s"
                                .formatted(
                                        node.name(),
                                        PipelineLinker.word(node.role()),
                                        why,
                                        wrong.stream().map(FlowGraph::text).collect(joining(", "))),
                        "remove %s, or make the node a processor"
                                .formatted(wrong.size() == 1 ? "the edge" : "the edges"))
                .at(wrong.getFirst().position());
    }

    private static Diagnostic missingSide(NodeDefinition node, String what, String edge) {
        return Diagnostic.error(
                        ErrorCode.ROLE_VIOLATION,
                        "node `%s` is a %s, and %s".formatted(node.name(), PipelineLinker.word(node.role()), what),
                        "add an edge with `%s`".formatted(edge))
                .at(node.position());
    }

    private void deadLetters(NodeDefinition node, List<Diagnostic> errors) {
        if (node.errorPolicy() instanceof ErrorPolicy.DeadLetter(var sink, var _)) {
            Integer target = numbers.get(sink);
            if (target == null) {
                errors.add(topology(
                                "the dead letters of `%s` go to `%s`, which is no node of this flow"
                                        .formatted(node.name(), sink),
                                "name one of: " + String.join(", ", numbers.keySet()))
                        .at(node.position()));
            } else if (sink.equals(node.name())) {
                errors.add(topology(
                                "the dead letters of `%s` go to itself".formatted(sink),
                                "give it an `error_policy` of its own, such as \"fail-fast\"")
                        .at(node.position()));
            } else if (nodes.get(target).role() != ComponentRole.SINK) {
                errors.add(Diagnostic.error(
                                ErrorCode.ROLE_VIOLATION,
                                "the dead letters of `%s` go to `%s`, which is a %s"
                                        .formatted(
                                                node.name(),
                                                sink,
                                                PipelineLinker.word(
                                                        nodes.get(target).role())),
                                "name a sink")
                        .at(node.position()));
            }
        }
    }

    private void fans(List<Diagnostic> errors) {
        Map<Endpoint, List<EdgeDefinition>> out = new LinkedHashMap<>();
        Map<Endpoint, List<EdgeDefinition>> in = new LinkedHashMap<>();
        for (EdgeDefinition edge : edges) {
            out.computeIfAbsent(edge.from(), _ -> new ArrayList<>()).add(edge);
            in.computeIfAbsent(edge.to(), _ -> new ArrayList<>()).add(edge);
        }
        out.forEach((port, fan) -> fan(port, fan, "leave", errors));
        in.forEach((port, fan) -> fan(port, fan, "enter", errors));
    }

    private static void fan(Endpoint port, List<EdgeDefinition> fan, String verb, List<Diagnostic> errors) {
        if (fan.size() > Defaults.FAN_LIMIT) {
            errors.add(topology(
                            "%d edges %s %s; at most %d may".formatted(fan.size(), verb, port, Defaults.FAN_LIMIT),
                            "put a processor in between for some of them")
                    .at(fan.get(Defaults.FAN_LIMIT).position()));
        }
    }

    /**
     * One cycle, as short as can be, for each node that is on one and not on an earlier one.
     *
     * @return all nodes of these cycles
     */
    private BitSet cycles(List<Diagnostic> errors) {
        BitSet reported = new BitSet();
        BitSet rest = withoutEnds();
        for (int node = rest.nextSetBit(0); node >= 0; node = rest.nextSetBit(node + 1)) {
            List<Integer> cycle = reported.get(node) ? List.of() : shortestCycle(node, rest);
            if (!cycle.isEmpty()) {
                cycle.forEach(reported::set);
                errors.add(Diagnostic.error(
                                ErrorCode.CYCLIC_DEPENDENCY,
                                "the flow has a cycle: "
                                        + cycle.stream()
                                                .map(n -> nodes.get(n).name())
                                                .collect(joining(" → ")),
                                "remove one of these edges; feedback belongs inside one component")
                        .at(nodes.get(node).position()));
            }
        }
        return reported;
    }

    /** The nodes that are left when those without predecessors are taken away, again and again. */
    private BitSet withoutEnds() {
        int[] left = incoming.clone();
        BitSet rest = new BitSet();
        rest.set(0, left.length);
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int node = 0; node < left.length; node++) {
            if (left[node] == 0) {
                free.add(node);
            }
        }
        for (Integer node = free.poll(); node != null; node = free.poll()) {
            rest.clear(node);
            for (int next : successors.get(node)) {
                if (--left[next] == 0) {
                    free.add(next);
                }
            }
        }
        return rest;
    }

    /** From a node back to it, with the node at both ends; empty when no way leads back. */
    private List<Integer> shortestCycle(int start, BitSet within) {
        int[] cameFrom = new int[nodes.size()];
        Arrays.fill(cameFrom, -1);
        ArrayDeque<Integer> border = new ArrayDeque<>(List.of(start));
        while (!border.isEmpty() && cameFrom[start] < 0) {
            int node = border.poll();
            for (int next : successors.get(node)) {
                if (within.get(next) && cameFrom[next] < 0) {
                    cameFrom[next] = node;
                    border.add(next);
                }
            }
        }
        if (cameFrom[start] < 0) {
            return List.of();
        }
        List<Integer> cycle = new ArrayList<>(List.of(start));
        for (int node = cameFrom[start]; node != start; node = cameFrom[node]) {
            cycle.add(node);
        }
        cycle.add(start);
        Collections.reverse(cycle);
        return cycle;
    }

    /** Nodes without any edge and those of a cycle have their finding already. */
    private void unreachable(BitSet explained, List<Diagnostic> errors) {
        BitSet reached = new BitSet();
        ArrayDeque<Integer> border = new ArrayDeque<>();
        for (int node = 0; node < nodes.size(); node++) {
            if (nodes.get(node).role() == ComponentRole.SOURCE || deadLetterSinks.get(node)) {
                reached.set(node);
                border.add(node);
            }
        }
        for (Integer node = border.poll(); node != null; node = border.poll()) {
            for (int next : successors.get(node)) {
                if (!reached.get(next)) {
                    reached.set(next);
                    border.add(next);
                }
            }
        }
        for (int node = 0; node < nodes.size(); node++) {
            if (!reached.get(node) && !explained.get(node) && incoming[node] > 0) {
                errors.add(topology(
                                "no way leads from a source to node `%s`"
                                        .formatted(nodes.get(node).name()),
                                "join a source to it or to what feeds it, or remove the node")
                        .at(nodes.get(node).position()));
            }
        }
    }

    private Diagnostic ofFlow(String message, String help) {
        return topology(message, help).at(flow.position()).atKey("flow." + flow.name());
    }

    private static Diagnostic topology(String message, String help) {
        return Diagnostic.error(ErrorCode.TOPOLOGY_ERROR, message, help);
    }

    private static String text(EdgeDefinition edge) {
        return edge.from() + " → " + edge.to();
    }

    private boolean isNode(Endpoint end) {
        return numbers.containsKey(end.node());
    }

    private static boolean isSelfLoop(EdgeDefinition edge) {
        return edge.from().node().equals(edge.to().node());
    }

    private int number(Endpoint end) {
        return number(end.node());
    }

    private int number(String node) {
        Integer number = numbers.get(node);
        if (number == null) {
            throw new IllegalArgumentException(node + " is no node of this flow");
        }
        return number;
    }
}
