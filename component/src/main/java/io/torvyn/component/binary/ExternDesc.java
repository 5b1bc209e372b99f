package io.torvyn.component.binary;

/** The type of an import or export, by index: {@code externtype} in Binary.md, "Type Definitions". */
public sealed interface ExternDesc {
    record CoreModule(int coreType) implements ExternDesc {}

    record Function(int type) implements ExternDesc {}

    /** {@code (type (eq i))}. */
    record TypeEq(int type) implements ExternDesc {}

    /** {@code (type (sub resource))}. */
    record SubResource() implements ExternDesc {}

    record Component(int type) implements ExternDesc {}

    record Instance(int type) implements ExternDesc {}
}
