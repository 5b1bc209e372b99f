package io.torvyn.component;

import io.torvyn.component.ExternType.ComponentType;
import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.component.ExternType.ModuleType;
import io.torvyn.component.binary.AttributedName;
import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.CoreDefType;
import io.torvyn.component.binary.Sort;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been defined so far in one scope, a component or a component or instance type: Explainer.md, "Index
 * Spaces". Grows while the scope is validated.
 */
final class IndexSpaces {
    /** An element of the core type index space. */
    sealed interface CoreDefinedType {
        record Type(CoreDefType.Member member) implements CoreDefinedType {}

        record Module(ModuleType type) implements CoreDefinedType {}
    }

    final @Nullable IndexSpaces parent;
    /** A component, and not a type. */
    final boolean ofComponent;

    /** Only {@link ExternType.Type} and {@link ExternType.Resource}. */
    final List<ExternType> types = new ArrayList<>();

    final List<FunctionType> functions = new ArrayList<>();
    final List<InstanceType> instances = new ArrayList<>();
    final List<ComponentType> components = new ArrayList<>();
    final List<ModuleType> modules = new ArrayList<>();
    final List<CoreDefinedType> coreTypes = new ArrayList<>();
    final List<CoreType.Function> coreFunctions = new ArrayList<>();
    final List<CoreType.Table> coreTables = new ArrayList<>();
    final List<CoreType.Memory> coreMemories = new ArrayList<>();
    final List<CoreType.Global> coreGlobals = new ArrayList<>();
    final List<CoreType.Tag> coreTags = new ArrayList<>();
    final List<Map<String, CoreType>> coreInstances = new ArrayList<>();

    final Names imports = new Names("import");
    final Names exports = new Names("export");
    final NamedTypes named = new NamedTypes();
    final Set<ResourceType> importedResources = new LinkedHashSet<>();
    final Set<ResourceType> exportedResources = new LinkedHashSet<>();
    /** Those that core code of this very component implements. */
    final Set<ResourceType> definedResources = new HashSet<>();

    final List<Step> steps = new ArrayList<>();

    IndexSpaces(@Nullable IndexSpaces parent, boolean ofComponent) {
        this.parent = parent;
        this.ofComponent = ofComponent;
    }

    /** Imports or exports by name, strongly unique: Explainer.md, "Name Uniqueness". */
    static final class Names {
        private final String what;
        private final Map<String, ExternType> types = new LinkedHashMap<>();
        private final Map<String, String> byKey = new HashMap<>();

        Names(String what) {
            this.what = what;
        }

        Map<String, ExternType> types() {
            return types;
        }

        void add(int offset, AttributedName attributed, ExternType type) {
            ExternName name = ExternName.parse(offset, attributed.name());
            checkAnnotation(offset, name, type);
            add(offset, name, attributed, type);
        }

        /** Of an instance made of items, where no function can mention the names that its resources get there. */
        void addUnannotated(int offset, AttributedName attributed, ExternType type) {
            ExternName name = ExternName.parse(offset, attributed.name());
            if (name instanceof ExternName.Annotated annotated) {
                throw new BinaryException(
                        offset,
                        "the " + what + " \"" + name.text() + "\" of an instance made of items names the resource \""
                                + annotated.resource() + "\", which no function there can mention by that name");
            }
            add(offset, name, attributed, type);
        }

        private void add(int offset, ExternName name, AttributedName attributed, ExternType type) {
            name.checkAttributes(offset, attributed, type);
            String earlier = byKey.putIfAbsent(name.uniqueKey(), name.text());
            if (earlier != null) {
                throw new BinaryException(
                        offset,
                        "the " + what + " name \"" + name.text() + "\""
                                + (earlier.equals(name.text())
                                        ? " is used twice"
                                        : " cannot be told from \"" + earlier + "\""));
            }
            types.put(name.text(), type);
        }

