package io.torvyn.config;

import io.torvyn.types.Diagnostic;

/**
 * One of {@code [[flow.<name>.edges]]}: elements go from one node's port to another's.
 *
 * @param queue the edge's own values, else the flow's, else the runtime's
 * @param position where the edge begins
 */
public record EdgeDefinition(Endpoint from, Endpoint to, QueueSettings queue, Diagnostic.Location position) {
    /** The port of a node that has only one. */
    public static final String OUTPUT = "output";

    /** The port on which a node takes elements. */
    public static final String INPUT = "input";

    /** One end of an edge. */
    public record Endpoint(String node, String port) {
        @Override
        public String toString() {
            return node + ":" + port;
        }
    }
}
