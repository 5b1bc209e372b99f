package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreFuel;
import io.torvyn.component.spi.CoreTrap;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.ValType;

/**
 * What the core instances of one component instance may still execute: {@link FuelMetering}. Public only because
 * compiled code, which charges it, stands outside this module.
 *
 * <p>It is itself the global that metered modules charge, and charging is setting it.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class Fuel extends GlobalInstance implements CoreFuel {
    private long limit = Long.MAX_VALUE;
    private long left = Long.MAX_VALUE;

    /** As good as endless until it is refilled. */
    @SuppressWarnings("deprecation") // the builder makes no subclasses
    Fuel() {
        super(0, 0, ValType.I64, MutabilityType.Var);
    }

    @Override
    public void refill(long units) {
        limit = units;
        left = units;
    }

    @Override
    public long consumed() {
        return limit - left;
    }

    /** Executed by metered code that is interpreted, and by compiled code of modules without a memory. */
    @Override
    public void setValue(long units) {
        charge(units);
    }

    /**
     * Called by compiled code at the beginning of each block.
     *
     * @param memory of the executing instance
     */
    public static void charge(long units, Memory memory) {
        ((FlatMemory) memory).fuel().charge(units);
    }

    private void charge(long units) {
        long rest = left - units;
        if (rest < 0) {
            throw exhausted();
        }
        left = rest;
    }

    private EndiveTrap exhausted() {
        left = 0;
        return new EndiveTrap(CoreTrap.Kind.OUT_OF_FUEL, CoreTrap.Kind.OUT_OF_FUEL.text(), 0, limit);
    }
}
