package io.torvyn.component;

import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.ComponentDecoder;
import io.torvyn.component.binary.Definition;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.component.spi.CoreType;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A component, decoded and validated, with its core modules compiled. Immutable: any thread instantiates it as often as
 * it likes.
 *
 * <p>Loading is where bad files end: whatever is wrong with one is an {@link EngineException} of {@link
 * EngineFailure.CompilationFailed} that says what, and at which byte.
 */
public final class Component {
    /** Far above any component, and what an array can hold. */
    private static final long MAX_FILE_BYTES = 1L << 30;

    private final CoreEngine engine;
    private final CoreEngine.Strategy strategy;
    private final Plan plan;
    /** In order of appearance, those of nested components among them. */
    private final List<CoreModule> coreModules;

    private final List<String> coreModuleKeys;

    /** Of one that is nested in another one, where its outer aliases lead to. */
    private final @Nullable Instantiation scope;

    private Component(
            CoreEngine engine,
            CoreEngine.Strategy strategy,
            Plan plan,
            List<CoreModule> coreModules,
            List<String> coreModuleKeys,
            @Nullable Instantiation scope) {
        this.engine = engine;
        this.strategy = strategy;
        this.plan = plan;
        this.coreModules = List.copyOf(coreModules);
        this.coreModuleKeys = List.copyOf(coreModuleKeys);
        this.scope = scope;
    }

    /** A component that an instance of another one exports. */
    static Component nested(
            CoreEngine engine,
            CoreEngine.Strategy strategy,
            Plan plan,
            List<CoreModule> coreModules,
            @Nullable Instantiation scope) {
        return new Component(engine, strategy, plan, coreModules, List.of(), scope);
    }

    /**
     * Loads a component for the first core engine that {@link ServiceLoader} finds.
     *
     * @throws EngineException E0800 when the file is no component that can be run; E0809 when there is no engine
     * @throws TorvynException E0001 when the file cannot be read
     */
    public static Component load(Path file) {
        CoreEngine engine = ServiceLoader.load(CoreEngine.class, Component.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new EngineException(new EngineFailure.Internal(
                        "no core WebAssembly engine is on the module path, such as io.torvyn.engine.endive")));
        return load(file, engine, CoreEngine.Strategy.OPTIMIZED);
    }

    /**
     * Loads a component for an engine of choice.
     *
     * @throws EngineException E0800 when the file is no component that can be run
     * @throws TorvynException E0001 when the file cannot be read
     */
    public static Component load(Path file, CoreEngine engine, CoreEngine.Strategy strategy) {
        return load(bytes(file), file.toString(), engine, strategy);
    }

