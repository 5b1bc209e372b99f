package io.torvyn.engine.endive;

import java.util.Deque;
import java.util.Set;
import java.util.function.BiFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.FunctionType;

/** Endive's interpreter, telling which functions a trap went through: the Java stack does not show them. */
final class Interpreter extends InterpreterMachine {
    private static final Set<String> CALLERS =
            Set.of(Interpreter.class.getName(), InterpretedFunctions.class.getName());

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
            addFrame(e, className, function);
            throw e;
        }
    }

    @Override
    @SuppressWarnings("NullAway") // a call's type is null once it has been compared
    protected void CALL(Operands operands) {
        long operand = operands.get(0);
        if (!InterpretedIndirectCall.is(operand)) {
            super.CALL(operands);
            return;
        }
        var indirect = InterpretedIndirectCall.resolve(operand, instance(), stack());
        Object[] arguments =
                extractArgsAndRefsForParams(stack(), indirect.type().params(), instance());
        if (indirect.callee().equals(instance())) {
            call(
                    stack(),
                    instance(),
                    callStack,
                    indirect.function(),
                    (long[]) arguments[0],
                    (Object[]) arguments[1],
                    null,
                    false);
        } else {
            indirect.call(stack(), arguments);
        }
    }

    /** Whether a Java frame is a call of an interpreted function. */
    static boolean isCall(StackTraceElement frame) {
        return frame.getMethodName().equals("call") && CALLERS.contains(frame.getClassName());
    }

    /** Notes in a trap that it went through a function; an imported one has a frame in compiled code too. */
    static void addFrame(RuntimeException trap, String className, int function) {
        if (trap.getSuppressed().length < Traps.MAXIMUM_FRAMES) {
            trap.addSuppressed(new Frame(className, function));
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

        String name(BiFunction<String, Integer, String> names) {
            return names.apply(className, function);
        }
    }
}
