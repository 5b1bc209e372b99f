package io.torvyn.types;

/**
 * Something that went wrong, as a value: it can be matched, counted, printed and sent as JSON.
 *
 * <p>Each module has one sealed family of failures under this interface. {@link TorvynException} carries one up the
 * stack where a value cannot go.
 */
public interface Failure {
    ErrorCode code();

    /** What failed, where and why, as one sentence without the code. */
    String message();

    /** What the reader can do about it, as one sentence; empty when there is nothing. */
    String help();

    /** The instance or flow concerned cannot go on. */
    default boolean isFatal() {
        return false;
    }

    /** Trying again, on a fresh instance where the old one is finished, may succeed. */
    default boolean isRetryable() {
        return false;
    }

    /** The whole text: {@code [E0804] message help}. */
    default String text() {
        return "[" + code().id() + "] " + message() + (help().isEmpty() ? "" : " " + help());
    }
}
