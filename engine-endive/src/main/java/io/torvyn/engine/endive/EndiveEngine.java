package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreFuel;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.component.spi.CoreTrap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.ref.WeakReference;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.Cache;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.CompiledModule;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;

/**
 * Endive as a core engine: pure Java, core WebAssembly as JVM bytecode.
 *
 * <p>{@link CoreEngine.Strategy#OPTIMIZED} compiles a module once, for all its instances; functions that are too large
 * for the Java virtual machine stay interpreted, silently. {@link CoreEngine.Strategy#BASELINE} interprets everything.
 *
 * <p>A running call is stopped by {@link Thread#interrupt()}: every loop and every call polls it, and the call ends
 * with {@link CoreTrap.Kind#INTERRUPTED}. The thread's interrupt status stays set; whoever interrupted it has to clear
 * it before the thread enters a guest again.
 *
 * <p>It does not run SIMD, threads, 64-bit memories, garbage-collected types and exceptions, and says so when a module
 * is compiled.
 */
public final class EndiveEngine implements CoreEngine {
    private static final String ENDIVE_VERSION = "1.0.0";
    /** Of generated classes; followed by the beginning of the module's digest, so that backtraces tell modules apart. */
    private static final String CLASS_PREFIX = "torvyn.wasm.Module_";

    private static final int CLASS_DIGEST_LENGTH = 8;

    /** For backtraces, by class name: modules that are alike share an entry, names and all. */
    private static final ConcurrentHashMap<String, WeakReference<EndiveModule>> MODULES = new ConcurrentHashMap<>();

    private final HostAdapters adapters;
    private final boolean metered;

    /** Used by {@link java.util.ServiceLoader}. */
    public EndiveEngine() {
        this(new HostAdapters(), false);
    }

    private EndiveEngine(HostAdapters adapters, boolean metered) {
        this.adapters = adapters;
        this.metered = metered;
    }

    @Override
    public String name() {
        return "endive";
    }

    @Override
    public String fingerprint() {
        return "endive-" + ENDIVE_VERSION + "-" + CompiledModuleFile.VERSION + (metered ? "-metered" : "");
    }

    @Override
    public Optional<CoreEngine> metered() {
        return Optional.of(metered ? this : new EndiveEngine(adapters, true));
    }

    @Override
    public @Nullable CoreFuel fuel() {
        return metered ? new Fuel() : null;
    }

    @Override
    public CoreModule compile(byte[] given, Strategy strategy) {
        List<ForwardedCall.Shape> forwarders = ModuleScan.scan(given);
        byte[] wasm = UnnamedImports.rename(given);
        if (metered) {
            ModuleReader.read(wasm); // must be valid before it is metered
            wasm = FuelMetering.rewrite(wasm);
        }
        WasmModule module = ModuleReader.read(wasm);
        String className = className(wasm);
        return register(
                className,
                switch (strategy) {
                    case OPTIMIZED -> {
                        var made = new ClassesCache();
                        machines(module, className, made);
                        byte[] classes = new ImportRewriter(
                                        className,
                                        module.importSection().count(ExternalType.FUNCTION),
                                        metered && hasMemory(module)
                                                ? OptionalInt.of(FuelMetering.global(module))
                                                : OptionalInt.empty())
                                .rewrite(made.classes());
                        Function<Instance, Machine> machines = machines(module, className, new ClassesCache(classes));
                        var file = new CompiledModuleFile(isInterpreted(classes, className), classes);
                        WasmModule kept = file.interpreted()
                                ? InterpretedIndirectCall.prepare(module)
                                : ModuleReader.readWithoutCode(wasm);
                        yield new EndiveModule(kept, forwarders, machines, adapters, metered, file.write(wasm));
                    }
                    case BASELINE ->
                        new EndiveModule(
                                InterpretedIndirectCall.prepare(module),
                                forwarders,
                                instance -> new Interpreter(instance, className),
                                adapters,
                                metered,
                                null);
                });
    }

    @Override
    public CoreModule deserialize(byte[] given, byte[] compiled) {
        List<ForwardedCall.Shape> forwarders = ModuleScan.scan(given);
        byte[] named = UnnamedImports.rename(given);
        byte[] wasm = metered ? FuelMetering.rewrite(named) : named;
        CompiledModuleFile file = CompiledModuleFile.read(compiled, wasm);
        WasmModule module = file.interpreted()
                ? InterpretedIndirectCall.prepare(ModuleReader.read(wasm))
                : ModuleReader.readWithoutCode(wasm);
        String className = className(wasm);
        Function<Instance, Machine> machines = machines(module, className, new ClassesCache(file.classes()));
        return register(className, new EndiveModule(module, forwarders, machines, adapters, metered, compiled.clone()));
    }

    private static Function<Instance, Machine> machines(WasmModule module, String className, Cache cache) {
        try {
            Function<Instance, Machine> factory = MachineFactoryCompiler.builder(module)
                    .withClassName(className)
                    .withInterpreterFallback(InterpreterFallback.SILENT)
                    .withCache(cache)
                    .compile();
            // The factory itself insists on this very module, but instances get one without function bodies.
            return ((CompiledModule) factory).machineFactory();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new CoreModuleException("the module cannot be compiled to JVM classes: " + e, e);
        }
    }

    private static boolean hasMemory(WasmModule module) {
        return module.memorySection().isPresent() || module.importSection().count(ExternalType.MEMORY) > 0;
    }

    private static String className(byte[] wasm) {
        return CLASS_PREFIX + HexFormat.of().formatHex(CompiledModuleFile.digest(wasm), 0, CLASS_DIGEST_LENGTH);
    }

    /** The machine's class makes an interpreter for its instance when there is something left to interpret. */
    private static boolean isInterpreted(byte[] classes, String className) {
        String entryName = className.replace('.', '/') + ".class";
        String interpreter = InterpretedFunctions.class.getName().replace('.', '/');
        try (var jar = new JarInputStream(new ByteArrayInputStream(classes))) {
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                if (entry.getName().equals(entryName)) {
                    for (var constant : ClassFile.of().parse(jar.readAllBytes()).constantPool()) {
                        if (constant instanceof MemberRefEntry member
                                && member.owner().name().equalsString(interpreter)) {
                            return true;
                        }
                    }
                    return false;
                }
            }
        } catch (IOException e) {
            throw new CoreModuleException("the compiler's classes cannot be read", e);
        }
        throw new CoreModuleException("the compiler made no class " + className);
    }

    private static EndiveModule register(String className, EndiveModule module) {
        MODULES.values().removeIf(reference -> reference.refersTo(null));
        MODULES.put(className, new WeakReference<>(module));
        return module;
    }

    @Override
    public @Nullable CoreTrap trap(Throwable thrown) {
        return Traps.trap(thrown, EndiveEngine::functionName);
    }

    private static String functionName(String className, int function) {
        WeakReference<EndiveModule> reference = MODULES.get(className);
        EndiveModule module = reference == null ? null : reference.get();
        String name = module == null ? null : module.functionName(function);
        return name == null ? "func[" + function + "]" : name;
    }
}
