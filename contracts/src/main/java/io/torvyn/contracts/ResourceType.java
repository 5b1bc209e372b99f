package io.torvyn.contracts;

/**
 * The identity of a resource type. Who makes one decides how far it is shared; the name means nothing. Two are equal
 * when they are the same object, or aliases of one another.
 */
public final class ResourceType {
    private final String name;
    private final ResourceType identity;

    /**
     * @param name for messages only
     */
    public ResourceType(String name) {
        this.name = name;
        this.identity = this;
    }

    private ResourceType(String name, ResourceType identity) {
        this.name = name;
        this.identity = identity;
    }

    /**
     * The same resource type, under a name of its own: Explainer.md, "External Visibility of Types", tells apart by
     * which of its names a resource is mentioned, and nothing else does.
     */
    public ResourceType alias(String aliasName) {
        return new ResourceType(aliasName, identity);
    }

    /** Whether {@link #alias} made it. */
    public boolean isAlias() {
        return identity != this;
    }

    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResourceType type && type.identity == identity;
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
