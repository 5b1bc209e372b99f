package io.torvyn.security;

import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import java.util.Optional;

/** Why something may not be done, or could not be understood as a permission: E0510 to E0549. */
public sealed interface SecurityFailure extends Failure {
    /** The text is no capability. */
    record Malformed(String input, String reason) implements SecurityFailure {}

    /** @param example the same capability with a scope */
    record MissingScope(String input, String example) implements SecurityFailure {}

    /** @param nearest the known one that was probably meant */
    record Unknown(String input, Optional<String> nearest) implements SecurityFailure {}

    /** A component needs what nobody granted. */
    record NotGranted(String component, String capability, String example) implements SecurityFailure {}

    /** A component needs more than was granted. */
    record TooNarrow(String component, String capability, String granted) implements SecurityFailure {}

    /** The audit log cannot be written. */
    record AuditWriteFailed(String target, String reason) implements SecurityFailure {}

    @Override
    default ErrorCode code() {
        return switch (this) {
            case Malformed _ -> ErrorCode.CAPABILITY_FORMAT;
            case MissingScope _ -> ErrorCode.CAPABILITY_MISSING_SCOPE;
            case Unknown _ -> ErrorCode.UNKNOWN_CAPABILITY;
            case NotGranted _ -> ErrorCode.MISSING_CAPABILITY;
            case TooNarrow _ -> ErrorCode.INCOMPATIBLE_SCOPE;
            case AuditWriteFailed _ -> ErrorCode.AUDIT_WRITE_FAILED;
        };
    }

    @Override
    default String message() {
        return switch (this) {
            case Malformed(var input, var reason) -> "\"%s\" is not a capability: %s".formatted(input, reason);
            case MissingScope(var input, var _) -> "\"%s\" does not say how far it reaches".formatted(input);
            case Unknown(var input, var _) -> "there is no capability \"%s\"".formatted(input);
            case NotGranted(var component, var capability, var _) ->
                "%s needs %s, which is not granted".formatted(component, capability);
            case TooNarrow(var component, var capability, var granted) ->
                "%s needs %s, but only %s is granted".formatted(component, capability, granted);
            case AuditWriteFailed(var target, var reason) ->
                "the audit log %s cannot be written: %s".formatted(target, reason);
        };
    }

    @Override
    default String help() {
        return switch (this) {
            case Malformed _ -> "write <domain>:<action>[:<scope>], for example \"stdio:stdout\"";
            case MissingScope(var _, var example) -> "write for example \"%s\"".formatted(example);
            case Unknown(var _, var nearest) ->
                nearest.map("did you mean \"%s\"?"::formatted)
                        .orElse("known are, among others, stdio:stdout, filesystem:read:<path>,"
                                + " environment:read:<NAME>");
            case NotGranted(var component, var _, var example) -> grant(component, example);
            case TooNarrow(var component, var capability, var _) -> grant(component, capability);
            case AuditWriteFailed _ -> "check that the directory exists, can be written, and has room";
        };
    }

    private static String grant(String component, String capability) {
        return "grant it: capabilities = [\"%s\"] under [security.grants.%s]".formatted(capability, component);
    }
}
