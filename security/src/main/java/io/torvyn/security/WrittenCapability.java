package io.torvyn.security;

import io.torvyn.types.Diagnostic;
import java.util.Optional;

/**
 * A capability as somebody wrote it.
 *
 * @param position where; empty when it stands in no file
 */
public record WrittenCapability(String text, Optional<Diagnostic.Location> position) {
    public WrittenCapability(String text, Diagnostic.Location position) {
        this(text, Optional.of(position));
    }

    public WrittenCapability(String text) {
        this(text, Optional.empty());
    }
}
