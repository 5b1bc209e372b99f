package io.torvyn.security;

import java.util.List;
import java.util.Optional;

/**
 * Something that a later reader of the audit log will want to know.
 *
 * @param sequence rising within one log
 * @param timestampNanos since 1970
 * @param tenant who it was done for
 * @param component whom it concerns; empty: nobody in particular
 * @param detail what happened
 */
public record AuditEvent(
        long sequence,
        long timestampNanos,
        Severity severity,
        String tenant,
        Optional<String> component,
        Detail detail) {
    /** How much attention it deserves. */
    public enum Severity {
        INFO,
        WARN,
        CRIT
    }

    /** What happened; the name of the record is the name of the event. */
    public sealed interface Detail {}

    /** A component's capabilities are decided. */
    public record CapabilityGrantResolved(List<String> requested, List<String> granted, List<String> effective)
            implements Detail {}

    /** It is not as somebody probably meant it. */
    public record CapabilityResolutionWarning(String detail) implements Detail {}

    /** A component cannot be used, because it needs what is not granted. */
    public record CapabilityDeniedAtLink(String capability, String reason) implements Detail {}

    /** A component tried what it may not. */
    public record CapabilityDeniedAtRuntime(String capability, String detail) implements Detail {}

    /** A component used what it may, once. */
    public record CapabilityExercised(String capability, String detail) implements Detail {}

    /** A component used what it may, so often in so many milliseconds. */
    public record CapabilityExercisedAggregate(String capability, long count, long intervalMillis) implements Detail {}
}
