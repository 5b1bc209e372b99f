package io.torvyn.component;

import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import java.util.List;
import java.util.Optional;

/** Something that the host offers to a component. */
public sealed interface HostItem {
    /**
     * A function.
     *
     * @param type what the host implements; an import of another type does not link
     * @param lowering makes it callable by core code
     */
    record Function(FunctionType type, Lowering lowering) implements HostItem {}

    /**
     * A function of whatever type the component imports, over {@link Value}s: for what the host knows by name only, such
     * as an interface that it denies.
     *
     * @param body as for {@link Lowering#dynamic}
     */
    record Untyped(java.util.function.Function<List<Value>, Optional<Value>> body) implements HostItem {}

    /** A resource type; its values are {@link HostResource}s. */
    record Resource(ResourceType type) implements HostItem {}
}
