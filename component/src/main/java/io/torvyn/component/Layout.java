package io.torvyn.component;

import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How values of one type lie in linear memory: CanonicalABI.md, "Alignment" and "Element Size".
 *
 * <p>The only place that works these numbers out; the dynamic {@link Value} path and generated bindings both ask here.
 *
 * @param size in bytes, a multiple of {@code alignment}
 * @param alignment a power of two, at most 8
 * @param fieldOffsets of a record or tuple, in order; empty for all other types
 * @param discriminantSize 1, 2 or 4 for a variant, enum, option or result; 0 for all other types
 * @param payloadOffset where the payloads of a variant, enum, option or result start; 0 for all other types
 */
public record Layout(int size, int alignment, List<Integer> fieldOffsets, int discriminantSize, int payloadOffset) {
    /**
     * Nothing is larger: validation of components refuses types whose values take 2^28 bytes or more, and an entry of a
     * map is a value with a key before it.
     */
    public static final int MAX_SIZE = (1 << 28) + 15;

    public Layout {
        fieldOffsets = List.copyOf(fieldOffsets);
    }

    /**
     * @throws IllegalArgumentException when a value of the type would take more than {@link #MAX_SIZE} bytes
     */
    public static Layout of(ValueType type) {
        return switch (type) {
            case ValueType.Primitive primitive -> scalar(primitive);
            case ValueType.ListType _, ValueType.MapType _ -> new Layout(8, 4, List.of(), 0, 0);
            case ValueType.FixedListType(var element, int length) -> {
                Layout one = of(element);
                yield new Layout((int) checked((long) one.size * length), one.alignment, List.of(), 0, 0);
            }
            case ValueType.RecordType(var fields) ->
                ofFields(fields.stream().map(ValueType.Field::type).toList());
            case ValueType.TupleType(var elements) -> ofFields(elements);
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ ->
                ofCases(payloads(type));
            case ValueType.FlagsType(var labels) -> scalar(labels.size() <= 8 ? 1 : labels.size() <= 16 ? 2 : 4);
            case ValueType.Own _, ValueType.Borrow _, ValueType.AsyncType _ -> scalar(4);
        };
    }

    /** Of values one after the other, as the fields of a record; also how parameters lie that go through memory. */
    public static Layout ofFields(List<ValueType> types) {
        long end = 0;
        int alignment = 1;
        var offsets = new ArrayList<Integer>(types.size());
        for (ValueType type : types) {
            Layout field = of(type);
            long offset = align(end, field.alignment);
            end = checked(offset + field.size);
            offsets.add((int) offset);
            alignment = Math.max(alignment, field.alignment);
        }
        return new Layout((int) checked(align(end, alignment)), alignment, offsets, 0, 0);
    }

    /**
     * The payload of each case of a variant, enum, option or result, in the order of their discriminants:
     * CanonicalABI.md, "Despecialization".
     *
     * @throws IllegalArgumentException when the type is none of these
     */
    public static List<Optional<ValueType>> payloads(ValueType type) {
        return switch (type) {
            case ValueType.VariantType(var cases) ->
                cases.stream().map(ValueType.Case::payload).toList();
            case ValueType.EnumType(var cases) -> Collections.nCopies(cases.size(), Optional.empty());
            case ValueType.OptionType(var payload) -> List.of(Optional.empty(), Optional.of(payload));
            case ValueType.ResultType(var ok, var err) -> List.of(ok, err);
            case ValueType.Primitive _,
                    ValueType.ListType _,
                    ValueType.FixedListType _,
                    ValueType.MapType _,
                    ValueType.RecordType _,
                    ValueType.TupleType _,
                    ValueType.FlagsType _,
                    ValueType.Own _,
                    ValueType.Borrow _,
                    ValueType.AsyncType _ -> throw new IllegalArgumentException("a type without cases: " + type);
        };
    }

    private static Layout ofCases(List<Optional<ValueType>> payloads) {
        int discriminant = discriminantSize(payloads.size());
        int size = 0;
        int alignment = 1;
        for (Optional<ValueType> payload : payloads) {
            if (payload.isPresent()) {
                Layout layout = of(payload.get());
                size = Math.max(size, layout.size);
                alignment = Math.max(alignment, layout.alignment);
            }
        }
        long offset = align(discriminant, alignment);
        int whole = Math.max(discriminant, alignment);
        return new Layout((int) checked(align(offset + size, whole)), whole, List.of(), discriminant, (int) offset);
    }

    private static int discriminantSize(int cases) {
        return cases <= 1 << 8 ? 1 : cases <= 1 << 16 ? 2 : 4;
    }

    private static Layout scalar(ValueType.Primitive type) {
        return switch (type) {
            case BOOL, S8, U8 -> scalar(1);
            case S16, U16 -> scalar(2);
            case S32, U32, F32, CHAR -> scalar(4);
            case S64, U64, F64 -> scalar(8);
            case STRING -> new Layout(8, 4, List.of(), 0, 0);
        };
    }

    private static Layout scalar(int size) {
        return new Layout(size, size, List.of(), 0, 0);
    }

    private static long align(long offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }

    private static long checked(long size) {
        if (size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "a value of this type takes " + size + " bytes; the limit is " + MAX_SIZE);
        }
        return size;
    }
}
