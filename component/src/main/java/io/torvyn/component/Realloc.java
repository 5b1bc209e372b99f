package io.torvyn.component;

/** A guest's {@code cabi_realloc}: CanonicalABI.md, "realloc". Public only for the engine that implements it. */
@FunctionalInterface
public interface Realloc {
    int call(int oldAddress, int oldSize, int align, int newSize);
}
