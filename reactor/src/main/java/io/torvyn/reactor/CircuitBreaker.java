package io.torvyn.reactor;

import java.time.Duration;

/**
 * Leaves a component alone whose dependency is down. Owned by the flow's thread.
 *
 * <p>After five answers of {@code unavailable} in a row it is open: the stage is not called for a second, and its elements
 * wait. Then one call shows whether things are better; if it is answered with {@code unavailable}, another second begins.
 * spec: runtime semantics, "Errors and retries".
 */
final class CircuitBreaker {
    static final int FAILURES = 5;
    static final Duration REST = Duration.ofSeconds(1);

    /*
     * What is in a row is known by the number of the call, so that a call that goes well costs nothing here.
     */
    private long lastFailure = -1;
    private int row;
    private boolean open;
    private long openings;

    /**
     * A call was answered with {@code unavailable}.
     *
     * @param call its number
     * @return whether the stage has to rest now
     */
    boolean trips(long call) {
        row = call == lastFailure + 1 ? row + 1 : 1;
        lastFailure = call;
        if (!open && row >= FAILURES) {
            open = true;
            openings++;
        }
        return open;
    }

    /**
     * After a call that was to show whether things are better.
     *
     * @return whether they are
     */
    boolean closes(long call) {
        if (open && lastFailure != call) {
            open = false;
            return true;
        }
        return false;
    }

    boolean isOpen() {
        return open;
    }

    int row() {
        return row;
    }

    long openings() {
        return openings;
    }
}
