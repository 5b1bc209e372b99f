package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreTrap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ExecutionListener;
import run.endive.runtime.Instance;
import run.endive.runtime.MStack;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.OpCode;

/**
 * Watches the interpreted code of one instance for indirect tail calls that would leave the instance. Endive's compiled
 * code refuses them; its interpreter takes the function of that number in the calling instance instead.
 */
final class ForeignTailCalls implements ExecutionListener {
    private @Nullable Instance instance;

    /** Only such modules are watched, because every instruction is. */
    static boolean mayOccurIn(WasmModule module) {
        return hasSharedTable(module) && hasIndirectTailCall(module);
    }

    private static boolean hasSharedTable(WasmModule module) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            if (module.exportSection().getExport(i).exportType() == ExternalType.TABLE) {
                return true;
            }
        }
        return module.importSection().count(ExternalType.TABLE) > 0;
    }

    private static boolean hasIndirectTailCall(WasmModule module) {
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            if (module.codeSection().getFunctionBody(i).instructions().stream()
                    .anyMatch(instruction -> instruction.opcode() == OpCode.RETURN_CALL_INDIRECT)) {
                return true;
            }
        }
        return false;
    }

    /** The same machines, made for the instance that is watched from then on. */
    Function<Instance, Machine> watching(Function<Instance, Machine> machines) {
        return made -> {
            instance = made;
            return machines.apply(made);
        };
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // instances have identity
    public void onExecution(Instruction instruction, MStack stack) {
        if (instance != null && instruction.opcode() == OpCode.RETURN_CALL_INDIRECT) {
            var table = instance.table((int) instruction.operand(1));
            int element = (int) stack.peek();
            if (element >= 0 && element < table.size()) {
                Instance owner = table.instance(element);
                if (owner != null && owner != instance) {
                    throw new EndiveTrap(
                            CoreTrap.Kind.OTHER,
                            "an indirect tail call of another instance's function, which the Endive engine does not run");
                }
            }
        }
    }
}
