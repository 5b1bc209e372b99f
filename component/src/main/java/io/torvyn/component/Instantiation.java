package io.torvyn.component;

import io.torvyn.component.ExternType.ModuleType;
import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.Sort;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreExtern;
import io.torvyn.component.spi.CoreFuel;
import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreGlobal;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLinkException;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreStack;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTag;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a component instance by doing the steps of its plan one after the other: Explainer.md, "Instance Definitions".
 *
 * <p>Resource types are known to a plan by identities of its own, which stand for other ones in each instance: those of
 * the host, or fresh ones. {@code resources} says which.
 */
final class Instantiation {
    /** A few bytes can nest instantiations so that each one doubles the number of instances. */
    static final int MAX_INSTANCES = 1_000;

    static final int MAX_DEPTH = 100;

    /** A component-level item at run time. */
    private sealed interface Item {
        record OfHost(HostItem.Function function) implements Item {}

        record OfGuest(ExportedFunction function) implements Item {}

        record Bundle(Map<String, Item> items) implements Item {}

        record Resource(ResourceType type) implements Item {}

        /** A type that is no resource: nothing to have at run time. */
        record Type() implements Item {}

        record Module(CoreModule module) implements Item {}

        /**
         * @param coreModules of the file that it comes from
         * @param scope the instance of the component that it is defined in, for its outer aliases; null when there is
         *     none
         */
        record Component(
                Plan plan,
                List<CoreModule> coreModules,
                @Nullable Instantiation scope) implements Item {}
    }

    /** What is the same for all instances that one instantiation makes. */
    private static final class World {
        private final CoreEngine engine;
        private final CoreEngine.Strategy strategy;
        private final InstanceOptions options;
        private final @Nullable CoreFuel fuel;
        private final @Nullable CoreStack stack;
        private final Instance root;
        private final StartWatch watch;
        private int instances;

        World(CoreEngine engine, CoreEngine.Strategy strategy, InstanceOptions options, @Nullable FuelGauge gauge) {
            this.root = new Instance(options.label(), engine, null, gauge);
            this.watch = new StartWatch(root, options.startLimit());
            this.engine = engine;
            this.strategy = strategy;
            this.options = options;
            this.fuel = gauge == null ? null : gauge.fuel();
            this.stack = engine.stack(options.limits().maxCallDepth());
        }

        /** Code that runs before there is an instance that could be told to stop heeds interruptions from the outset. */
        CoreInstance instantiate(CoreModule module, List<CoreExtern> items) {
            if (!module.hasStart()) {
                return module.instantiate(items, options.limits(), fuel, stack);
            }
            return watch.watched(() -> module.instantiate(items, options.limits(), fuel, stack));
        }

        void countInstance(int depth) {
            if (++instances > MAX_INSTANCES || depth > MAX_DEPTH) {
                throw failed("it consists of more than " + MAX_INSTANCES + " instances, or of more than " + MAX_DEPTH
                        + " within each other");
            }
        }

        EngineException failed(String reason) {
            return new EngineException(new EngineFailure.InstantiationFailed(options.label(), reason, null));
        }
    }

    private final World world;
    private final Plan plan;
    private final List<CoreModule> fileModules;
    private final Instance instance;
    private final @Nullable Instantiation scope;
    private final int depth;

    private final Map<ResourceType, ResourceType> resources = new HashMap<>();
    private final List<Item> functions = new ArrayList<>();
    private final List<Item.Bundle> instances = new ArrayList<>();
    private final List<Item.Component> components = new ArrayList<>();
    private final List<Item.Module> modules = new ArrayList<>();
    private final List<CoreExtern> coreFunctions = new ArrayList<>();
    private final List<CoreMemory> coreMemories = new ArrayList<>();
    private final List<CoreTable> coreTables = new ArrayList<>();
    private final List<CoreGlobal> coreGlobals = new ArrayList<>();
    private final List<CoreTag> coreTags = new ArrayList<>();
    private final List<Function<String, @Nullable CoreExtern>> coreInstances = new ArrayList<>();
    private final Map<String, Item> exports = new LinkedHashMap<>();
    private final Backpressure backpressure = new Backpressure();
    /** Of a check, what did not fit. */
    private @Nullable List<EngineFailure> refused;

    private Instantiation(World world, Item.Component component, Instance instance, int depth) {
        this.world = world;
        this.plan = component.plan();
        this.fileModules = component.coreModules();
        this.instance = instance;
        this.scope = component.scope();
        this.depth = depth;
    }

