package io.torvyn.linker;

import io.torvyn.config.EdgeDefinition.Endpoint;
import io.torvyn.config.QueueSettings;

/**
 * An edge between two stages of the same pipeline.
 *
 * @param from the stage and the output port that elements leave
 * @param to the stage and the input port that they enter
 * @param queue what waits in between
 */
public record LinkedStream(Endpoint from, Endpoint to, QueueSettings queue) {
    @Override
    public String toString() {
        return from + " → " + to;
    }
}
