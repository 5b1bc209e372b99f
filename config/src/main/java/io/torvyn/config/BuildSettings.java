package io.torvyn.config;

import java.util.List;

/** The {@code [build]} table. */
public record BuildSettings(boolean release, String target, List<String> extraArguments) {}
