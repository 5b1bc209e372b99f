package io.torvyn.config;

import java.time.Duration;

/**
 * A finished component is replaced by a fresh instance at most {@code max} times in {@code window}.
 *
 * @param max at least 1
 * @param window above zero
 */
public record RestartPolicy(int max, Duration window) {
    public RestartPolicy {
        if (max < 1 || !window.isPositive()) {
            throw new IllegalArgumentException(
                    "restarting needs at least one restart and a window above zero, not " + max + " in " + window);
        }
    }
}
