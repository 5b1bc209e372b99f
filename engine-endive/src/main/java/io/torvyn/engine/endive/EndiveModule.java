package io.torvyn.engine.endive;

import static java.util.Objects.requireNonNull;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreExtern;
import io.torvyn.component.spi.CoreFuel;
import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreGlobal;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreLinkException;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.component.spi.CoreStack;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTag;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.GlobalFactory;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportGlobal;
import run.endive.runtime.ImportMemory;
import run.endive.runtime.ImportTable;
import run.endive.runtime.ImportTag;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.InvalidException;
import run.endive.wasm.UnlinkableException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.GlobalImport;
import run.endive.wasm.types.MemoryImport;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.TableImport;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.TagImport;
import run.endive.wasm.types.TagType;
import run.endive.wasm.types.ValType;

/** A module with its machine: one set of classes, or the interpreter, for all instances. */
final class EndiveModule implements CoreModule {
    private final WasmModule module;
    private final ModuleCode code;
    private final CoreEngine.Strategy strategy;
    private final HostAdapters adapters;
    private final boolean metered;
    private final FunctionNames names;
    private final List<Import> imports;
    private final List<FunctionType> importedFunctionTypes = new ArrayList<>();
    private final Map<String, ExportedIndex> exports = new LinkedHashMap<>();
    private final Map<Integer, ForwardedCall.Shape> forwarders = new HashMap<>();
    private final GuestCalls calls;

    /**
     * @throws CoreModuleException when something that it imports or exports has no type in the SPI
     */
    EndiveModule(
            ModuleCode code,
            CoreEngine.Strategy strategy,
            FunctionNames names,
            List<ForwardedCall.Shape> forwarders,
            HostAdapters adapters,
            boolean metered) {
        this.module = code.module();
        this.code = code;
        this.strategy = strategy;
        this.names = names;
        this.adapters = adapters;
        this.metered = metered;
        this.calls = new GuestCalls(code);
        try {
            this.imports = readImports();
            readExports();
            keepForwarders(forwarders);
        } catch (IndexOutOfBoundsException | NoSuchElementException | InvalidException e) {
            throw new CoreModuleException("not a valid core module: an import or export names what does not exist", e);
        }
    }

