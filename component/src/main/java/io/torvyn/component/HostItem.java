package io.torvyn.component;

import io.torvyn.component.spi.CoreModule;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that a component can import: of the host, or of an instance of another component. */
public sealed interface HostItem {
    /**
     * A function.
     *
     * @param type what the host implements; an import of another type does not link
     * @param lowering makes it callable by core code
     */
    record Function(FunctionType type, Lowering lowering) implements HostItem {}

    /**
     * A function over {@link Value}s.
     *
     * @param body as for {@link Lowering#dynamic}
     */
    static HostItem function(FunctionType type, java.util.function.Function<List<Value>, Optional<Value>> body) {
        return new Function(type, Lowering.dynamic(type, body));
    }

    /**
     * A function of whatever type the component imports, over {@link Value}s: for what the host knows by name only, such
     * as an interface that it denies.
     *
     * @param body as for {@link Lowering#dynamic}
     */
    record Untyped(java.util.function.Function<List<Value>, Optional<Value>> body) implements HostItem {}

    /** A function that an instance of another component exports. */
    record Exported(ExportedFunction function) implements HostItem {}

    /** A resource type; of the host, whose values are {@link HostResource}s, or of another component. */
    record Resource(ResourceType type) implements HostItem {}

    /** An instance, such as an interface has. */
    record Instance(Map<String, HostItem> items) implements HostItem {
        public Instance {
            items = Map.copyOf(items);
        }
    }

    /** A component, which the importer may make instances of. */
    record Nested(Component component) implements HostItem {}

    /** A core module, which the importer may make instances of. It comes from the engine that runs the importer. */
    record Module(CoreModule module) implements HostItem {}
}
