package io.torvyn.component.binary;

import java.util.List;

/** {@code canon} in Binary.md, "Canonical Definitions": where core functions and component functions meet. */
public sealed interface CanonicalDefinition {
    /** A core function, seen as a component function of type {@code type}. */
    record Lift(int coreFunction, List<CanonicalOption> options, int type) implements CanonicalDefinition {}

    /** A component function, as core code can call it. */
    record Lower(int function, List<CanonicalOption> options) implements CanonicalDefinition {}

    record ResourceNew(int type) implements CanonicalDefinition {}

    record ResourceDrop(int type) implements CanonicalDefinition {}

    record ResourceRep(int type) implements CanonicalDefinition {}
}
