package io.torvyn.linker;

import io.torvyn.config.NodeDefinition;
import io.torvyn.types.ComponentRole;
import java.util.List;

/**
 * A node whose place in its pipeline is in order.
 *
 * @param node as defined in the manifest
 * @param artifact where its component comes from, for people; empty for a native stage
 * @param imports what its component imports, in the order of the component
 * @param grants what it may do, in canonical form
 */
public record LinkedStage(NodeDefinition node, String artifact, List<ResolvedImport> imports, List<String> grants) {
    public LinkedStage {
        imports = List.copyOf(imports);
        grants = List.copyOf(grants);
    }

    /** The node's name. */
    public String name() {
        return node.name();
    }

    public ComponentRole role() {
        return node.role();
    }
}
