package io.torvyn.component.spi;

import io.torvyn.types.Defaults;

/**
 * What a core instance may take. Growth beyond a limit fails as the specification has it ({@code memory.grow} gives
 * -1); starting beyond one is a {@link CoreTrap} of kind {@code MEMORY_LIMIT} or {@code TABLE_LIMIT}.
 *
 * @param maxMemoryBytes of each linear memory
 * @param maxTableElements of each table
 * @param maxCallDepth calls of functions that may be part of a recursion, nested within each other; one of many
 *     parameters and locals counts several times. Shared with others where a {@link CoreStack} is. A thread of 1 MiB has
 *     room for the default when code is compiled; interpreted it takes 10 MiB
 */
public record CoreLimits(long maxMemoryBytes, int maxTableElements, int maxCallDepth) {
    /** With {@link Defaults#MAX_CALL_DEPTH}. */
    public CoreLimits(long maxMemoryBytes, int maxTableElements) {
        this(maxMemoryBytes, maxTableElements, Defaults.MAX_CALL_DEPTH);
    }

    public CoreLimits withMaxMemoryBytes(long other) {
        return new CoreLimits(other, maxTableElements, maxCallDepth);
    }
}
