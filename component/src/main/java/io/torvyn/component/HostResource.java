package io.torvyn.component;

/**
 * A resource that the host implements: the object itself stands in the guest's handle table. Generated interfaces of
 * imported resources extend this one.
 */
public interface HostResource {
    /** The last owned handle has gone: CanonicalABI.md, "canon resource.drop". Called once per handle given away. */
    default void drop() {}
}
