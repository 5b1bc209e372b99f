package io.torvyn.component.spi;

/**
 * How deeply core code may nest its calls: shared by all core instances that are given it, and belonging to their thread.
 * Made by {@link CoreEngine#stack}, for instances of that engine's modules.
 *
 * <p>A call that would be too deep ends with {@link CoreTrap.Kind#STACK_EXHAUSTED}, after the same number of calls under
 * every strategy, as long as the thread's own stack is large enough for them: {@link CoreLimits#maxCallDepth}.
 */
public interface CoreStack {}
