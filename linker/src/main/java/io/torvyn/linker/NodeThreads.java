package io.torvyn.linker;

import static io.torvyn.linker.PipelineLinker.finding;

import io.torvyn.config.ComponentReference;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.Parallelism;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which nodes cannot have threads of their own, though they ask for them. */
final class NodeThreads {
    private NodeThreads() {}

    static List<Diagnostic> findings(FlowDefinition flow, Map<String, List<ResolvedImport>> imports) {
        List<Diagnostic> findings = new ArrayList<>();
        for (NodeDefinition node : flow.nodes()) {
            if (!node.isParallel()) {
                continue;
            }
            if (node.component() instanceof ComponentReference.Native(var name)) {
                findings.add(refused(
                        flow,
                        node,
                        "node `%s` is the native stage `%s`, and those are called on their flow's thread"
                                .formatted(node.name(), name)));
            } else if (node.instances() > 1 && node.role() != ComponentRole.PROCESSOR) {
                findings.add(finding(
                                ErrorCode.SEMANTIC_ERROR,
                                flow,
                                node,
                                "instances",
                                "node `%s` is no processor, and only a processor can have several instances"
                                        .formatted(node.name()),
                                "remove `instances`")
                        .at(node.position()));
            }
        }
        for (String shared : sharing(imports)) {
            flow.node(shared)
                    .filter(NodeDefinition::isParallel)
                    .ifPresent(node -> findings.add(refused(
                            flow,
                            node,
                            "node `%s` cannot be called on a thread of its own: it shares an instance with another node, as exports of one are imports of the other"
                                    .formatted(shared))));
        }
        return findings;
    }

    /** Nodes that call into each other's instances: those are entered by one thread at a time. */
    private static Set<String> sharing(Map<String, List<ResolvedImport>> imports) {
        Set<String> sharing = new LinkedHashSet<>();
        imports.forEach((importing, resolved) -> {
            for (ResolvedImport wanted : resolved) {
                if (wanted.provider() instanceof ResolvedImport.Provider.Upstream(var feeding, var _)) {
                    sharing.add(feeding);
                    sharing.add(importing);
                }
            }
        });
        return sharing;
    }

    private static Diagnostic refused(FlowDefinition flow, NodeDefinition node, String reason) {
        String key = node.parallelism() == Parallelism.STAGE ? "parallelism" : "instances";
        return finding(ErrorCode.SEMANTIC_ERROR, flow, node, key, reason, "remove `%s`".formatted(key))
                .at(node.position());
    }
}
