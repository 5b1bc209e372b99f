package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes of the host's own, laid out as in guest memory. */
class ArrayMemory implements CoreMemory {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    byte[] bytes;

    /** @param bytes as its contents; not copied */
    ArrayMemory(byte[] bytes) {
        this.bytes = bytes;
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN)
                .withInvokeExactBehavior();
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
