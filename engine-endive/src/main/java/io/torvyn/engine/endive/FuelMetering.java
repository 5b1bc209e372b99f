package io.torvyn.engine.endive;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;

/**
 * Makes a core module count what it executes: one unit of fuel for each instruction, charged for a basic block as it is
 * entered.
 *
 * <p>Works on the module's bytes, so it is the same count for every way to run them. Not counted are {@code nop}, {@code
 * drop}, {@code block}, {@code loop}, {@code else}, {@code end}, {@code return} and {@code unreachable}, as in Wasmtime.
 * A {@code memory.fill} is one unit however much it fills: how long a call may take is for the time limit to say.
 */
final class FuelMetering {
    /*
     * A charge is `i64.const units; global.set fuel`. The global is the module's last, so no other one changes its
     * number, and only these charges know it. Setting it subtracts: Fuel stands in for it in each instance, and
     * throws when nothing is left. So a charge needs no branch and no function, and a block costs two instructions.
     *
     * A block begins where the function does, after `loop`, `if`, `else` and whatever branches, and after the `end` of
     * an `if` or of something that is branched to; each way round a loop has a branch, so none is free of charge.
     *
     * The module has been validated before. That matters: with one global more, what was invalid might become valid,
     * and reach the fuel.
     */

    private static final int GLOBAL_KIND = 3;

    private static final int I64 = 0x7E;
    private static final int GLOBAL_SET = 0x24;
    private static final int I64_CONST = 0x42;
    private static final byte[] GLOBAL = {I64, 1, I64_CONST, 0, InstructionReader.END};

    private final byte[] wasm;
    private int globals;
    private boolean hasGlobalSection;

    private FuelMetering(byte[] wasm) {
        this.wasm = wasm;
    }

    /**
     * The module, metered: its last global is the fuel.
     *
     * @param wasm a valid module
     * @throws io.torvyn.component.spi.CoreModuleException when it has instructions that are not known
     */
    static byte[] rewrite(byte[] wasm) {
        return new FuelMetering(wasm).module();
    }

    /** Index of the fuel in a metered module. */
    static int global(WasmModule module) {
        return module.importSection().count(ExternalType.GLOBAL)
                + module.globalSection().globalCount()
                - 1;
    }

    private byte[] module() {
        WasmSections.forEach(wasm, (id, start, end) -> {
            var cursor = new WasmCursor(wasm, start, end);
            switch (id) {
                case WasmSections.IMPORT -> imports(cursor);
                case WasmSections.GLOBAL -> {
                    hasGlobalSection = true;
                    globals += cursor.count();
                }
                case WasmSections.EXPORT -> exports(cursor);
                default -> {}
            }
        });
        var out = new WasmBytes();
        out.write(wasm, 0, WasmSections.HEADER_LENGTH);
        WasmSections.forEach(wasm, (id, start, end) -> {
            if (!hasGlobalSection && comesAfterGlobals(id)) {
                out.section(WasmSections.GLOBAL, globalSection(null));
                hasGlobalSection = true;
            }
            switch (id) {
                case WasmSections.GLOBAL -> out.section(id, globalSection(new WasmCursor(wasm, start, end)));
                case WasmSections.CODE -> out.section(id, code(new WasmCursor(wasm, start, end)));
                default -> out.section(id, copy(start, end));
            }
        });
        if (!hasGlobalSection) {
            out.section(WasmSections.GLOBAL, globalSection(null));
        }
        return out.toByteArray();
    }

    /** In the order that sections have; tags are the only ones before globals whose number is higher. */
    private static boolean comesAfterGlobals(int id) {
        return id != WasmSections.CUSTOM && id != WasmSections.TAG && id > WasmSections.GLOBAL;
    }

    private WasmBytes copy(int start, int end) {
        var bytes = new WasmBytes();
        bytes.write(wasm, start, end - start);
        return bytes;
    }

