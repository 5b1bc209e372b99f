package io.torvyn.linker;

import io.torvyn.component.LinkCheck;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
        List<Diagnostic> findings = topology(flow, graph, nativeRoles);
        findings.addAll(NodeThreads.findings(flow, Map.of()));
        return report(flow, graph, findings, Map.of(), Map.of());
    }

    /**
     * Links a flow: everything that {@link #check} checks, each component against its node and the host, and what joined
     * components have to agree about. What is already known of the nodes goes into the same report.
     *
     * @param facts by name of node
     * @param nativeRoles by name, without {@code native:}, what each native stage can be
     */
    public LinkReport link(
            FlowDefinition flow,
            Map<String, NodeFacts> facts,
            Map<String, Set<ComponentRole>> nativeRoles,
            HostInterfaces host) {
        FlowGraph graph = new FlowGraph(flow);
        List<Diagnostic> findings = topology(flow, graph, nativeRoles);
        facts.values().forEach(known -> findings.addAll(known.findings()));
        Map<String, NodeBinary> binaries = new LinkedHashMap<>();
        for (NodeDefinition node : flow.nodes()) {
            if (node.component() instanceof ComponentReference.Native) {
                continue;
            }
            NodeFacts known = facts.get(node.name());
            if (known != null && known.component().isPresent()) {
                binaries.put(
                        node.name(),
                        new NodeBinary(flow, node, known.component().get()));
            } else if (known == null || !known.isRefused()) {
                findings.add(finding(
                                ErrorCode.COMPONENT_NOT_FOUND,
                                flow,
                                node,
                                "component",
                                "node `%s`: the component `%s` is not there".formatted(node.name(), node.component()),
                                "build it with `torvyn build`, or correct the name")
                        .at(node.componentPosition()));
            }
        }
        Map<String, List<ResolvedImport>> imports = new LinkedHashMap<>();
        binaries.forEach(
                (name, binary) -> imports.put(name, binary.resolve(host, upstream(flow, name, binaries), findings)));
        var checks = new Checks(host, binaries, imports);
        binaries.forEach((name, binary) ->
                findings.addAll(binary.findings(host, imports.getOrDefault(name, List.of()), checks.of(name, binary))));
        findings.addAll(EdgeVersions.findings(flow, binaries));
        imports.forEach((name, resolved) -> findings.addAll(providersThatRestart(flow, name, resolved)));
        findings.addAll(NodeThreads.findings(flow, imports));
        return report(flow, graph, findings, facts, imports);
    }

    /** Each component against what it would be instantiated with: those that others import from before those others. */
    private static final class Checks {
        private final HostInterfaces host;
        private final Map<String, NodeBinary> binaries;
        private final Map<String, List<ResolvedImport>> imports;
        private final Map<String, LinkCheck> done = new HashMap<>();
        private final Set<String> underway = new HashSet<>();

        Checks(HostInterfaces host, Map<String, NodeBinary> binaries, Map<String, List<ResolvedImport>> imports) {
            this.host = host;
            this.binaries = binaries;
            this.imports = imports;
        }

        LinkCheck of(String name, NodeBinary binary) {
            LinkCheck known = done.get(name);
            if (known != null) {
                return known;
            }
            underway.add(name);
            List<ResolvedImport> wanted = imports.getOrDefault(name, List.of());
            for (ResolvedImport each : wanted) {
                if (each.provider() instanceof ResolvedImport.Provider.Upstream(var feeding, var _)) {
                    NodeBinary provider = binaries.get(feeding);
                    if (provider != null && !underway.contains(feeding)) { // a cycle is a finding of the graph
                        of(feeding, provider);
                    }
                }
            }
            LinkCheck check = binary.check(host, wanted, done);
            done.put(name, check);
            return check;
        }
    }

    /** The components of the nodes that feed this one, in the order of the manifest. */
    private static List<NodeBinary> upstream(FlowDefinition flow, String node, Map<String, NodeBinary> binaries) {
        return binaries.entrySet().stream()
                .filter(other -> flow.edges().stream()
                        .anyMatch(edge -> edge.to().node().equals(node)
                                && edge.from().node().equals(other.getKey())
                                && !other.getKey().equals(node)))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What an instance got from another at its start stays that other one's, also when that is finished. */
    private static List<Diagnostic> providersThatRestart(
            FlowDefinition flow, String importing, List<ResolvedImport> imports) {
        List<Diagnostic> findings = new ArrayList<>();
        for (ResolvedImport wanted : imports) {
            if (wanted.provider() instanceof ResolvedImport.Provider.Upstream(var feeding, var _)) {
                flow.node(feeding)
                        .filter(node -> node.restart().isPresent())
                        .ifPresent(node -> findings.add(finding(
                                        ErrorCode.SEMANTIC_ERROR,
                                        flow,
                                        node,
                                        "restart",
                                        "node `%s` cannot be restarted: `%s` imports %s from its instance"
                                                .formatted(feeding, importing, wanted.name()),
                                        "remove `restart`")
                                .at(node.position())));
            }
        }
        return findings;
    }

    private static LinkReport report(
            FlowDefinition flow,
            FlowGraph graph,
            List<Diagnostic> findings,
            Map<String, NodeFacts> facts,
            Map<String, List<ResolvedImport>> imports) {
        List<Diagnostic> errors = of(Diagnostic.Level.ERROR, findings);
        Optional<LinkedPipeline> pipeline = errors.isEmpty()
                ? Optional.of(new LinkedPipeline(
                        flow.name(),
                        graph.topologicalOrder().stream()
                                .map(node -> stage(node, Optional.ofNullable(facts.get(node.name())), imports))
                                .toList(),
                        flow.edges().stream()
                                .map(edge -> new LinkedStream(edge.from(), edge.to(), edge.queue()))
                                .toList()))
                : Optional.empty();
        return new LinkReport(errors, of(Diagnostic.Level.WARNING, findings), pipeline);
    }

    private static LinkedStage stage(
            NodeDefinition node, Optional<NodeFacts> facts, Map<String, List<ResolvedImport>> imports) {
        return new LinkedStage(
                node,
                facts.map(NodeFacts::artifact).orElse(""),
                imports.getOrDefault(node.name(), List.of()),
                facts.map(NodeFacts::grants).orElse(List.of()));
    }

    private static List<Diagnostic> of(Diagnostic.Level level, List<Diagnostic> findings) {
        return findings.stream()
                .filter(finding -> finding.level() == level)
                .sorted(Diagnostic.IN_READING_ORDER)
                .toList();
    }

    private static List<Diagnostic> topology(
            FlowDefinition flow, FlowGraph graph, Map<String, Set<ComponentRole>> nativeRoles) {
        List<Diagnostic> errors = graph.errors();
        for (NodeDefinition node : flow.nodes()) {
            contractVersion(flow, node).ifPresent(errors::add);
            if (node.component() instanceof ComponentReference.Native(var name)) {
                nativeStage(flow, node, name, nativeRoles).ifPresent(errors::add);
                if (node.restart().isPresent()) {
                    errors.add(finding(
                                    ErrorCode.SEMANTIC_ERROR,
                                    flow,
                                    node,
                                    "restart",
                                    "node `%s` is the native stage `%s`, and only components are restarted"
                                            .formatted(node.name(), name),
                                    "remove `restart`")
                            .at(node.position()));
                }
            }
        }
        return errors;
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
