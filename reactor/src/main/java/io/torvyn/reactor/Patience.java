package io.torvyn.reactor;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long somebody waits for what needs a processor, on a machine that may have none to spare: the time itself, and until
 * the whole process has had half as much of the processors. For one thread.
 *
 * <p>What one thread has had cannot be asked of virtual threads; the process has had at least as much. So a call is never
 * taken for one that runs away while it does not run at all, and where there is a processor for it nothing changes.
 */
final class Patience {
    /** Longer than that many times it is not, whatever the processors do. */
    private static final int LONGEST = 20;

    private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(20).toNanos();

    private final long nanos;
    private final long begunAt;
    private final LongSupplier processorNanos;
    private final long before;
    private long lookedAt;

    /**
     * @param nanos to wait for, on a machine at rest
     * @param processorNanos what the process has had so far; negative when nobody knows
     */
    Patience(long nanos, long now, LongSupplier processorNanos) {
        this.nanos = nanos;
        this.begunAt = now;
        this.processorNanos = processorNanos;
        this.before = processorNanos.getAsLong();
        this.lookedAt = now;
    }

    /** Processor time of this process, by a clock that ticks every 10 ms; costs about 0.1 ms. */
    static long ofProcess() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(-1L);
    }

    /** For those who need no processor. */
    boolean isTimeUp(long now) {
        return now - begunAt >= nanos;
    }

    /** For those who do. It looks at most every 20 ms. */
    boolean isOver(long now) {
        long waited = now - begunAt;
        if (waited < nanos) {
            return false;
        }
        if (before < 0 || waited / LONGEST >= nanos) {
            return true;
        }
        if (lookedAt != begunAt && now - lookedAt < BETWEEN_LOOKS_NANOS) {
            return false;
        }
        lookedAt = now;
        return processorNanos.getAsLong() - before >= nanos / 2;
    }
}
