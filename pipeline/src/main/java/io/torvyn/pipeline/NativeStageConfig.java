package io.torvyn.pipeline;

import io.torvyn.types.Defaults;
import io.torvyn.types.TorvynException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The configuration of the stages for standard input, standard output and files.
 *
 * @param path the file; empty for the standard streams
 * @param framing how bytes become elements
 * @param maxLine the longest line, in bytes with its terminator
 * @param append whether an existing output file is kept and added to
 */
record NativeStageConfig(Optional<String> path, Framing framing, int maxLine, boolean append) {
    /** How bytes become elements. */
    enum Framing {
        /** An element is a line, its terminator included. */
        LINES,
        /** An element is whatever has been read, at most 64 KiB. */
        CHUNKS
    }

    private static final String TAKES =
            "It is a JSON object; a source takes `framing` (\"lines\" or \"chunks\") and `max_line`, a sink `append`, and "
                    + "native:file `path` as well.";

    static NativeStageConfig parse(String node, String stage, String text) {
        var problems = new Problems(node, stage);
        JsonNode json;
        try {
            json = text.isBlank()
                    ? JsonMapper.shared().createObjectNode()
                    : JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw problems.problem("is not JSON: " + e.getOriginalMessage());
        }
        if (!json.isObject()) {
            throw problems.problem("is not a JSON object");
        }
        var unknown = new TreeSet<>(json.propertyNames());
        unknown.removeAll(Set.of("path", "framing", "max_line", "append"));
        if (!unknown.isEmpty()) {
            throw problems.problem("has an unknown key `" + unknown.first() + "`");
        }
        Framing framing = Framing.LINES;
        if (json.has("framing")) {
            framing = switch (json.get("framing").asString("")) {
                case "lines" -> Framing.LINES;
                case "chunks" -> Framing.CHUNKS;
                default -> throw problems.problem("has a `framing` that is neither \"lines\" nor \"chunks\"");
            };
        }
        int maxLine = Defaults.MAX_LINE;
        if (json.has("max_line")) {
            JsonNode value = json.get("max_line");
            if (!value.isInt() || value.intValue() < 1 || value.intValue() > Defaults.MAX_BUFFER_SIZE) {
                throw problems.problem(
                        "has a `max_line` that is no whole number from 1 to " + Defaults.MAX_BUFFER_SIZE);
            }
            maxLine = value.intValue();
        }
        if (json.has("path") && !json.get("path").isString()) {
            throw problems.problem("has a `path` that is no text");
        }
        if (json.has("append") && !json.get("append").isBoolean()) {
            throw problems.problem("has an `append` that is neither true nor false");
        }
        boolean append = json.has("append") && json.get("append").booleanValue();
        Optional<String> path = json.has("path") ? Optional.of(json.get("path").stringValue()) : Optional.empty();
        if (stage.equals("file") == path.isEmpty()) {
            throw problems.problem(path.isEmpty() ? "lacks `path`" : "has a `path`, which only native:file takes");
        }
        return new NativeStageConfig(path, framing, maxLine, append);
    }

    private record Problems(String node, String stage) {
        TorvynException problem(String problem) {
            return new TorvynException(new StageFailure.Configuration(node, stage, problem, TAKES));
        }
    }
}
