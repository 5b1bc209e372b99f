package io.torvyn.engine.endive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.Encoding;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.CustomSection;
import run.endive.wasm.types.ExportSection;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.ImportSection;
import run.endive.wasm.types.UnknownCustomSection;

/** What the functions of a module are called: by its name section, else by an export, else by the import. */
final class FunctionNames {
    private static final int FUNCTION_SUBSECTION = 1;

    private final ImportSection imports;
    private final ExportSection exports;
    private final @Nullable CustomSection section;
    private @Nullable Map<Integer, String> names;

    /** Nothing is read before the first question. */
    FunctionNames(WasmModule module) {
        this.imports = module.importSection();
        this.exports = module.exportSection();
        this.section = module.customSection(ModuleReader.NAME_BYTES);
    }

    private Map<Integer, String> read() {
        Map<Integer, String> names = new HashMap<>();
        int index = 0;
        for (int i = 0; i < imports.importCount(); i++) {
            if (imports.getImport(i) instanceof FunctionImport function) {
                names.put(index++, function.module() + "#" + function.name());
            }
        }
        for (int i = 0; i < exports.exportCount(); i++) {
            var export = exports.getExport(i);
            if (export.exportType() == ExternalType.FUNCTION) {
                names.put(export.index(), export.name());
            }
        }
        if (section instanceof UnknownCustomSection unknown) {
            try {
                read(ByteBuffer.wrap(unknown.bytes()), names);
            } catch (RuntimeException e) {
                // A damaged custom section is no error (core specification, "Custom Section"); keep what was read.
            }
        }
        return names;
    }

    private static void read(ByteBuffer section, Map<Integer, String> names) {
        while (section.hasRemaining()) {
            int id = section.get();
            int length = length(section);
            if (id == FUNCTION_SUBSECTION) {
                ByteBuffer functions = section.slice(section.position(), length);
                int count = length(functions);
                for (int i = 0; i < count; i++) {
                    int function = (int) Encoding.readVarUInt32(functions);
                    byte[] name = new byte[length(functions)];
                    functions.get(name);
                    names.put(function, new String(name, StandardCharsets.UTF_8));
                }
            }
            section.position(section.position() + length);
        }
    }

    private static int length(ByteBuffer buffer) {
        long length = Encoding.readVarUInt32(buffer);
        if (length > buffer.remaining()) {
            throw new IllegalArgumentException("length beyond the section");
        }
        return (int) length;
    }

    @Nullable
    synchronized String of(int function) {
        if (names == null) {
            names = read();
        }
        return names.get(function);
    }
}
