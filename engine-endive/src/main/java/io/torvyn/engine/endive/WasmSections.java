package io.torvyn.engine.endive;

import java.util.Set;

/** The sections of a core module, one after the other (core specification, binary format, "Sections"). */
final class WasmSections {
    static final int CUSTOM = 0;
    static final int TYPE = 1;
    static final int IMPORT = 2;
    static final int FUNCTION = 3;
    static final int TABLE = 4;
    static final int GLOBAL = 6;
    static final int EXPORT = 7;
    static final int ELEMENT = 9;
    static final int CODE = 10;
    static final int TAG = 13;

    static final int HEADER_LENGTH = 8;

    private WasmSections() {}

    /** What is done with a section, whose content is from {@code start} to before {@code end}. */
    @FunctionalInterface
    interface Visitor {
        void visit(int id, int start, int end);
    }

    /**
     * @throws io.torvyn.component.spi.CoreModuleException when the module ends within a section
     */
    static void forEach(byte[] wasm, Visitor visitor) {
        var cursor = new WasmCursor(wasm, HEADER_LENGTH, wasm.length);
        while (cursor.hasNext()) {
            int id = cursor.octet();
            int length = cursor.count();
            int start = cursor.position();
            cursor.skip(length);
            visitor.visit(id, start, start + length);
        }
    }

    /** The module with only these sections. */
    static byte[] only(byte[] wasm, Set<Integer> sections) {
        var kept = new WasmBytes();
        kept.write(wasm, 0, HEADER_LENGTH);
        forEach(wasm, (id, start, end) -> {
            if (sections.contains(id)) {
                var content = new WasmBytes();
                content.write(wasm, start, end - start);
                kept.section(id, content);
            }
        });
        return kept.toByteArray();
    }
}
