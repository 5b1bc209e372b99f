package io.torvyn.linker;

import io.torvyn.component.Component;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.NodeDefinition;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Links flows: spec/runtime.md, section 8. No check stops at its first finding, and none depends on anything but its
 * arguments. Stateless; any thread.
 */
public final class PipelineLinker {
    /** A linker; one does for any number of flows. */
    public PipelineLinker() {}

    /**
     * Checks what can be checked before anything is compiled: the graph, the nodes' roles and the native stages.
     *
     * @param nativeRoles by name, without {@code native:}, what each native stage can be
     * @return with a pipeline of whose components nobody has seen more than the names
     */
    public LinkReport check(FlowDefinition flow, Map<String, Set<ComponentRole>> nativeRoles) {
        FlowGraph graph = new FlowGraph(flow);
        return report(flow, graph, topology(flow, graph, nativeRoles), List.of());
    }

    /**
     * Links a flow: everything that {@link #check} checks, and each component against its node and the host.
     *
     * @param components by name of node, what stands behind each that is not native
     * @param nativeRoles by name, without {@code native:}, what each native stage can be
     * @param provided whether the host offers what a component imports under that name
     */
    public LinkReport link(
            FlowDefinition flow,
            Map<String, Component> components,
            Map<String, Set<ComponentRole>> nativeRoles,
            Predicate<String> provided) {
        FlowGraph graph = new FlowGraph(flow);
        List<Diagnostic> errors = topology(flow, graph, nativeRoles);
        List<Diagnostic> warnings = new ArrayList<>();
        for (NodeDefinition node : flow.nodes()) {
            if (node.component() instanceof ComponentReference.Native || !isRun(node.role())) {
                continue;
            }
            Component component = components.get(node.name());
            if (component == null) {
                errors.add(finding(
                                ErrorCode.COMPONENT_NOT_FOUND,
                                flow,
                                node,
                                "component",
                                "node `%s`: the component `%s` is not there".formatted(node.name(), node.component()),
                                "build it with `torvyn build`, or correct the name")
                        .at(node.componentPosition()));
            } else {
                NodeBinary binary = new NodeBinary(flow, node, component);
                errors.addAll(binary.errors(provided));
                warnings.addAll(binary.warnings());
            }
        }
        return report(flow, graph, errors, warnings);
    }

    private static LinkReport report(
            FlowDefinition flow, FlowGraph graph, List<Diagnostic> errors, List<Diagnostic> warnings) {
        Optional<LinkedPipeline> pipeline = errors.isEmpty()
                ? Optional.of(new LinkedPipeline(
                        flow.name(),
                        graph.topologicalOrder().stream().map(LinkedStage::new).toList(),
                        flow.edges().stream()
                                .map(edge -> new LinkedStream(edge.from(), edge.to(), edge.queue()))
                                .toList()))
                : Optional.empty();
        return new LinkReport(inReadingOrder(errors), inReadingOrder(warnings), pipeline);
    }

    private static List<Diagnostic> inReadingOrder(List<Diagnostic> findings) {
        return findings.stream().sorted(Diagnostic.IN_READING_ORDER).toList();
    }

    private static List<Diagnostic> topology(
            FlowDefinition flow, FlowGraph graph, Map<String, Set<ComponentRole>> nativeRoles) {
        List<Diagnostic> errors = graph.errors();
        for (NodeDefinition node : flow.nodes()) {
            if (!isRun(node.role())) {
                errors.add(notRun(flow, node));
                continue;
            }
            contractVersion(flow, node).ifPresent(errors::add);
            if (node.component() instanceof ComponentReference.Native(var name)) {
                nativeStage(flow, node, name, nativeRoles).ifPresent(errors::add);
            }
        }
        return errors;
    }

    private static boolean isRun(ComponentRole role) {
        return switch (role) {
            case SOURCE, PROCESSOR, SINK -> true;
            case FILTER, ROUTER, AGGREGATOR -> false;
        };
    }

    private static Diagnostic notRun(FlowDefinition flow, NodeDefinition node) {
        return finding(
                        ErrorCode.TOPOLOGY_ERROR,
                        flow,
                        node,
                        "interface",
                        "node `%s` takes part as %s; this build runs sources, processors and sinks"
                                .formatted(node.name(), node.stageInterface().name()),
                        switch (node.role()) {
                            case FILTER -> "make it a processor that drops what shall not pass";
                            case ROUTER -> "join its input to one processor per port, each of which drops the rest";
                            case AGGREGATOR -> "make it a processor that collects, and emits when it has a result";
                            case SOURCE, PROCESSOR, SINK -> "";
                        })
                .at(node.interfacePosition());
    }

    private static Optional<Diagnostic> contractVersion(FlowDefinition flow, NodeDefinition node) {
        String ours = InterfaceNames.ofContract(node.stageInterface().name());
        return InterfaceNames.match(ours, List.of(node.stageInterface().toString()))
                        .isPresent()
                ? Optional.empty()
                : Optional.of(finding(
                                ErrorCode.VERSION_MISMATCH,
                                flow,
                                node,
                                "interface",
                                "node `%s` asks for %s; this build runs contract %s"
                                        .formatted(node.name(), node.stageInterface(), Defaults.CONTRACT_VERSION),
                                "write `interface = \"%s\"`, with a component built for it".formatted(ours))
                        .at(node.interfacePosition()));
    }

    private static Optional<Diagnostic> nativeStage(
            FlowDefinition flow, NodeDefinition node, String name, Map<String, Set<ComponentRole>> nativeRoles) {
        Set<ComponentRole> offered = nativeRoles.get(name);
        if (offered == null) {
            List<String> known = nativeRoles.keySet().stream().sorted().toList();
            return Optional.of(finding(
                            ErrorCode.COMPONENT_NOT_FOUND,
                            flow,
                            node,
                            "component",
                            "node `%s`: there is no native stage `%s`".formatted(node.name(), name),
                            NearestName.of(name, known)
                                    .map("did you mean `native:%s`?"::formatted)
                                    .orElse("name one that is there, or put its provider on the module path"))
                    .at(node.componentPosition())
                    .noting(List.of(
                            known.isEmpty()
                                    ? "no native stages are installed"
                                    : "native stages: " + String.join(", ", known))));
        }
        if (!offered.contains(node.role())) {
            return Optional.of(finding(
                            ErrorCode.ROLE_VIOLATION,
                            flow,
                            node,
                            "interface",
                            "node `%s`: native:%s cannot be a %s".formatted(node.name(), name, word(node.role())),
                            "it can be: " + words(offered))
                    .at(node.interfacePosition()));
        }
        return Optional.empty();
    }

    static String word(ComponentRole role) {
        return switch (role) {
            case SOURCE -> "source";
            case PROCESSOR -> "processor";
            case SINK -> "sink";
            case FILTER -> "filter";
            case ROUTER -> "router";
            case AGGREGATOR -> "aggregator";
        };
    }

    private static String words(Collection<ComponentRole> roles) {
        return new TreeSet<>(roles).stream().map(PipelineLinker::word).collect(Collectors.joining(", "));
    }

    /** An error about one key of a node. */
    static Diagnostic finding(
            ErrorCode code, FlowDefinition flow, NodeDefinition node, String key, String message, String help) {
        return Diagnostic.error(code, message, help)
                .atKey("flow.%s.nodes.%s.%s".formatted(flow.name(), node.name(), key));
    }
}
