package io.torvyn.engine.endive;

import java.util.BitSet;
import run.endive.runtime.Instance;

/**
 * Interprets the functions of a compiled module that are too large for a JVM method. Public only because compiled code,
 * which makes it, stands outside this module.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class InterpretedFunctions extends Interpreter {
    private final BitSet functions = new BitSet();

    /** Called by compiled code. */
    public InterpretedFunctions(Instance instance, int[] functions) {
        super(instance, functions);
        for (int function : functions) {
            this.functions.set(function);
        }
    }

    /** What is imported is called as the interpreter calls it. */
    @Override
    boolean interprets(int function) {
        return functions.get(function) || function < instance().imports().functionCount();
    }

    @Override
    String className() {
        return TieredCode.className(instance().getMachine());
    }

    @Override
    int charge(int function) {
        return CallCharges.ofLongFunction(instance(), function);
    }

    @Override
    CallDepth depth() {
        return CallDepth.of(instance().memory(), instance());
    }
}
