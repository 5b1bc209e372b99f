package io.torvyn.engine.endive;

import java.util.List;
import java.util.Set;

/**
 * Makes a module in which only a few functions still have their bodies. Decoding those of a large interpreter takes
 * seconds, and hundreds of megabytes, when next to all of its functions have been compiled before.
 */
final class SparseModule {
    private static final int FUNCTION_KIND = 0;
    /** Two bytes: no locals, end. */
    private static final byte[] EMPTY_BODY = {2, 0, 0x0B};

    private final byte[] wasm;
    private final Set<Integer> functions;
    private int importedFunctions;

    private SparseModule(byte[] wasm, List<Integer> functions) {
        this.wasm = wasm;
        this.functions = Set.copyOf(functions);
    }

    /**
     * @param wasm a module that {@link ModuleScan} has looked over
     * @param functions by their index in the module
     * @throws io.torvyn.component.spi.CoreModuleException when it is damaged
     */
    static byte[] keep(byte[] wasm, List<Integer> functions) {
        return new SparseModule(wasm, functions).module();
    }

    private byte[] module() {
        var out = new WasmBytes();
        out.write(wasm, 0, WasmSections.HEADER_LENGTH);
        WasmSections.forEach(wasm, (id, start, end) -> {
            var cursor = new WasmCursor(wasm, start, end);
            if (id == WasmSections.IMPORT) {
                imports(cursor);
            }
            if (id == WasmSections.CODE) {
                out.section(id, bodies(cursor));
            } else {
                var content = new WasmBytes();
                content.write(wasm, start, end - start);
                out.section(id, content);
            }
        });
        return out.toByteArray();
    }

    private void imports(WasmCursor cursor) {
        for (int count = cursor.count(); count > 0; count--) {
            cursor.skip(cursor.count()); // module
            cursor.skip(cursor.count()); // name
            if (cursor.importType() == FUNCTION_KIND) {
                importedFunctions++;
            }
        }
    }

    private WasmBytes bodies(WasmCursor cursor) {
        var out = new WasmBytes();
        int count = cursor.count();
        out.unsigned(count);
        for (int i = 0; i < count; i++) {
            int start = cursor.position();
            cursor.skip(cursor.count());
            if (functions.contains(importedFunctions + i)) {
                out.write(wasm, start, cursor.position() - start);
            } else {
                out.writeBytes(EMPTY_BODY);
            }
        }
        return out;
    }
}
