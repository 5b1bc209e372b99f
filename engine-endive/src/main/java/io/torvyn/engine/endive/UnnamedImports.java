package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lets functions be imported whose two names are both empty. Endive's parser takes such an import for damage, so it gets
 * a name that nobody uses, which our own code takes for the empty one again.
 */
final class UnnamedImports {
    private static final String STANDS_FOR_NONE = "\u0001";

    private static final byte[] ENCODED = STANDS_FOR_NONE.getBytes(StandardCharsets.UTF_8);
    private static final int FUNCTION = 0;

    private UnnamedImports() {}

    /** The name in the module as it was before {@link #rename}. */
    static String original(String name) {
        return name.equals(STANDS_FOR_NONE) ? "" : name;
    }

    /**
     * @return {@code wasm} itself when it has no such imports
     * @throws CoreModuleException when it is damaged, or has an import of the very name that is used here
     */
    static byte[] rename(byte[] wasm) {
        var imports = new WasmBytes();
        boolean[] renamed = new boolean[1];
        WasmSections.forEach(wasm, (id, start, end) -> {
            if (id == WasmSections.IMPORT) {
                renamed[0] |= rename(wasm, new WasmCursor(wasm, start, end), imports);
            }
        });
        if (!renamed[0]) {
            return wasm;
        }
        var out = new WasmBytes();
        out.write(wasm, 0, WasmSections.HEADER_LENGTH);
        WasmSections.forEach(wasm, (id, start, end) -> {
            if (id == WasmSections.IMPORT) {
                out.section(id, imports);
            } else {
                var section = new WasmBytes();
                section.write(wasm, start, end - start);
                out.section(id, section);
            }
        });
        return out.toByteArray();
    }

    private static boolean rename(byte[] wasm, WasmCursor cursor, WasmBytes section) {
        int count = cursor.count();
        section.unsigned(count);
        boolean renamed = false;
        for (int i = 0; i < count; i++) {
            int start = cursor.position();
            int moduleLength = cursor.count();
            cursor.skip(moduleLength);
            int nameStart = cursor.position();
            int nameLength = cursor.count();
            int nameAt = cursor.position();
            cursor.skip(nameLength);
            if (Arrays.equals(wasm, nameAt, cursor.position(), ENCODED, 0, ENCODED.length)) {
                throw new CoreModuleException(
                        "the module imports something with a name that the Endive engine keeps for"
                                + " itself, at byte " + start);
            }
            int kindAt = cursor.position();
            cursor.importType();
            if (moduleLength == 0 && nameLength == 0 && wasm[kindAt] == FUNCTION) {
                section.write(wasm, start, nameStart - start);
                section.unsigned(ENCODED.length);
                section.writeBytes(ENCODED);
                section.write(wasm, kindAt, cursor.position() - kindAt);
                renamed = true;
            } else {
                section.write(wasm, start, cursor.position() - start);
            }
        }
        return renamed;
    }
}
