package io.torvyn.engine.endive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes modules that are too large to be written by hand, or to be kept. Functions come in the order of their indices. */
final class WasmWriter {
    static final int I32 = 0x7F;
    static final int I64 = 0x7E;
    static final int F32 = 0x7D;
    static final int F64 = 0x7C;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private int tableSize;
    private boolean memory;

    /** @return its index */
    int type(int[] parameters, int... results) {
        var type = new ByteArrayOutputStream();
        type.write(0x60);
        type.writeBytes(number(parameters.length));
        for (int parameter : parameters) {
            type.write(parameter);
        }
        type.writeBytes(number(results.length));
        for (int result : results) {
            type.write(result);
        }
        types.add(type.toByteArray());
        return types.size() - 1;
    }

    /**
     * @param body its instructions without locals and the last end
     * @return its index
     */
    int function(int type, byte[] body) {
        functions.add(number(type));
        bodies.add(join(number(body.length + 2), new byte[] {0}, body, new byte[] {0x0B}));
        return functions.size() - 1;
    }

    void export(String name, int function) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        exports.add(join(number(utf8.length), utf8, new byte[] {0}, number(function)));
    }

    /** A table with all functions so far, in their order. */
    void table() {
        tableSize = functions.size();
    }

    /** A memory of one page. */
    void memory() {
        memory = true;
    }

    byte[] module() {
        var wasm = new ByteArrayOutputStream();
        wasm.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        section(wasm, 1, vector(types));
        section(wasm, 3, vector(functions));
        if (tableSize > 0) {
            section(wasm, 4, join(new byte[] {1, 0x70, 0}, number(tableSize)));
        }
        if (memory) {
            section(wasm, 5, bytes(1, 0, 1));
        }
        section(wasm, 7, vector(exports));
        if (tableSize > 0) {
            List<byte[]> all = new ArrayList<>();
            for (int i = 0; i < tableSize; i++) {
                all.add(number(i));
            }
            section(wasm, 9, join(new byte[] {1, 0, 0x41, 0, 0x0B}, vector(all)));
        }
        section(wasm, 10, vector(bodies));
        return wasm.toByteArray();
    }

    private static void section(ByteArrayOutputStream wasm, int id, byte[] content) {
        wasm.write(id);
        wasm.writeBytes(number(content.length));
        wasm.writeBytes(content);
    }

    private static byte[] vector(List<byte[]> elements) {
        return join(number(elements.size()), join(elements.toArray(byte[][]::new)));
    }

    static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Bytes given as numbers. */
    static byte[] bytes(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return bytes;
    }

    /** Unsigned LEB128. */
    static byte[] number(int value) {
        var leb = new ByteArrayOutputStream();
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            leb.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        leb.write(rest);
        return leb.toByteArray();
    }

    /** Signed LEB128. */
    static byte[] signed(long value) {
        var leb = new ByteArrayOutputStream();
        long rest = value;
        while (rest < -64 || rest > 63) {
            leb.write((int) (rest & 0x7F) | 0x80);
            rest >>= 7;
        }
        leb.write((int) (rest & 0x7F));
        return leb.toByteArray();
    }
}