    /**
     * @param coreModules of the component's file
     * @param scope of a component that is nested in another one; null of one that is not
     */
    static Instance run(
            Plan plan,
            List<CoreModule> coreModules,
            @Nullable Instantiation scope,
            CoreEngine engine,
            CoreEngine.Strategy strategy,
            Imports imports,
            InstanceOptions options) {
        var world = new World(engine, strategy, options, gauge(engine, options));
        Instance instance = world.root;
        imports.closing().forEach(instance::closeWithIt);
        boolean done = false;
        try {
            var root = new Instantiation(world, new Item.Component(plan, coreModules, scope), instance, 0);
            root.run(step -> root.fromHost(step.name(), step.type(), offered(imports, step)));
            root.exports.forEach(root::exportToHost);
            done = true;
            return instance;
        } finally {
            if (!done) {
                instance.close();
            }
        }
    }

    /**
     * What {@link #run} would say of these imports, all of it; nothing of the component is instantiated.
     *
     * @param label what messages call the component
     */
    static LinkCheck check(Plan plan, CoreEngine engine, CoreEngine.Strategy strategy, Imports imports, String label) {
        var world = new World(engine, strategy, InstanceOptions.named(label), null);
        List<EngineFailure> failures = new ArrayList<>();
        try {
            var root = new Instantiation(world, new Item.Component(plan, List.of(), null), world.root, 0);
            root.refused = failures;
            for (Step step : plan.steps()) {
                if (step instanceof Step.Import wanted) {
                    root.learn(
                            wanted.type(),
                            root.fromHostOrRefused(wanted.name(), wanted.type(), offered(imports, wanted)));
                }
            }
            return new LinkCheck(label, failures, plan.type().exports(), new Substitution(root.resources));
        } finally {
            world.root.close();
        }
    }

    private static @Nullable FuelGauge gauge(CoreEngine engine, InstanceOptions options) {
        CoreFuel fuel = engine.fuel();
        if (fuel == null && options.fuel().isPresent()) {
            throw new IllegalArgumentException("the code of " + options.label()
                    + " does not count what it executes, so it cannot be limited to " + options.fuel() + " fuel");
        }
        return fuel == null ? null : new FuelGauge(fuel, options.fuel());
    }

