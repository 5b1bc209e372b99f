package io.torvyn.component;

import io.torvyn.component.spi.CoreLimits;
import java.util.OptionalLong;

/**
 * What is chosen for each instance of a component.
 *
 * @param label what messages call the instance: {@code component-3 ('upper')}
 * @param limits of each core instance in it
 * @param fuel units that each call of the host may take, and the instantiation as a whole; empty: without limit
 */
public record InstanceOptions(String label, CoreLimits limits, OptionalLong fuel) {
    private static final CoreLimits GENEROUS = new CoreLimits(1L << 30, 1 << 20);

    /** Without a limit of fuel. */
    public InstanceOptions(String label, CoreLimits limits) {
        this(label, limits, OptionalLong.empty());
    }

    /** With 1 GiB for each memory and a million elements for each table. */
    public static InstanceOptions named(String label) {
        return new InstanceOptions(label, GENEROUS);
    }
}
