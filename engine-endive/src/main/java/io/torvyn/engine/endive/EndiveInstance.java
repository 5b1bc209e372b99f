package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreExtern;
import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.component.spi.CoreType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;

/** An instance and its exports. */
final class EndiveInstance implements CoreInstance {
    private final Instance instance;
    private final EndiveModule module;
    private final List<FlatMemory> ownMemories;
    private final List<BoundedTable> ownTables;
    private final Map<String, CoreExtern> exports = new HashMap<>();

    EndiveInstance(Instance instance, EndiveModule module, List<FlatMemory> ownMemories, List<BoundedTable> ownTables) {
        this.instance = instance;
        this.module = module;
        this.ownMemories = List.copyOf(ownMemories);
        this.ownTables = List.copyOf(ownTables);
    }

    @Override
    public @Nullable CoreExtern export(String name) {
        EndiveModule.ExportedIndex export = module.export(name);
        return export == null ? null : exports.computeIfAbsent(name, _ -> extern(export));
    }

    private CoreExtern extern(EndiveModule.ExportedIndex export) {
        int index = export.index();
        return switch (export.type()) {
            case CoreType.Function function -> new EndiveFunction(instance, index, function, module);
            case CoreType.Memory memory -> (FlatMemory) instance.memory(index);
            case CoreType.Table table -> new EndiveTable(instance.table(index), table);
            case CoreType.Global global -> new EndiveGlobal(instance.global(index), global);
            case CoreType.Tag tag -> new EndiveTag(instance.tag(index), tag);
        };
    }

    @Override
    public void heedInterruption() {
        module.stop().arm();
    }

    @Override
    public void ignoreInterruption() {
        module.stop().disarm();
    }

    @Override
    public List<ImportPath> importPaths() {
        List<ImportPath> paths = new ArrayList<>();
        for (CoreModule.Import wanted : module.imports()) {
            if (wanted.type() instanceof CoreType.Function type) {
                boolean direct = module.isCalledDirectly(instance, paths.size(), type);
                paths.add(new ImportPath(
                        wanted.module(),
                        wanted.name(),
                        direct ? CoreFunction.CallPath.DIRECT : CoreFunction.CallPath.PLAIN));
            }
        }
        return paths;
    }

    @Override
    public @Nullable CoreTrap refusedGrowth() {
        return refusedGrowth(ownMemories, ownTables);
    }

    static @Nullable CoreTrap refusedGrowth(List<FlatMemory> memories, List<BoundedTable> tables) {
        return Stream.concat(
                        memories.stream().map(FlatMemory::refusedGrowth),
                        tables.stream().map(BoundedTable::refusedGrowth))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @Override
    public long memoryBytes() {
        long bytes = 0; // each flow asks a hundred times a second for each of its stages
        for (FlatMemory memory : ownMemories) {
            bytes += memory.byteSize();
        }
        return bytes;
    }
}
