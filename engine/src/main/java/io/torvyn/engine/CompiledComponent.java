package io.torvyn.engine;

import io.torvyn.component.Component;
import io.torvyn.types.ComponentTypeId;

/**
 * A component that is decoded, validated and compiled, ready to be instantiated as often as wanted. Immutable; shared by
 * all threads.
 *
 * @param type the SHA-256 of its binary
 * @param component what it is made of
 * @param origin where its compiled code came from
 */
public record CompiledComponent(ComponentTypeId type, Component component, Origin origin) {
    /** Where compiled code came from. */
    public enum Origin {
        COMPILED,
        MEMORY_CACHE,
        DISK_CACHE
    }

    CompiledComponent from(Origin other) {
        return new CompiledComponent(type, component, other);
    }
}
