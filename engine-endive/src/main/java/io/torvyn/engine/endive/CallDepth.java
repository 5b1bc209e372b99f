package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreStack;
import io.torvyn.component.spi.CoreTrap;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;

/**
 * How deeply the core instances of one component instance may still nest their calls, as {@link CallCharges} counts them.
 * Public only because compiled code, which counts, stands outside this module.
 *
 * <p>Whoever enters a function that counts leaves it too, however it ends. So the count is right again after a trap, and
 * where a guest catches an exception.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class CallDepth implements CoreStack {
    private final int limit;
    private final CaughtExceptions caught = new CaughtExceptions();
    private int left;

    CallDepth(int limit) {
        this.limit = limit;
        this.left = limit;
    }

    /**
     * Called by compiled code as a function begins.
     *
     * @param memory of the executing instance; null when it has none
     * @throws EndiveTrap when that is too deep; then nothing was counted
     */
    public static void enter(@Nullable Memory memory, Instance instance, int charge) {
        of(memory, instance).enter(charge);
    }

    /** Called by compiled code as the function ends. */
    public static void leave(@Nullable Memory memory, Instance instance, int charge) {
        of(memory, instance).leave(charge);
    }

    /** That of an instance; found through the memory, which compiled code has at hand, where there is one. */
    static CallDepth of(@Nullable Memory memory, Instance instance) {
        return memory instanceof FlatMemory flat ? flat.depth() : ((OwnMachine) instance.getMachine()).depth();
    }

    void enter(int charge) {
        int rest = left - charge;
        if (rest < 0) {
            throw exhausted();
        }
        left = rest;
    }

    void leave(int charge) {
        left += charge;
    }

    int left() {
        return left;
    }

    /** The exceptions that calls under way hold by reference. */
    CaughtExceptions caught() {
        return caught;
    }

    /** Takes the count back to what {@link #left} gave. */
    void restore(int before) {
        left = before;
    }

    private EndiveTrap exhausted() {
        return new EndiveTrap(CoreTrap.Kind.STACK_EXHAUSTED, CoreTrap.Kind.STACK_EXHAUSTED.text(), 0, limit);
    }

    /** The machine of an instance without a memory, where its functions find the count. */
    record OwnMachine(Machine machine, CallDepth depth) implements Machine {
        @Override
        public long[] call(int function, long[] arguments) {
            return machine.call(function, arguments);
        }

        @Override
        public long[] call(int function, long[] arguments, Object[] references) {
            return machine.call(function, arguments, references);
        }

        @Override
        public CallResult callWithRefs(int function, long[] arguments, Object[] references) {
            return machine.callWithRefs(function, arguments, references);
        }
    }
}
