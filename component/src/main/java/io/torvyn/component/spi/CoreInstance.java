package io.torvyn.component.spi;

import org.jspecify.annotations.Nullable;

/** A core module at work. Entered by one thread at a time. */
public interface CoreInstance {
    /** What it exports under that name; null when there is nothing. */
    @Nullable
    CoreExtern export(String name);

    /** Bytes of linear memory that it owns now. */
    long memoryBytes();
}
