package io.torvyn.linker;

import io.torvyn.config.NodeDefinition;
import io.torvyn.types.ComponentRole;

/**
 * A node whose place in its pipeline is in order.
 *
 * @param node as defined in the manifest
 */
public record LinkedStage(NodeDefinition node) {
    /** The node's name. */
    public String name() {
        return node.name();
    }

    public ComponentRole role() {
        return node.role();
    }
}