    /**
     * The bytes of a component's file.
     *
     * @throws EngineException E0800 when they are too many
     * @throws TorvynException E0001 when it cannot be read
     */
    public static byte[] bytes(Path file) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe or a device may never end
                throw unreadable(file, Files.isDirectory(file) ? "it is a folder" : "it is no regular file", null);
            }
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw tooLarge(file, size, "at most " + MAX_FILE_BYTES + " are allowed");
            }
            try {
                return Files.readAllBytes(file);
            } catch (OutOfMemoryError e) {
                throw tooLarge(file, size, "this process has no memory for them");
            }
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file", e);
        } catch (FileSystemException e) {
            throw unreadable(file, Objects.requireNonNullElse(e.getReason(), String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static EngineException tooLarge(Path file, long size, String why) {
        return new EngineException(
                new EngineFailure.CompilationFailed("the file has " + size + " bytes; " + why, file.toString()));
    }

    private static TorvynException unreadable(Path file, String why, @Nullable IOException cause) {
        Diagnostic finding = Diagnostic.error(
                ErrorCode.IO_ERROR,
                "The component '" + file + "' cannot be read: " + why + ".",
                "Check the path and its permissions.");
        return cause == null ? new TorvynException(finding) : new TorvynException(finding, cause);
    }

    /**
     * Loads a component.
     *
     * @param wasm not changed, not kept
     * @param source where the bytes come from, for messages; may be empty
     * @throws EngineException E0800
     */
    public static Component load(byte[] wasm, String source, CoreEngine engine, CoreEngine.Strategy strategy) {
        return load(wasm, source, engine, strategy, null);
    }

    /**
     * Loads a component with the help of code that an earlier loading left behind.
     *
     * @param known used for the core modules that it fits, and for no others; a module whose code the engine cannot use
     *     is compiled again
     * @throws EngineException E0800
     */
    public static Component load(
            byte[] wasm, String source, CoreEngine engine, CoreEngine.Strategy strategy, @Nullable CompiledCode known) {
        try {
            Validator.Validated validated = Validator.validate(wasm, ComponentDecoder.decode(wasm));
            CompiledCode usable = known != null && known.fits(engine, strategy) ? known : null;
            List<CoreModule> modules = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            for (Definition.CoreModule definition : validated.coreModules()) {
                byte[] bytes = Arrays.copyOfRange(wasm, definition.offset(), definition.offset() + definition.length());
                String key = CompiledCode.key(bytes);
                byte[] code = usable == null ? null : usable.of(key);
                modules.add(compile(bytes, definition.offset(), modules.size(), engine, strategy, code));
                keys.add(key);
            }
            return new Component(engine, strategy, validated.plan(), modules, keys, null);
        } catch (BinaryException e) {
            throw new EngineException(
                    new EngineFailure.CompilationFailed(e.text(), source.isEmpty() ? null : source), e);
        }
    }

    /**
     * Decodes and validates a component and the core modules in it, and keeps nothing of it.
     *
     * @param source where the bytes come from, for messages; may be empty
     * @throws EngineException E0800, at the same byte as {@link #load(byte[], String, CoreEngine, CoreEngine.Strategy)}
     */
    public static void validate(byte[] wasm, String source, CoreEngine engine) {
        load(wasm, source, engine, CoreEngine.Strategy.BASELINE);
    }

    private static CoreModule compile(
            byte[] bytes,
            int offset,
            int number,
            CoreEngine engine,
            CoreEngine.Strategy strategy,
            byte @Nullable [] code) {
        if (code != null) {
            try {
                return engine.deserialize(bytes, code, strategy);
            } catch (CoreModuleException e) {
                // The engine knows better than the fingerprint; compiling is always right.
            }
        }
        try {
            return engine.compile(bytes, strategy);
        } catch (CoreModuleException e) {
            throw new BinaryException(
                    offset + e.offset(), "core module " + number + " is refused: " + e.getMessage(), e);
        } catch (RuntimeException | StackOverflowError e) {
            // Bytes from outside must not bring the host down, also where an engine has not foreseen them.
            throw new BinaryException(
                    offset, "core module " + number + " cannot be compiled by engine " + engine.name() + ": " + e, e);
        }
    }

    /** What has to be there when it is instantiated, in order. */
    public List<ComponentImport> imports() {
        return plan.type().imports().entrySet().stream()
                .map(e -> new ComponentImport(e.getKey(), e.getValue()))
                .toList();
    }

    /** What its instances offer, in order. */
    public List<ComponentExport> exports() {
        return plan.type().exports().entrySet().stream()
                .map(e -> new ComponentExport(e.getKey(), e.getValue()))
                .toList();
    }

    /** What the largest of its memories, as far as they are exported from their core modules, begins with. */
    public long minimumMemoryBytes() {
        return coreModules.stream()
                .flatMap(module -> module.exports().stream())
                .mapToLong(export -> export.type() instanceof CoreType.Memory memory ? memory.minimum() << 16 : 0)
                .max()
                .orElse(0);
    }

    /** The code of its core modules, for the next time that the same component is loaded. */
    public CompiledCode compiledCode() {
        Map<String, byte[]> byModule = new HashMap<>();
        for (int i = 0; i < coreModuleKeys.size(); i++) {
            byte[] code = coreModules.get(i).serialize();
            if (code != null) {
                byModule.put(coreModuleKeys.get(i), code);
            }
        }
        return new CompiledCode(engine.name(), engine.fingerprint(), strategy.code(), byModule);
    }

    /** How the functions of its core modules are run now: one for each module, in order of appearance. */
    public List<CoreModule.Execution> execution() {
        return coreModules.stream().map(CoreModule::execution).toList();
    }

    /**
     * Runs {@code action} once there is compiled code for all of its core modules: at once if there is, in another thread
     * if some is yet to come, never if a module is only interpreted.
     */
    public void whenCompiled(Runnable action) {
        var missing = new AtomicInteger(coreModules.size());
        if (coreModules.isEmpty()) {
            action.run();
        }
        coreModules.forEach(module -> module.whenCompiled(() -> {
            if (missing.decrementAndGet() == 0) {
                action.run();
            }
        }));
    }

    /**
     * Makes an instance with the limits of {@link InstanceOptions#named}.
     *
     * @throws EngineException as below
     */
    public Instance instantiate(Imports imports) {
        return instantiate(imports, InstanceOptions.named("component"));
    }

    /**
     * Makes an instance and runs the start functions of its core modules. The instance belongs to the caller, who closes
     * it, and to one thread at a time.
     *
     * @throws EngineException E0803 when an import has no provider, E0807 when it is of another type, E0802 when
     *     initialisation traps or does not get what it needs
     * @throws IllegalArgumentException when there is a limit of fuel, and the engine's code does not count: {@link
     *     CoreEngine#metered()}
     */
    public Instance instantiate(Imports imports, InstanceOptions options) {
        return Instantiation.run(plan, coreModules, scope, engine, strategy, imports, options);
    }

    /**
     * What {@link #instantiate(Imports, InstanceOptions)} would say of these imports. Nothing is instantiated, and no code
     * of the component runs.
     *
     * @param label what messages call the component
     */
    public LinkCheck check(Imports imports, String label) {
        return Instantiation.check(plan, engine, strategy, imports, label);
    }

    CoreEngine engine() {
        return engine;
    }

    Plan plan() {
        return plan;
    }

    List<CoreModule> coreModules() {
        return coreModules;
    }

    @Nullable
    Instantiation scope() {
        return scope;
    }
}
