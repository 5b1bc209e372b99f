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
 */
record InterpretedCode(WasmModule module, String className, StopSwitch stop) implements ModuleCode {
    InterpretedCode(WasmModule module, String className) {
        this(module, className, new StopSwitch());
    }

    @Override
    public Machine machine(Instance instance) {
        return new Interpreter(instance, className, null);
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