    private List<Import> readImports() {
        var all = new ArrayList<Import>();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            var imported = module.importSection().getImport(i);
            CoreType type =
                    switch (imported) {
                        case FunctionImport function -> {
                            FunctionType functionType = module.typeSection().getType(function.typeIndex());
                            importedFunctionTypes.add(functionType);
                            yield type(functionType);
                        }
                        case MemoryImport memory -> type(memory.limits());
                        case TableImport table -> type(table.entryType(), table.limits());
                        case GlobalImport global -> type(global.type(), global.mutabilityType());
                        case TagImport tag -> type(tag.tagType());
                        default ->
                            throw new CoreModuleException("import " + imported.name() + " is of a kind that"
                                    + " does not cross between modules");
                    };
            all.add(new Import(imported.module(), UnnamedImports.original(imported.name()), type));
        }
        return List.copyOf(all);
    }

    private void readExports() {
        var functions = new ArrayList<CoreType>();
        var memories = new ArrayList<CoreType>();
        var tables = new ArrayList<CoreType>();
        var globals = new ArrayList<CoreType>();
        var tags = new ArrayList<CoreType>();
        for (Import imported : imports) {
            switch (imported.type()) {
                case CoreType.Function type -> functions.add(type);
                case CoreType.Memory type -> memories.add(type);
                case CoreType.Table type -> tables.add(type);
                case CoreType.Global type -> globals.add(type);
                case CoreType.Tag type -> tags.add(type);
            }
        }
        int importedFunctions = functions.size();
        int importedTables = tables.size();
        int importedMemories = memories.size();
        int importedGlobals = globals.size();
        int importedTags = tags.size();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            int index = export.index();
            CoreType type =
                    switch (export.exportType()) {
                        case FUNCTION ->
                            index < importedFunctions
                                    ? functions.get(index)
                                    : type(module.typeSection()
                                            .getType(module.functionSection()
                                                    .getFunctionType(index - importedFunctions)));
                        case MEMORY ->
                            index < importedMemories
                                    ? memories.get(index)
                                    : type(module.memorySection()
                                            .orElseThrow()
                                            .getMemory(index - importedMemories)
                                            .limits());
                        case TABLE -> {
                            if (index < importedTables) {
                                yield tables.get(index);
                            }
                            var table = module.tableSection().getTable(index - importedTables);
                            yield type(table.elementType(), table.limits());
                        }
                        case GLOBAL -> {
                            if (index < importedGlobals) {
                                yield globals.get(index);
                            }
                            var global = module.globalSection().globals()[index - importedGlobals];
                            yield type(global.valueType(), global.mutabilityType());
                        }
                        case TAG ->
                            index < importedTags
                                    ? tags.get(index)
                                    : type(module.tagSection().orElseThrow().getTag(index - importedTags));
                    };
            if (exports.put(export.name(), new ExportedIndex(index, type)) != null) {
                throw new CoreModuleException("not a valid core module: duplicate export name " + export.name());
            }
        }
    }

    private void keepForwarders(List<ForwardedCall.Shape> shapes) {
        for (ForwardedCall.Shape shape : shapes) {
            FunctionType own =
                    module.typeSection().getType(module.functionSection().getFunctionType(shape.body()));
            FunctionType called = module.typeSection().getType(shape.type());
            if (own.equals(called) && own.params().size() == shape.parameters()) {
                forwarders.put(importedFunctionTypes.size() + shape.body(), shape);
            }
        }
    }

    private static CoreType.Function type(FunctionType type) {
        return new CoreType.Function(
                type.params().stream().map(EndiveModule::type).toList(),
                type.returns().stream().map(EndiveModule::type).toList());
    }

    private static CoreType.Value type(ValType type) {
        if (type.equals(ValType.I32)) {
            return CoreType.Value.I32;
        } else if (type.equals(ValType.I64)) {
            return CoreType.Value.I64;
        } else if (type.equals(ValType.F32)) {
            return CoreType.Value.F32;
        } else if (type.equals(ValType.F64)) {
            return CoreType.Value.F64;
        } else if (type.equals(ValType.FuncRef)) {
            return CoreType.Value.FUNCREF;
        } else if (type.equals(ValType.ExternRef)) {
            return CoreType.Value.EXTERNREF;
        }
        throw new CoreModuleException("the module imports or exports something with a value of type " + type.name()
                + ", which does not cross between modules");
    }

    private CoreType.Tag type(TagType tag) {
        return new CoreType.Tag(type(module.typeSection().getType(tag.typeIdx())));
    }

    private static CoreType.Memory type(MemoryLimits limits) {
        return new CoreType.Memory(
                limits.initialPages(),
                limits.maximumPages() == MemoryLimits.MAX_PAGES ? -1 : limits.maximumPages(),
                limits.shared(),
                false);
    }

    private static CoreType.Table type(ValType element, TableLimits limits) {
        return new CoreType.Table(
                type(element), limits.min(), limits.max() == TableLimits.LIMIT_MAX ? -1 : limits.max());
    }

    private static CoreType.Global type(ValType type, MutabilityType mutability) {
        return new CoreType.Global(type(type), mutability == MutabilityType.Var);
    }

    @Override
    public List<Import> imports() {
        return imports;
    }

    @Override
    public List<Export> exports() {
        return exports.entrySet().stream()
                .map(entry -> new Export(entry.getKey(), entry.getValue().type()))
                .toList();
    }

    @Nullable
    ExportedIndex export(String name) {
        return exports.get(name);
    }

    /** What a function passes its arguments on to, when it does nothing else. */
    ForwardedCall.@Nullable Shape forwarder(int function) {
        return forwarders.get(function);
    }

    GuestCalls calls() {
        return calls;
    }

    /** Whether the host's calls of a function now go straight to its compiled method. */
    boolean isDirect(int function, CoreType.Function type) {
        CompiledCode compiled = code.compiled();
        return compiled != null
                && Slots.carries(type)
                && !code.interpreted().contains(function)
                && compiled.entry(function, type.methodType()) != null;
    }

    /** Whether what is compiled calls that import of one of its instances without a machine in between. */
    boolean isCalledDirectly(Instance instance, int imported, CoreType.Function type) {
        CompiledCode compiled = code.compiled();
        return compiled != null && compiled.linkages().isDirect(imported, type.methodType(), instance);
    }

    @Override
    public byte @Nullable [] serialize() {
        CompiledCode compiled = code.compiled();
        return compiled == null ? null : compiled.file().bytes().clone();
    }

    @Override
    public Execution execution() {
        return new Execution(
                strategy,
                code.compiled() != null,
                code.interpreted().stream()
                        .map(index -> new Interpreted(
                                index, Objects.requireNonNullElse(functionName(index), "func[" + index + "]")))
                        .toList());
    }

    @Override
    public void whenCompiled(Runnable action) {
        code.whenCompiled(action);
    }

    @Override
    public @Nullable String functionName(int index) {
        return names.of(index);
    }

    @Override
    public CoreInstance instantiate(List<? extends CoreExtern> arguments, CoreLimits limits) {
        return instantiate(arguments, limits, null, null);
    }

    @Override
    public CoreInstance instantiate(
            List<? extends CoreExtern> arguments,
            CoreLimits limits,
            @Nullable CoreFuel givenFuel,
            @Nullable CoreStack givenStack) {
        ImportValues values = link(arguments);
        Fuel fuel = givenFuel instanceof Fuel ours ? ours : new Fuel();
        CallDepth depth = givenStack instanceof CallDepth ours ? ours : new CallDepth(limits.maxCallDepth());
        var memories = new ArrayList<FlatMemory>();
        var tables = new ArrayList<BoundedTable>();
        var owner = new AtomicReference<Instance>();
        Function<Instance, Machine> machines = made -> {
            owner.set(made);
            Machine machine = code.machine(made, depth);
            return hasMemory(module) ? machine : new CallDepth.OwnMachine(machine, depth);
        };
        Instance.Builder builder = Instance.builder(code.module()).withMachineFactory(machines);
        if (hasStart()) {
            stop().arm();
        }
        try {
            builder.withImportValues(values)
                    .withMemoryFactory(declared -> {
                        var memory = new FlatMemory(declared, limits.maxMemoryBytes(), fuel, depth);
                        memories.add(memory);
                        return memory;
                    })
                    .withTableFactory((declared, initial) -> {
                        var table = new BoundedTable(
                                declared, initial, limits.maxTableElements(), requireNonNull(owner.get()));
                        tables.add(table);
                        return table;
                    })
                    .withStart(false); // that is WASI's _start; a start section runs regardless
            if (metered) {
                builder.withGlobalFactory(globals(fuel));
            }
            Instance instance = build(builder.withInitialize(false), values.tags());
            ExceptionTags.distinguish(instance);
            instance.initialize(false);
            return new EndiveInstance(instance, this, memories, tables);
        } catch (UnlinkableException e) {
            throw new CoreLinkException(ModuleReader.reason(e), e);
        } catch (WasmEngineException e) {
            CoreTrap refused = EndiveInstance.refusedGrowth(memories, tables);
            throw refused != null && Traps.isUnreachable(e) ? new EndiveTrap(refused, e) : e;
        } finally {
            if (hasStart()) {
                stop().disarm();
            }
        }
    }

    static boolean hasMemory(WasmModule module) {
        return module.memorySection().isPresent() || module.importSection().count(ExternalType.MEMORY) > 0;
    }

    private static Instance build(Instance.Builder builder, ImportTag[] tags) {
        List<FunctionType> own = Arrays.stream(tags)
                .map(imported -> ExceptionTags.undistinguish(imported.tag()))
                .toList();
        try {
            return builder.build();
        } finally {
            for (int i = tags.length - 1; i >= 0; i--) { // the first type that was taken off one is its own
                tags[i].tag().setType(own.get(i));
            }
        }
    }

    @Override
    public boolean hasStart() {
        return module.startSection().isPresent();
    }

    /** Whether the code of all its instances looks out for interruptions. */
    StopSwitch stop() {
        return code.stop();
    }

    /** Makes the globals of a metered instance, of which the last is its fuel. */
    private GlobalFactory globals(Fuel fuel) {
        var made = new AtomicInteger();
        return (low, high, type, mutability) ->
                made.incrementAndGet() == module.globalSection().globalCount()
                        ? fuel
                        : GlobalInstance.builder()
                                .valueLow(low)
                                .valueHigh(high)
                                .valType(type)
                                .mutabilityType(mutability)
                                .build();
    }

    private ImportValues link(List<? extends CoreExtern> arguments) {
        if (arguments.size() != imports.size()) {
            throw new CoreLinkException(
                    "the module has " + imports.size() + " imports, there are " + arguments.size() + " arguments");
        }
        ImportValues.Builder values = ImportValues.builder();
        var seen = new HashMap<List<String>, CoreExtern>();
        int functions = 0;
        for (int i = 0; i < arguments.size(); i++) {
            Import wanted = imports.get(i);
            CoreExtern argument = arguments.get(i);
            CoreExtern before = seen.putIfAbsent(List.of(wanted.module(), wanted.name()), argument);
            if (before != null && !before.equals(argument)) {
                throw new CoreLinkException(at(wanted) + " is imported twice, which takes the same argument twice");
            }
            String module = wanted.module();
            String name = this.module.importSection().getImport(i).name();
            switch (wanted.type()) {
                case CoreType.Function type -> {
                    WasmFunctionHandle handle = function(wanted, type, argument);
                    values.addFunction(
                            new ImportFunction(module, name, importedFunctionTypes.get(functions++), handle));
                }
                case CoreType.Memory type ->
                    values.addMemory(new ImportMemory(module, name, memory(wanted, type, argument)));
                case CoreType.Table type ->
                    values.addTable(new ImportTable(
                            module, name, table(wanted, type, argument).table()));
                case CoreType.Global type ->
                    values.addGlobal(new ImportGlobal(
                            module, name, global(wanted, type, argument).global()));
                case CoreType.Tag type ->
                    values.addTag(new ImportTag(
                            module, name, tag(wanted, type, argument).tag()));
            }
        }
        return values.build();
    }

    private WasmFunctionHandle function(Import wanted, CoreType.Function type, CoreExtern argument) {
        CoreType.Function given =
                switch (argument) {
                    case HostFunction host -> host.type();
                    case CoreFunction function -> function.type();
                    case CoreMemory memory -> throw mismatch(wanted, "a memory");
                    case CoreTable table -> throw mismatch(wanted, "a table");
                    case CoreGlobal global -> throw mismatch(wanted, "a global");
                    case CoreTag tag -> throw mismatch(wanted, "a tag");
                };
        if (!given.equals(type)) {
            throw mismatch(wanted, "a function of type " + given);
        }
        if (argument instanceof HostFunction host) {
            if (!Slots.carries(type)) {
                throw new CoreLinkException(at(wanted) + " has a type that no host function has: " + type);
            }
            return adapters.adapt(host);
        }
        if (argument instanceof EndiveFunction function) {
            return function.forImport();
        }
        throw foreign(wanted);
    }

    private static FlatMemory memory(Import wanted, CoreType.Memory type, CoreExtern argument) {
        if (!(argument instanceof CoreMemory)) {
            throw mismatch(wanted, "no memory");
        }
        if (!(argument instanceof FlatMemory memory)) {
            throw foreign(wanted);
        }
        if (memory.pages() < type.minimum()) {
            throw mismatch(wanted, "a memory of " + memory.pages() + " pages");
        }
        if (type.maximum() >= 0 && memory.maximumPages() > Math.min(type.maximum(), Memory.RUNTIME_MAX_PAGES)) {
            throw mismatch(wanted, "a memory that may grow to " + memory.maximumPages() + " pages");
        }
        return memory.window();
    }

    private static EndiveTable table(Import wanted, CoreType.Table type, CoreExtern argument) {
        if (!(argument instanceof CoreTable)) {
            throw mismatch(wanted, "no table");
        }
        if (!(argument instanceof EndiveTable table)) {
            throw foreign(wanted);
        }
        if (table.type().element() != type.element() || table.size() < type.minimum()) {
            throw mismatch(
                    wanted, "a table of " + table.size() + " " + table.type().element());
        }
        if (type.maximum() >= 0 && (table.type().maximum() < 0 || table.type().maximum() > type.maximum())) {
            throw mismatch(wanted, "a table that may grow to " + table.type().maximum() + " elements");
        }
        return table;
    }

    private static EndiveGlobal global(Import wanted, CoreType.Global type, CoreExtern argument) {
        if (!(argument instanceof CoreGlobal)) {
            throw mismatch(wanted, "no global");
        }
        if (!(argument instanceof EndiveGlobal global)) {
            throw foreign(wanted);
        }
        if (!global.type().equals(type)) {
            throw mismatch(wanted, "a global of type " + global.type());
        }
        return global;
    }

    private static EndiveTag tag(Import wanted, CoreType.Tag type, CoreExtern argument) {
        if (!(argument instanceof CoreTag)) {
            throw mismatch(wanted, "no tag");
        }
        if (!(argument instanceof EndiveTag tag)) {
            throw foreign(wanted);
        }
        if (!tag.type().equals(type)) {
            throw mismatch(wanted, "a tag of type " + tag.type());
        }
        return tag;
    }

    private static String at(Import wanted) {
        return "import \"" + wanted.module() + "\" \"" + wanted.name() + "\"";
    }

    private static CoreLinkException mismatch(Import wanted, String given) {
        return new CoreLinkException(at(wanted) + " wants " + wanted.type() + ", but gets " + given);
    }

    private static CoreLinkException foreign(Import wanted) {
        return new CoreLinkException(at(wanted) + " gets something that belongs to another core engine");
    }

    /** Where an export points to, in the index space of its kind. */
    record ExportedIndex(int index, CoreType type) {}
}
