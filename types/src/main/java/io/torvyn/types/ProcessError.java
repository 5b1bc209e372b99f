package io.torvyn.types;

import org.jspecify.annotations.Nullable;

/**
 * What a component answers when it could not do its work; the five cases of the WIT variant {@code process-error}.
 *
 * @param kind which case
 * @param message the component's own words; null for {@link Kind#DEADLINE_EXCEEDED}
 */
public record ProcessError(Kind kind, @Nullable String message) {
    /** The cases, without their payload. */
    public enum Kind {
        INVALID_INPUT("invalid_input"),
        UNAVAILABLE("unavailable"),
        INTERNAL("internal"),
        DEADLINE_EXCEEDED("deadline_exceeded"),
        FATAL("fatal");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The metric label value. */
        public String label() {
            return label;
        }
    }

    /** No further element is sent to the component, whatever the error policy. */
    public boolean isFatal() {
        return kind == Kind.FATAL;
    }

    /** The same call may succeed later. */
    public boolean isRetryable() {
        return kind == Kind.UNAVAILABLE || kind == Kind.DEADLINE_EXCEEDED;
    }

    @Override
    public String toString() {
        return message == null ? kind.label() : kind.label() + ": " + message;
    }
}
