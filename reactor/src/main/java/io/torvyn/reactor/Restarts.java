package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.resources.BufferOwner;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Counts the restarts of one stage, and says when the next one may be. Owned by the flow's thread.
 *
 * <p>The first is at once. An instance that ends without having handled an element is followed by the next only after 10
 * ms, then after 20 ms, and so on up to 30 s, so that a component that cannot live does not take all of the flow's time.
 */
final class Restarts {
    static final long REFUSED = -1;
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Restart policy;
    private final long windowNanos;
    /** When those of the last window were granted, the oldest first. */
    private final ArrayDeque<Long> granted = new ArrayDeque<>();

    private long lastCall;
    private long pauseNanos;
    private long count;

    Restarts(Restart policy) {
        this.policy = policy;
        this.windowNanos = policy.window().toNanos();
    }

    /**
     * The instance is finished.
     *
     * @param now {@link System#nanoTime()}
     * @param call how many calls for elements the stage has had, the one that failed included
     * @return how long to wait before the next instance, or {@link #REFUSED}
     */
    long grant(long now, long call) {
        while (!granted.isEmpty() && now - granted.getFirst() >= windowNanos) {
            granted.removeFirst();
        }
        if (granted.size() >= policy.max()) {
            return REFUSED;
        }
        boolean didNothing = count > 0 && call <= lastCall + 1;
        pauseNanos = didNothing ? Math.clamp(pauseNanos * 2, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS) : 0;
        granted.addLast(now);
        lastCall = call;
        count++;
        return pauseNanos;
    }

    long count() {
        return count;
    }

    ComponentInvoker instance(BufferOwner owner) {
        return policy.instances().apply(owner);
    }
}
