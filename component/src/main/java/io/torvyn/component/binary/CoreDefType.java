package io.torvyn.component.binary;

import io.torvyn.component.spi.CoreType;
import java.util.List;

/** {@code core:deftype} in Binary.md, "Type Definitions". */
public sealed interface CoreDefType {
    record Function(CoreType.Function type) implements CoreDefType {}

    record Module(List<Declaration> declarations) implements CoreDefType {}

    /** {@code core:externtype}; function types are indices. */
    sealed interface Extern {
        record Function(int type) implements Extern {}

        /** A table, memory or global. */
        record Resolved(CoreType type) implements Extern {}
    }

    /** {@code core:moduledecl}. */
    sealed interface Declaration {
        int offset();

        record Import(int offset, String module, String name, Extern type) implements Declaration {}

        record OfType(int offset, CoreType.Function type) implements Declaration {}

        record OuterType(int offset, int count, int index) implements Declaration {}

        record Export(int offset, String name, Extern type) implements Declaration {}
    }
}
