package io.torvyn.engine.endive;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;

/** How the functions of a module are run: one for all its instances. Safe for use by many threads. */
sealed interface ModuleCode permits InterpretedCode, CompiledCode, TieredCode {
    /** What instances are made from; without the bodies of functions that nobody interprets. */
    WasmModule module();

    /**
     * @param depth of its calls
     */
    Machine machine(Instance instance, CallDepth depth);

    /**
     * The quickest way into a function: takes its arguments, the memory and the instance. Null where the machine has to
     * be asked.
     *
     * @param type of the function as the host sees it
     */
    @Nullable
    MethodHandle entry(int function, MethodType type);

    /** Whether what is compiled of it looks out for interruptions; what is interpreted always does. */
    StopSwitch stop();

    /** The code that runs now, when there is compiled code. */
    @Nullable
    CompiledCode compiled();

    /** Runs {@code action} when compiled code is there, which may be at once, in another thread, or never. */
    void whenCompiled(Runnable action);

    /** Functions that are interpreted though the others are compiled. */
    default List<Integer> interpreted() {
        CompiledCode code = compiled();
        return code == null ? List.of() : code.file().interpreted();
    }
}
