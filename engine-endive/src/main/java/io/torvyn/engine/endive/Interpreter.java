package io.torvyn.engine.endive;

import java.util.Deque;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.FunctionType;

/** Endive's interpreter, telling which functions a trap went through: the Java stack does not show them. */
final class Interpreter extends InterpreterMachine {
    private final String className;

    /**
     * @param className what the compiler would call the module's class
     */
    Interpreter(Instance instance, String className) {
        super(instance);
        this.className = className;
    }

    @Override
    protected long[] call(
            MStack stack,
            Instance instance,
            Deque<StackFrame> callStack,
            int function,
            long[] arguments,
            Object[] references,
            FunctionType type,
            boolean popResults) {
        try {
            return super.call(stack, instance, callStack, function, arguments, references, type, popResults);
        } catch (WasmEngineException | EndiveTrap e) {
            if (e.getSuppressed().length < Traps.MAXIMUM_FRAMES) {
                e.addSuppressed(new Frame(className, function));
            }
            throw e;
        }
    }

    /** Suppressed in a trap, one for each interpreted function, innermost first. */
    static final class Frame extends Exception {
        private static final long serialVersionUID = 1L;

        private final String className;
        private final int function;

        Frame(String className, int function) {
            super(null, null, false, false);
            this.className = className;
            this.function = function;
        }

        String className() {
            return className;
        }

        int function() {
            return function;
        }
    }
}