    private void run(Function<Step.Import, Item> imports) {
        world.countInstance(depth);
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.Import wanted -> {
                    Item item = imports.apply(wanted);
                    learn(wanted.type(), item);
                    add(item);
                }
                case Step.CoreModule(int number) -> modules.add(new Item.Module(fileModules.get(number)));
                case Step.CoreInstantiate(int module, var arguments) ->
                    instantiate(modules.get(module).module(), arguments);
                case Step.CoreInline(var items) -> {
                    Map<String, CoreExtern> bundle = new HashMap<>();
                    items.forEach(item -> bundle.put(item.name(), core(item.sort(), item.index())));
                    coreInstances.add(bundle::get);
                }
                case Step.CoreAlias(var _, int index, String name) -> add(coreExport(index, name));
                case Step.Component(var nested) -> components.add(new Item.Component(nested, fileModules, this));
                case Step.Instantiate instantiate -> instantiate(instantiate);
                case Step.Inline(var items) -> {
                    Map<String, Item> bundle = new LinkedHashMap<>();
                    items.forEach(item -> bundle.put(item.name(), item(item)));
                    instances.add(new Item.Bundle(bundle));
                }
                case Step.AliasExport(var _, int index, String name) -> add(get(instances.get(index), name));
                case Step.AliasOuter(Sort sort, int count, int index) -> {
                    Instantiation target = outer(count);
                    add(sort == Sort.COMPONENT ? target.components.get(index) : target.modules.get(index));
                }
                case Step.Resource(var type, OptionalInt destructor) -> {
                    var fresh = new ResourceType(type.name());
                    resources.put(type, fresh);
                    instance.define(
                            fresh,
                            destructor.isPresent()
                                    ? function(coreFunctions.get(destructor.getAsInt()))
                                            .as(Destructor.class)
                                    : null);
                }
                case Step.Lift lift -> functions.add(new Item.OfGuest(lift(lift)));
                case Step.Lower(int function, var type, var options) ->
                    coreFunctions.add(lower(functions.get(function), type, options));
                case Step.Builtin(String name, var type, var target) ->
                    coreFunctions.add(new UnsupportedBuiltin(instance, name).function(type, target));
                case Step.Context(int slot, boolean set) -> {
                    ContextSlots slots = instance.useContextSlots();
                    coreFunctions.add(set ? slots.set(slot) : slots.get(slot));
                }
                case Step.BackpressureChange(boolean increase) -> coreFunctions.add(backpressure.function(increase));
                case Step.ResourceNew(var type) ->
                    coreFunctions.add(definition(type).resourceNew());
                case Step.ResourceRep(var type) ->
                    coreFunctions.add(definition(type).resourceRep());
                case Step.ResourceDrop(var type) ->
                    coreFunctions.add(GuestResourceType.resourceDrop(instance, resource(type)));
                case Step.Export(var exported, var type) -> {
                    Item item = named(item(exported), exported.name());
                    learn(type, item);
                    if (item instanceof Item.Resource(var resource)) {
                        GuestResourceType definition = world.root.definitionWithin(resource);
                        if (definition != null) {
                            definition.exportedAs(exported.name());
                        }
                    }
                    exports.put(exported.name(), item);
                    add(item);
                }
            }
        }
    }

    private static boolean isAsync(FunctionType type, Step.Options options) {
        return type.async() || options.async() || TypeBudget.mentionsAsync(type);
    }

    private Instantiation outer(int count) {
        Instantiation target = this;
        for (int i = 0; i < count; i++) {
            Instantiation next = target.scope;
            if (next == null) {
                throw new AssertionError("validation lets no alias go beyond the outermost component");
            }
            target = next;
        }
        return target;
    }

    private void add(Item item) {
        switch (item) {
            case Item.OfHost _, Item.OfGuest _ -> functions.add(item);
            case Item.Bundle bundle -> instances.add(bundle);
            case Item.Component component -> components.add(component);
            case Item.Module module -> modules.add(module);
            case Item.Resource _, Item.Type _ -> {} // types are resolved already
        }
    }

    private Item item(Step.Item item) {
        return switch (item.type()) {
            case ExternType.Function _ -> functions.get(item.index());
            case ExternType.Instance _ -> instances.get(item.index());
            case ExternType.Component _ -> components.get(item.index());
            case ExternType.Module _ -> modules.get(item.index());
            case ExternType.Resource(var type) -> new Item.Resource(resource(type));
            case ExternType.Type _ -> new Item.Type();
        };
    }

    private static Item get(Item.Bundle bundle, String name) {
        Item item = bundle.items().get(name);
        if (item == null) {
            throw new AssertionError("validation has found the export " + name);
        }
        return item;
    }

    private ResourceType resource(ResourceType type) {
        ResourceType known = resources.get(type);
        if (known == null) {
            throw new AssertionError("validation lets no resource be used before it is known: " + type);
        }
        return known;
    }

    private GuestResourceType definition(ResourceType type) {
        GuestResourceType definition = instance.definition(resource(type));
        if (definition == null) {
            throw new AssertionError("validation has found the definition of " + type);
        }
        return definition;
    }

    /** Finds out what the resources in the type of an item are in this instance. */
    private void learn(ExternType type, Item item) {
        switch (type) {
            case ExternType.Resource(var resource)
            when item instanceof Item.Resource(var actual) -> resources.putIfAbsent(resource, actual);
            case ExternType.Instance(var instanceType)
            when item instanceof Item.Bundle(var items) ->
                instanceType.exports().forEach((name, export) -> {
                    Item part = items.get(name);
                    if (part != null) {
                        learn(export, part);
                    }
                });
            case ExternType.Function _,
                    ExternType.Type _,
                    ExternType.Resource _,
                    ExternType.Instance _,
                    ExternType.Component _,
                    ExternType.Module _ -> {}
        }
    }

    private CoreExtern core(Sort sort, int index) {
        return switch (sort) {
            case CORE_FUNCTION -> coreFunctions.get(index);
            case CORE_TABLE -> coreTables.get(index);
            case CORE_MEMORY -> coreMemories.get(index);
            case CORE_GLOBAL -> coreGlobals.get(index);
            case CORE_TAG -> coreTags.get(index);
            case CORE_TYPE, CORE_MODULE, CORE_INSTANCE, FUNCTION, TYPE, COMPONENT, INSTANCE ->
                throw new AssertionError("validation lets core instances export no " + sort);
        };
    }

    private void add(CoreExtern item) {
        switch (item) {
            case CoreFunction _, HostFunction _ -> coreFunctions.add(item);
            case CoreMemory memory -> coreMemories.add(memory);
            case CoreTable table -> coreTables.add(table);
            case CoreGlobal global -> coreGlobals.add(global);
            case CoreTag tag -> coreTags.add(tag);
        }
    }

    private CoreExtern coreExport(int index, String name) {
        CoreExtern item = coreInstances.get(index).apply(name);
        if (item == null) {
            throw world.failed("a core instance lacks its export '" + name + "'");
        }
        return item;
    }

    private static CoreFunction function(CoreExtern function) {
        return switch (function) {
            case CoreFunction core -> core;
            case HostFunction host -> new LoweredFunction(host);
            case CoreMemory _, CoreTable _, CoreGlobal _, CoreTag _ -> throw new AssertionError("not a function");
        };
    }

    /** A function of the host that is lifted again, without any core code in between. */
    private record LoweredFunction(HostFunction host) implements CoreFunction {
        @Override
        public CoreType.Function type() {
            return host.type();
        }

        @Override
        public MethodHandle handle() {
            return host.target().bindTo(host.receiver());
        }
    }

    private void instantiate(CoreModule module, Map<String, Integer> arguments) {
        world.countInstance(depth);
        List<CoreExtern> items = new ArrayList<>();
        for (CoreModule.Import wanted : module.imports()) {
            Integer index = arguments.get(wanted.module());
            if (index == null) {
                throw world.failed("a core module imports from '" + wanted.module() + "', which it is not given");
            }
            items.add(coreExport(index, wanted.name()));
        }
        try {
            CoreInstance core = world.instantiate(module, items);
            instance.add(core);
            ContextSlots slots = instance.contextSlots();
            if (slots != null) {
                slots.clear();
            }
            coreInstances.add(core::export);
        } catch (CoreLinkException e) {
            throw new EngineException(
                    new EngineFailure.InstantiationFailed(
                            world.options.label(), "an import of a core module does not fit: " + e.getMessage(), null),
                    e);
        } catch (RuntimeException | StackOverflowError e) {
            throw failedToStart(instance.trapped(e));
        }
    }

    /** Traps and limits during initialisation are E0802; a call that was stopped, or a defect, stays what it is. */
    private RuntimeException failedToStart(RuntimeException thrown) {
        if (!(thrown instanceof EngineException e)) {
            return thrown;
        }
        return switch (e.failure()) {
            case EngineFailure.Trap _,
                    EngineFailure.MemoryLimitExceeded _,
                    EngineFailure.TableLimit _,
                    EngineFailure.StackExhausted _,
                    EngineFailure.FuelExhausted _ -> {
                String message = e.failure().message();
                String advice = e.failure() instanceof EngineFailure.Trap trap
                        ? trap.advice()
                        : e.failure().help();
                String reason = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
                yield new EngineException(
                        new EngineFailure.InstantiationFailed(
                                world.options.label(), "initialisation failed: " + reason, advice),
                        e);
            }
            case EngineFailure.CompilationFailed _,
                    EngineFailure.DeserializationFailed _,
                    EngineFailure.InstantiationFailed _,
                    EngineFailure.UnresolvedImport _,
                    EngineFailure.TypeMismatch _,
                    EngineFailure.ExportNotFound _,
                    EngineFailure.Internal _,
                    EngineFailure.WasiConfigError _,
                    EngineFailure.InvocationTimeout _,
                    EngineFailure.Cancelled _ -> e;
        };
    }

    private LiftLowerContext context(Step.Options options) {
        return new LiftLowerContext(
                instance,
                options.memory().isPresent() ? coreMemories.get(options.memory().getAsInt()) : null,
                options.realloc().isPresent() ? realloc(options.realloc().getAsInt()) : null,
                options.encoding());
    }

    private Realloc realloc(int coreFunction) {
        Realloc realloc = function(coreFunctions.get(coreFunction)).as(Realloc.class);
        ContextSlots slots = instance.contextSlots();
        return slots == null ? realloc : slots.apart(realloc);
    }

    private ExportedFunction lift(Step.Lift lift) {
        FunctionType type = actual(lift.type());
        Step.Options options = lift.options();
        CoreFunction core = isAsync(type, options)
                ? function(unsupported("lift", type, Flattening.of(type).lifted()))
                : function(coreFunctions.get(lift.coreFunction()));
        CoreFunction postReturn = options.postReturn().isPresent()
                ? function(coreFunctions.get(options.postReturn().getAsInt()))
                : null;
        ContextSlots slots = instance.contextSlots();
        if (slots != null) {
            if (postReturn == null) {
                core = slots.ending(core);
            } else {
                postReturn = slots.ending(postReturn);
            }
        }
        return new ExportedFunction("a function without a name", type, context(options), core, postReturn);
    }

    /** Links, so that the other functions of the component can be used, and traps when it is called. */
    private HostFunction unsupported(String canon, FunctionType type, CoreType.Function core) {
        return new UnsupportedBuiltin(instance, canon + " of an asynchronous function, " + TypeText.of(type) + ",")
                .function(core, UnsupportedBuiltin.target(core));
    }

    private FunctionType actual(FunctionType type) {
        return new Substitution(resources).apply(type);
    }

    private HostFunction lower(Item function, FunctionType type, Step.Options options) {
        if (isAsync(type, options)) {
            return unsupported(
                    "lower",
                    type,
                    options.async()
                            ? Flattening.asyncLowered(type)
                            : Flattening.of(type).lowered());
        }
        LiftLowerContext context = context(options);
        return switch (function) {
            case Item.OfHost(var host) -> host.lowering().lower(context);
            case Item.OfGuest(var guest) -> guest.lowering().lower(context);
            case Item.Bundle _, Item.Component _, Item.Module _, Item.Resource _, Item.Type _ ->
                throw new AssertionError("not a function");
        };
    }

    private void instantiate(Step.Instantiate instantiate) {
        Item.Component component = components.get(instantiate.component());
        Map<String, Item> arguments = new HashMap<>();
        instantiate.arguments().forEach(argument -> arguments.put(argument.name(), item(argument)));
        var nested = new Instantiation(
                world, component, new Instance(world.options.label(), world.engine, instance, null), depth + 1);
        nested.run(wanted -> get(new Item.Bundle(arguments), wanted.name()));
        var bundle = new Item.Bundle(nested.exports);
        learn(new ExternType.Instance(instantiate.type()), bundle);
        instances.add(bundle);
    }

    private static @Nullable HostItem offered(Imports imports, Step.Import wanted) {
        HostInstance instance = wanted.type() instanceof ExternType.Instance ? imports.instance(wanted.name()) : null;
        return instance == null ? imports.item(wanted.name()) : new HostItem.Instance(instance.items());
    }

    /** In a check, goes on after what does not fit. */
    private Item fromHostOrRefused(String name, ExternType wanted, @Nullable HostItem offered) {
        List<EngineFailure> failures = refused;
        if (failures == null) {
            return fromHost(name, wanted, offered);
        }
        try {
            return fromHost(name, wanted, offered);
        } catch (EngineException e) {
            failures.add(e.failure());
            return new Item.Type();
        }
    }

    private Item fromHost(String name, ExternType wanted, @Nullable HostItem offered) {
        return switch (wanted) {
            case ExternType.Function(var type) -> function(name, actual(type), offered);
            case ExternType.Resource(var type) -> {
                ResourceType known = resources.get(type);
                if (!(offered instanceof HostItem.Resource(var host))) {
                    // A resource that another interface introduced need not be offered again by one that uses it.
                    if (known == null) {
                        throw unresolved(name);
                    }
                    yield new Item.Resource(known);
                }
                if (known != null && !known.equals(host)) {
                    throw mismatch(
                            name, "the component expects the resource that it imported before, and not this one");
                }
                yield new Item.Resource(host);
            }
            case ExternType.Type _ -> new Item.Type();
            case ExternType.Instance(var type) -> {
                Map<String, HostItem> parts = parts(name, wanted, offered);
                Map<String, Item> items = new LinkedHashMap<>();
                type.exports().forEach((itemName, itemType) -> {
                    Item item = fromHostOrRefused(name + "#" + itemName, itemType, parts.get(itemName));
                    learn(itemType, item);
                    items.put(itemName, item);
                });
                yield new Item.Bundle(items);
            }
            case ExternType.Component _ -> {
                if (!(offered instanceof HostItem.Nested(var component))) {
                    throw unresolved(name);
                }
                if (!component.engine().equals(world.engine)) {
                    throw mismatch(
                            name,
                            "it is compiled for the engine "
                                    + component.engine().name());
                }
                check(name, new ExternType.Component(component.plan().type()), wanted);
                yield new Item.Component(component.plan(), component.coreModules(), component.scope());
            }
            case ExternType.Module _ -> {
                if (!(offered instanceof HostItem.Module(var module))) {
                    throw unresolved(name);
                }
                check(name, new ExternType.Module(new ModuleType(module.imports(), module.exports())), wanted);
                yield new Item.Module(module);
            }
        };
    }

    private Map<String, HostItem> parts(String name, ExternType wanted, @Nullable HostItem offered) {
        if (offered instanceof HostItem.Instance(var parts)) {
            return parts;
        }
        if (offered == null && !wanted.needsProvider()) {
            return Map.of();
        }
        throw unresolved(name);
    }

    private Item function(String name, FunctionType imported, @Nullable HostItem offered) {
        return switch (offered) {
            case HostItem.Untyped(var body) ->
                new Item.OfHost(new HostItem.Function(imported, named(name, Lowering.dynamic(imported, body))));
            case HostItem.Function function -> {
                checkEqual(name, imported, function.type());
                yield new Item.OfHost(new HostItem.Function(function.type(), named(name, function.lowering())));
            }
            case HostItem.Exported(var function) -> {
                checkEqual(name, imported, function.type());
                instance.link(function.instance());
                yield new Item.OfGuest(function);
            }
            case HostItem.Resource _, HostItem.Instance _, HostItem.Nested _, HostItem.Module _ ->
                throw unresolved(name);
            case null -> throw unresolved(name);
        };
    }

    private static Lowering named(String name, Lowering lowering) {
        return lowering instanceof DynamicLowering dynamic ? dynamic.named(name) : lowering;
    }

    private void checkEqual(String name, FunctionType imported, FunctionType offered) {
        if (!offered.equals(imported)) {
            throw mismatch(
                    name,
                    "another function is offered than the component imports: "
                            + TypeText.difference(TypeText.of(imported), TypeText.of(offered)));
        }
    }

    private void check(String name, ExternType offered, ExternType wanted) {
        try {
            new Subtyping(new TypeBudget(), Set.of()).check("it", offered, new Substitution(resources).apply(wanted));
        } catch (BinaryException e) {
            throw mismatch(name, String.valueOf(e.getMessage()));
        }
    }

    private EngineException mismatch(String name, String detail) {
        return new EngineException(new EngineFailure.TypeMismatch(world.options.label(), name, detail));
    }

    private EngineException unresolved(String name) {
        return new EngineException(new EngineFailure.UnresolvedImport(world.options.label(), name));
    }

    private void exportToHost(String name, Item item) {
        HostItem exported = toHost(item);
        if (exported != null) {
            instance.export(name, exported);
        }
        if (exported instanceof HostItem.Instance all && item instanceof Item.Bundle(var parts)) {
            Map<String, ExportedFunction> functions = new LinkedHashMap<>();
            parts.forEach((partName, part) -> {
                ExportedFunction function = callable(name + "#" + partName, part);
                if (function != null) {
                    functions.put(partName, function);
                }
            });
            instance.export(new ExportedInstance(name, functions, all));
        }
        ExportedFunction function = callable(name, item);
        if (function != null) {
            instance.export(function);
        }
    }

    /** A function, as the host calls it; null for anything else. */
    private @Nullable ExportedFunction callable(String name, Item item) {
        return switch (item) {
            case Item.OfGuest(var function) -> function.named(name);
            case Item.OfHost(var function) -> PassedThrough.export(name, function, instance.label(), world.engine);
            case Item.Bundle _, Item.Resource _, Item.Type _, Item.Module _, Item.Component _ -> null;
        };
    }

    /** An export, as another component can import it; null for a type that is no resource. */
    private @Nullable HostItem toHost(Item item) {
        return switch (item) {
            case Item.OfHost(var function) -> function;
            case Item.OfGuest(var function) -> new HostItem.Exported(function);
            case Item.Bundle(var items) -> {
                Map<String, HostItem> parts = new LinkedHashMap<>();
                items.forEach((name, part) -> {
                    HostItem exported = toHost(part);
                    if (exported != null) {
                        parts.put(name, exported);
                    }
                });
                yield new HostItem.Instance(parts);
            }
            case Item.Resource(var type) -> new HostItem.Resource(type);
            case Item.Type _ -> null;
            case Item.Module(var module) -> new HostItem.Module(module);
            case Item.Component(var nested, var modulesOfFile, var definedIn) ->
                new HostItem.Nested(Component.nested(world.engine, world.strategy, nested, modulesOfFile, definedIn));
        };
    }

    private static Item named(Item item, String name) {
        return item instanceof Item.OfGuest(var function) ? new Item.OfGuest(function.named(name)) : item;
    }
}
