package io.torvyn.engine.endive;

import io.torvyn.component.EngineException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.runtime.TableInstance;
import run.endive.runtime.TrapException;
import run.endive.runtime.WasmException;
import run.endive.runtime.internal.CompilerInterpreterMachine;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;
import run.endive.wasm.types.Value;

/**
 * Endive's interpreter, with the {@link OwnInstructions} executed here; counts how deeply calls are nested, and tells
 * which functions a trap went through, which the Java stack does not show.
 */
abstract class Interpreter extends CompilerInterpreterMachine {
    /** Of the call into the interpreter that is under way: an exception is caught in these, or leaves them. */
    private Deque<StackFrame> frames = callStack;
    /** Of the function that the innermost Java frame here was entered for: how many frames there are with it. */
    private int running;
    /** Of that function: how many values lie below its own. */
    private int base;

    Interpreter(Instance instance, int[] functions) {
        super(instance, functions);
    }

    /** Whether a function of the instance is run by this interpreter. */
    abstract boolean interprets(int function);

    /** What the compiler would call the module's class. */
    abstract String className();

    /** What a call of a function counts. */
    abstract int charge(int function);

    /** Where it counts. */
    abstract CallDepth depth();

    /**
     * A function that catches what one of its callees threw is carried on by the Java frames of the callee, and nested one
     * catch deeper each time. So the next call goes back to the Java frame of the function that makes it.
     */
    @Override
    protected void CALL(Operands operands) {
        int size = frames.size();
        if (size < running) {
            throw new Resumption(operands);
        }
        Operands now = operands;
        while (true) {
            try {
                execute(now);
                return;
            } catch (Resumption resumption) {
                if (frames.size() != size) {
                    throw resumption;
                }
                now = resumption.instruction;
            }
        }
    }

    private void execute(Operands operands) {
        int operand = (int) operands.get(0);
        switch (operand) {
            case OwnInstructions.CALL_INDIRECT -> callIndirect((int) operands.get(1), (int) operands.get(2));
            case OwnInstructions.CALL_REF -> callHere(functionReference());
            case OwnInstructions.THROW_REF -> raise(depth().caught().exception((int) stack().pop()));
            case OwnInstructions.CAUGHT -> {
                WasmException caught = instance().exn((int) stack().pop());
                stack().push(depth().caught().reference(caught));
            }
            case OwnInstructions.RETURN_CALL -> returnCall((int) operands.get(1), (int) operands.get(2));
            case OwnInstructions.RETURN_CALL_INDIRECT ->
                returnCallIndirect((int) operands.get(1), (int) operands.get(2), (int) operands.get(3));
            case OwnInstructions.RETURN_CALL_REF -> {
                int function = functionReference();
                returnCall(function, (int) operands.get(1));
                stack().push(function); // Endive's own instruction follows
            }
            default -> callHere(operand);
        }
    }

    private int functionReference() {
        int function = (int) stack().pop();
        if (function == Value.REF_NULL_VALUE) {
            throw new TrapException("null function reference");
        }
        return function;
    }

    /** Whose function an element of a table refers to. */
    private Instance callee(TableInstance table, int element, int type) {
        int function = table.requiredRef(element);
        Instance owner = table.instance(element);
        Instance callee = owner == null ? instance() : owner;
        IndirectCalls.check(instance(), type, callee, function);
        return callee;
    }

    private void callIndirect(int type, int tableIndex) {
        TableInstance table = instance().table(tableIndex);
        int element = (int) stack().pop();
        Instance callee = callee(table, element, type);
        if (callee.equals(instance())) {
            callHere(table.requiredRef(element));
        } else {
            callElsewhere(
                    new Callee(callee, table.requiredRef(element), instance().type(type)));
        }
    }

    private FunctionType type(int function) {
        return instance().type(instance().functionType(function));
    }

    @SuppressWarnings("NullAway") // a call's type is null once it has been compared
    private void callHere(int function) {
        FunctionType type = type(function);
        if (!interprets(function)) {
            callElsewhere(new Callee(instance(), function, type));
            return;
        }
        Object[] arguments = extractArgsAndRefsForParams(stack(), type.params(), instance());
        call(stack(), instance(), frames, function, (long[]) arguments[0], (Object[]) arguments[1], null, false);
    }

    private void callElsewhere(Callee callee) {
        Object[] arguments = extractArgsAndRefsForParams(stack(), callee.type().params(), instance());
        try {
            callee.enter(stack(), arguments);
        } catch (WasmException e) { // goes on in the function that catches it, if there is one
            raise(ExceptionTags.asSeenBy(instance(), e));
        }
    }

    private void raise(WasmException exception) {
        THROW_REF(instance(), instance().registerException(exception), stack(), frames.peek(), frames);
    }

    /**
     * Before a tail call. Endive puts the callee's frame into the place of the caller's, but not where it would need more
     * than that.
     *
     * @param caller the function that ends in it
     */
    private void returnCall(int function, int caller) {
        FunctionType type = type(function);
        if (!interprets(function)
                || instance().function(function) == null // imported
                || (function == caller && hasLocals(caller))) {
            throw new TailCall(
                    new Callee(instance(), function, type),
                    extractArgsAndRefsForParams(stack(), type.params(), instance()));
        }
        dropAllBelow(type.params());
    }

    private void returnCallIndirect(int type, int tableIndex, int caller) {
        TableInstance table = instance().table(tableIndex);
        int element = (int) stack().pop();
        Instance callee = callee(table, element, type);
        if (callee.equals(instance())) {
            returnCall(table.requiredRef(element), caller);
            stack().push(element); // Endive's own instruction follows
            return;
        }
        FunctionType called = instance().type(type);
        throw new TailCall(
                new Callee(callee, table.requiredRef(element), called),
                extractArgsAndRefsForParams(stack(), called.params(), instance()));
    }

