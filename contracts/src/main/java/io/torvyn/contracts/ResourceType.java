package io.torvyn.contracts;

/**
 * The identity of a resource type. Two resource types are the same when they are the same object, whatever their name;
 * who makes one decides how far it is shared.
 */
public final class ResourceType {
    private final String name;

    /**
     * @param name for messages only
     */
    public ResourceType(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
