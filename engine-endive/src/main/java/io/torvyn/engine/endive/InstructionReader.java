package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.util.Arrays;

/**
 * Reads the instructions of an expression one after the other, as bytes: where each begins and ends, and where it may
 * branch to (core specification, binary format, "Instructions").
 *
 * <p>Knows every instruction of WebAssembly 3.0 and those of the threads proposal, whether this engine runs them or not.
 */
final class InstructionReader {
    static final int UNREACHABLE = 0x00;
    static final int NOP = 0x01;
    static final int BLOCK = 0x02;
    static final int LOOP = 0x03;
    static final int IF = 0x04;
    static final int ELSE = 0x05;
    static final int THROW = 0x08;
    static final int THROW_REF = 0x0A;
    static final int END = 0x0B;
    static final int BR = 0x0C;
    static final int BR_IF = 0x0D;
    static final int BR_TABLE = 0x0E;
    static final int RETURN = 0x0F;
    static final int CALL = 0x10;
    static final int CALL_INDIRECT = 0x11;
    static final int RETURN_CALL = 0x12;
    static final int RETURN_CALL_INDIRECT = 0x13;
    static final int CALL_REF = 0x14;
    static final int RETURN_CALL_REF = 0x15;
    static final int DROP = 0x1A;
    static final int TRY_TABLE = 0x1F;
    static final int TABLE_SET = 0x26;
    static final int REF_FUNC = 0xD2;
    static final int BR_ON_NULL = 0xD5;
    static final int BR_ON_NON_NULL = 0xD6;
    static final int BR_ON_CAST = 0xFB_0018;
    static final int BR_ON_CAST_FAIL = 0xFB_0019;
    static final int TABLE_COPY = 0xFC_000E;
    static final int TABLE_GROW = 0xFC_000F;
    static final int TABLE_FILL = 0xFC_0011;

    private static final int LEGACY_TRY = 0x06;
    private static final int PREFIX_SHIFT = 16;
    private static final int GC_PREFIX = 0xFB;
    private static final int NUMERIC_PREFIX = 0xFC;
    private static final int VECTOR_PREFIX = 0xFD;
    private static final int ATOMIC_PREFIX = 0xFE;
    private static final int SEVERAL_MEMORIES = 0x40;
    private static final int[] NOWHERE = {};

    private final WasmCursor cursor;
    private int start;
    private int opcode = NOP;
    private int[] labels = NOWHERE;
    private int index;
    private int table;
    private int blockType = -1;

    InstructionReader(WasmCursor cursor) {
        this.cursor = cursor;
        this.start = cursor.position();
    }

    boolean hasNext() {
        return cursor.hasNext();
    }

    /** The instruction's number; where there is a prefix, it stands above a second number. */
    int opcode() {
        return opcode;
    }

    /** Where the instruction's first byte is, in the module. */
    int start() {
        return start;
    }

    /** Where the next one begins. */
    int end() {
        return cursor.position();
    }

    /** The index of the type of a block, loop, if or try_table; -1 when it names none. */
    int blockType() {
        return blockType;
    }

    /** The labels that it may branch to, relative to where it stands; of a {@code try_table}, to where that stands. */
    int[] labels() {
        return labels;
    }

    /** The function or type that it names, of a call, {@code ref.func} and its like. */
    int index() {
        return index;
    }

    /** The table of an indirect call. */
    int table() {
        return table;
    }

    /**
     * Reads the next instruction.
     *
     * @throws CoreModuleException when there is none, or one that is not known
     */
    void next() {
        start = cursor.position();
        labels = NOWHERE;
        blockType = -1;
        int first = cursor.octet();
        switch (first) {
            case GC_PREFIX, NUMERIC_PREFIX, VECTOR_PREFIX, ATOMIC_PREFIX -> {
                long second = cursor.unsigned();
                if (second > 0xFF && (first != VECTOR_PREFIX || second > 0x113)) { // relaxed ones end there
                    throw unknown(first, second);
                }
                opcode = first << PREFIX_SHIFT | (int) second;
                if (second > 0xFF) {
                    return; // without immediates
                }
            }
            default -> opcode = first;
        }
        immediates();
    }

    private CoreModuleException unknown(long... codes) {
        if (codes.length == 1 && codes[0] == LEGACY_TRY) {
            return UnsupportedFeature.LEGACY_EXCEPTIONS.refusal("the module", "", start);
        }
        return new CoreModuleException("unknown instruction "
                + String.join(
                        " ", Arrays.stream(codes).mapToObj("0x%02x"::formatted).toList()) + " at byte " + start);
    }

