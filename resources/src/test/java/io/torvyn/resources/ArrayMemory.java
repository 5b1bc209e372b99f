package io.torvyn.resources;

import io.torvyn.component.GuestBytes;
import io.torvyn.component.spi.CoreMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A guest's memory without a guest: the outer edge of what is tested here. */
final class ArrayMemory implements CoreMemory {
    final byte[] bytes;
    private final ByteBuffer view;

    ArrayMemory(int size) {
        bytes = new byte[size];
        view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    GuestBytes place(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        write(0, utf8, 0, utf8.length);
        return GuestBytes.of(this, 0, utf8.length);
    }

    String text(int address, int length) {
        return new String(bytes, address, length, StandardCharsets.UTF_8);
    }

    @Override
    public long byteSize() {
        return bytes.length;
    }

    @Override
    public byte readByte(int address) {
        return view.get(address);
    }

    @Override
    public short readShort(int address) {
        return view.getShort(address);
    }

    @Override
    public int readInt(int address) {
        return view.getInt(address);
    }

    @Override
    public long readLong(int address) {
        return view.getLong(address);
    }

    @Override
    public void writeByte(int address, byte value) {
        view.put(address, value);
    }

    @Override
    public void writeShort(int address, short value) {
        view.putShort(address, value);
    }

    @Override
    public void writeInt(int address, int value) {
        view.putInt(address, value);
    }

    @Override
    public void writeLong(int address, long value) {
        view.putLong(address, value);
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
        Objects.checkFromIndexSize(address, length, bytes.length);
    }
}
