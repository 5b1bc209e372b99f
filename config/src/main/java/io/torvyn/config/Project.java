package io.torvyn.config;

import java.util.List;

/**
 * The {@code [torvyn]} table: what this project is.
 *
 * @param name letters, digits, {@code _} and {@code -}, at most 64
 * @param version a semantic version
 * @param contractVersion the {@code torvyn:streaming} version it is written for
 * @param license an SPDX expression, or empty
 */
public record Project(
        String name,
        String version,
        String contractVersion,
        String description,
        List<String> authors,
        String license,
        String repository) {}
