package io.torvyn.engine.endive;

import java.util.ArrayList;
import java.util.List;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.CatchOpCode;
import run.endive.wasm.types.CodeSection;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.OpCode;

/**
 * The instructions that an {@link Interpreter} executes in Endive's place, because Endive has their execution in private
 * methods and means something else by them: calls and tail calls of other instances, calls of functions that are
 * compiled, tail calls that leave values behind, exceptions that are held by reference.
 *
 * <p>In a module that is to be interpreted each of them is a {@code call} of a number that no function has, with what it
 * needs in further operands. Where one instruction becomes several, the others stand behind the function's last {@code
 * end}, and a jump leads there and back, so that no label moves.
 */
final class OwnInstructions {
    /** Operands: the type, the table. */
    static final int CALL_INDIRECT = -1;

    static final int CALL_REF = -2;
    static final int THROW_REF = -3;
    /** Where a {@code catch_ref} or {@code catch_all_ref} leads: names the exception that it caught. */
    static final int CAUGHT = -4;
    /** Before a {@code return_call}. Operands: the function, the one that ends in it. */
    static final int RETURN_CALL = -5;
    /** Before a {@code return_call_indirect}. Operands: the type, the table, the function that ends in it. */
    static final int RETURN_CALL_INDIRECT = -6;
    /** Before a {@code return_call_ref}. Operand: the function that ends in it. */
    static final int RETURN_CALL_REF = -7;

    private final int function;
    private final List<AnnotatedInstruction> given;
    private final List<AnnotatedInstruction> prepared;

    private OwnInstructions(int function, List<AnnotatedInstruction> given) {
        this.function = function;
        this.given = given;
        this.prepared = new ArrayList<>(given);
    }

    /** The module with these instructions in the form that our interpreters take. */
    static WasmModule prepare(WasmModule module) {
        var code =
                CodeSection.builder().setRequiresDataCount(module.codeSection().isRequiresDataCount());
        int function = module.importSection().count(ExternalType.FUNCTION);
        for (FunctionBody body : module.codeSection().functionBodies()) {
            code.addFunctionBody(prepare(function++, body));
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

    private static FunctionBody prepare(int function, FunctionBody body) {
        return body.instructions().stream().noneMatch(OwnInstructions::isReplaced)
                ? body
                : new FunctionBody(body.localTypes(), new OwnInstructions(function, body.instructions()).prepare());
    }

    private static boolean isReplaced(AnnotatedInstruction instruction) {
        return switch (instruction.opcode()) {
            case CALL_INDIRECT, CALL_REF, THROW_REF, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> true;
            case TRY_TABLE -> instruction.catches().stream().anyMatch(OwnInstructions::isByReference);
            default -> false;
        };
    }

    private static boolean isByReference(CatchOpCode.Catch clause) {
        return switch (clause.opcode()) {
            case CATCH_REF, CATCH_ALL_REF -> true;
            case CATCH, CATCH_ALL -> false;
        };
    }

    private List<AnnotatedInstruction> prepare() {
        for (int i = 0; i < given.size(); i++) {
            AnnotatedInstruction old = given.get(i);
            switch (old.opcode()) {
                case CALL_INDIRECT -> prepared.set(i, own(old, CALL_INDIRECT, old.operand(0), old.operand(1)));
                case CALL_REF -> prepared.set(i, own(old, CALL_REF));
                case THROW_REF -> prepared.set(i, own(old, THROW_REF));
                case RETURN_CALL -> putBefore(i, own(old, RETURN_CALL, old.operand(0), function));
                case RETURN_CALL_INDIRECT ->
                    putBefore(i, own(old, RETURN_CALL_INDIRECT, old.operand(0), old.operand(1), function));
                case RETURN_CALL_REF -> putBefore(i, own(old, RETURN_CALL_REF, function));
                case TRY_TABLE -> prepared.set(i, catchingByName(old));
                default -> {}
            }
        }
        return prepared;
    }

    private static AnnotatedInstruction own(AnnotatedInstruction old, long... operands) {
        return AnnotatedInstruction.builder()
                .from(new Instruction(old.address(), OpCode.CALL, operands))
                .withDepth(old.depth())
                .build();
    }

    /** To Endive's interpreter {@code else} is a jump, and no more than that. */
    private static AnnotatedInstruction jump(AnnotatedInstruction from, int target) {
        return AnnotatedInstruction.builder()
                .from(new Instruction(from.address(), OpCode.ELSE, new long[0]))
                .withDepth(from.depth())
                .withLabelTrue(target)
                .build();
    }

    private void putBefore(int place, AnnotatedInstruction own) {
        AnnotatedInstruction tailCall = given.get(place);
        prepared.set(place, jump(tailCall, prepared.size()));
        prepared.add(own);
        prepared.add(tailCall);
    }

    private AnnotatedInstruction catchingByName(AnnotatedInstruction old) {
        List<CatchOpCode.Catch> clauses = CatchOpCode.decode(old.operands());
        for (int i = 0; i < clauses.size(); i++) {
            CatchOpCode.Catch clause = clauses.get(i);
            int target = old.catches().get(i).resolvedLabel();
            if (isByReference(clause)) {
                clause.resolvedLabel(prepared.size());
                prepared.add(own(old, CAUGHT));
                prepared.add(jump(old, target));
            } else {
                clause.resolvedLabel(target);
            }
        }
        return AnnotatedInstruction.builder()
                .from(new Instruction(old.address(), OpCode.TRY_TABLE, old.operands()))
                .withDepth(old.depth())
                .withCatches(clauses)
                .withScope(old.scope())
                .build();
    }
}
