package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The calls that one thread makes into stages of a flow, as the {@link Watchdog} sees them and stops them.
 *
 * <p>Nobody reads a clock around a call. The thread counts its calls, odd while inside a burst of them, and the watchdog looks
 * at that count now and then: the same odd number for longer than the limit is a call that takes too long. When the watchdog
 * strikes just as the call returns, its interruption hits what comes next; {@link #overrun} says whose it was, and the
 * thread looks at it before it believes any failure.
 */
final class Calls {
    private static final VarHandle COUNT;
    private static final VarHandle STAGE;
    private static final VarHandle CALLEE;

    static {
        try {
            var lookup = MethodHandles.lookup();
            COUNT = lookup.findVarHandle(Calls.class, "count", long.class);
            STAGE = lookup.findVarHandle(Calls.class, "stage", Stage.class);
            CALLEE = lookup.findVarHandle(Calls.class, "callee", ComponentInvoker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Within a burst it is written plainly: a store is not held back beyond a safepoint, and a call that takes long passes
     * many.
     */
    private long count;

    private volatile @Nullable Stage stage;
    private volatile @Nullable ComponentInvoker callee;
    private volatile long limitNanos;
    private volatile @Nullable Thread thread;
    /** The watchdog has interrupted the thread. */
    private volatile boolean interrupted;
    /** Whose call took too long; null when it was interrupted for another reason. */
    private volatile @Nullable Stage overrun;
    /** The call that was under way when somebody asked the flow to end; even when none was. */
    private volatile long cancelledCall;

    /** The thread that runs now makes them. */
    void begin() {
        thread = Thread.currentThread();
    }

    /** The watchdog looks from here on. */
    void enter(Stage called, Duration limit) {
        STAGE.setRelease(this, called);
        CALLEE.setRelease(this, called.invoker);
        long nanos = limit.toNanos();
        if (limitNanos != nanos) {
            limitNanos = nanos;
        }
        COUNT.setRelease(this, count | 1);
    }

    /** The same for an instance of a stage that has several. */
    void enter(Stage called, ComponentInvoker instance) {
        STAGE.setRelease(this, called);
        CALLEE.setRelease(this, instance);
        limitNanos = called.timeout.toNanos();
        COUNT.setRelease(this, count | 1);
    }

    /** Another call of the burst. */
    void next() {
        count += 2;
    }

    void leave() {
        COUNT.setRelease(this, (count | 1) + 1);
    }

    /** The call is over. An interruption that came a moment too late must not hit the next one. */
    void returned(Stage from, Duration limit) {
        leave();
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
            if (overrun != null) {
                throw new ReactorException(new ReactorFailure.ComponentTimeout(from.name, limit));
            }
        }
    }

    /** The call has ended badly, by an interruption perhaps, which must not hit the next one. */
    void leaveInterrupted() {
        leave();
        overrun = null;
        interrupted = false;
        Thread.interrupted();
    }

    @Nullable
    Stage overrun() {
        return overrun;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    // What follows is for other threads.

    /** Somebody has asked the flow to end. */
    void cancelled() {
        cancelledCall = count();
    }

    /** Whether that call, which is under way, was so when another thread asked the flow to end. */
    boolean wasCancelledIn(long call) {
        return call == cancelledCall;
    }

    /** Odd while the thread is inside a call. */
    long count() {
        return (long) COUNT.getAcquire(this);
    }

    boolean isInside() {
        return (count() & 1) != 0;
    }

    /** The stage that is called, or was last. */
    @Nullable
    Stage stage() {
        return stage;
    }

    /** How long the call under way may take; 0 for ever. */
    long limitNanos() {
        return limitNanos;
    }

    /** The call under way is a guest's: what it waits in, if it waits, is a function of the host. */
    boolean isInGuest() {
        Stage called = stage;
        return called != null && called.nativeStage == null;
    }

    boolean isCurrentThread() {
        return Thread.currentThread().equals(thread);
    }

    Thread.@Nullable State threadState() {
        Thread t = thread;
        return t == null ? null : t.getState();
    }

    StackTraceElement[] stackTrace() {
        Thread t = thread;
        return t == null ? new StackTraceElement[0] : t.getStackTrace();
    }

    /** Stops the call under way, because it has taken longer than its limit or because the flow has to end. */
    void interrupt(boolean tookTooLong) {
        Stage called = stage;
        ComponentInvoker instance = callee;
        Thread t = thread;
        if (called == null || instance == null || t == null) {
            return;
        }
        if (tookTooLong) {
            instance.timingOut(Duration.ofNanos(limitNanos));
            overrun = called;
        } else {
            instance.cancelling();
        }
        interrupted = true;
        t.interrupt();
    }
}
