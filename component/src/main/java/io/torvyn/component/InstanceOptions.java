package io.torvyn.component;

import io.torvyn.component.spi.CoreLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is chosen for each instance of a component.
 *
 * @param label what messages call the instance: {@code component-3 ('upper')}
 * @param limits of each core instance in it
 * @param fuel units that each call of the host may take, and the instantiation as a whole; empty: without limit
 * @param startLimit how long the start functions of its core instances may take together with what they call; empty:
 *     without limit. How long a call may take is for whoever makes it to watch: {@link Instance#timingOut}
 */
public record InstanceOptions(String label, CoreLimits limits, OptionalLong fuel, Optional<StartLimit> startLimit) {
    /**
     * A limit of time for an instantiation.
     *
     * @param time more than none
     * @param setting what raises it, for people; null when there is nothing to set
     */
    public record StartLimit(Duration time, @Nullable String setting) {}

    private static final CoreLimits GENEROUS = new CoreLimits(1L << 30, 1 << 20);

    /** Without a limit of fuel or time. */
    public InstanceOptions(String label, CoreLimits limits) {
        this(label, limits, OptionalLong.empty());
    }

    /** Without a limit of time. */
    public InstanceOptions(String label, CoreLimits limits, OptionalLong fuel) {
        this(label, limits, fuel, Optional.empty());
    }

    /** With 1 GiB for each memory and a million elements for each table. */
    public static InstanceOptions named(String label) {
        return new InstanceOptions(label, GENEROUS);
    }
}
