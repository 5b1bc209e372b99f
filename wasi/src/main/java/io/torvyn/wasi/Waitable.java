package io.torvyn.wasi;

import java.util.List;

/**
 * A pollable of this host: one event that a guest can wait for, alone or among others.
 *
 * <p>Whoever waits first has itself woken ({@link #watch}), then looks ({@link #ready}), then parks its thread: whatever
 * happens after the look wakes it. So an event has to be seen by {@code ready} before it wakes anybody.
 */
interface Waitable extends Poll.Pollable {
    /**
     * Has {@code waker} woken, from any thread, when this may have become ready: once at least. Whoever finds that it has
     * not, and waits on, asks again.
     */
    void watch(Waker waker);

    void unwatch(Waker waker);

    /** Time until it is ready by the clock alone; {@link Long#MAX_VALUE} when the clock does not decide. */
    default long nanosLeft() {
        return Long.MAX_VALUE;
    }

    @Override
    default void block() {
        Pollables.await(List.of(this));
    }
}
