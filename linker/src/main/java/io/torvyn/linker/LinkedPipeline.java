package io.torvyn.linker;

import java.util.List;

/**
 * A flow that keeps every rule of spec/runtime.md, section 8. Immutable.
 *
 * @param name the flow's
 * @param stages topological: every stage comes after those that feed it, and otherwise in the order of the manifest
 * @param streams in the order of the manifest
 */
public record LinkedPipeline(String name, List<LinkedStage> stages, List<LinkedStream> streams) {
    public LinkedPipeline {
        stages = List.copyOf(stages);
        streams = List.copyOf(streams);
    }

    /** The streams into a stage. */
    public List<LinkedStream> into(String stage) {
        return streams.stream().filter(s -> s.to().node().equals(stage)).toList();
    }

    /** The streams out of a stage. */
    public List<LinkedStream> outOf(String stage) {
        return streams.stream().filter(s -> s.from().node().equals(stage)).toList();
    }
}
