package io.torvyn.types;

/** What happens when a producer meets a full queue. */
public sealed interface BackpressurePolicy {
    /** The producer waits; nothing is lost. */
    record BlockProducer() implements BackpressurePolicy {}

    /** The oldest queued element is discarded, released and counted. */
    record DropOldest() implements BackpressurePolicy {}

    /** The new element is discarded, released and counted. */
    record DropNewest() implements BackpressurePolicy {}

    /** The flow's error policy decides (E0405). */
    record Fail() implements BackpressurePolicy {}

    /**
     * The producer is paced, and waits like {@link BlockProducer} when the queue is full all the same.
     *
     * @param elementsPerSecond at least 1
     */
    record RateLimit(int elementsPerSecond) implements BackpressurePolicy {
        public RateLimit {
            if (elementsPerSecond < 1) {
                throw new IllegalArgumentException("a rate limit needs at least 1 element per second");
            }
        }
    }
}
