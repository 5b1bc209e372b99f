package io.torvyn.wasi;

import io.torvyn.component.CallInterruptedException;
import java.util.concurrent.locks.LockSupport;

/** A thread that waits, as those see it who can end its waiting. Made by that thread; woken by any. */
final class Waker implements Runnable {
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    @Override
    public void run() {
        wake();
    }

    void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /**
     * Parks until somebody has woken it since the last time, or the time is over; perhaps sooner.
     *
     * @throws CallInterruptedException when the call under way has to end
     */
    void park(long nanos) {
        if (!woken && nanos > 0) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        if (Thread.interrupted()) {
            throw new CallInterruptedException();
        }
        woken = false;
    }
}
