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

    /** By discriminant, of a type with cases. */
    List<Optional<ValueType>> payloads(ValueType type) {
        return payloads.computeIfAbsent(type, Layout::payloads);
    }
}
