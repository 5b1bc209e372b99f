package io.torvyn.contracts;

import org.jspecify.annotations.Nullable;

/**
 * The identity of a resource type. Who makes one decides how far it is shared; the name means nothing. Two are equal
 * when they are the same object, or aliases of one another.
 */
public final class ResourceType {
    private final String name;
    private final Object identity;
    private final boolean alias;

    /**
     * @param name for messages only
     */
    public ResourceType(String name) {
        this(name, new Object(), false);
    }

    private ResourceType(String name, Object identity, boolean alias) {
        this.name = name;
        this.identity = identity;
        this.alias = alias;
    }

    /**
     * The same resource type, under a name of its own: Explainer.md, "External Visibility of Types", tells apart by
     * which of its names a resource is mentioned, and nothing else does.
     */
    public ResourceType alias(String aliasName) {
        return new ResourceType(aliasName, identity, true);
    }

    /** Whether {@link #alias} made it. */
    public boolean isAlias() {
        return alias;
    }

    public String name() {
        return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof ResourceType type && identity.equals(type.identity));
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(identity);
    }

    @Override
    public String toString() {
        return name;
    }
}
