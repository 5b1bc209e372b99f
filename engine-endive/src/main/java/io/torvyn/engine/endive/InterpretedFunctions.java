package io.torvyn.engine.endive;

import java.util.Deque;
import run.endive.runtime.Instance;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.runtime.WasmException;
import run.endive.runtime.internal.CompilerInterpreterMachine;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.FunctionType;

/**
 * Endive's interpreter for the functions of a compiled module that are too large for a JVM method. Public only because
 * compiled code, which makes it, stands outside this module.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class InterpretedFunctions extends CompilerInterpreterMachine {
    /** Called by compiled code. */
    public InterpretedFunctions(Instance instance, int[] functions) {
        super(instance, functions);
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
        CallDepth depth = CallDepth.of(instance.memory(), instance);
        int before = depth.left();
        try {
            depth.enter(CallCharges.ofLongFunction(instance, function));
            return super.call(stack, instance, callStack, function, arguments, references, type, popResults);
        } catch (WasmEngineException | EndiveTrap e) {
            Interpreter.addFrame(e, TieredCode.className(instance.getMachine()), function);
            throw e;
        } finally {
            depth.restore(before);
            Interpreter.popTo(callStack, frames);
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
        if (useCurrentInstanceInterpreter(instance(), indirect.callee(), indirect.function())) {
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
}
