package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A type of list elements that every pattern of bits is a value of: numbers, booleans, and records of them. Lists of such
 * elements are lifted by one copy, see {@link PackedList}. Types are told apart by identity: bindings have one constant
 * for each.
 *
 * @param size in bytes, a multiple of {@code align}
 * @param align in bytes, a power of two
 */
public record PackedElement<E>(int size, int align, Loader<E> loader) {
    public static final PackedElement<Boolean> BOOL = new PackedElement<>(1, 1, (m, at) -> m.readByte(at) != 0);
    public static final PackedElement<Byte> S8 = new PackedElement<>(1, 1, CoreMemory::readByte);
    public static final PackedElement<Short> S16 = new PackedElement<>(2, 2, CoreMemory::readShort);
    public static final PackedElement<Integer> U16 = new PackedElement<>(2, 2, (m, at) -> m.readShort(at) & 0xffff);
    public static final PackedElement<Integer> S32 = new PackedElement<>(4, 4, CoreMemory::readInt);
    public static final PackedElement<Integer> U32 = new PackedElement<>(4, 4, CoreMemory::readInt);
    public static final PackedElement<Long> S64 = new PackedElement<>(8, 8, CoreMemory::readLong);
    public static final PackedElement<Long> U64 = new PackedElement<>(8, 8, CoreMemory::readLong);
    public static final PackedElement<Float> F32 =
            new PackedElement<>(4, 4, (m, at) -> Float.intBitsToFloat(m.readInt(at)));
    public static final PackedElement<Double> F64 =
            new PackedElement<>(8, 8, (m, at) -> Double.longBitsToDouble(m.readLong(at)));

    /** Lifts one element. */
    @FunctionalInterface
    public interface Loader<E> {
        E load(CoreMemory memory, int address);
    }

    /**
     * That no element of a list is null; those of a list that was lifted are not looked at.
     *
     * @param what an element is called in the message
     * @throws NullPointerException when one is
     */
    public static void checkPresent(List<?> elements, String what) {
        if (!(elements instanceof PackedList<?>)) {
            for (Object element : elements) {
                Objects.requireNonNull(element, what);
            }
        }
    }

    /** Different constants are different types, whatever they look like. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
