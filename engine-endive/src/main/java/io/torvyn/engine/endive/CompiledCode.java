package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;

/** Everything is compiled, but for functions that are too large for the JVM. */
final class CompiledCode implements ModuleCode {
    private final WasmModule module;
    private final CompiledModuleFile file;
    private final CompiledClasses classes;

    private CompiledCode(WasmModule module, CompiledModuleFile file, CompiledClasses classes) {
        this.module = module;
        this.file = file;
        this.classes = classes;
    }

    /**
     * Of a file that has just been made: every class is looked at by the JVM before the first of them runs.
     *
     * @throws CoreModuleException when the JVM refuses a class
     */
    static CompiledCode verified(CompiledModuleFile file, byte[] wasm, StopSwitch stop) {
        CompiledCode code = of(file, wasm, stop);
        try {
            code.classes.verify();
        } catch (LinkageError e) {
            throw new CoreModuleException("the module cannot be compiled to JVM classes: " + e, e);
        }
        return code;
    }

    /**
     * @throws CoreModuleException when the file is of no use
     */
    static CompiledCode of(CompiledModuleFile file, byte[] wasm, StopSwitch stop) {
        var classes = new CompiledClasses(file, stop);
        WasmModule module = file.interpreted().isEmpty()
                ? ModuleReader.readWithoutCode(wasm)
                : OwnInstructions.prepare(ModuleReader.readBodies(wasm, file.interpreted()));
        return new CompiledCode(module, file, classes);
    }

    CompiledModuleFile file() {
        return file;
    }

    @Override
    public WasmModule module() {
        return module;
    }

    @Override
    public Machine machine(Instance instance, CallDepth depth) {
        return classes.machine(instance);
    }

    @Override
    public @Nullable MethodHandle entry(int function, MethodType type) {
        return file.tailCalling().contains(function) ? null : classes.function(function, type);
    }

    @Override
    public StopSwitch stop() {
        return classes.stop();
    }

    Linkage.Known linkages() {
        return classes.linkages();
    }

    @Override
    public CompiledCode compiled() {
        return this;
    }

    @Override
    public void whenCompiled(Runnable action) {
        action.run();
    }
}
