package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A {@code list<u8>} that a guest passes, seen where it lies in guest memory. Valid only during the host call that got
 * it: the same object serves the next call. Bounds have been checked.
 */
public final class GuestBytes {
    private final CoreMemory memory;
    private int address;
    private int length;

    GuestBytes(CoreMemory memory) {
        this.memory = memory;
    }

    /** Guest bytes for a host function that is called from Java; the place is checked. */
    public static GuestBytes of(CoreMemory memory, int address, int length) {
        memory.check(address, length);
        return new GuestBytes(memory).at(address, length);
    }

    GuestBytes at(int newAddress, int newLength) {
        address = newAddress;
        length = newLength;
        return this;
    }

    /** In bytes. */
    public int length() {
        return length;
    }

    /** Copies all of it, in one move. */
    public void copyTo(byte[] target, int offset) {
        memory.read(address, target, offset, length);
    }

    /** Copies a part of it, in one move. */
    public void copyTo(int from, byte[] target, int offset, int count) {
        memory.read(address + Objects.checkFromIndexSize(from, count, length), target, offset, count);
    }

    /** Copies a part of it to native memory, in one move. */
    public void copyTo(int from, MemorySegment target, long offset, int count) {
        memory.read(address + Objects.checkFromIndexSize(from, count, length), target, offset, count);
    }

    public byte[] toArray() {
        var bytes = new byte[length];
        copyTo(bytes, 0);
        return bytes;
    }
}
