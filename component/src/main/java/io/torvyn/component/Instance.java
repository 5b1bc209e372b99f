package io.torvyn.component;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.contracts.ResourceType;
import io.torvyn.types.TorvynException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A component instance at work: CanonicalABI.md, "Component Instances".
 *
 * <p>Entered by one thread at a time; only {@link #stop} may be called from another one. After a trap it is finished
 * and never entered again. Who made it closes it.
 */
public final class Instance implements AutoCloseable {
    /*
     * A call is enter(), the core function, exit(), with trapped() for all that is thrown in between. enter() and
     * exit() are part of every element's road: one test and two writes each, everything else is moved out of them.
     * `mayEnter` stays false for good once the instance is finished, so that no second flag has to be looked at.
     */
    private static final String INTERRUPTED = "its thread was interrupted";

    /** Of a backtrace through several components; innermost ones are kept. */
    private static final int MOST_FRAMES = 64;

    private final String label;
    private final CoreEngine engine;
    private final @Nullable Instance parent;
    private final @Nullable FuelGauge fuel;
    /** Resource types that are some guest's: one set for the instance that the host has made and all within it. */
    private final Set<ResourceType> guestDefined;

    private final HandleTable handles;
    private final List<CoreInstance> coreInstances = new ArrayList<>();
    private final List<Instance> children = new ArrayList<>();
    private final List<Runnable> closing = new ArrayList<>();
    /** Outermost instances of other components whose functions it imports. */
    private final Set<Instance> linked = Collections.newSetFromMap(new IdentityHashMap<>());

    private final IdentityHashMap<ResourceType, GuestResourceType> guestResourceTypes = new IdentityHashMap<>();
    private final Map<String, HostItem> exports = new LinkedHashMap<>();
    private final Map<String, ExportedInstance> exportedInstances = new LinkedHashMap<>();
    private final Map<String, ExportedInstance> aliases = new HashMap<>();
    private final Map<String, ExportedFunction> exportedFunctions = new LinkedHashMap<>();

    /** Null as long as nothing of the instance asks for them. */
    private @Nullable ContextSlots contextSlots;

    /** Of the host into the instance and of its code out of it, so that each can be told from the one before it. */
    private int calls;

    private boolean mayEnter = true;
    private boolean mayLeave = true;
    private @Nullable String function;
    private @Nullable String finishedBy;
    private volatile @Nullable EngineFailure stop;
    private boolean heedsInterruption;

    /**
     * @param parent the instance of the component that this one is nested in; null when the host instantiates it
     * @param fuel of the outermost instance, when its code counts what it executes
     */
    Instance(String label, CoreEngine engine, @Nullable Instance parent, @Nullable FuelGauge fuel) {
        this.fuel = fuel;
        this.label = label;
        this.engine = engine;
        this.parent = parent;
        this.guestDefined = parent == null ? new HashSet<>() : parent.guestDefined;
        this.handles = new HandleTable(guestDefined);
        if (parent != null) {
            parent.children.add(this);
        }
    }

    void add(CoreInstance coreInstance) {
        synchronized (coreInstances) {
            coreInstances.add(coreInstance);
        }
    }

    void export(String name, HostItem item) {
        exports.put(name, item);
    }

    void export(ExportedInstance instance) {
        exportedInstances.put(instance.name(), instance);
    }

    void export(ExportedFunction exported) {
        exportedFunctions.put(exported.name(), exported);
    }

    /**
     * Makes a resource type that core code of this instance implements.
     *
     * @param destructor of core type {@code (i32) -> ()}
     */
    GuestResourceType define(ResourceType type, @Nullable Destructor destructor) {
        var defined = new GuestResourceType(type, this, destructor);
        guestResourceTypes.put(type, defined);
        guestDefined.add(type);
        return defined;
    }

    /** The definition of a resource type that this very instance implements; null for all others. */
    @Nullable
    GuestResourceType definition(ResourceType type) {
        return guestResourceTypes.get(type);
    }

    /** Those of {@code context.get} and {@code context.set}; null when the component has neither. */
    @Nullable
    ContextSlots contextSlots() {
        return contextSlots;
    }

    ContextSlots useContextSlots() {
        ContextSlots slots = contextSlots;
        if (slots == null) {
            slots = new ContextSlots();
            contextSlots = slots;
        }
        return slots;
    }

    /** The same of this instance or of one that is nested in it. */
    @Nullable
    GuestResourceType definitionWithin(ResourceType type) {
        GuestResourceType own = definition(type);
        for (int i = 0; own == null && i < children.size(); i++) {
            own = children.get(i).definitionWithin(type);
        }
        return own;
    }

    /** What messages call it: {@code component-3 ('upper')}. */
    public String label() {
        return label;
    }

    public HandleTable handles() {
        return handles;
    }

    /** Has an exported interface be found under one more name, where the component exports nothing of that name. */
    public void alias(String name, String anotherName) {
        exportedInstance(name).ifPresent(exported -> aliases.put(anotherName, exported));
    }

    /** An exported interface, found by its name as {@link Imports} finds one, else by an {@link #alias} of it. */
    public Optional<ExportedInstance> exportedInstance(String name) {
        String exported = InterfaceName.match(name, exportedInstances.keySet());
        return Optional.ofNullable(exported == null ? aliases.get(name) : exportedInstances.get(exported));
    }

    /** A function that the component exports outside of any interface. */
    public Optional<ExportedFunction> exportedFunction(String name) {
        return Optional.ofNullable(exportedFunctions.get(name));
    }

    /** All that it exports, as another component can import it, by name and in order of export. */
    public Map<String, HostItem> exports() {
        return Collections.unmodifiableMap(exports);
    }

    /** Sets {@code may_leave} to false and gives what it was, for {@link #restoreLeaving}. */
    public boolean forbidLeaving() {
        boolean before = mayLeave;
        mayLeave = false;
        return before;
    }

    public void restoreLeaving(boolean before) {
        mayLeave = before;
    }

    /**
     * Guards every lowered import: CanonicalABI.md, "canon lower".
     *
     * @throws TrapException while the guest runs {@code realloc} or a post-return function
     */
    public void checkMayLeave() {
        if (!mayLeave) {
            throw new TrapException("cannot leave component instance");
        }
        calls++;
    }

    int calls() {
        return calls;
    }

    /**
     * The host enters the instance, to call an exported function.
     *
     * @param functionName for messages
     * @throws EngineException of {@link EngineFailure.Trap} when the instance is finished or being entered already
     */
    public void enter(String functionName) {
        if (!mayEnter) {
            throw refused(functionName);
        }
        if (parent != null) {
            parent.enter(functionName);
        } else if (fuel != null) {
            fuel.refill();
        }
        mayEnter = false;
        function = functionName;
        calls++;
    }

    /**
     * The call that was entered went well.
     *
     * @throws TrapException when the guest kept what it was lent
     */
    public void exit() {
        if (handles.borrowCount() != 0) {
            throw borrowsRemain();
        }
        mayEnter = true;
        if (parent != null) {
            parent.leaveTo(null);
        }
    }

    /**
     * Guards the calls from one component to another. CanonicalABI.md, "Component Instances", would let an instance be
     * called by one that it is nested in, and the other way round; its test suite (trap-on-reenter.wast) has such calls
     * trap for now, as they do elsewhere.
     */
    void checkUnrelated(@Nullable Instance caller, String functionName) {
        if (caller != null && (caller.isWithin(this) || isWithin(caller))) {
            throw refused(functionName, "it contains its caller, or its caller contains it");
        }
    }

    /** Entering from another component: "entering_set". The caller and what it is nested in stay as they are. */
    void enterFrom(@Nullable Instance caller, String functionName) {
        if (caller == null) {
            enter(functionName);
            return;
        }
        for (Instance i = this; i != null && !caller.isWithin(i); i = i.parent) {
            if (!i.mayEnter) {
                throw i.refused(functionName);
            }
        }
        for (Instance i = this; i != null && !caller.isWithin(i); i = i.parent) {
            if (i.fuel != null) {
                i.fuel.refill(); // of an outermost instance: the other one pays for itself
            }
            i.mayEnter = false;
            i.function = functionName;
            i.calls++;
        }
    }

    /** The counterpart of {@link #enterFrom}. */
    void leaveTo(@Nullable Instance caller) {
        for (Instance i = this; i != null && (caller == null || !caller.isWithin(i)); i = i.parent) {
            i.mayEnter = true;
        }
    }

    private boolean isWithin(Instance other) {
        for (Instance i = this; i != null; i = i.parent) {
            if (i == other) {
                return true;
            }
        }
        return false;
    }

    static TrapException borrowsRemain() {
        return new TrapException("borrow handles still remain at the end of the call");
    }

    private EngineException refused(String functionName) {
        String why = finishedBy;
        return refused(
                functionName,
                why == null
                        ? "it is in the middle of another call"
                        : "it is finished and never entered again, because " + why);
    }

    private EngineException refused(String functionName, String why) {
        return new EngineException(new EngineFailure.Trap(
                label, "cannot enter component instance: " + why, functionName, List.of(), null));
    }

    /**
     * The border: what came out of a call, as it is to be thrown on. The instance is finished, whatever it was.
     *
     * @return an {@link EngineException}, or {@code thrown} itself when it is a {@link TorvynException}
     */
    public RuntimeException trapped(Throwable thrown) {
        TorvynException meaning = thrown instanceof TorvynException e
                ? stoppedBehind(gonePast(e))
                : new EngineException(failure(thrown), thrown);
        finish("an earlier call ended with " + meaning.failure().code().id());
        ignoreInterruption();
        return meaning;
    }

    /** The trap of another component, with the functions here that it has gone through since. */
    private TorvynException gonePast(TorvynException thrown) {
        if (!(thrown instanceof EngineException e)
                || !(e.failure()
                        instanceof EngineFailure.Trap(var component, var code, var called, var inner, var advice))
                || inner.isEmpty()) {
            return thrown;
        }
        List<String> outer = engine.backtrace(thrown);
        return outer.isEmpty()
                ? thrown
                : new EngineException(
                        new EngineFailure.Trap(
                                component,
                                code,
                                called,
                                Stream.concat(inner.stream(), outer.stream())
                                        .limit(MOST_FRAMES)
                                        .toList(),
                                advice),
                        thrown);
    }

    private EngineFailure failure(Throwable thrown) {
        if (thrown instanceof TrapException trap) {
            return new EngineFailure.Trap(label, String.valueOf(trap.getMessage()), function, List.of(), trap.advice());
        }
        if (thrown instanceof CallInterruptedException) {
            return interrupted(null);
        }
        CoreTrap trap = engine.trap(thrown);
        if (trap != null) {
            return failure(trap);
        }
        if (thrown instanceof StackOverflowError) {
            return new EngineFailure.StackExhausted(label, 0, function, null);
        }
        return new EngineFailure.Internal(
                "component " + label + (function == null ? "" : " in '" + function + "'") + " failed with " + thrown);
    }

    private EngineFailure failure(CoreTrap trap) {
        String wasmFunction =
                trap.backtrace().isEmpty() ? null : trap.backtrace().getFirst();
        return switch (trap.kind()) {
            case INTERRUPTED -> interrupted(wasmFunction);
            case OUT_OF_FUEL -> new EngineFailure.FuelExhausted(label, trap.limit(), function, wasmFunction);
            case MEMORY_LIMIT ->
                new EngineFailure.MemoryLimitExceeded(label, trap.attempted(), trap.limit(), function, wasmFunction);
            case STACK_EXHAUSTED -> new EngineFailure.StackExhausted(label, trap.limit(), function, wasmFunction);
            case TABLE_LIMIT ->
                new EngineFailure.TableLimit(label, trap.attempted(), trap.limit(), function, wasmFunction);
            case UNREACHABLE -> {
                CoreTrap refused = refusedGrowth();
                yield refused == null
                        ? new EngineFailure.Trap(label, text(trap), function, trap.backtrace(), null)
                        : failure(new CoreTrap(
                                refused.kind(),
                                refused.detail(),
                                trap.backtrace(),
                                refused.attempted(),
                                refused.limit()));
            }
            case INTEGER_DIVISION_BY_ZERO,
                    INTEGER_OVERFLOW,
                    INVALID_CONVERSION,
                    MEMORY_OUT_OF_BOUNDS,
                    TABLE_OUT_OF_BOUNDS,
                    INDIRECT_CALL,
                    OTHER -> new EngineFailure.Trap(label, text(trap), function, trap.backtrace(), null);
        };
    }

    /** Guests meet a refusal to grow with {@code unreachable}: what they could not have is what is to be told. */
    private @Nullable CoreTrap refusedGrowth() {
        for (CoreInstance core : coreInstances) {
            CoreTrap refused = core.refusedGrowth();
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private EngineFailure interrupted(@Nullable String wasmFunction) {
        Thread.interrupted(); // the interruption has had its effect
        for (Instance i = this; i != null; i = i.parent) {
            EngineFailure why = i.stop;
            if (why != null) {
                return at(wasmFunction, why);
            }
        }
        return new EngineFailure.Cancelled(label, running(), INTERRUPTED, wasmFunction);
    }

    /** A call that was stopped while another component was at work, which only knows that its thread was interrupted. */
    private TorvynException stoppedBehind(TorvynException thrown) {
        EngineFailure why = stop;
        return why != null
                        && thrown.failure()
                                instanceof EngineFailure.Cancelled(var _, var _, var reason, var wasmFunction)
                        && reason.equals(INTERRUPTED)
                ? new EngineException(at(wasmFunction, why), thrown)
                : thrown;
    }

    private static EngineFailure at(@Nullable String wasmFunction, EngineFailure why) {
        return switch (why) {
            case EngineFailure.InvocationTimeout(var component, var function, var millis, var _, var setting) ->
                new EngineFailure.InvocationTimeout(component, function, millis, wasmFunction, setting);
            case EngineFailure.Cancelled(var component, var function, var reason, var _) ->
                new EngineFailure.Cancelled(component, function, reason, wasmFunction);
            case EngineFailure.CompilationFailed _,
                    EngineFailure.DeserializationFailed _,
                    EngineFailure.InstantiationFailed _,
                    EngineFailure.UnresolvedImport _,
                    EngineFailure.Trap _,
                    EngineFailure.FuelExhausted _,
                    EngineFailure.MemoryLimitExceeded _,
                    EngineFailure.TypeMismatch _,
                    EngineFailure.ExportNotFound _,
                    EngineFailure.Internal _,
                    EngineFailure.WasiConfigError _,
                    EngineFailure.StackExhausted _,
                    EngineFailure.TableLimit _ -> why;
        };
    }

    private static String text(CoreTrap trap) {
        String text = trap.kind().text();
        String detail = trap.detail();
        if (detail.isEmpty() || trap.kind() == CoreTrap.Kind.UNREACHABLE) {
            return text;
        }
        return detail.startsWith(text) ? detail : text + ": " + detail;
    }

    private void finish(String why) {
        for (Instance i = this; i != null; i = i.parent) {
            i.mayEnter = false;
            if (i.finishedBy == null) {
                i.finishedBy = why;
            }
        }
    }

    /**
     * The call under way is to end with {@code why}: guest code looks out for an interruption of its thread from now on.
     * Say so, then interrupt the thread; from any thread. The instance cannot be used any more afterwards.
     */
    public void stop(EngineFailure why) {
        stop = why;
        heedInterruption();
    }

    /** The same for a call that has taken longer than {@code limit}. */
    public void timingOut(Duration limit) {
        timingOut(limit, null);
    }

    /**
     * The same.
     *
     * @param setting what raises the limit, for people; null when there is nothing to set
     */
    public void timingOut(Duration limit, @Nullable String setting) {
        stop(new EngineFailure.InvocationTimeout(label, running(), limit.toMillis(), null, setting));
    }

    /** The same for a call that nobody wants any more. */
    public void cancel() {
        stop(new EngineFailure.Cancelled(label, running(), INTERRUPTED, null));
    }

    private String running() {
        String running = function;
        return running == null ? "instantiation" : running;
    }

    /** A call may go on into another component: whoever stops it has to be heard there too. */
    void link(Instance other) {
        Instance outermost = other;
        for (Instance i = other; i != null; i = i.parent) {
            outermost = i;
        }
        linked.add(outermost);
    }

    /** Has the core instances of this component, of those within it and of those behind it look out for interruptions. */
    void heedInterruption() {
        synchronized (coreInstances) {
            if (!heedsInterruption) {
                heedsInterruption = true;
                coreInstances.forEach(CoreInstance::heedInterruption);
            }
        }
        children.forEach(Instance::heedInterruption);
        linked.forEach(Instance::heedInterruption);
    }

    void ignoreInterruption() {
        synchronized (coreInstances) {
            if (heedsInterruption) {
                heedsInterruption = false;
                coreInstances.forEach(CoreInstance::ignoreInterruption);
            }
        }
        children.forEach(Instance::ignoreInterruption);
        linked.forEach(Instance::ignoreInterruption);
    }

    /** How calls get in and out of it now, nested components included. For whoever wants to know; it takes time. */
    public CallPaths callPaths() {
        List<CallPaths.Crossing> in = new ArrayList<>();
        exportedFunctions.forEach((name, function) -> in.add(new CallPaths.Crossing(name, function.path())));
        exportedInstances.forEach((instance, exported) -> exported.functions()
                .forEach((name, function) -> in.add(new CallPaths.Crossing(instance + "#" + name, function.path()))));
        List<CallPaths.Crossing> out = new ArrayList<>();
        addImportPaths(out);
        return new CallPaths(in, out);
    }

    private void addImportPaths(List<CallPaths.Crossing> out) {
        for (CoreInstance core : coreInstances) {
            core.importPaths().forEach(i -> out.add(new CallPaths.Crossing(i.module() + "#" + i.name(), i.path())));
        }
        children.forEach(child -> child.addImportPaths(out));
    }

    /** Bytes of linear memory that its core instances own, nested components included. */
    public long memoryBytes() {
        long bytes = 0;
        for (CoreInstance core : coreInstances) {
            bytes += core.memoryBytes();
        }
        for (Instance child : children) {
            bytes += child.memoryBytes();
        }
        return bytes;
    }

    /**
     * Units of fuel that it has taken so far, from its instantiation on, nested components included; 0 where its code
     * does not count.
     */
    public long fuelConsumed() {
        if (parent != null) {
            return parent.fuelConsumed();
        }
        return fuel == null ? 0 : fuel.consumed();
    }

    /** A call is under way, of it or of the instance that it is nested in. */
    boolean isEntered() {
        boolean idle = mayEnter && parent == null;
        return !idle && !isFinished() && (!mayEnter || (parent != null && parent.isEntered()));
    }

    /** It, or the instance that it is nested in, has trapped or been closed. */
    public boolean isFinished() {
        return finishedBy != null || (parent != null && parent.isFinished());
    }

    /**
     * Ends it and drops what its handle table still holds, nested components included. No guest code runs. Closing
     * again does nothing.
     */
    @Override
    public void close() {
        finishAll();
        ignoreInterruption();
        try {
            clearAll();
        } finally {
            closing.forEach(Runnable::run);
            closing.clear();
        }
    }

    /** What its imports hold for it alone. */
    void closeWithIt(Runnable close) {
        closing.add(close);
    }

    private void finishAll() {
        mayEnter = false;
        if (finishedBy == null) {
            finishedBy = "it was closed";
        }
        children.forEach(Instance::finishAll);
    }

    private void clearAll() {
        try {
            handles.clear();
        } finally {
            children.forEach(Instance::clearAll);
        }
    }
}
