package io.torvyn.config;

import java.util.Optional;

/**
 * The {@code [registry]} table.
 *
 * @param defaultRegistry where {@code publish} goes when it is not told
 */
public record RegistrySettings(Optional<String> defaultRegistry) {}