    private boolean hasLocals(int function) {
        FunctionBody body = instance().function(function);
        return body != null && !body.localTypes().isEmpty();
    }

    /** A function may end in a tail call with more values on its stack than are passed on; Endive would keep them. */
    private void dropAllBelow(List<ValType> passed) {
        if (stack().size() - passed.size() == base) {
            return;
        }
        Object[] arguments = extractArgsAndRefsForParams(stack(), passed, instance());
        dropDownTo(base);
        for (int i = 0; i < passed.size(); i++) {
            if (passed.get(i).isObjectRef()) {
                stack().pushRef(((Object[]) arguments[1])[i]);
            } else {
                stack().push(((long[]) arguments[0])[i]);
            }
        }
    }

    private void dropDownTo(int size) {
        while (stack().size() > size) {
            stack().pop();
        }
    }

    @Override
    public CallResult callWithRefs(int function, long[] arguments, Object[] references) {
        Deque<StackFrame> before = frames;
        int height = stack().size();
        frames = new ArrayDeque<>();
        try {
            return super.callWithRefs(function, arguments, references);
        } finally {
            frames = before;
            dropDownTo(height);
        }
    }

    /** The frames are always our own: those of a call into the interpreter know nothing of the calls around it. */
    @Override
    @SuppressWarnings("NullAway") // a call's type is null once it has been compared
    protected long @Nullable [] call(
            MStack stack,
            Instance instance,
            Deque<StackFrame> callStack,
            int function,
            long[] arguments,
            Object[] references,
            @Nullable FunctionType type,
            boolean entered) {
        Deque<StackFrame> outer = frames;
        int caller = running;
        int callersBase = base;
        if (entered) {
            frames = new ArrayDeque<>();
        }
        int below = frames.size();
        int height = stack.size();
        int before = depth().left();
        int current = function;
        long[] numbers = arguments;
        Object[] others = references;
        try {
            running = below + 1;
            base = height;
            while (true) {
                depth().enter(charge(current));
                try {
                    return super.call(stack, instance, frames, current, numbers, others, type, entered);
                } catch (TailCall tailCall) {
                    Callee callee = tailCall.callee;
                    popTo(frames, below);
                    dropDownTo(height);
                    if (!callee.instance().equals(instance) || !interprets(callee.function())) {
                        return endIn(tailCall, entered);
                    }
                    depth().restore(before);
                    current = callee.function();
                    numbers = (long[]) tailCall.arguments[0];
                    others = (Object[]) tailCall.arguments[1];
                }
            }
        } catch (WasmEngineException | EndiveTrap | EngineException e) {
            addFrame(e, className(), current);
            throw e;
        } finally {
            running = caller;
            base = callersBase;
            depth().restore(before);
            popTo(frames, below);
            if (entered) {
                frames = outer;
                dropDownTo(height);
            }
        }
    }

    /** Calls what a function ended in, when its frame has gone and so have the handlers around the tail call. */
    private long @Nullable [] endIn(TailCall tailCall, boolean entered) {
        Callee callee = tailCall.callee;
        try {
            if (entered && !callee.hasObjects()) {
                return callee.instance().getMachine().call(callee.function(), (long[]) tailCall.arguments[0]);
            }
            callee.enter(stack(), tailCall.arguments);
        } catch (WasmException e) {
            if (frames.isEmpty()) {
                throw e;
            }
            raise(ExceptionTags.asSeenBy(instance(), e));
        }
        return null;
    }

    /** Notes that a trap went through an interpreted function. */
    private static void addFrame(RuntimeException trap, String className, int function) {
        if (trap.getSuppressed().length < Traps.MAXIMUM_FRAMES) {
            trap.addSuppressed(new Frame(className, function));
        }
    }

    /**
     * Takes off what a call has left behind. Endive takes off the frame of the function that was called, and not that of
     * the one that a tail call put into its place; the next tail call would then take that for the caller's.
     */
    private static void popTo(Deque<StackFrame> callStack, int depth) {
        while (callStack.size() > depth) {
            callStack.pop();
        }
    }

    /**
     * A function that is called through its instance's machine.
     *
     * @param type as the caller sees it
     */
    private record Callee(Instance instance, int function, FunctionType type) {
        boolean hasObjects() {
            return type.hasObjectRefParams() || type.hasObjectRefReturns();
        }

        /**
         * @param arguments numbers and references, as Endive takes them from the stack
         */
        void enter(MStack stack, Object[] arguments) {
            long[] numbers = (long[]) arguments[0];
            if (!hasObjects()) {
                long @Nullable [] results = instance.getMachine().call(function, numbers);
                if (results != null) {
                    for (long result : results) {
                        stack.push(result);
                    }
                }
                return;
            }
            CallResult result = instance.getMachine().callWithRefs(function, numbers, (Object[]) arguments[1]);
            int slot = 0;
            for (ValType returned : type.returns()) {
                if (returned.isObjectRef()) {
                    stack.pushRef(result.refResult(slot++));
                } else {
                    stack.push(result.longResult(slot++));
                }
            }
        }
    }

    /** On its way out to the function that makes the call. */
    private static final class Resumption extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // caught a few frames further out
        private final Operands instruction;

        Resumption(Operands instruction) {
            super(null, null, false, false);
            this.instruction = instruction;
        }
    }

    /** On its way out of the function that ends in it. */
    private static final class TailCall extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // caught a few frames further out
        private final Callee callee;

        @SuppressWarnings("serial")
        private final Object[] arguments;

        TailCall(Callee callee, Object[] arguments) {
            super(null, null, false, false);
            this.callee = callee;
            this.arguments = arguments;
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
