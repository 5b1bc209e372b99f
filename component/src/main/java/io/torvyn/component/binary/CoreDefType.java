package io.torvyn.component.binary;

import io.torvyn.component.spi.CoreType;
import java.util.List;
import java.util.Optional;

/** {@code core:deftype} in Binary.md, "Type Definitions". */
public sealed interface CoreDefType {
    /** {@code core:rectype}: types that may refer to each other; most are a group of one. */
    record Group(List<Member> members) implements CoreDefType {}

    /**
     * One type of a group.
     *
     * @param extensible other types may be subtypes of it
     * @param supertypes indices
     * @param references indices of all types that its parts mention
     * @param function present for a function type whose values are numbers, vectors, {@code funcref} or {@code
     *     externref}; only such functions can be told apart by this runtime
     */
    record Member(
            int offset,
            boolean extensible,
            List<Integer> supertypes,
            Kind kind,
            List<Integer> references,
            Optional<CoreType.Function> function) {
        /** The same as one of several, which makes it unequal to a type that stands alone. */
        Member grouped() {
            return new Member(offset, extensible, supertypes, kind, references, Optional.empty());
        }

        /** The function type, when it is equal to all others that have the same parameters and results. */
        public Optional<CoreType.Function> plainFunction() {
            return extensible || !supertypes.isEmpty() ? Optional.empty() : function;
        }
    }

    enum Kind {
        FUNCTION,
        STRUCT,
        ARRAY
    }

    record Module(List<Declaration> declarations) implements CoreDefType {}

    /** {@code core:externtype}; function types are indices. */
    sealed interface Extern {
        record Function(int type) implements Extern {}

        record Tag(int type) implements Extern {}

        /** A table, memory or global. */
        record Resolved(CoreType type) implements Extern {}
    }

    /** {@code core:moduledecl}. */
    sealed interface Declaration {
        int offset();

        record Import(int offset, String module, String name, Extern type) implements Declaration {}

        record OfType(int offset, Group group) implements Declaration {}

        record OuterType(int offset, int count, int index) implements Declaration {}

        record Export(int offset, String name, Extern type) implements Declaration {}
    }
}
