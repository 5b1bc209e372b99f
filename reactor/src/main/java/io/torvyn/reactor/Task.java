package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.types.ProcessError;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A call that a {@link Worker} is to make, and what came of it: one place of the ring in {@link Workers}, used over and over
 * again. It is the driver's while it is withheld or done, and its worker's in between.
 */
final class Task {
    /** Nobody may begin it. */
    private static final int WITHHELD = 0;
    /** Some worker is to begin it. */
    private static final int HANDED = 1;
    /** A worker has begun it. */
    private static final int CLAIMED = 2;
    /** Its outcome is there. */
    private static final int DONE = 3;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Task.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state = WITHHELD;

    /** Where the element stands; null for a pull. */
    @Nullable
    BoundedQueue input;

    /** The element as it stands there. */
    @Nullable
    Element in;

    final Element out = new Element();
    /** Of a router. */
    final Route route;

    /** Who has made the call. */
    @Nullable
    Worker worker;

    /** Null when something was thrown. */
    ComponentInvoker.@Nullable Outcome outcome;

    @Nullable
    Throwable thrown;

    @Nullable
    ProcessError error;

    /** The call was stopped because the flow has to end. */
    boolean wasToEnd;

    /** What was thrown is that the call took too long. */
    boolean tookTooLong;

    long nanos;
    /** By {@link System#nanoTime()}. */
    long endedAt;

    Task(Route route) {
        this.route = route;
    }

    /** It stands for this element now, or for a pull. */
    void become(@Nullable BoundedQueue from, @Nullable Element element) {
        input = from;
        in = element;
        putBack();
    }

    private void forget() {
        worker = null;
        outcome = null;
        thrown = null;
        error = null;
        wasToEnd = false;
        tookTooLong = false;
    }

    /** It is to be done, or done again, later. */
    void putBack() {
        forget();
        state = WITHHELD;
    }

    void hand() {
        state = HANDED;
    }

    /** @return false when a worker has begun it already */
    boolean withhold() {
        return STATE.compareAndSet(this, HANDED, WITHHELD);
    }

    boolean claim() {
        return state == HANDED && STATE.compareAndSet(this, HANDED, CLAIMED);
    }

    void done() {
        state = DONE;
    }

    boolean isWithheld() {
        return state == WITHHELD;
    }

    boolean isHanded() {
        return state == HANDED;
    }

    boolean isClaimed() {
        return state == CLAIMED;
    }

    boolean isDone() {
        return state == DONE;
    }
}
