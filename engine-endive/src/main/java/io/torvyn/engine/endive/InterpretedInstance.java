package io.torvyn.engine.endive;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;

/** Interprets all functions of an instance, until there is something better. */
final class InterpretedInstance extends Interpreter {
    private final String className;
    private final int[] charges;
    private final CallDepth depth;
    private final @Nullable BooleanSupplier left;

    /**
     * @param className what the compiler would call the module's class
     * @param charges what a call of each function counts
     * @param depth where it counts
     * @param left tells whether calls are to leave the interpreter through the instance's machine; null: they never do
     */
    InterpretedInstance(
            Instance instance, String className, int[] charges, CallDepth depth, @Nullable BooleanSupplier left) {
        super(instance, new int[0]);
        this.className = className;
        this.charges = charges;
        this.depth = depth;
        this.left = left;
    }

    @Override
    boolean interprets(int function) {
        return left == null || !left.getAsBoolean();
    }

    @Override
    String className() {
        return className;
    }

    @Override
    int charge(int function) {
        return charges[function];
    }

    @Override
    CallDepth depth() {
        return depth;
    }
}
