package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Set;

/**
 * Makes a module in which only a few functions still have their bodies. Decoding those of a large interpreter takes
 * seconds, and hundreds of megabytes, when next to all of its functions have been compiled before.
 */
final class SparseModule {
    private static final int HEADER_LENGTH = 8;
    private static final int IMPORT_SECTION = 2;
    private static final int CODE_SECTION = 10;
    /** Two bytes: no locals, end. */
    private static final byte[] EMPTY_BODY = {2, 0, 0x0B};

    private final byte[] wasm;
    private final Set<Integer> functions;
    private int position = HEADER_LENGTH;
    private int importedFunctions;

    private SparseModule(byte[] wasm, List<Integer> functions) {
        this.wasm = wasm;
        this.functions = Set.copyOf(functions);
    }

    /**
     * @param wasm a module that {@link ModuleScan} has looked over
     * @param functions by their index in the module
     */
    static byte[] keep(byte[] wasm, List<Integer> functions) {
        try {
            return new SparseModule(wasm, functions).module();
        } catch (IndexOutOfBoundsException e) {
            throw new CoreModuleException("not a valid core module: unexpected end", e);
        }
    }

    private byte[] module() {
        var out = new ByteArrayOutputStream(wasm.length / 2);
        out.write(wasm, 0, HEADER_LENGTH);
        while (position < wasm.length) {
            int start = position;
            int id = wasm[position++];
            int length = number();
            int end = position + length;
            if (id == IMPORT_SECTION) {
                imports();
            }
            if (id == CODE_SECTION) {
                byte[] bodies = bodies();
                out.write(CODE_SECTION);
                writeNumber(out, bodies.length);
                out.writeBytes(bodies);
            } else {
                out.write(wasm, start, end - start);
            }
            position = end;
        }
        return out.toByteArray();
    }

    private void imports() {
        for (int count = number(); count > 0; count--) {
            skipName(); // module
            skipName(); // name
            switch (wasm[position++]) {
                case 0 -> {
                    number();
                    importedFunctions++;
                }
                case 1 -> {
                    valueType();
                    limits();
                }
                case 2 -> limits();
                case 3 -> {
                    valueType();
                    position++;
                }
                default -> {
                    position++;
                    number();
                }
            }
        }
    }

    private void skipName() {
        int length = number();
        position += length;
    }

    private void valueType() {
        int code = wasm[position++];
        if (code == 0x63 || code == 0x64) {
            number();
        }
    }

    private void limits() {
        int flags = wasm[position++];
        number();
        if ((flags & 1) != 0) {
            number();
        }
    }

    private byte[] bodies() {
        var out = new ByteArrayOutputStream();
        int count = number();
        writeNumber(out, count);
        for (int i = 0; i < count; i++) {
            int start = position;
            int length = number();
            position += length;
            if (functions.contains(importedFunctions + i)) {
                out.write(wasm, start, position - start);
            } else {
                out.writeBytes(EMPTY_BODY);
            }
        }
        return out.toByteArray();
    }

    private int number() {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int octet = wasm[position++];
            value |= (octet & 0x7F) << shift;
            if (octet >= 0) {
                return value;
            }
        }
    }

    private static void writeNumber(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
