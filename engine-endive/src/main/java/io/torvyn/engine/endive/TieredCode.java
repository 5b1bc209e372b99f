package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;

/**
 * Interpreted at first and compiled meanwhile, in a thread that dies with the process. From the moment the compiled code
 * is there every call enters it, also in instances made before, also from functions that are still being interpreted.
 */
final class TieredCode implements ModuleCode {
    /*
     * Whatever a guest keeps between two calls lies in its Instance; a machine keeps what belongs to calls under way. So
     * an instance may change its machine at any call: calls that were interpreted when it changed end as they began.
     *
     * The host's way in is a call site for each function that somebody calls, which first goes through the machine and
     * then to the compiled method. HotSpot takes the target of a site that does not change for a constant: after the
     * change such a call costs what it costs under the optimised strategy.
     */
    private final String className;
    private final int[] charges;
    private final StopSwitch stop;
    private final Map<Integer, MutableCallSite> entries = new HashMap<>();
    private final List<Runnable> actions = new ArrayList<>();
    /** What is interpreted; let go when the compiled code is there. */
    private @Nullable WasmModule interpreted;

    private volatile @Nullable CompiledCode compiled;

    private TieredCode(WasmModule module, String className, int[] charges, StopSwitch stop) {
        this.charges = charges;
        this.stop = stop;
        this.interpreted = OwnInstructions.prepare(module);
        this.className = className;
    }

    /**
     * @param wasm what the module was decoded from; not changed, kept until it is compiled
     * @param charges what a call of each function counts
     * @param fuel the global that counts what is executed; empty when nothing does
     * @param compilations what compiles it
     */
    static TieredCode start(
            WasmModule module, byte[] wasm, String className, int[] charges, OptionalInt fuel, Executor compilations) {
        var stop = new StopSwitch();
        var code = new TieredCode(module, className, charges, stop);
        compilations.execute(new Compilation(code, module, wasm, className, charges, fuel, stop));
        return code;
    }

    /** One thread, which nobody waits for and which is gone when there is nothing to compile. */
    static Executor inBackground() {
        var threads = new ThreadPoolExecutor(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("torvyn-wasm-compiler").daemon().factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Ends without a result when nobody has the module any more. */
    private static final class Compilation implements Runnable {
        private final WeakReference<TieredCode> code;
        private final WasmModule module;
        private final byte[] wasm;
        private final String className;
        private final int[] charges;
        private final OptionalInt fuel;
        private final StopSwitch stop;

        Compilation(
                TieredCode code,
                WasmModule module,
                byte[] wasm,
                String className,
                int[] charges,
                OptionalInt fuel,
                StopSwitch stop) {
            this.code = new WeakReference<>(code);
            this.module = module;
            this.wasm = wasm;
            this.className = className;
            this.charges = charges;
            this.fuel = fuel;
            this.stop = stop;
        }

        @Override
        public void run() {
            CompiledCode compiled;
            try {
                CompiledModuleFile file = ModuleCompiler.compile(module, wasm, className, charges, fuel, this::check);
                compiled = CompiledCode.verified(file, wasm, stop);
            } catch (CoreModuleException | CancellationException e) {
                return; // it can be interpreted for good, or is not wanted any more
            }
            TieredCode waiting = code.get();
            if (waiting != null) {
                waiting.change(compiled);
            }
        }

        private void check() {
            if (code.refersTo(null)) {
                throw new CancellationException();
            }
        }
    }

    private void change(CompiledCode code) {
        List<Runnable> waiting;
        synchronized (this) {
            compiled = code; // first, since compiled functions call others through the machine
            interpreted = null;
            entries.forEach((function, site) -> {
                MethodHandle entry = code.entry(function, hostType(site.type()));
                if (entry != null) {
                    site.setTarget(entry);
                }
            });
            MutableCallSite.syncAll(entries.values().toArray(MutableCallSite[]::new));
            waiting = List.copyOf(actions);
            actions.clear();
        }
        waiting.forEach(Runnable::run);
    }

    /** What the classes of a machine's module are called, or would be. */
    static String className(Machine machine) {
        return switch (machine) {
            case CallDepth.OwnMachine own -> className(own.machine());
            case TieredMachine tiered -> tiered.className();
            default -> machine.getClass().getName();
        };
    }

    private static MethodType hostType(MethodType entry) {
        return entry.dropParameterTypes(entry.parameterCount() - 2, entry.parameterCount());
    }

    @Override
    public synchronized WasmModule module() {
        CompiledCode code = compiled;
        return code != null ? code.module() : Objects.requireNonNull(interpreted);
    }

    @Override
    public Machine machine(Instance instance, CallDepth depth) {
        return new TieredMachine(instance, depth);
    }

    @Override
    public synchronized @Nullable MethodHandle entry(int function, MethodType type) {
        CompiledCode code = compiled;
        return code != null
                ? code.entry(function, type)
                : entries.computeIfAbsent(function, _ -> new MutableCallSite(MachineCall.of(function, type)))
                        .dynamicInvoker();
    }

    @Override
    public StopSwitch stop() {
        return stop;
    }

    @Override
    public @Nullable CompiledCode compiled() {
        return compiled;
    }

    @Override
    public void whenCompiled(Runnable action) {
        synchronized (this) {
            if (compiled == null) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    /** The machine of one instance: an interpreter until there is something better. */
    private final class TieredMachine implements Machine {
        private final Instance instance;
        private final CallDepth depth;
        private Machine current;
        private boolean changed;

        TieredMachine(Instance instance, CallDepth depth) {
            this.instance = instance;
            this.depth = depth;
            this.current = new InterpretedInstance(instance, className, charges, depth, this::change);
        }

        String className() {
            return className;
        }

        private Machine current() {
            change();
            return current;
        }

        /** True when the current machine is the compiled one. */
        private boolean change() {
            if (!changed) {
                CompiledCode code = compiled;
                if (code != null) {
                    current = code.machine(instance, depth);
                    changed = true;
                }
            }
            return changed;
        }

        @Override
        public long[] call(int function, long[] arguments) {
            return current().call(function, arguments);
        }

        @Override
        public long[] call(int function, long[] arguments, Object[] references) {
            return current().call(function, arguments, references);
        }

        @Override
        public CallResult callWithRefs(int function, long[] arguments, Object[] references) {
            return current().callWithRefs(function, arguments, references);
        }
    }
}
