package io.torvyn.config;

import java.time.Duration;

/** A finished component is replaced by a fresh instance at most {@code max} times in {@code window}. */
public record RestartPolicy(int max, Duration window) {}
