package io.torvyn.engine;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.Imports;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentTypeId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;

/**
 * The cold side of the engine: bytes to compiled components to instances. Safe for use by many threads.
 *
 * <p>Which core engine runs the code is decided by who makes this object; {@link #create} takes the one that {@link
 * ServiceLoader} finds.
 */
public final class WasmEngine {
    private final CoreEngine core;
    private final EngineSettings settings;
    private final CompiledComponentCache cache;

    public WasmEngine(CoreEngine core, EngineSettings settings, CompiledComponentCache cache) {
        this.core = core;
        this.settings = settings;
        this.cache = cache;
    }

    /**
     * @throws EngineException E0809 when no core engine is installed
     */
    public static WasmEngine create(EngineSettings settings, CompiledComponentCache cache) {
        CoreEngine core = ServiceLoader.load(CoreEngine.class)
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        new EngineFailure.Internal("no core WebAssembly engine is installed beside io.torvyn.engine")));
        return new WasmEngine(core, settings, cache);
    }

    public EngineSettings settings() {
        return settings;
    }

    /**
     * Decodes, validates and compiles a component, or takes it from the cache. Its code does not count what it executes,
     * which costs nothing.
     *
     * @param wasm the component's bytes; not changed
     * @param source where they come from, for messages
     * @throws EngineException E0800 when the bytes are no component that can be run
     */
    public CompiledComponent compile(byte[] wasm, String source) {
        return cache.get(ComponentTypeId.of(wasm), wasm, source, core, settings.strategy());
    }

    /**
     * The same with code that counts what it executes, for instances with a limit of fuel.
     *
     * @throws EngineException E0800 also when the core engine has no such code
     */
    public CompiledComponent compileMetered(byte[] wasm, String source) {
        CoreEngine metered = core.metered()
                .orElseThrow(() -> new EngineException(new EngineFailure.CompilationFailed(
                        "the core engine " + core.name() + " cannot limit fuel", source)));
        return cache.get(ComponentTypeId.of(wasm), wasm, source, metered, settings.strategy());
    }

    /**
     * Makes an instance of its own memory, limits and handle table.
     *
     * @param imports everything it needs; more is fine
     * @param node what its place in the flow is called, for messages
     * @param limits what each of its core instances may take
     * @throws EngineException E0802 or E0803 when it cannot be made
     */
    public ComponentInstance instantiate(
            CompiledComponent compiled, Imports imports, ComponentId id, String node, CoreLimits limits) {
        return instantiate(compiled, imports, id, node, limits, OptionalLong.empty(), Optional.empty());
    }

    /**
     * The same with limits of fuel and time.
     *
     * @param compiled where there is a limit of fuel, from {@link #compileMetered}
     * @param fuel units that each call may take, and the instantiation; empty: without limit
     * @param startLimit how long its start functions may take; empty: without limit
     * @throws EngineException E0802 or E0803 when it cannot be made, E0811 when that takes too long
     */
    public ComponentInstance instantiate(
            CompiledComponent compiled,
            Imports imports,
            ComponentId id,
            String node,
            CoreLimits limits,
            OptionalLong fuel,
            Optional<Duration> startLimit) {
        Component component = compiled.component();
        var options = new InstanceOptions(
                id + " ('" + node + "')",
                limits,
                fuel,
                startLimit.map(time -> new InstanceOptions.StartLimit(time, TimeLimitKeys.INIT)));
        return new ComponentInstance(id, node, compiled.type(), component.instantiate(imports, options));
    }
}
