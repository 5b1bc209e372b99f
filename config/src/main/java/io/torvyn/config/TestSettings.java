package io.torvyn.config;

import java.time.Duration;

/** The {@code [test]} table. */
public record TestSettings(Duration timeout, String fixturesDirectory) {}