        /** Binary.md, "Import and Export Definitions", on {@code [constructor]}, {@code [method]}, {@code [static]}. */
        private void checkAnnotation(int offset, ExternName name, ExternType type) {
            if (!(name instanceof ExternName.Annotated annotated)) {
                return;
            }
            String what = "the " + this.what + " \"" + name.text() + "\"";
            if (!(type instanceof ExternType.Function(var function))) {
                throw new BinaryException(offset, what + " has to be a function; found: " + type.sort());
            }
            if (!(types.get(annotated.resource()) instanceof ExternType.Resource(var resource))) {
                throw new BinaryException(
                        offset, what + " comes before any resource of the name \"" + annotated.resource() + "\"");
            }
            switch (annotated) {
                case ExternName.Constructor _ -> {
                    if (function.async()) {
                        throw new BinaryException(offset, what + " cannot be asynchronous");
                    }
                    var own = new ValueType.Own(resource);
                    boolean fits = function.result()
                            .filter(r -> r.equals(own)
                                    || (r instanceof ValueType.ResultType(var ok, var _)
                                            && ok.isPresent()
                                            && ok.get().equals(own)))
                            .isPresent();
                    if (!fits) {
                        throw new BinaryException(
                                offset,
                                what + " has to return the resource \"" + resource.name()
                                        + "\" or a result with it, but is " + TypeText.of(function));
                    }
                }
                case ExternName.Method _ -> {
                    var self = new ValueType.Field("self", new ValueType.Borrow(resource));
                    if (function.parameters().isEmpty()
                            || !function.parameters().getFirst().equals(self)) {
                        throw new BinaryException(
                                offset,
                                what + " has to take self: borrow<" + resource.name() + "> first, but is "
                                        + TypeText.of(function));
                    }
                }
                case ExternName.Static _ -> {}
            }
        }
    }

    static <T> T at(List<T> space, int offset, int index, Sort sort) {
        if (index >= space.size()) {
            throw new BinaryException(
                    offset, sort + " index " + index + " is out of range: " + space.size() + " are defined so far");
        }
        return space.get(index);
    }

    /** The type of an item that may cross a component's border. */
    ExternType typeOf(int offset, Sort sort, int index) {
        return switch (sort) {
            case FUNCTION -> new ExternType.Function(at(functions, offset, index, sort));
            case TYPE -> at(types, offset, index, sort);
            case COMPONENT -> new ExternType.Component(at(components, offset, index, sort));
            case INSTANCE -> new ExternType.Instance(at(instances, offset, index, sort));
            case CORE_MODULE -> new ExternType.Module(at(modules, offset, index, sort));
            case CORE_FUNCTION, CORE_TABLE, CORE_MEMORY, CORE_GLOBAL, CORE_TAG, CORE_TYPE, CORE_INSTANCE ->
                throw new BinaryException(offset, sort.withArticle() + " cannot cross the border of a component");
        };
    }

    /** The type of an item that core instances exchange. */
    CoreType coreTypeOf(int offset, Sort sort, int index) {
        return switch (sort) {
            case CORE_FUNCTION -> at(coreFunctions, offset, index, sort);
            case CORE_TABLE -> at(coreTables, offset, index, sort);
            case CORE_MEMORY -> at(coreMemories, offset, index, sort);
            case CORE_GLOBAL -> at(coreGlobals, offset, index, sort);
            case CORE_TAG -> at(coreTags, offset, index, sort);
            case CORE_TYPE, CORE_MODULE, CORE_INSTANCE, FUNCTION, TYPE, COMPONENT, INSTANCE ->
                throw new BinaryException(offset, "a core instance cannot export " + sort.withArticle());
        };
    }

    void add(ExternType type) {
        switch (type) {
            case ExternType.Function(var function) -> functions.add(function);
            case ExternType.Type _, ExternType.Resource _ -> types.add(type);
            case ExternType.Instance(var instance) -> instances.add(instance);
            case ExternType.Component(var component) -> components.add(component);
            case ExternType.Module(var module) -> modules.add(module);
        }
    }

    void add(CoreType type) {
        switch (type) {
            case CoreType.Function function -> coreFunctions.add(function);
            case CoreType.Table table -> coreTables.add(table);
            case CoreType.Memory memory -> coreMemories.add(memory);
            case CoreType.Global global -> coreGlobals.add(global);
            case CoreType.Tag tag -> coreTags.add(tag);
        }
    }

    /** The scope so many steps outwards. */
    IndexSpaces outer(int offset, int count) {
        IndexSpaces scope = this;
        for (int i = 0; i < count; i++) {
            IndexSpaces next = scope.parent;
            if (next == null) {
                throw new BinaryException(
                        offset, "an alias goes " + count + " scopes outwards, but there are only " + i);
            }
            scope = next;
        }
        return scope;
    }

    /** Whether a component's border lies between this scope and the one so many steps outwards. */
    boolean crossesComponent(int count) {
        IndexSpaces scope = this;
        for (int i = 0; i < count && scope != null; i++) {
            if (scope.ofComponent) {
                return true;
            }
            scope = scope.parent;
        }
        return false;
    }
}
