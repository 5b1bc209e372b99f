package io.torvyn.reactor;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees to it that no call keeps a flow from ending: one daemon thread for all flows of a reactor.
 *
 * <p>A call that runs longer than its limit is interrupted; so is one that is still running a while after its flow was
 * asked to end. One that cannot be interrupted is left behind, and its flow declared over. Time that a call spends
 * waiting, parked or in the operating system, does not count against its limit.
 */
final class Watchdog {
    /*
     * The watchdog samples instead of being called: entering and leaving a guest costs the driver one plain store. A
     * call's age is known to within one period, which follows from the shortest limit at hand: a fiftieth of it, between
     * 10 and 100 ms.
     */
    private static final long SHORTEST_PERIOD_NANOS = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_PERIOD_NANOS = Duration.ofMillis(100).toNanos();
    private static final long GRACE_NANOS = Duration.ofMillis(500).toNanos();

    private final Map<FlowDriver, Watched> watched = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    Watchdog(String name) {
        thread = Thread.ofPlatform().daemon().name(name).unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    void add(FlowDriver driver) {
        watched.put(driver, new Watched(driver));
        LockSupport.unpark(thread);
    }

    void remove(FlowDriver driver) {
        watched.remove(driver);
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        long before = System.nanoTime();
        while (!closed) {
            if (watched.isEmpty()) {
                LockSupport.park(this);
                before = System.nanoTime();
                continue;
            }
            long period = LONGEST_PERIOD_NANOS;
            for (Watched flow : watched.values()) {
                period = Math.min(period, flow.period());
            }
            LockSupport.parkNanos(this, Math.max(period, SHORTEST_PERIOD_NANOS));
            long now = System.nanoTime();
            for (Watched flow : watched.values()) {
                flow.look(now, now - before);
            }
            before = now;
        }
    }

    /** One flow, as the watchdog remembers it. Used by the watchdog's thread only. */
    private static final class Watched {
        private final FlowDriver driver;
        private long call;
        private long runNanos;
        private boolean struck;
        private long struckAt;

        Watched(FlowDriver driver) {
            this.driver = driver;
        }

        long period() {
            long limit = driver.limitNanos();
            long cancel = driver.definition().settings().cancelTimeout().toNanos();
            return Math.min(limit == 0 ? LONGEST_PERIOD_NANOS : limit / 50, cancel / 10);
        }

        void look(long now, long elapsed) {
            if (driver.isDeadlineOver(now)) {
                driver.deadlinePassed(now);
            }
            if (driver.isDrainOver(now)) {
                driver.halt();
            }
            long seen = driver.calls();
            if ((seen & 1) == 0 || seen != call) {
                call = seen;
                runNanos = 0;
                struck = false;
                return;
            }
            if (struck) {
                if (now - struckAt >= GRACE_NANOS) {
                    driver.abandon();
                }
                return;
            }
            long limit = driver.limitNanos();
            if (limit != 0 && !isWaiting()) {
                runNanos += elapsed;
                if (runNanos >= limit) {
                    if (!isInTheOperatingSystem()) {
                        strike(now, true);
                        return;
                    }
                    runNanos = 0; // how much of it was waiting cannot be told
                }
            }
            if (driver.nanosSinceCancelled(now)
                    >= driver.definition().settings().cancelTimeout().toNanos()) {
                strike(now, false);
            }
        }

        private void strike(long now, boolean tookTooLong) {
            struck = true;
            struckAt = now;
            driver.interrupt(tookTooLong);
        }

        private boolean isWaiting() {
            Thread.State state = driver.threadState();
            return state == Thread.State.WAITING
                    || state == Thread.State.TIMED_WAITING
                    || state == Thread.State.BLOCKED;
        }

        /** Writing to a pipe that nobody empties looks like running. Asked only before a call is stopped. */
        private boolean isInTheOperatingSystem() {
            StackTraceElement[] trace = driver.stackTrace();
            return trace.length > 0
                    && trace[0].isNativeMethod()
                    && (trace[0].getClassName().startsWith("java.io.")
                            || trace[0].getClassName().startsWith("sun.nio.")
                            || trace[0].getClassName().startsWith("java.net."));
        }
    }
}
