package io.torvyn.component;

import java.util.Arrays;

/** A memory of the host's own, for a call between two sides that both have none. Filled from the bottom, then reset. */
final class ScratchMemory extends ArrayMemory {
    private static final int MAX_BYTES = 1 << 30;

    private int end;

    ScratchMemory() {
        super(new byte[1024]);
    }

    /** {@code realloc}. */
    int reallocate(int oldAddress, int oldSize, int align, int size) {
        int address = allocate(align, size);
        System.arraycopy(bytes, oldAddress, bytes, address, Math.min(oldSize, size));
        return address;
    }

    int allocate(int align, int size) {
        long start = (end + (long) align - 1) & -(long) align;
        long newEnd = start + Integer.toUnsignedLong(size);
        if (newEnd > MAX_BYTES) {
            throw new TrapException("the values of one call take more than " + MAX_BYTES + " bytes");
        }
        if (newEnd > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(newEnd, Math.min(MAX_BYTES, 2L * bytes.length)));
        }
        end = (int) newEnd;
        return (int) start;
    }

    void reset() {
        end = 0;
    }
}
