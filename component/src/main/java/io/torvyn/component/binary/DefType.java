package io.torvyn.component.binary;

import io.torvyn.contracts.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A type definition before its indices are resolved: {@code deftype} in Binary.md, "Type Definitions". */
public sealed interface DefType {
    /** {@code valtype}: where a value type is used. */
    sealed interface Use {
        /** A primitive type, or an error context. */
        record Primitive(ValueType type) implements Use {}

        record Index(int type) implements Use {}
    }

    /** A name with a type. */
    record Field(String label, Use type) {}

    record Case(String label, Optional<Use> payload) {}

    /** {@code defvaltype}. */
    sealed interface Value extends DefType {}

    /** A primitive type, or an error context. */
    record Primitive(ValueType type) implements Value {}

    record Record(List<Field> fields) implements Value {}

    record Variant(List<Case> cases) implements Value {}

    record ListOf(Use element) implements Value {}

    record FixedListOf(Use element, int length) implements Value {}

    record MapOf(Use key, Use value) implements Value {}

    record StreamOf(Optional<Use> element) implements Value {}

    record FutureOf(Optional<Use> payload) implements Value {}

    record Tuple(List<Use> elements) implements Value {}

    record Flags(List<String> labels) implements Value {}

    record Enum(List<String> labels) implements Value {}

    record Option(Use payload) implements Value {}

    record Result(Optional<Use> ok, Optional<Use> err) implements Value {}

    record Own(int resource) implements Value {}

    record Borrow(int resource) implements Value {}

    record Function(List<Field> parameters, Optional<Use> result, boolean async) implements DefType {}

    /** Represented by an i32. */
    record Resource(OptionalInt destructor) implements DefType {}

    record Component(List<Declaration> declarations) implements DefType {}

    record Instance(List<Declaration> declarations) implements DefType {}

    /** A declarator of a component type or instance type; only component types have imports. */
    sealed interface Declaration {
        int offset();

        record OfCoreType(int offset, CoreDefType type) implements Declaration {}

        record OfType(int offset, DefType type) implements Declaration {}

        record OfAlias(int offset, Alias alias) implements Declaration {}

        record Import(int offset, AttributedName name, ExternDesc type) implements Declaration {}

        record Export(int offset, AttributedName name, ExternDesc type) implements Declaration {}
    }
}
