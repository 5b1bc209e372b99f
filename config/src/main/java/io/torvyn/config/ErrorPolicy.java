package io.torvyn.config;

import java.time.Duration;

/** What follows from an error that a component answers. A fatal error, a trap or a limit ends the flow all
 * the same, where no {@link RestartPolicy} says otherwise. */
public sealed interface ErrorPolicy {
    /** The flow ends. */
    record FailFast() implements ErrorPolicy {}

    /** The element is released and counted. */
    record Skip() implements ErrorPolicy {}

    /** As {@link Skip}, with a line in the log. */
    record Log() implements ErrorPolicy {}

    /**
     * The same element again, up to {@code maxRetries} times.
     *
     * @param maxRetries at least 1
     * @param backoff the first pause, not negative; each one after it is twice as long
     */
    record Retry(int maxRetries, Duration backoff) implements ErrorPolicy {
        public Retry {
            if (maxRetries < 1 || backoff.isNegative()) {
                throw new IllegalArgumentException(
                        "retrying needs at least one retry and a pause that is not negative, not " + maxRetries
                                + " after " + backoff);
            }
        }
    }

    /**
     * The element goes to a sink as a JSON document that says what went wrong.
     *
     * @param queueDepth documents that may wait for the sink, at least 1; then the stage waits, too
     */
    record DeadLetter(String sink, int queueDepth) implements ErrorPolicy {
        public DeadLetter {
            if (queueDepth < 1) {
                throw new IllegalArgumentException("a queue holds one element at least, not " + queueDepth);
            }
        }
    }
}
