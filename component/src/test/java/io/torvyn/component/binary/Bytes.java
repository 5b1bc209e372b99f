package io.torvyn.component.binary;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes component binaries for tests, byte by byte. */
public final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Starts with the preamble of a component. */
    public static Bytes component() {
        return new Bytes().raw(0x00, 'a', 's', 'm', 0x0d, 0x00, 0x01, 0x00);
    }

    public Bytes raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    public Bytes bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public Bytes u32(int value) {
        int rest = value;
        while (rest >>> 7 != 0) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return this;
    }

    public Bytes name(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        u32(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    public Bytes section(int id, Bytes content) {
        raw(id);
        byte[] bytes = content.toArray();
        u32(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    public byte[] toArray() {
        return out.toByteArray();
    }
}
