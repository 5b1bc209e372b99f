package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import java.util.List;

/**
 * Core values on their way in or out: CanonicalABI.md, "Flat Lifting", {@code CoreValueIter}.
 *
 * <p>Each is kept as its bits, those of 32-bit values zero-extended. Reinterpreting one core type as another, as the
 * cases of a variant ask for, is then nothing to do.
 */
final class FlatValues {
    private long[] bits;
    private int end;
    private int next;

    FlatValues() {
        bits = new long[Flattening.MAX_FLAT_PARAMS + 1];
    }

    /** From boxed core values. */
    static FlatValues of(Object... coreValues) {
        var flat = new FlatValues();
        for (Object value : coreValues) {
            flat.add(
                    switch (value) {
                        case Integer i -> i & 0xffff_ffffL;
                        case Long l -> l;
                        case Float f -> Float.floatToRawIntBits(f) & 0xffff_ffffL;
                        case Double d -> Double.doubleToRawLongBits(d);
                        default -> throw new IllegalArgumentException("not a core value: " + value);
                    });
        }
        return flat;
    }

    void add(long value) {
        if (end == bits.length) {
            bits = java.util.Arrays.copyOf(bits, 2 * end);
        }
        bits[end++] = value;
    }

    void addInt(int value) {
        add(value & 0xffff_ffffL);
    }

    int nextInt() {
        return (int) nextLong();
    }

    long nextLong() {
        if (next == end) {
            throw new AssertionError("a core value more than the type flattens to");
        }
        return bits[next++];
    }

    /** Where the next value stands; what a variant's case leaves unused is skipped by going on from a later one. */
    int position() {
        return next;
    }

    void position(int position) {
        next = position;
    }

    int size() {
        return end;
    }

    /** As boxed core values of these types. */
    Object[] toArray(List<CoreType.Value> types) {
        if (types.size() != end) {
            throw new AssertionError(end + " core values for " + types);
        }
        var values = new Object[end];
        for (int i = 0; i < end; i++) {
            values[i] = switch (types.get(i)) {
                case I32 -> (Object) (int) bits[i];
                case I64 -> (Object) bits[i];
                case F32 -> (Object) Float.intBitsToFloat((int) bits[i]);
                case F64 -> (Object) Double.longBitsToDouble(bits[i]);
                case V128, FUNCREF, EXTERNREF ->
                    throw new AssertionError("no component value is passed as " + types.get(i));
            };
        }
        return values;
    }
}