    private void imports(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            cursor.skip(cursor.count());
            cursor.skip(cursor.count());
            if (cursor.importType() == GLOBAL_KIND) {
                globals++;
            }
        }
    }

    /** Endive does not look whether what is exported exists, and the fuel must not be. */
    private void exports(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            cursor.skip(cursor.count());
            int kind = cursor.octet();
            if (cursor.unsigned() >= globals && kind == GLOBAL_KIND) {
                throw cursor.damaged("an export of a global that does not exist");
            }
        }
    }

    private WasmBytes globalSection(@Nullable WasmCursor existing) {
        var bytes = new WasmBytes();
        bytes.unsigned(existing == null ? 1 : existing.count() + 1);
        if (existing != null) {
            bytes.write(wasm, existing.position(), existing.left());
        }
        bytes.writeBytes(GLOBAL);
        return bytes;
    }

    private WasmBytes code(WasmCursor cursor) {
        int count = cursor.count();
        var bytes = new WasmBytes();
        bytes.unsigned(count);
        for (int i = 0; i < count; i++) {
            int length = cursor.count();
            int start = cursor.position();
            cursor.skip(length);
            WasmBytes body = body(start, start + length);
            bytes.unsigned(body.size());
            body.appendTo(bytes);
        }
        return bytes;
    }

    private WasmBytes body(int start, int end) {
        var cursor = new WasmCursor(wasm, start, end);
        int groups = cursor.count();
        for (int i = 0; i < groups; i++) {
            cursor.unsigned();
            cursor.valueType();
        }
        WasmBytes body = copy(start, cursor.position());
        new Body(cursor).instructions().appendTo(body);
        return body;
    }

    /** The instructions of one function. */
    private final class Body {
        private final InstructionReader reader;
        private final WasmBytes metered = new WasmBytes();
        private final WasmBytes block = new WasmBytes();
        private final List<Construct> open = new ArrayList<>();
        private long units;

        Body(WasmCursor cursor) {
            this.reader = new InstructionReader(cursor);
            open.add(new Construct(InstructionReader.BLOCK));
        }

        WasmBytes instructions() {
            while (reader.hasNext()) {
                reader.next();
                instruction(reader.opcode());
            }
            endBlock();
            return metered;
        }

        private void instruction(int opcode) {
            units += units(opcode);
            block.write(wasm, reader.start(), reader.end() - reader.start());
            switch (opcode) {
                case InstructionReader.BLOCK -> open.add(new Construct(opcode));
                case InstructionReader.TRY_TABLE -> {
                    target();
                    open.add(new Construct(opcode));
                }
                case InstructionReader.LOOP, InstructionReader.IF -> {
                    open.add(new Construct(opcode));
                    endBlock();
                }
                case InstructionReader.END -> {
                    if (!open.isEmpty() && open.removeLast().isJoined()) {
                        endBlock();
                    }
                }
                case InstructionReader.BR,
                        InstructionReader.BR_IF,
                        InstructionReader.BR_TABLE,
                        InstructionReader.BR_ON_NULL,
                        InstructionReader.BR_ON_NON_NULL,
                        InstructionReader.BR_ON_CAST,
                        InstructionReader.BR_ON_CAST_FAIL -> {
                    target();
                    endBlock();
                }
                case InstructionReader.ELSE,
                        InstructionReader.RETURN,
                        InstructionReader.UNREACHABLE,
                        InstructionReader.THROW,
                        InstructionReader.THROW_REF,
                        InstructionReader.RETURN_CALL,
                        InstructionReader.RETURN_CALL_INDIRECT,
                        InstructionReader.RETURN_CALL_REF -> endBlock();
                default -> {}
            }
        }

        private void target() {
            for (int label : reader.labels()) {
                if (label < open.size()) {
                    open.get(open.size() - 1 - label).isTarget = true;
                }
            }
        }

        private void endBlock() {
            if (units > 0) {
                metered.write(I64_CONST);
                metered.signed(units);
                metered.write(GLOBAL_SET);
                metered.unsigned(globals);
            }
            block.appendTo(metered);
            block.reset();
            units = 0;
        }
    }

    /** A block, loop, if or try_table that is open. */
    private static final class Construct {
        private final int opcode;
        private boolean isTarget;

        Construct(int opcode) {
            this.opcode = opcode;
        }

        /** More than one way leads to what follows it; a branch to a loop goes to its beginning. */
        boolean isJoined() {
            return opcode == InstructionReader.IF || (isTarget && opcode != InstructionReader.LOOP);
        }
    }

    private static int units(int opcode) {
        return switch (opcode) {
            case InstructionReader.NOP,
                    InstructionReader.DROP,
                    InstructionReader.BLOCK,
                    InstructionReader.LOOP,
                    InstructionReader.ELSE,
                    InstructionReader.END,
                    InstructionReader.RETURN,
                    InstructionReader.UNREACHABLE -> 0;
            default -> 1;
        };
    }
}
