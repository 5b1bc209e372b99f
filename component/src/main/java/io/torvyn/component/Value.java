package io.torvyn.component;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A component-level value whose type is not known before run time: for tools, tests, and worlds without generated
 * bindings. Immutable, but for the resources behind handles.
 *
 * <p>Constructors refuse what no value of the type can be, with {@link IllegalArgumentException}, and null. Numbers without sign
 * stand in the next larger Java type; a {@code u64} is the 64 bits of its {@code long}.
 */
public sealed interface Value {
    record Bool(boolean value) implements Value {}

    record S8(byte value) implements Value {}

    record U8(int value) implements Value {
        public U8 {
            checkRange(value, 0xff, "u8");
        }
    }

    record S16(short value) implements Value {}

    record U16(int value) implements Value {
        public U16 {
            checkRange(value, 0xffff, "u16");
        }
    }

    record S32(int value) implements Value {}

    record U32(long value) implements Value {
        public U32 {
            checkRange(value, 0xffff_ffffL, "u32");
        }
    }

    record S64(long value) implements Value {}

    record U64(long value) implements Value {
        @Override
        public String toString() {
            return "U64[value=" + Long.toUnsignedString(value) + "]";
        }
    }

    record F32(float value) implements Value {}

    record F64(double value) implements Value {}

    /** @param codePoint a Unicode scalar value */
    record Char(int codePoint) implements Value {
        public Char {
            if (!isScalarValue(codePoint)) {
                throw new IllegalArgumentException("not a Unicode scalar value: 0x" + Integer.toHexString(codePoint));
            }
        }
    }

    record Str(String value) implements Value {
        public Str {
            requireNonNull(value, "value");
        }
    }

    record ListValue(List<Value> elements) implements Value {
        public ListValue {
            if (!(elements instanceof PackedBytes)) {
                elements = List.copyOf(elements);
            }
        }

        /** A {@code list<u8>} that needs no object for each byte. */
        public static ListValue ofBytes(byte[] bytes) {
            return new ListValue(new PackedBytes(bytes.clone()));
        }

        /** Without the copy: nobody else has the array. */
        static ListValue wrap(byte[] bytes) {
            return new ListValue(new PackedBytes(bytes));
        }

        /**
         * The bytes of a {@code list<u8>}.
         *
         * @throws ClassCastException when it is a list of something else
         */
        public byte[] toBytes() {
            if (elements instanceof PackedBytes b) {
                return b.array().clone();
            }
            byte[] bytes = new byte[elements.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ((U8) elements.get(i)).value();
            }
            return bytes;
        }
    }

    /** @param fields by name; their order means nothing to equality */
    record RecordValue(Map<String, Value> fields) implements Value {
        public RecordValue {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            fields.forEach((name, value) -> requireNonNull(value, name));
        }
    }

    record TupleValue(List<Value> elements) implements Value {
        public TupleValue {
            elements = List.copyOf(elements);
        }
    }

    record VariantValue(String label, Optional<Value> payload) implements Value {
        public VariantValue {
            requireNonNull(label, "label");
            requireNonNull(payload, "payload");
        }
    }

    record EnumValue(String label) implements Value {
        public EnumValue {
            requireNonNull(label, "label");
        }
    }

    /** @param labels those that are set */
    record FlagsValue(Set<String> labels) implements Value {
        public FlagsValue {
            labels = Set.copyOf(labels);
        }
    }

    record OptionValue(Optional<Value> payload) implements Value {
        public OptionValue {
            requireNonNull(payload, "payload");
        }
    }

    /** @param payload empty where the type has none for this side */
    record ResultValue(boolean isOk, Optional<Value> payload) implements Value {
        public ResultValue {
            requireNonNull(payload, "payload");
        }

        public static ResultValue ok(Value payload) {
            return new ResultValue(true, Optional.of(payload));
        }

        public static ResultValue err(Value payload) {
            return new ResultValue(false, Optional.of(payload));
        }
    }

    /**
     * A handle that is given away. Who gets it drops the resource or gives it on.
     *
     * @param resource the host's own, or a {@link GuestResource}
     */
    record OwnHandle(HostResource resource) implements Value {
        public OwnHandle {
            requireNonNull(resource, "resource");
        }
    }

    /**
     * A handle that is lent for one call.
     *
     * @param resource the host's own, or a {@link GuestResource}
     */
    record BorrowHandle(HostResource resource) implements Value {
        public BorrowHandle {
            requireNonNull(resource, "resource");
        }
    }

    /** CanonicalABI.md, "convert_i32_to_char". */
    static boolean isScalarValue(int codePoint) {
        return codePoint >= 0
                && codePoint <= Character.MAX_CODE_POINT
                && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    }

    private static void checkRange(long value, long max, String type) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is not a " + type);
        }
    }
}