    private void immediates() {
        switch (opcode) {
            case BLOCK, LOOP, IF -> blockType = cursor.blockType();
            case BR, BR_IF, BR_ON_NULL, BR_ON_NON_NULL -> labels = new int[] {label()};
            case BR_TABLE -> {
                int count = cursor.count();
                labels = new int[count + 1];
                for (int i = 0; i <= count; i++) {
                    labels[i] = label();
                }
            }
            case TRY_TABLE -> catches();
            case BR_ON_CAST, BR_ON_CAST_FAIL -> {
                cursor.octet();
                labels = new int[] {label()};
                cursor.leb(5);
                cursor.leb(5);
            }
            case UNREACHABLE, NOP, ELSE, THROW_REF, END, RETURN, DROP, 0x1B, 0xD1, 0xD3, 0xD4 -> {}
            // throw, call, call_ref, locals and globals, table.get and table.set, memory.size and memory.grow,
            // ref.null, ref.func
            case THROW, CALL, RETURN_CALL, CALL_REF, RETURN_CALL_REF, REF_FUNC -> index = (int) cursor.unsigned();
            case 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, TABLE_SET, 0x3F, 0x40, 0xD0 -> cursor.leb(5);
            case CALL_INDIRECT, RETURN_CALL_INDIRECT -> {
                index = (int) cursor.unsigned();
                table = (int) cursor.unsigned();
            }
            case 0x1C -> {
                int count = cursor.count();
                for (int i = 0; i < count; i++) {
                    cursor.valueType();
                }
            }
            case 0x41 -> cursor.leb(5);
            case 0x42 -> cursor.leb(10);
            case 0x43 -> cursor.skip(4);
            case 0x44 -> cursor.skip(8);
            default -> {
                if (opcode >= 0x28 && opcode <= 0x3E) {
                    memoryArgument();
                } else if (opcode >>> PREFIX_SHIFT == NUMERIC_PREFIX) {
                    bulk(opcode & 0xFF);
                } else if (opcode >>> PREFIX_SHIFT == GC_PREFIX) {
                    garbageCollected(opcode & 0xFF);
                } else if (opcode >>> PREFIX_SHIFT == VECTOR_PREFIX) {
                    vector(opcode & 0xFF);
                } else if (opcode >>> PREFIX_SHIFT == ATOMIC_PREFIX) {
                    if ((opcode & 0xFF) == 3) { // atomic.fence
                        cursor.octet();
                    } else {
                        memoryArgument();
                    }
                } else if (opcode < 0x45 || opcode > 0xC4) {
                    throw unknown(opcode);
                }
            }
        }
    }

    private int label() {
        long label = cursor.unsigned();
        if (label > Integer.MAX_VALUE) {
            throw cursor.damaged("label " + label);
        }
        return (int) label;
    }

    private void indices(int count) {
        for (int i = 0; i < count; i++) {
            cursor.leb(5);
        }
    }

    private void catches() {
        blockType = cursor.blockType();
        int count = cursor.count();
        labels = new int[count];
        for (int i = 0; i < count; i++) {
            int kind = cursor.octet();
            if (kind > 3) {
                throw cursor.damaged("unknown catch clause " + kind);
            }
            if (kind < 2) { // catch and catch_ref name a tag, catch_all and catch_all_ref do not
                cursor.leb(5);
            }
            labels[i] = label();
        }
    }

    private void memoryArgument() {
        long alignment = cursor.unsigned();
        if ((alignment & SEVERAL_MEMORIES) != 0) {
            cursor.leb(5);
        }
        cursor.leb(10);
    }

    private void bulk(int second) {
        switch (second) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> {} // saturating conversions
            case 8, 10, 12, 14 -> indices(2);
            case 9, 11, 13, 15, 16, 17 -> indices(1);
            default -> throw unknown(NUMERIC_PREFIX, second);
        }
    }

    private void vector(int second) {
        if (second <= 11 || second == 92 || second == 93) {
            memoryArgument();
        } else if (second <= 13) { // a constant, or a lane for each byte
            cursor.skip(16);
        } else if (second >= 21 && second <= 34) {
            cursor.octet();
        } else if (second >= 84 && second <= 91) {
            memoryArgument();
            cursor.octet();
        }
    }

    private void garbageCollected(int second) {
        switch (second) {
            case 2, 3, 4, 5, 8, 9, 10, 17, 18, 19 -> indices(2);
            case 0, 1, 6, 7, 11, 12, 13, 14, 16, 20, 21, 22, 23 -> indices(1);
            case 15, 26, 27, 28, 29, 30 -> {}
            default -> throw unknown(GC_PREFIX, second);
        }
    }
}
