package io.torvyn.reactor;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no call keeps a flow from ending: one daemon thread for all flows of a reactor.
 *
 * <p>A call that runs longer than its limit is interrupted, within 20 ms of it; so is one that is still running a while
 * after its flow was asked to end, and one that begins while the flow is drained and runs beyond the end of that. One
 * that cannot be interrupted is left behind, and its flow declared over.
 *
 * <p>On a machine that is short of processors both take longer ({@link Patience}): a call that has hardly run has not run
 * away, and one that gets no processor cannot see that it is interrupted.
 *
 * <p>Time that a call spends waiting, parked or in the operating system, does not count against its limit, but for the
 * last calls of a flow, {@code complete} and {@code teardown}: nothing else would end those. A guest that waits when its
 * flow is asked to end, or when the time for draining is over, is interrupted at once.
 */
final class Watchdog {
    /*
     * The watchdog samples instead of being called: entering and leaving a guest costs the driver one plain store. It
     * sees a call at the latest one period after the call began, never takes it for older than it is, and looks again at
     * the very moment when the limit is reached. While every flow sleeps, so does the watchdog.
     *
     * Thousands of flows are looked at less often, so that looking takes a fiftieth of one processor at most.
     */
    private static final long PERIOD_NANOS = Duration.ofMillis(5).toNanos();
    private static final long SHORTEST_NANOS = Duration.ofMillis(1).toNanos();
    private static final long NANOS_PER_FLOW = 2_500;
    private static final long GRACE_NANOS = Duration.ofMillis(500).toNanos();
    /** A call that is older than that is watched closely enough to know what the process has had meanwhile. */
    private static final long OLD_NANOS = Duration.ofMillis(250).toNanos();

    private final Map<FlowDriver, Watched> watched = new ConcurrentHashMap<>();
    private final ActiveFlows active;
    private final Thread thread;
    private volatile boolean dozing;
    private volatile boolean closed;

    Watchdog(String name, ActiveFlows active) {
        this.active = active;
        thread = Thread.ofPlatform().daemon().name(name).unstarted(this::watch);
        active.whenAnyIs(this::wake);
    }

    void start() {
        thread.start();
    }

    private void wake() {
        if (dozing) {
            LockSupport.unpark(thread);
        }
    }

    void add(FlowDriver driver) {
        watched.put(driver, new Watched(driver, active));
    }

    void remove(FlowDriver driver) {
        Watched flow = watched.remove(driver);
        if (flow != null) {
            flow.forget();
        }
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        long before = System.nanoTime();
        long next = 0;
        while (!closed) {
            if (active.areAny()) {
                LockSupport.parkNanos(this, next);
            } else {
                doze();
                before = System.nanoTime();
            }
            long now = System.nanoTime();
            next = Math.max(PERIOD_NANOS, watched.size() * NANOS_PER_FLOW);
            for (Watched flow : watched.values()) {
                next = Math.min(next, flow.look(now, now - before));
            }
            next = Math.max(next, SHORTEST_NANOS);
            before = now;
        }
    }

    private void doze() {
        dozing = true;
        while (!active.areAny() && !closed) {
            LockSupport.park(this);
        }
        dozing = false;
    }

    /** One flow, as the watchdog remembers it. */
    private static final class Watched {
        private final FlowDriver driver;
        private final WatchedCalls[] threads;

        Watched(FlowDriver driver, ActiveFlows active) {
            this.driver = driver;
            this.threads = Arrays.stream(driver.calls())
                    .map(calls -> new WatchedCalls(driver, calls, active))
                    .toArray(WatchedCalls[]::new);
        }

        /** The flow has ended. For its own thread. */
        void forget() {
            for (WatchedCalls thread : threads) {
                thread.forget();
            }
        }

        /**
         * @param elapsed since it was looked at last
         * @return how soon it has to be looked at again; {@link Long#MAX_VALUE} when nothing presses
         */
        long look(long now, long elapsed) {
            if (driver.isDeadlineOver(now)) {
                driver.deadlinePassed(now);
            }
            if (driver.isDrainOver(now)) {
                driver.halt();
            }
            long next = Long.MAX_VALUE;
            for (WatchedCalls thread : threads) {
                next = Math.min(next, thread.look(now, elapsed));
            }
            return next;
        }
    }

