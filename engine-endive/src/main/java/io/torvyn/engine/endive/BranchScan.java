package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses function bodies that Endive's parser would take for ever to read, and some that are not valid, which its
 * validator does not notice: those whose blocks are not closed, and blocks of a type that does not exist.
 *
 * <p>To find where a branch leads, the parser walks from block to block, outwards, for each label of a {@code br_table}
 * again; and at the end of a loop it looks at all blocks beside it. That is quadratic: a file of 1 MB can ask for 10^10
 * steps. Here the steps are counted without taking them.
 */
final class BranchScan {
    /** Taken in under a second. The largest function of CPython asks for less than a hundredth. */
    private static final long MAXIMUM_STEPS = 200_000_000;

    private final byte[] wasm;
    private long steps;
    private int types;

    private BranchScan(byte[] wasm) {
        this.wasm = wasm;
    }

    /**
     * @throws CoreModuleException when there would be too many steps, or an instruction is not known
     */
    static void scan(byte[] wasm) {
        var scan = new BranchScan(wasm);
        WasmSections.forEach(wasm, (id, start, end) -> {
            switch (id) {
                case WasmSections.TYPE -> scan.types = new WasmCursor(wasm, start, end).count();
                case WasmSections.CODE -> scan.code(new WasmCursor(wasm, start, end));
                default -> {}
            }
        });
    }

    private void code(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            int length = cursor.count();
            int start = cursor.position();
            cursor.skip(length);
            body(new WasmCursor(wasm, start, start + length), start);
        }
    }

    private void body(WasmCursor cursor, int start) {
        int groups = cursor.count();
        for (int i = 0; i < groups; i++) {
            cursor.unsigned();
            cursor.valueType();
        }
        var reader = new InstructionReader(cursor);
        List<Construct> open = new ArrayList<>();
        open.add(new Construct(false));
        while (reader.hasNext()) {
            if (open.isEmpty()) {
                throw cursor.damaged("instructions after the end of a function");
            }
            reader.next();
            if (reader.blockType() >= types) {
                throw cursor.damaged("a block of type " + reader.blockType() + ", which does not exist,");
            }
            for (int label : reader.labels()) {
                steps += Math.min(label, open.size());
            }
            switch (reader.opcode()) {
                case InstructionReader.BLOCK, InstructionReader.IF, InstructionReader.TRY_TABLE -> open(open, false);
                case InstructionReader.LOOP -> open(open, true);
                case InstructionReader.END -> close(open);
                default -> {}
            }
            if (steps > MAXIMUM_STEPS) {
                throw new CoreModuleException(
                        "the function at byte " + start + " cannot be read: its blocks and branches"
                                + " are nested too deeply, or too many of them stand side by side; split the function");
            }
        }
        if (!open.isEmpty()) {
            throw cursor.damaged("a function whose blocks are not closed");
        }
    }

    private static void open(List<Construct> open, boolean isLoop) {
        if (!open.isEmpty()) {
            open.getLast().nested++;
        }
        open.add(new Construct(isLoop));
    }

    private void close(List<Construct> open) {
        if (open.removeLast().isLoop && !open.isEmpty()) {
            steps += open.getLast().nested;
        }
    }

    /** A block, loop, if or try_table that is open, or the function. */
    private static final class Construct {
        private final boolean isLoop;
        private int nested;

        Construct(boolean isLoop) {
            this.isLoop = isLoop;
        }
    }
}
