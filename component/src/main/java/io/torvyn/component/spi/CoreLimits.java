package io.torvyn.component.spi;

/**
 * What a core instance may take. Growth beyond a limit fails as the specification has it ({@code memory.grow} gives
 * -1); starting beyond one is a {@link CoreTrap} of kind {@code MEMORY_LIMIT} or {@code TABLE_LIMIT}.
 *
 * @param maxMemoryBytes of each linear memory
 * @param maxTableElements of each table
 */
public record CoreLimits(long maxMemoryBytes, int maxTableElements) {}
