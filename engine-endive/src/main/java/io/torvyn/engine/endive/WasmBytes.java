package io.torvyn.engine.endive;

import java.io.ByteArrayOutputStream;

/** Bytes of a core module being written (core specification, "Binary Format"). */
final class WasmBytes extends ByteArrayOutputStream {
    /** A {@code u32} or longer. */
    void unsigned(long value) {
        long rest = value;
        while (rest > 0x7F) {
            write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        write((int) rest);
    }

    /** A number that is not negative, as a signed one. */
    void signed(long value) {
        long rest = value;
        while (rest > 0x3F) {
            write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        write((int) rest);
    }

    void section(int id, WasmBytes content) {
        write(id);
        unsigned(content.size());
        content.appendTo(this);
    }

    void appendTo(WasmBytes other) {
        other.write(buf, 0, count);
    }
}
