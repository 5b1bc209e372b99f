package io.torvyn.engine.endive;

import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.runtime.WasmException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/** Endive's interpreter, telling which functions a trap went through: the Java stack does not show them. */
final class Interpreter extends InterpreterMachine {
    private final String className;
    private final int[] charges;
    private final CallDepth depth;
    private final @Nullable BooleanSupplier left;
    /** Of the function that the innermost Java frame here was entered for: what the call stack holds with it. */
    private int running;

    /**
     * @param className what the compiler would call the module's class
     * @param charges what a call of each function counts
     * @param depth where it counts
     * @param left tells whether calls are to leave the interpreter through the instance's machine; null: they never do
     */
    Interpreter(Instance instance, String className, int[] charges, CallDepth depth, @Nullable BooleanSupplier left) {
        super(instance);
        this.className = className;
        this.charges = charges;
        this.depth = depth;
        this.left = left;
    }

    /**
     * A function that catches what one of its callees threw is carried on by the Java frames of the callee, and nested one
     * catch deeper each time. So the next call goes back to the Java frame of the function that makes it.
     */
    @Override
    protected void CALL(Operands operands) {
        int frames = callStack.size();
        if (frames < running) {
            throw new Resumption(operands);
        }
        Operands now = operands;
        while (true) {
            try {
                execute(now);
                return;
            } catch (Resumption resumption) {
                if (callStack.size() != frames) {
                    throw resumption;
                }
                now = resumption.call;
            }
        }
    }

    private void execute(Operands operands) {
        long operand = operands.get(0);
        if (InterpretedIndirectCall.is(operand)) {
            callIndirect(operand);
            return;
        }
        FunctionType type = instance().type(instance().functionType((int) operand));
        if (!isLeft()
                || !type.returns().stream().allMatch(Interpreter::isNumber)
                || !type.params().stream().allMatch(Interpreter::isNumber)) {
            super.CALL(operands);
            return;
        }
        long[] arguments = new long[type.params().size()];
        for (int i = arguments.length - 1; i >= 0; i--) {
            arguments[i] = stack().pop();
        }
        long[] results = instance().getMachine().call((int) operand, arguments);
        for (int i = 0; i < type.returns().size(); i++) {
            stack().push(results[i]);
        }
    }

    private static boolean isNumber(ValType type) {
        return type.isNumeric();
    }

    /** Who catches an exception is found among the interpreter's own frames. */
    private boolean isLeft() {
        return left != null
                && left.getAsBoolean()
                && instance().module().tagSection().isEmpty();
    }

    @SuppressWarnings("NullAway") // a call's type is null once it has been compared
    private void callIndirect(long operand) {
        var indirect = InterpretedIndirectCall.resolve(operand, instance(), stack());
        Object[] arguments =
                extractArgsAndRefsForParams(stack(), indirect.type().params(), instance());
        if (indirect.callee().equals(instance()) && !isLeft()) {
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
            try {
                indirect.call(stack(), arguments);
            } catch (WasmException e) { // goes on in the function that catches it, if there is one
                WasmException seen = ExceptionTags.asSeenBy(instance(), e);
                THROW_REF(instance(), instance().registerException(seen), stack(), callStack.peek(), callStack);
            }
        }
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
        int frames = callStack.size();
        int caller = running;
        int before = depth.left();
        try {
            running = frames + 1;
            depth.enter(charges[function]);
            return super.call(stack, instance, callStack, function, arguments, references, type, popResults);
        } catch (WasmEngineException | EndiveTrap e) {
            addFrame(e, className, function);
            throw e;
        } finally {
            running = caller;
            depth.restore(before);
            popTo(callStack, frames);
        }
    }

    /** Notes that a trap went through an interpreted function. */
    static void addFrame(RuntimeException trap, String className, int function) {
        if (trap.getSuppressed().length < Traps.MAXIMUM_FRAMES) {
            trap.addSuppressed(new Frame(className, function));
        }
    }

    /**
     * Takes off what a call has left behind. Endive takes off the frame of the function that was called, and not that of
     * the one that a tail call put into its place; the next tail call would then take that for the caller's.
     */
    static void popTo(Deque<StackFrame> callStack, int depth) {
        while (callStack.size() > depth) {
            callStack.pop();
        }
    }

    /** On its way out to the function that makes the call. */
    private static final class Resumption extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // caught a few frames further out
        private final Operands call;

        Resumption(Operands call) {
            super(null, null, false, false);
            this.call = call;
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

        boolean isOf(String otherClassName, int otherFunction) {
            return className.equals(otherClassName) && function == otherFunction;
        }

        String className() {
            return className;
        }

        int function() {
            return function;
        }
    }
}
