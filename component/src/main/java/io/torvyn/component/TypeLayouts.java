package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.ValueType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/** The layouts and flat types of one function's types, worked out once. Belongs to one thread. */
final class TypeLayouts {
    private final IdentityHashMap<ValueType, Layout> layouts = new IdentityHashMap<>();
    private final IdentityHashMap<ValueType, List<CoreType.Value>> flat = new IdentityHashMap<>();
    private final IdentityHashMap<ValueType, List<Optional<ValueType>>> payloads = new IdentityHashMap<>();
    private final IdentityHashMap<ValueType, Long> heapBytes = new IdentityHashMap<>();

    /** A function that mentions such a type is refused before it is called. */
    static AssertionError never(ValueType type) {
        return new AssertionError("a type that is never lifted or lowered: " + type);
    }

    Layout layout(ValueType type) {
        return layouts.computeIfAbsent(type, Layout::of);
    }

    List<CoreType.Value> flat(ValueType type) {
        return flat.computeIfAbsent(type, Flattening::of);
    }

    /** What a {@link Value} of the type takes in the heap, by estimate, without the content of its lists and strings. */
    long heapBytes(ValueType type) {
        Long known = heapBytes.get(type);
        if (known == null) {
            known = estimate(type);
            heapBytes.put(type, known);
        }
        return known;
    }

    /* Objects of a 64-bit JVM with compressed references: a header is 12 bytes, an entry of a linked map is 40. */
    private long estimate(ValueType type) {
        return switch (type) {
            case ValueType.Primitive _ -> 28;
            case ValueType.ListType _, ValueType.MapType _, ValueType.FixedListType _ -> 64;
            case ValueType.RecordType(var fields) ->
                100 + fields.stream().mapToLong(f -> 48 + heapBytes(f.type())).sum();
            case ValueType.TupleType(var elements) ->
                64 + elements.stream().mapToLong(this::heapBytes).sum();
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ ->
                44
                        + payloads(type).stream()
                                .mapToLong(
                                        payload -> payload.map(this::heapBytes).orElse(0L))
                                .max()
                                .orElse(0);
            case ValueType.FlagsType(var labels) -> 100 + 48L * labels.size();
            case ValueType.Own _, ValueType.Borrow _ -> 80;
            case ValueType.AsyncType _ -> throw never(type);
        };
    }

    /** By discriminant, of a type with cases. */
    List<Optional<ValueType>> payloads(ValueType type) {
        return payloads.computeIfAbsent(type, Layout::payloads);
    }
}
