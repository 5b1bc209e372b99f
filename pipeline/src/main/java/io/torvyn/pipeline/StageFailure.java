package io.torvyn.pipeline;

import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;

/** Why a native stage cannot do its work. */
public sealed interface StageFailure extends Failure {
    /**
     * A line is longer than allowed.
     *
     * @param line its number, from 1
     * @param offset where it starts, in bytes from the start of the input
     */
    record LineTooLong(String node, String input, long line, long offset, int maxLine) implements StageFailure {}

    /** An input or output could not be opened, read or written. */
    record InputOutput(String node, String path, String reason) implements StageFailure {}

    /** The stage's configuration is not what it takes. */
    record Configuration(String node, String stage, String problem, String takes) implements StageFailure {}

    @Override
    default ErrorCode code() {
        return switch (this) {
            case LineTooLong _ -> ErrorCode.CAPACITY_EXCEEDED;
            case InputOutput _ -> ErrorCode.IO_ERROR;
            case Configuration _ -> ErrorCode.INVALID_VALUE;
        };
    }

    @Override
    default String message() {
        return switch (this) {
            case LineTooLong(var node, var input, var line, var offset, var maxLine) ->
                "line %d of %s, which starts at byte %d, is longer than the %d bytes that '%s' allows"
                        .formatted(line, input, offset, maxLine, node);
            case InputOutput(var node, var path, var reason) -> "'%s' cannot use %s: %s".formatted(node, path, reason);
            case Configuration(var node, var stage, var problem, var _) ->
                "the config of '%s' (native:%s) %s".formatted(node, stage, problem);
        };
    }

    @Override
    default String help() {
        return switch (this) {
            case LineTooLong _ ->
                "Raise `max_line` in the node's config (at most 16777216), or cut the input into shorter lines.";
            case InputOutput _ -> "Check that the path exists and that its permissions allow it.";
            case Configuration(var _, var _, var _, var takes) -> takes;
        };
    }
}
