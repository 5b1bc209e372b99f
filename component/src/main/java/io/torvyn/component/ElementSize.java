package io.torvyn.component;

import io.torvyn.contracts.ValueType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * How large values are where pointers have 64 bits: CanonicalABI.md, "Element Size". Only validation asks, because no
 * type may be defined whose values take {@link #LIMIT} bytes or more; {@link Layout} says how values lie in the memories
 * that there are.
 */
final class ElementSize {
    static final long LIMIT = 1L << 28;

    /** @param size in bytes; no part of a type that is measured is as large as {@link #LIMIT} */
    private record Extent(long size, int alignment) {}

    private final IdentityHashMap<ValueType, Extent> known = new IdentityHashMap<>();

    /** In bytes. All types that it consists of must have been found to be small enough. */
    long of(ValueType type) {
        return extent(type).size;
    }

    /** In bytes, of values one after the other. */
    long ofAll(List<ValueType> types) {
        return sequence(types).size;
    }

    private Extent extent(ValueType type) {
        if (type instanceof ValueType.Primitive primitive) {
            return scalar(primitive);
        }
        Extent extent = known.get(type);
        if (extent == null) {
            extent = measure(type);
            known.put(type, extent);
        }
        return extent;
    }

    private static Extent scalar(ValueType.Primitive type) {
        return switch (type) {
            case BOOL, S8, U8 -> scalar(1);
            case S16, U16 -> scalar(2);
            case S32, U32, F32, CHAR -> scalar(4);
            case S64, U64, F64 -> scalar(8);
            case STRING -> new Extent(16, 8);
        };
    }

    private static Extent scalar(int size) {
        return new Extent(size, size);
    }

    private Extent measure(ValueType type) {
        return switch (type) {
            case ValueType.Primitive primitive -> scalar(primitive);
            case ValueType.ListType _, ValueType.MapType _ -> new Extent(16, 8);
            case ValueType.FixedListType(var element, int length) -> {
                Extent one = extent(element);
                yield new Extent(one.size * length, one.alignment);
            }
            case ValueType.RecordType(var fields) ->
                sequence(fields.stream().map(ValueType.Field::type).toList());
            case ValueType.TupleType(var elements) -> sequence(elements);
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ ->
                cases(Layout.payloads(type));
            case ValueType.FlagsType(var labels) -> scalar(labels.size() <= 8 ? 1 : labels.size() <= 16 ? 2 : 4);
            case ValueType.Own _, ValueType.Borrow _, ValueType.AsyncType _ -> scalar(4);
        };
    }

    private Extent sequence(List<ValueType> types) {
        long end = 0;
        int alignment = 1;
        for (ValueType type : types) {
            Extent part = extent(type);
            end = align(end, part.alignment) + part.size;
            alignment = Math.max(alignment, part.alignment);
        }
        return new Extent(align(end, alignment), alignment);
    }

    private Extent cases(List<Optional<ValueType>> payloads) {
        int discriminant = payloads.size() <= 1 << 8 ? 1 : payloads.size() <= 1 << 16 ? 2 : 4;
        long size = 0;
        int alignment = 1;
        for (Optional<ValueType> payload : payloads) {
            if (payload.isPresent()) {
                Extent part = extent(payload.get());
                size = Math.max(size, part.size);
                alignment = Math.max(alignment, part.alignment);
            }
        }
        int whole = Math.max(discriminant, alignment);
        return new Extent(align(align(discriminant, alignment) + size, whole), whole);
    }

    private static long align(long offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }
}
