package io.torvyn.component;

import io.torvyn.component.spi.CoreFuel;
import java.util.OptionalLong;

/**
 * Fills the fuel of one component instance before each call of the host, and adds up what was taken. The instantiation
 * counts as the first call.
 */
final class FuelGauge {
    private final CoreFuel fuel;
    private final long perCall;
    private long consumedBefore;

    /**
     * @param limit of each call; empty: as good as none, and only counted
     */
    FuelGauge(CoreFuel fuel, OptionalLong limit) {
        this.fuel = fuel;
        this.perCall = limit.orElse(Long.MAX_VALUE);
        fuel.refill(perCall);
    }

    CoreFuel fuel() {
        return fuel;
    }

    void refill() {
        consumedBefore += fuel.consumed();
        fuel.refill(perCall);
    }

    long consumed() {
        return consumedBefore + fuel.consumed();
    }
}
