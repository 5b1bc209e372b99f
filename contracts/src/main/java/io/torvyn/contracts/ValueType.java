package io.torvyn.contracts;

import java.util.List;
import java.util.Optional;

/**
 * A value type of the Component Model (Explainer.md, "Type Definitions"), by structure: names of type definitions are
 * gone, names of fields and cases are not. Two types are equal when they have the same structure and the same
 * {@link ResourceType} identities.
 */
public sealed interface ValueType {
    /** The types without parts. */
    enum Primitive implements ValueType {
        BOOL("bool"),
        S8("s8"),
        U8("u8"),
        S16("s16"),
        U16("u16"),
        S32("s32"),
        U32("u32"),
        S64("s64"),
        U64("u64"),
        F32("f32"),
        F64("f64"),
        CHAR("char"),
        STRING("string");

        private final String wit;

        Primitive(String wit) {
            this.wit = wit;
        }

        /** The keyword in WIT. */
        @Override
        public String toString() {
            return wit;
        }
    }

    /** A named part of a record. */
    record Field(String name, ValueType type) {}

    /** A named alternative of a variant. */
    record Case(String name, Optional<ValueType> payload) {}

    record RecordType(List<Field> fields) implements ValueType {
        public RecordType {
            fields = List.copyOf(fields);
        }
    }

    record VariantType(List<Case> cases) implements ValueType {
        public VariantType {
            cases = List.copyOf(cases);
        }
    }

    record ListType(ValueType element) implements ValueType {}

    /**
     * A list whose length belongs to its type.
     *
     * @param length greater than 0
     */
    record FixedListType(ValueType element, int length) implements ValueType {}

    /**
     * A map; travels as a list of its entries, and nothing sees to it that keys differ.
     *
     * @param entry a key and a value
     */
    record MapType(TupleType entry) implements ValueType {
        public MapType {
            if (entry.elements().size() != 2) {
                throw new IllegalArgumentException("an entry of a map is a key and a value, not " + entry);
            }
        }

        public MapType(ValueType key, ValueType value) {
            this(new TupleType(List.of(key, value)));
        }

        public ValueType key() {
            return entry.elements().getFirst();
        }

        public ValueType value() {
            return entry.elements().getLast();
        }
    }

    record TupleType(List<ValueType> elements) implements ValueType {
        public TupleType {
            elements = List.copyOf(elements);
        }
    }

    /** At most 32 labels. */
    record FlagsType(List<String> labels) implements ValueType {
        public FlagsType {
            labels = List.copyOf(labels);
        }
    }

    record EnumType(List<String> cases) implements ValueType {
        public EnumType {
            cases = List.copyOf(cases);
        }
    }

    record OptionType(ValueType payload) implements ValueType {}

    record ResultType(Optional<ValueType> ok, Optional<ValueType> err) implements ValueType {}

    /** A handle that is given away. */
    record Own(ResourceType resource) implements ValueType {}

    /** A handle that is lent for one call. */
    record Borrow(ResourceType resource) implements ValueType {}

    /** Types of the asynchronous part of the Component Model: known, and never lifted or lowered. */
    sealed interface AsyncType extends ValueType {}

    record StreamType(Optional<ValueType> element) implements AsyncType {}

    record FutureType(Optional<ValueType> payload) implements AsyncType {}

    record ErrorContextType() implements AsyncType {}
}
