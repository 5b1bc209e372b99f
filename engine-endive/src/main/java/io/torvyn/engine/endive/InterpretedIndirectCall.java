package io.torvyn.engine.endive;

import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.MStack;
import run.endive.runtime.TableInstance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.CodeSection;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/**
 * {@code call_indirect} in the interpreters, which do with it as {@link IndirectCalls} says.
 *
 * <p>Endive's interpreter executes it in a private method. So in a module that is to be interpreted each {@code
 * call_indirect} is a {@code call} of a number that no function has, and our interpreters take those.
 *
 * @param type of the call, as the caller's module defines it
 * @param function in the callee's module
 */
record InterpretedIndirectCall(FunctionType type, Instance callee, int function) {
    private static final int TYPE_SHIFT = 32;

    /** The module with its indirect calls in the form that our interpreters take. */
    static WasmModule prepare(WasmModule module) {
        var code =
                CodeSection.builder().setRequiresDataCount(module.codeSection().isRequiresDataCount());
        for (FunctionBody body : module.codeSection().functionBodies()) {
            boolean calls = body.instructions().stream().anyMatch(i -> i.opcode() == OpCode.CALL_INDIRECT);
            code.addFunctionBody(
                    calls
                            ? new FunctionBody(
                                    body.localTypes(),
                                    body.instructions().stream()
                                            .map(InterpretedIndirectCall::prepare)
                                            .toList())
                            : body);
        }
        var prepared = WasmModule.builder()
                .withValidation(false)
                .withDigest(module.digest())
                .setTypeSection(module.typeSection())
                .setImportSection(module.importSection())
                .setFunctionSection(module.functionSection())
                .setTableSection(module.tableSection())
                .setMemorySection(module.memorySection().orElse(null))
                .setGlobalSection(module.globalSection())
                .setExportSection(module.exportSection())
                .setStartSection(module.startSection().orElse(null))
                .setElementSection(module.elementSection())
                .setCodeSection(code.build())
                .setDataSection(module.dataSection())
                .setDataCountSection(module.dataCountSection().orElse(null))
                .setTagSection(module.tagSection().orElse(null));
        module.customSections().forEach(custom -> prepared.addCustomSection(custom.name(), custom));
        return prepared.build();
    }

    private static AnnotatedInstruction prepare(AnnotatedInstruction instruction) {
        if (instruction.opcode() != OpCode.CALL_INDIRECT) {
            return instruction;
        }
        long operand = Long.MIN_VALUE | instruction.operand(0) << TYPE_SHIFT | instruction.operand(1);
        return AnnotatedInstruction.builder()
                .from(new Instruction(instruction.address(), OpCode.CALL, new long[] {operand}))
                .withDepth(instruction.depth())
                .build();
    }

    /** Whether the operand of a {@code call} stands for an indirect one. */
    static boolean is(long operand) {
        return operand < 0;
    }

    /**
     * Takes the element's index from the stack and finds what it calls.
     *
     * @throws run.endive.wasm.WasmEngineException when there is no function, or one of another type
     */
    static InterpretedIndirectCall resolve(long operand, Instance caller, MStack stack) {
        int type = (int) (operand >>> TYPE_SHIFT) & Integer.MAX_VALUE;
        TableInstance table = caller.table((int) operand);
        int element = (int) stack.pop();
        int function = table.requiredRef(element);
        Instance owner = table.instance(element);
        Instance callee = owner == null ? caller : owner;
        IndirectCalls.check(caller, type, callee, function);
        return new InterpretedIndirectCall(caller.type(type), callee, function);
    }

    /**
     * Calls it through its instance's machine.
     *
     * @param arguments numbers and references, as Endive takes them from the stack
     */
    void call(MStack stack, Object[] arguments) {
        long[] numbers = (long[]) arguments[0];
        if (!type.hasObjectRefParams() && !type.hasObjectRefReturns()) {
            long @Nullable [] results = callee.getMachine().call(function, numbers);
            if (results != null) {
                for (long result : results) {
                    stack.push(result);
                }
            }
            return;
        }
        CallResult result = callee.getMachine().callWithRefs(function, numbers, (Object[]) arguments[1]);
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
