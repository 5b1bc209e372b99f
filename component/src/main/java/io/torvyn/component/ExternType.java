package io.torvyn.component;

import io.torvyn.component.spi.CoreModule;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The type of an import or export: Explainer.md, "Definition types". All indices are resolved; resource types have
 * become identities.
 */
public sealed interface ExternType {
    /** A component function. */
    record Function(FunctionType type) implements ExternType {}

    /** A type that is not a resource, by its structure. */
    record Type(Defined type) implements ExternType {}

    /** A resource type. The first item that carries an identity introduces it; later ones are equal to it. */
    record Resource(ResourceType type) implements ExternType {}

    /** A component instance. */
    record Instance(InstanceType type) implements ExternType {}

    /** A component. */
    record Component(ComponentType type) implements ExternType {}

    /** A core module. */
    record Module(ModuleType type) implements ExternType {}

    /**
     * Whether an import of this type has to be offered: not so a plain type, whose structure is all there is to it, and
     * an instance that has nothing else.
     */
    default boolean needsProvider() {
        return switch (this) {
            case Type _ -> false;
            case Instance(var type) -> type.exports().values().stream().anyMatch(ExternType::needsProvider);
            case Function _, Resource _, Component _, Module _ -> true;
        };
    }

    /** What a type definition defines, but for resources. */
    sealed interface Defined {
        record Value(ValueType type) implements Defined {}

        record Function(FunctionType type) implements Defined {}

        record Instance(InstanceType type) implements Defined {}

        record Component(ComponentType type) implements Defined {}
    }

    /**
     * The type of component instances.
     *
     * @param exports in order of declaration
     * @param resources those that each instance of this type brings along itself; they are exported under some name
     */
    record InstanceType(Map<String, ExternType> exports, Set<ResourceType> resources) {
        public InstanceType {
            exports = Collections.unmodifiableMap(new LinkedHashMap<>(exports));
            resources = Collections.unmodifiableSet(new LinkedHashSet<>(resources));
        }
    }

    /**
     * The type of components.
     *
     * @param imports in order of declaration
     * @param importedResources those that whoever instantiates the component chooses
     * @param exports in order of declaration
     * @param exportedResources those that each instance brings along itself
     */
    record ComponentType(
            Map<String, ExternType> imports,
            Set<ResourceType> importedResources,
            Map<String, ExternType> exports,
            Set<ResourceType> exportedResources) {
        public ComponentType {
            imports = Collections.unmodifiableMap(new LinkedHashMap<>(imports));
            importedResources = Collections.unmodifiableSet(new LinkedHashSet<>(importedResources));
            exports = Collections.unmodifiableMap(new LinkedHashMap<>(exports));
            exportedResources = Collections.unmodifiableSet(new LinkedHashSet<>(exportedResources));
        }
    }

    /** The type of core modules. */
    record ModuleType(List<CoreModule.Import> imports, List<CoreModule.Export> exports) {
        public ModuleType {
            imports = List.copyOf(imports);
            exports = List.copyOf(exports);
        }
    }

    /** What people call this sort of item. */
    default String sort() {
        return switch (this) {
            case Function _ -> "function";
            case Type _ -> "type";
            case Resource _ -> "resource";
            case Instance _ -> "instance";
            case Component _ -> "component";
            case Module _ -> "core module";
        };
    }
}
