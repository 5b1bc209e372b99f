package io.torvyn.linker;

import io.torvyn.config.ErrorPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

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

    /** By stage whose errors make dead letters, in topological order, the sink that these go to. */
    public SequencedMap<String, String> deadLetters() {
        SequencedMap<String, String> sinks = new LinkedHashMap<>();
        for (LinkedStage stage : stages) {
            if (stage.node().errorPolicy() instanceof ErrorPolicy.DeadLetter(var sink, var _)) {
                sinks.put(stage.name(), sink);
            }
        }
        return sinks;
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
