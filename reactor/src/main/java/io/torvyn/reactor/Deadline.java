package io.torvyn.reactor;

import java.time.Duration;
import java.util.Optional;

/** When a flow has to have ended. Made before the flow, so that its guests can be shown what is left. Any thread. */
public final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final long nanos;
    private volatile long startedAt;
    private volatile boolean started;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    public static Deadline none() {
        return new Deadline(0);
    }

    /** So long after the flow has started to run. */
    public static Deadline after(Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("a deadline lies ahead: " + duration);
        }
        return new Deadline(bounded(duration).toNanos());
    }

    /** A time limit that can be added to a clock reading in nanoseconds: at most a hundred years. */
    static Duration bounded(Duration limit) {
        return limit.compareTo(LONGEST) > 0 ? LONGEST : limit;
    }

    void start(long now) {
        startedAt = now;
        started = true;
    }

    public Optional<Duration> duration() {
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /** What a guest sees as {@code deadline-ns}: 0 when there is no deadline, 1 when it has passed. */
    public long nanosLeft() {
        return nanos == 0 ? 0 : Math.max(1, nanosLeft(System.nanoTime()));
    }

    /** Negative when it has passed; very long when there is none. */
    long nanosLeft(long now) {
        return nanos == 0 ? Long.MAX_VALUE : started ? nanos - (now - startedAt) : nanos;
    }
}
