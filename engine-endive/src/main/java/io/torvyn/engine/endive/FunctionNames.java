package io.torvyn.engine.endive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.Encoding;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.UnknownCustomSection;

/** What the functions of a module are called: by its name section, else by an export, else by the import. */
final class FunctionNames {
    private static final int FUNCTION_SUBSECTION = 1;

    private final Map<Integer, String> names = new HashMap<>();

    FunctionNames(WasmModule module) {
        int index = 0;
        for (int i = 0; i < module.importSection().importCount(); i++) {
            if (module.importSection().getImport(i) instanceof FunctionImport function) {
                names.put(index++, function.module() + "#" + function.name());
            }
        }
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            if (export.exportType() == ExternalType.FUNCTION) {
                names.put(export.index(), export.name());
            }
        }
        if (module.customSection(ModuleReader.NAME_BYTES) instanceof UnknownCustomSection section) {
            try {
                read(ByteBuffer.wrap(section.bytes()));
            } catch (RuntimeException e) {
                // A damaged custom section is no error (core specification, "Custom Section"); keep what was read.
            }
        }
    }

    private void read(ByteBuffer section) {
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
    String of(int function) {
        return names.get(function);
    }
}
