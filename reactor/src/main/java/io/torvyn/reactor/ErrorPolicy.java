package io.torvyn.reactor;

import io.torvyn.types.StreamId;
import java.time.Duration;

/**
 * What follows from an error that a component answers. Fatal errors and engine failures end the flow whatever the
 * policy.
 */
public sealed interface ErrorPolicy {
    /** The flow fails. */
    record FailFast() implements ErrorPolicy {}

    /** The element is given up and counted; a source is asked again. */
    record SkipElement() implements ErrorPolicy {}

    /** The same, and the observer is told to log it. */
    record LogAndContinue() implements ErrorPolicy {}

    /**
     * The element goes to a sink as a document that says what went wrong, also when it takes the component down with it. A
     * source that answers an error has no element: it is asked again.
     *
     * @param stream the queue before that sink, which no {@link StreamDefinition} defines; it blocks when it is full
     * @param sink a stage of the same flow
     * @param capacity letters that the queue holds
     */
    record DeadLetter(StreamId stream, String sink, int capacity) implements ErrorPolicy {
        public DeadLetter {
            if (capacity < 1) {
                throw new IllegalArgumentException("a queue holds at least one element, not " + capacity);
            }
        }
    }

    /**
     * The same element again, after a pause that doubles each time up to 30 s; other stages go on meanwhile.
     *
     * @param maxRetries tries after the first one; then the flow fails with E0426
     * @param backoff the first pause
     */
    record Retry(int maxRetries, Duration backoff) implements ErrorPolicy {
        static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

        public Retry {
            if (maxRetries < 1 || backoff.isNegative()) {
                throw new IllegalArgumentException(
                        "retrying needs at least one retry and a pause that is not negative");
            }
        }

        /** @param attempt from 1 */
        long pauseNanos(int attempt) {
            long longest = LONGEST_PAUSE.toNanos();
            long first = backoff.compareTo(LONGEST_PAUSE) > 0 ? longest : backoff.toNanos();
            return attempt > 35 || first > longest >> (attempt - 1) ? longest : first << (attempt - 1);
        }
    }
}
