package io.torvyn.component;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** The elements of a {@code list<u8>} without an object for each of them. */
final class PackedBytes extends AbstractList<Value> implements RandomAccess {
    private final byte[] bytes;

    /** @param bytes not changed by anybody from now on */
    PackedBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] array() {
        return bytes;
    }

    @Override
    public Value get(int index) {
        return new Value.U8(bytes[index] & 0xff);
    }

    @Override
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackedBytes p ? Arrays.equals(bytes, p.bytes) : super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
