package io.torvyn.component.binary;

import java.util.Optional;

/**
 * {@code nameattributes} in Binary.md, "Import and Export Definitions". Linking goes by {@code name} alone.
 *
 * @param name {@code externname}
 * @param implemented the interface that an instance of a plain name has
 * @param versionSuffix what the version in {@code name} lacks to be the full one
 * @param externalId what the host calls it; any text
 */
public record AttributedName(
        String name, Optional<String> implemented, Optional<String> versionSuffix, Optional<String> externalId) {
    /** A name without attributes. */
    public AttributedName(String name) {
        this(name, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
