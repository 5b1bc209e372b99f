package io.torvyn.component.spi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A linear memory, little-endian. Addresses and lengths are unsigned; whatever lies outside throws what {@link
 * CoreEngine#trap} understands as {@link CoreTrap.Kind#MEMORY_OUT_OF_BOUNDS}. Belongs to one thread at a time.
 */
public non-sealed interface CoreMemory extends CoreExtern {
    /** Its size now, in bytes; at most 2 GiB. */
    long byteSize();

    byte readByte(int address);

    short readShort(int address);

    int readInt(int address);

    long readLong(int address);

    void writeByte(int address, byte value);

    void writeShort(int address, short value);

    void writeInt(int address, int value);

    void writeLong(int address, long value);

    /** Copies guest bytes out, in one move. */
    void read(int address, byte[] target, int offset, int length);

    /** The same into an array of its own. */
    default byte[] readBytes(int address, int length) {
        check(address, length);
        byte[] bytes = new byte[length];
        read(address, bytes, 0, length);
        return bytes;
    }

    /** Guest bytes as text, in one move; what cannot be decoded becomes U+FFFD. */
    default String readString(int address, int length, Charset charset) {
        return new String(readBytes(address, length), charset);
    }

    /** Copies host bytes in, in one move. */
    void write(int address, byte[] source, int offset, int length);

    /** Copies guest bytes to native memory, in one move. */
    default void read(int address, MemorySegment target, long offset, int length) {
        MemorySegment.copy(readBytes(address, length), 0, target, ValueLayout.JAVA_BYTE, offset, length);
    }

    /** Copies native memory in, in one move. */
    default void write(int address, MemorySegment source, long offset, int length) {
        check(address, length);
        write(address, source.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), 0, length);
    }

    /** Copies a string of ASCII characters in, one byte for each, in one move. */
    default void writeAscii(int address, String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        check(address, bytes.length);
        write(address, bytes, 0, bytes.length);
    }

    /** Throws unless {@code length} bytes from {@code address} on lie inside. */
    void check(int address, int length);
}
