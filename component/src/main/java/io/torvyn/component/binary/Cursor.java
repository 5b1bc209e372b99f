package io.torvyn.component.binary;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Reads a binary front to back; nothing is read beyond the end of the part that is being read. */
final class Cursor {
    /** Names longer than this are refused, as other engines refuse them. */
    static final int MAX_NAME_BYTES = 100_000;

    private final byte[] data;
    private int position;
    private int end;
    private String part;

    Cursor(byte[] data, int from, int to, String part) {
        this.data = data;
        this.position = from;
        this.end = to;
        this.part = part;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    boolean atEnd() {
        return position == end;
    }

    int peek() {
        need(1);
        return data[position] & 0xff;
    }

    int readByte() {
        need(1);
        return data[position++] & 0xff;
    }

    private void need(int count) {
        if (count > end - position) {
            throw new BinaryException(
                    end,
                    "unexpected end of " + part + ", "
                            + (count == 1 ? "another byte" : Integer.toUnsignedString(count) + " more bytes")
                            + " expected");
        }
    }

    void skip(int count) {
        need(count);
        position += count;
    }

    /** An unsigned LEB128 of at most 32 bits that fits an {@code int}; larger ones are indices and sizes that nothing has. */
    int readU32() {
        int start = position;
        long value = readUnsigned(32);
        if (value > Integer.MAX_VALUE) {
            throw new BinaryException(start, "the number " + value + " is too large");
        }
        return (int) value;
    }

    /** An unsigned LEB128 of at most 64 bits. */
    long readU64() {
        return readUnsigned(64);
    }

    private long readUnsigned(int bits) {
        int start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = readByte();
            int left = bits - shift;
            if (left < 7 && (b & 0x7f) >>> left != 0) {
                throw new BinaryException(start, "the integer needs more than " + bits + " bits");
            }
            value |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return value;
            }
            if (left <= 7) {
                throw new BinaryException(start, "the representation of an integer is too long");
            }
        }
    }

    /** A signed LEB128, skipped: the immediates of constant expressions, and type indices, are of this kind. */
    long readSigned(int bits) {
        int start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = readByte();
            int left = bits - shift;
            if (left <= 7) {
                // The unused bits of the last byte repeat the sign.
                int rest = (byte) (b << 1) >> left;
                if ((b & 0x80) != 0) {
                    throw new BinaryException(start, "the representation of an integer is too long");
                }
                if (rest != 0 && rest != -1) {
                    throw new BinaryException(start, "the integer needs more than " + bits + " bits");
                }
            }
            value |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                int unused = 64 - Math.min(64, shift + 7);
                return value << unused >> unused;
            }
        }
    }

    /** The next so many bytes, to be read by themselves; they are skipped here. */
    Cursor part(int count) {
        need(count);
        position += count;
        return new Cursor(data, position - count, position, part);
    }

    byte[] readBytes(int count) {
        need(count);
        position += count;
        return Arrays.copyOfRange(data, position - count, position);
    }

    /** What is left of the part, to be read once more. */
    Cursor copy() {
        return new Cursor(data, position, end, part);
    }

    /** What is left of the part, to be read by itself; it is skipped here. */
    Cursor rest() {
        var rest = new Cursor(data, position, end, part);
        position = end;
        return rest;
    }

    /** A length and so many bytes of UTF-8. */
    String readName() {
        int start = position;
        int length = readU32();
        if (length > MAX_NAME_BYTES) {
            throw new BinaryException(
                    start, "a name of " + length + " bytes is longer than the allowed " + MAX_NAME_BYTES);
        }
        need(length);
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data, position, length))
                    .toString();
            position += length;
            return name;
        } catch (CharacterCodingException e) {
            throw new BinaryException(start, "a name is not UTF-8", e);
        }
    }

    /** How many elements follow; each takes one byte at least. */
    int readCount(String what) {
        int start = position;
        int count = readU32();
        if (count > remaining()) {
            throw new BinaryException(
                    start, count + " " + what + " are announced, but only " + remaining() + " bytes are left");
        }
        return count;
    }

    <T> List<T> readVector(String what, Supplier<T> element) {
        int count = readCount(what);
        List<T> elements = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            elements.add(element.get());
        }
        return List.copyOf(elements);
    }

    /** Reads a size and lets {@code body} read exactly so many bytes. */
    void readSized(String name, Runnable body) {
        int start = position;
        int size = readU32();
        if (size > remaining()) {
            throw new BinaryException(
                    start, "the " + name + " claims " + size + " bytes, but only " + remaining() + " are left");
        }
        int outerEnd = end;
        String outerPart = part;
        end = position + size;
        part = "the " + name;
        body.run();
        if (position != end) {
            throw new BinaryException(position, (end - position) + " bytes too many in the " + name);
        }
        end = outerEnd;
        part = outerPart;
    }
}
