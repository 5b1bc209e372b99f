package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreTrap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A linear memory in an array, with nothing but the checks that the interface asks for. */
final class TestMemory implements CoreMemory {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;

    TestMemory(int size) {
        bytes = new byte[size];
    }

    private int at(int address, int length) {
        if ((address & 0xffff_ffffL) + (length & 0xffff_ffffL) > bytes.length) {
            throw new TestEngine.CoreTrapped(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
        }
        return address;
    }

    @Override
    public long byteSize() {
        return bytes.length;
    }

    @Override
    public byte readByte(int address) {
        return bytes[at(address, 1)];
    }

    @Override
    public short readShort(int address) {
        return (short) SHORT.get(bytes, at(address, 2));
    }

    @Override
    public int readInt(int address) {
        return (int) INT.get(bytes, at(address, 4));
    }

    @Override
    public long readLong(int address) {
        return (long) LONG.get(bytes, at(address, 8));
    }

    @Override
    public void writeByte(int address, byte value) {
        bytes[at(address, 1)] = value;
    }

    @Override
    public void writeShort(int address, short value) {
        SHORT.set(bytes, at(address, 2), value);
    }

    @Override
    public void writeInt(int address, int value) {
        INT.set(bytes, at(address, 4), value);
    }

    @Override
    public void writeLong(int address, long value) {
        LONG.set(bytes, at(address, 8), value);
    }

    @Override
    public void read(int address, byte[] target, int offset, int length) {
        System.arraycopy(bytes, at(address, length), target, offset, length);
    }

    @Override
    public void write(int address, byte[] source, int offset, int length) {
        System.arraycopy(source, offset, bytes, at(address, length), length);
    }

    @Override
    public void check(int address, int length) {
        at(address, length);
    }
}
