package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreFuel;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreStack;
import io.torvyn.component.spi.CoreTrap;
import java.lang.ref.WeakReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmModule;

/**
 * Endive as a core engine: pure Java, core WebAssembly as JVM bytecode.
 *
 * <p>{@link CoreEngine.Strategy#OPTIMIZED} compiles a module once, for all its instances; functions that are too large
 * for the Java virtual machine stay interpreted, and are named by {@link CoreModule#execution}. {@link
 * CoreEngine.Strategy#BASELINE} interprets everything. {@link CoreEngine.Strategy#TIERED} interprets until a thread in the
 * background has compiled the module; from then on calls enter compiled code, in instances made before as well.
 *
 * <p>A running call is stopped by {@link io.torvyn.component.spi.CoreInstance#heedInterruption} and then {@link
 * Thread#interrupt()}: every loop and every call looks, and the call ends with {@link CoreTrap.Kind#INTERRUPTED}. What is
 * interpreted always looks. The thread's interrupt status stays set; whoever interrupted it has to clear it before the
 * thread enters a guest again.
 *
 * <p>It does not run SIMD, threads, 64-bit memories, garbage-collected types, the exceptions of before 2023 and function
 * references that pass from one instance to another, and says so when a module is compiled. A memory has at most 32,767
 * pages, which is 64 KiB less than 2 GiB.
 */
public final class EndiveEngine implements CoreEngine {
    private static final String ENDIVE_VERSION = "1.0.0";
    /** Of generated classes; followed by the beginning of the module's digest, so that backtraces tell modules apart. */
    private static final String CLASS_PREFIX = "torvyn.wasm.Module_";

    private static final int CLASS_DIGEST_LENGTH = 8;

    /** For backtraces, by class name: modules that are alike share their names, for as long as one of them lives. */
    private static final ConcurrentHashMap<String, WeakReference<FunctionNames>> NAMES = new ConcurrentHashMap<>();

    private static final Executor BACKGROUND = TieredCode.inBackground();

    private final HostAdapters adapters;
    private final boolean metered;
    private final Executor compilations;

    /** Used by {@link java.util.ServiceLoader}. */
    public EndiveEngine() {
        this(BACKGROUND);
    }

    /**
     * @param compilations what compiles modules in the background
     */
    EndiveEngine(Executor compilations) {
        this(new HostAdapters(), false, compilations);
    }

    private EndiveEngine(HostAdapters adapters, boolean metered, Executor compilations) {
        this.adapters = adapters;
        this.metered = metered;
        this.compilations = compilations;
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
        return Optional.of(metered ? this : new EndiveEngine(adapters, true, compilations));
    }

    @Override
    public @Nullable CoreFuel fuel() {
        return metered ? new Fuel() : null;
    }

    @Override
    public CoreStack stack(int maxCallDepth) {
        return new CallDepth(maxCallDepth);
    }

    @Override
    public CoreModule compile(byte[] given, Strategy strategy) {
        List<ForwardedCall.Shape> forwarders = ModuleScan.scan(given);
        byte[] wasm = UnnamedImports.rename(given);
        WasmModule module = ModuleReader.read(wasm);
        if (metered) {
            wasm = FuelMetering.rewrite(wasm);
            module = ModuleReader.readValid(wasm);
        }
        String className = className(wasm);
        OptionalInt fuel = metered && EndiveModule.hasMemory(module)
                ? OptionalInt.of(FuelMetering.global(module))
                : OptionalInt.empty();
        int[] charges = CallCharges.of(wasm);
        ModuleCode code =
                switch (strategy) {
                    case OPTIMIZED -> {
                        CompiledModuleFile file =
                                ModuleCompiler.compile(module, wasm, className, charges, fuel, () -> {});
                        yield CompiledCode.verified(file, wasm, new StopSwitch());
                    }
                    case BASELINE -> new InterpretedCode(OwnInstructions.prepare(module), className, charges);
                    case TIERED -> TieredCode.start(module, wasm, className, charges, fuel, compilations);
                };
        return new EndiveModule(code, strategy, names(className, code.module()), forwarders, adapters, metered);
    }

    @Override
    public CoreModule deserialize(byte[] given, byte[] compiled, Strategy strategy) {
        List<ForwardedCall.Shape> forwarders = ModuleScan.scan(given);
        byte[] named = UnnamedImports.rename(given);
        byte[] wasm = metered ? FuelMetering.rewrite(named) : named;
        CompiledModuleFile file = CompiledModuleFile.read(compiled.clone(), wasm);
        CompiledCode code = CompiledCode.of(file, wasm, new StopSwitch());
        return new EndiveModule(code, strategy, names(file.machine(), code.module()), forwarders, adapters, metered);
    }

    /** What the machine of a module's compiled code is called. */
    private static String className(byte[] wasm) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(wasm);
            return CLASS_PREFIX + HexFormat.of().formatHex(digest, 0, CLASS_DIGEST_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static FunctionNames names(String className, WasmModule module) {
        NAMES.values().removeIf(reference -> reference.refersTo(null));
        var fresh = new FunctionNames(module);
        FunctionNames known;
        do {
            known = NAMES.compute(
                            className, (_, of) -> of == null || of.refersTo(null) ? new WeakReference<>(fresh) : of)
                    .get();
        } while (known == null); // its last module has gone in between
        return known;
    }

    @Override
    public @Nullable CoreTrap trap(Throwable thrown) {
        return Traps.trap(thrown, EndiveEngine::functionName);
    }

    @Override
    public List<String> backtrace(Throwable thrown) {
        return Traps.backtrace(thrown, EndiveEngine::functionName);
    }

    private static String functionName(String className, int function) {
        WeakReference<FunctionNames> reference = NAMES.get(className);
        FunctionNames names = reference == null ? null : reference.get();
        String name = names == null ? null : names.of(function);
        return name == null ? "func[" + function + "]" : name;
    }
}