    /** The calls of one thread of a flow. Used by the watchdog's thread only, but for {@link #forget}. */
    private static final class WatchedCalls {
        private final FlowDriver driver;
        private final Calls calls;
        private long call;
        private long runNanos;
        private boolean struck;
        private @Nullable Patience grace;
        private @Nullable Patience share;

        private final ActiveFlows active;
        private boolean countsAsWaiting;
        private boolean forgotten;

        WatchedCalls(FlowDriver driver, Calls calls, ActiveFlows active) {
            this.driver = driver;
            this.calls = calls;
            this.active = active;
        }

        /** A thread that waits within a call wants no processor. */
        private synchronized void settle(boolean waiting) {
            if (waiting != countsAsWaiting && !forgotten) {
                countsAsWaiting = waiting;
                active.waiting(waiting);
            }
        }

        /** The flow has ended. For its own thread. */
        synchronized void forget() {
            settle(false);
            forgotten = true;
        }

        /**
         * @param elapsed since it was looked at last
         * @return how soon it has to be looked at again; {@link Long#MAX_VALUE} when nothing presses
         */
        long look(long now, long elapsed) {
            long seen = calls.count();
            if ((seen & 1) == 0 || seen != call) {
                call = seen;
                runNanos = 0;
                struck = false;
                share = null;
                settle(false);
                return Long.MAX_VALUE;
            }
            if (struck) {
                if (grace != null && grace.isTimeUp(now) && (isIdle() || grace.isOver(now))) {
                    driver.abandon();
                }
                return Long.MAX_VALUE;
            }
            boolean waiting = isWaiting();
            settle(waiting);
            long limit = calls.limitNanos();
            if (limit != 0 && (!waiting || driver.isFinishing())) {
                runNanos += elapsed;
                if (share == null && runNanos >= OLD_NANOS && runNanos < limit) {
                    share = new Patience(limit - runNanos, now, Patience::ofProcess);
                }
                if (runNanos >= limit && (waiting || share == null || share.isOver(now))) {
                    if (!isInTheOperatingSystem()) {
                        strike(now, true);
                        return Long.MAX_VALUE;
                    }
                    runNanos = 0; // how much of it was waiting cannot be told
                    share = null;
                }
            }
            long toEnd = nanosToEnd(now, seen, waiting && calls.isInGuest());
            if (toEnd <= 0) {
                strike(now, false);
                return Long.MAX_VALUE;
            }
            return Math.min(limit == 0 ? Long.MAX_VALUE : limit - runNanos, toEnd);
        }

        /** How long the call may go on in a flow that is to end; {@link Long#MAX_VALUE} when the flow is not. */
        private long nanosToEnd(long now, long seen, boolean guestWaits) {
            long cancelled = driver.nanosSinceCancelled(now);
            boolean bound = driver.isFinishing()
                    ? calls.limitNanos() == 0 // the others have their own limit
                    : calls.wasCancelledIn(seen) || driver.isDrainOver(now);
            if (cancelled < 0 || !bound) {
                return Long.MAX_VALUE;
            }
            return guestWaits
                    ? 0
                    : driver.definition().settings().cancelTimeout().toNanos() - cancelled;
        }

        private void strike(long now, boolean tookTooLong) {
            struck = true;
            grace = new Patience(GRACE_NANOS, now, Patience::ofProcess);
            calls.interrupt(tookTooLong);
        }

        /** It would do nothing with a processor. */
        private boolean isIdle() {
            return isWaiting() || isInTheOperatingSystem();
        }

        private boolean isWaiting() {
            Thread.State state = calls.threadState();
            return state == Thread.State.WAITING
                    || state == Thread.State.TIMED_WAITING
                    || state == Thread.State.BLOCKED;
        }

        /** Writing to a pipe that nobody empties looks like running. Asked only before a call is stopped. */
        private boolean isInTheOperatingSystem() {
            StackTraceElement[] trace = calls.stackTrace();
            return trace.length > 0
                    && trace[0].isNativeMethod()
                    && (trace[0].getClassName().startsWith("java.io.")
                            || trace[0].getClassName().startsWith("sun.nio.")
                            || trace[0].getClassName().startsWith("java.net."));
        }
    }
}
