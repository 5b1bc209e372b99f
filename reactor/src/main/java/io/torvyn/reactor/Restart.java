package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.resources.BufferOwner;
import java.time.Duration;
import java.util.function.Function;

/**
 * That a stage whose component is finished gets a fresh instance, instead of failing the flow.
 *
 * @param max fresh instances within any {@code window}; then the flow fails with what finished the last one
 * @param instances makes an instance that is not initialised yet, on the account of the one that it takes the place of;
 *     called on the flow's thread
 */
public record Restart(int max, Duration window, Function<BufferOwner, ComponentInvoker> instances) {
    public Restart {
        if (max < 1 || !window.isPositive()) {
            throw new IllegalArgumentException("a restart needs a number and a window, not " + max + " in " + window);
        }
        window = Deadline.bounded(window);
    }
}
