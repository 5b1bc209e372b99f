package io.torvyn.engine.endive;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;

/**
 * Everything is interpreted.
 *
 * @param className what the compiler would call the module's class, for backtraces
 * @param charges what a call of each function counts
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InterpretedCode(WasmModule module, String className, int[] charges, StopSwitch stop) implements ModuleCode {
    InterpretedCode(WasmModule module, String className, int[] charges) {
        this(module, className, charges, new StopSwitch());
    }

    @Override
    public Machine machine(Instance instance, CallDepth depth) {
        return new InterpretedInstance(instance, className, charges, depth, null);
    }

    @Override
    public @Nullable MethodHandle entry(int function, MethodType type) {
        return null;
    }

    @Override
    public @Nullable CompiledCode compiled() {
        return null;
    }

    @Override
    public void whenCompiled(Runnable action) {
        // it never is
    }
}
