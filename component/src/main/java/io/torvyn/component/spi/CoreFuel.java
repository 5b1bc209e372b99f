package io.torvyn.component.spi;

/**
 * What metered core code may execute: shared by all core instances that are given it, and belonging to their thread.
 * Made by {@link CoreEngine#fuel()}, for instances of that engine's modules.
 *
 * <p>A unit is one instruction, charged for a block of them as it is entered; the same code on the same input takes the
 * same number under every strategy. Code that finds too little left ends with {@link CoreTrap.Kind#OUT_OF_FUEL}.
 */
public interface CoreFuel {
    /**
     * Says what may be executed from now on; what is left over from before is gone.
     *
     * @param units 0 or more
     */
    void refill(long units);

    /** Units taken since the last {@link #refill}. */
    long consumed();
}
