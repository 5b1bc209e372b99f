package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that never change, equal by content: a {@code list<u8>} inside a record or variant, or one that a guest's
 * export returned. They are a copy and outlive the call.
 */
public final class Bytes implements ByteSource {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies the array. */
    public static Bytes copyOf(byte... bytes) {
        return new Bytes(bytes.clone());
    }

    /** Copies out of guest memory, in one move; the place has been checked. */
    static Bytes read(CoreMemory memory, int address, int length) {
        return new Bytes(memory.readBytes(address, length));
    }

    @Override
    public int length() {
        return bytes.length;
    }

    public byte get(int index) {
        return bytes[Objects.checkIndex(index, bytes.length)];
    }

    public byte[] toArray() {
        return bytes.clone();
    }

    @Override
    public void writeTo(CoreMemory memory, int address) {
        memory.write(address, bytes, 0, bytes.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Their number only: contents may be large and private. */
    @Override
    public String toString() {
        return "Bytes[" + bytes.length + "]";
    }
}
