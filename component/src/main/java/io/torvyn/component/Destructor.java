package io.torvyn.component;

/** A guest's destructor of a resource: CanonicalABI.md, {@code ResourceType}. Public only for the engine that implements it. */
@FunctionalInterface
public interface Destructor {
    void call(int rep);
}
