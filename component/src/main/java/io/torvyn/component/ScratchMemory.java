package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A memory of the host's own, for a call between two sides that both have none. Filled from the bottom, then reset. */
final class ScratchMemory implements CoreMemory {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MAX_BYTES = 1 << 30;

    private byte[] bytes = new byte[1024];
    private int end;

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

    @Override
    public long byteSize() {
        return bytes.length;
    }

    @Override
    public byte readByte(int address) {
        return bytes[address];
    }

    @Override
    public short readShort(int address) {
        return (short) SHORT.get(bytes, address);
    }

    @Override
    public int readInt(int address) {
        return (int) INT.get(bytes, address);
    }

    @Override
    public long readLong(int address) {
        return (long) LONG.get(bytes, address);
    }

    @Override
    public void writeByte(int address, byte value) {
        bytes[address] = value;
    }

    @Override
    public void writeShort(int address, short value) {
        SHORT.set(bytes, address, value);
    }

    @Override
    public void writeInt(int address, int value) {
        INT.set(bytes, address, value);
    }

    @Override
    public void writeLong(int address, long value) {
        LONG.set(bytes, address, value);
    }

    @Override
    public void read(int address, byte[] target, int offset, int length) {
        System.arraycopy(bytes, address, target, offset, length);
    }

    @Override
    public void write(int address, byte[] source, int offset, int length) {
        System.arraycopy(source, offset, bytes, address, length);
    }

    @Override
    public void check(int address, int length) {
        if (Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length) > bytes.length) {
            throw new TrapException("out of bounds memory access");
        }
    }
}
