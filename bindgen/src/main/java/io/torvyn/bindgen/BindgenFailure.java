package io.torvyn.bindgen;

import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;

/** Why no bindings can be generated. */
public sealed interface BindgenFailure extends Failure {
    /** The command line is wrong. */
    record Usage(String problem) implements BindgenFailure {}

    /** The WIT files that were read have no such world, or several of that plain name. */
    record UnknownWorld(String name) implements BindgenFailure {}

    /** No WIT file that was read declares the interface. */
    record UnknownInterface(String name) implements BindgenFailure {}

    /** A type belongs to an interface that has no Java class. */
    record NotGenerated(String type, String owner) implements BindgenFailure {}

    /** What this generator does not do. */
    record Unsupported(String owner, String what, String advice) implements BindgenFailure {}

    @Override
    default ErrorCode code() {
        return switch (this) {
            case Usage _, Unsupported _ -> ErrorCode.USAGE_ERROR;
            case UnknownWorld _, UnknownInterface _, NotGenerated _ -> ErrorCode.WIT_UNRESOLVED_REFERENCE;
        };
    }

    @Override
    default String message() {
        return switch (this) {
            case Usage(var problem) -> problem;
            case UnknownWorld(var name) ->
                "There is no world '" + name + "' in the WIT files, or several of that name.";
            case UnknownInterface(var name) -> "There is no interface '" + name + "' in the WIT files.";
            case NotGenerated(var type, var owner) ->
                "The type '" + type + "' of '" + owner + "' is used, but no bindings are generated for that interface.";
            case Unsupported(var owner, var what, var _) -> "No bindings for '" + owner + "': " + what + ".";
        };
    }

    @Override
    default String help() {
        return switch (this) {
            case Usage _ -> "Run with --help to see what there is.";
            case UnknownWorld _ -> "Write its full name, such as torvyn:streaming/transform@0.1.0.";
            case UnknownInterface _ ->
                "Write its full name, such as torvyn:streaming/types@0.1.0, or check the folder given by --wit.";
            case NotGenerated(var _, var owner) ->
                "Add it to --imports, or name its Java class: --with " + owner + "=io.example.Types.";
            case Unsupported(var _, var _, var advice) -> advice;
        };
    }
}
