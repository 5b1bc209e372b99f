package io.torvyn.component.binary;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a core module uses of what has been added to WebAssembly 1.0: told from its types, its sections and each of its
 * instructions, whatever its toolchain says. Core specification, "Binary Format".
 *
 * <p>Code that makes no sense is {@link CoreFeature#UNKNOWN}, and so is what came later; it is the engine's to refuse.
 */
final class CoreFeatures {
    private static final int SHARED = 2;
    private static final int OF_64_BITS = 4;
    private static final int PAGE_SIZE = 8;
    private static final int ALIGNMENT_WITH_MEMORY = 0x40;

    private final Set<CoreFeature> found = EnumSet.noneOf(CoreFeature.class);
    private final List<Shape> types = new ArrayList<>();

    private final List<Boolean> mutableGlobals = new ArrayList<>();
    private int importedFunctions;
    private int memories;
    private int tables;

    /** What of a function type 1.0 does not allow: several results for anybody, parameters for blocks. */
    private record Shape(boolean severalResults, boolean parameters) {
        static final Shape NO_FUNCTION = new Shape(false, false);
    }

    @FunctionalInterface
    private interface Element {
        void read(Cursor in);
    }

    /** Those of the sections that have been looked at. */
    Set<CoreFeature> found() {
        return found;
    }

    /** How many functions come from outside: they are numbered first. */
    int importedFunctions() {
        return importedFunctions;
    }

    /**
     * Looks at a section; one that makes no sense hides nothing of the others.
     *
     * @param in what is in it
     */
    void section(int id, Cursor in) {
        try {
            switch (id) {
                case 1 -> each(in, this::group);
                case 2 -> each(in, this::importOne);
                case 3 -> each(in, this::signature);
                case 4 -> each(in, this::table);
                case 5 -> each(in, this::memory);
                case 6 ->
                    each(in, global -> {
                        global(global);
                        constant(global);
                    });
                case 7 -> each(in, this::export);
                case 9 -> each(in, this::elements);
                case 10 -> each(in, this::function);
                case 11 -> each(in, this::data);
                case 13 -> found.add(CoreFeature.EXCEPTION_HANDLING);
                default -> {}
            }
        } catch (BinaryException e) {
            found.add(CoreFeature.UNKNOWN);
        }
    }

    private static void each(Cursor in, Element element) {
        for (int count = in.readCount("elements"); count > 0; count--) {
            element.read(in);
        }
    }

    private static BinaryException unknown(Cursor in) {
        return new BinaryException(in.position(), "not known");
    }

    private void group(Cursor in) {
        if (in.peek() == 0x4e) {
            in.readByte();
            found.add(CoreFeature.GC);
            each(in, this::type);
        } else {
            type(in);
        }
    }

    private void type(Cursor in) {
        if (in.peek() == 0x50 || in.peek() == 0x4f) {
            in.readByte();
            found.add(CoreFeature.GC);
            each(in, Cursor::readU32);
        }
        switch (in.readByte()) {
            case 0x60 -> {
                int parameters = values(in);
                int results = values(in);
                types.add(new Shape(results > 1, parameters > 0));
            }
            case 0x5f -> {
                found.add(CoreFeature.GC);
                each(in, this::field);
                types.add(Shape.NO_FUNCTION);
            }
            case 0x5e -> {
                found.add(CoreFeature.GC);
                field(in);
                types.add(Shape.NO_FUNCTION);
            }
            default -> throw unknown(in);
        }
    }

    private void field(Cursor in) {
        if (in.peek() == 0x77 || in.peek() == 0x78) { // i16, i8
            in.readByte();
        } else {
            value(in);
        }
        in.readByte();
    }

    private int values(Cursor in) {
        int count = in.readCount("values");
        for (int i = 0; i < count; i++) {
            value(in);
        }
        return count;
    }

    private void value(Cursor in) {
        switch (in.peek()) {
            case 0x7f, 0x7e, 0x7d, 0x7c -> in.readByte();
            case 0x7b -> {
                in.readByte();
                found.add(CoreFeature.SIMD);
            }
            case 0x63, 0x64 -> {
                in.readByte();
                found.add(CoreFeature.FUNCTION_REFERENCES);
                heapType(in);
            }
            default -> heapType(in);
        }
    }

    private void heapType(Cursor in) {
        long type = in.readSigned(33);
        if (type >= 0) {
            found.add(CoreFeature.FUNCTION_REFERENCES);
            return;
        }
        switch ((int) type & 0x7f) {
            case 0x70, 0x6f -> found.add(CoreFeature.REFERENCE_TYPES);
            case 0x69, 0x74 -> found.add(CoreFeature.EXCEPTION_HANDLING);
            case 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73 -> found.add(CoreFeature.GC);
            default -> throw unknown(in);
        }
    }

    private void signature(Cursor in) {
        if (shape(in.readU32()).severalResults) {
            found.add(CoreFeature.MULTIVALUE);
        }
    }

    private Shape shape(long type) {
        return type < types.size() ? types.get((int) type) : Shape.NO_FUNCTION;
    }

    private void importOne(Cursor in) {
        in.readName();
        in.readName();
        switch (in.readByte()) {
            case 0x00 -> {
                importedFunctions++;
                signature(in);
            }
            case 0x01 -> plainTable(in);
            case 0x02 -> memory(in);
            case 0x03 -> {
                if (global(in)) {
                    found.add(CoreFeature.MUTABLE_GLOBALS);
                }
            }
            case 0x04 -> {
                found.add(CoreFeature.EXCEPTION_HANDLING);
                in.readByte();
                in.readU32();
            }
            default -> throw unknown(in);
        }
    }

    private boolean global(Cursor in) {
        value(in);
        boolean mutable = in.readByte() == 1;
        mutableGlobals.add(mutable);
        return mutable;
    }

    private void export(Cursor in) {
        in.readName();
        int sort = in.readByte();
        int index = in.readU32();
        if (sort == 0x03 && index < mutableGlobals.size() && mutableGlobals.get(index)) {
            found.add(CoreFeature.MUTABLE_GLOBALS);
        }
    }

    private void table(Cursor in) {
        boolean initialised = in.peek() == 0x40;
        if (initialised) {
            in.skip(2);
            found.add(CoreFeature.FUNCTION_REFERENCES);
        }
        plainTable(in);
        if (initialised) {
            constant(in);
        }
    }

    private void plainTable(Cursor in) {
        if (in.peek() == 0x70) { // the only kind of element that 1.0 has
            in.readByte();
        } else {
            value(in);
        }
        limits(in);
        if (++tables > 1) {
            found.add(CoreFeature.REFERENCE_TYPES);
        }
    }

    private void memory(Cursor in) {
        limits(in);
        if (++memories > 1) {
            found.add(CoreFeature.MULTIMEMORY);
        }
    }

    private void limits(Cursor in) {
        int flags = in.readByte();
        in.readU64();
        if ((flags & 1) != 0) {
            in.readU64();
        }
        if ((flags & SHARED) != 0) {
            found.add(CoreFeature.ATOMICS);
        }
        if ((flags & OF_64_BITS) != 0) {
            found.add(CoreFeature.MEMORY64);
        }
        if ((flags & PAGE_SIZE) != 0) {
            found.add(CoreFeature.CUSTOM_PAGE_SIZES);
            in.readU32();
        }
    }

    /** A constant expression, to its end. */
    private void constant(Cursor in) {
        for (int opcode = in.readByte(); opcode != 0x0b; opcode = in.readByte()) {
            if (opcode >= 0x6a && opcode <= 0x7e) { // add, sub, mul
                found.add(CoreFeature.EXTENDED_CONST);
            }
            instruction(opcode, in);
        }
    }

    private void elements(Cursor in) {
        int flags = in.readU32();
        boolean passive = (flags & 1) != 0;
        boolean indexed = (flags & 2) != 0; // with a table, or declared only
        boolean expressions = (flags & 4) != 0;
        if (passive) {
            found.add(indexed ? CoreFeature.REFERENCE_TYPES : CoreFeature.BULK_MEMORY);
        } else {
            if (indexed) {
                in.readU32();
            }
            constant(in);
        }
        if (passive || indexed) {
            if (expressions) {
                value(in);
            } else {
                in.readByte();
            }
        }
        if (expressions) {
            found.add(CoreFeature.REFERENCE_TYPES);
            each(in, this::constant);
        } else {
            each(in, Cursor::readU32);
        }
    }

    private void data(Cursor in) {
        int flags = in.readU32();
        if (flags == 1) {
            found.add(CoreFeature.BULK_MEMORY);
        } else {
            if (flags == 2 && in.readU32() != 0) {
                found.add(CoreFeature.MULTIMEMORY);
            }
            constant(in);
        }
        in.skip(in.readU32());
    }

    private void function(Cursor in) {
        Cursor body = in.part(in.readU32());
        try {
            each(body, locals -> {
                locals.readU32();
                value(locals);
            });
            while (!body.atEnd()) {
                instruction(body.readByte(), body);
            }
        } catch (BinaryException e) {
            found.add(CoreFeature.UNKNOWN);
        }
    }

    private void instruction(int opcode, Cursor in) {
        switch (opcode) {
            case 0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b -> {} // unreachable, nop, else, end, return, drop, select
            case 0x02, 0x03, 0x04 -> block(in);
            case 0x06 -> {
                legacyException();
                block(in);
            }
            case 0x07, 0x09, 0x18 -> {
                legacyException();
                in.readU32();
            }
            case 0x19 -> legacyException();
            case 0x08 -> {
                found.add(CoreFeature.EXCEPTION_HANDLING);
                in.readU32();
            }
            case 0x0a -> found.add(CoreFeature.EXCEPTION_HANDLING);
            case 0x1f -> {
                found.add(CoreFeature.EXCEPTION_HANDLING);
                block(in);
                each(in, CoreFeatures::catchClause);
            }
            case 0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24 -> in.readU32();
            case 0x0e -> {
                each(in, Cursor::readU32);
                in.readU32();
            }
            case 0x11 -> indirectCall(in);
            case 0x12 -> {
                found.add(CoreFeature.TAIL_CALL);
                in.readU32();
            }
            case 0x13 -> {
                found.add(CoreFeature.TAIL_CALL);
                indirectCall(in);
            }
            case 0x14 -> {
                found.add(CoreFeature.FUNCTION_REFERENCES);
                in.readU32();
            }
            case 0x15 -> {
                found.add(CoreFeature.FUNCTION_REFERENCES);
                found.add(CoreFeature.TAIL_CALL);
                in.readU32();
            }
            case 0x1c -> {
                found.add(CoreFeature.REFERENCE_TYPES);
                each(in, this::value);
            }
            case 0x25, 0x26 -> {
                found.add(CoreFeature.REFERENCE_TYPES);
                in.readU32();
            }
            case 0x3f, 0x40 -> memoryIndex(in);
            case 0x41 -> in.readSigned(32);
            case 0x42 -> in.readSigned(64);
            case 0x43 -> in.skip(4);
            case 0x44 -> in.skip(8);
            case 0xc0, 0xc1, 0xc2, 0xc3, 0xc4 -> found.add(CoreFeature.SIGN_EXTENSION);
            case 0xd0 -> {
                found.add(CoreFeature.REFERENCE_TYPES);
                heapType(in);
            }
            case 0xd1 -> found.add(CoreFeature.REFERENCE_TYPES);
            case 0xd2 -> {
                found.add(CoreFeature.REFERENCE_TYPES);
                in.readU32();
            }
            case 0xd3 -> found.add(CoreFeature.GC);
            case 0xd4 -> found.add(CoreFeature.FUNCTION_REFERENCES);
            case 0xd5, 0xd6 -> {
                found.add(CoreFeature.FUNCTION_REFERENCES);
                in.readU32();
            }
            case 0xfb -> garbageCollected(in);
            case 0xfc -> miscellaneous(in);
            case 0xfd -> vector(in);
            case 0xfe -> atomic(in);
            default -> {
                if (opcode >= 0x28 && opcode <= 0x3e) {
                    memoryArgument(in);
                } else if (opcode < 0x45 || opcode > 0xbf) {
                    throw unknown(in);
                }
            }
        }
    }

    private void legacyException() {
        found.add(CoreFeature.EXCEPTION_HANDLING);
        found.add(CoreFeature.LEGACY_EXCEPTIONS);
    }

    private static void catchClause(Cursor in) {
        if (in.readByte() < 2) {
            in.readU32(); // the tag
        }
        in.readU32();
    }

    private void block(Cursor in) {
        int first = in.peek();
        if (first == 0x40) {
            in.readByte();
        } else if (first > 0x40 && first < 0x80) {
            value(in);
        } else {
            long type = in.readSigned(33);
            if (type < 0) {
                throw unknown(in);
            }
            Shape shape = shape(type);
            if (shape.severalResults || shape.parameters) {
                found.add(CoreFeature.MULTIVALUE);
            }
        }
    }

    private void indirectCall(Cursor in) {
        in.readU32();
        if (in.readU32() != 0) {
            found.add(CoreFeature.REFERENCE_TYPES);
        }
    }

    private void memoryIndex(Cursor in) {
        if (in.readU32() != 0) {
            found.add(CoreFeature.MULTIMEMORY);
        }
    }

    private void memoryArgument(Cursor in) {
        if ((in.readU32() & ALIGNMENT_WITH_MEMORY) != 0) {
            found.add(CoreFeature.MULTIMEMORY);
            in.readU32();
        }
        in.readU64();
    }

    private void garbageCollected(Cursor in) {
        found.add(CoreFeature.GC);
        switch (in.readU32()) {
            case 0, 1, 6, 7, 11, 12, 13, 14, 16 -> in.readU32();
            case 2, 3, 4, 5, 8, 9, 10, 17, 18, 19 -> {
                in.readU32();
                in.readU32();
            }
            case 15, 26, 27, 28, 29, 30 -> {}
            case 20, 21, 22, 23 -> heapType(in);
            case 24, 25 -> {
                in.readByte();
                in.readU32();
                heapType(in);
                heapType(in);
            }
            default -> throw unknown(in);
        }
    }

    private void miscellaneous(Cursor in) {
        int opcode = in.readU32();
        switch (opcode) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> found.add(CoreFeature.SATURATING_CONVERSIONS);
            case 8 -> {
                found.add(CoreFeature.BULK_MEMORY);
                in.readU32();
                memoryIndex(in);
            }
            case 10 -> {
                found.add(CoreFeature.BULK_MEMORY);
                memoryIndex(in);
                memoryIndex(in);
            }
            case 11 -> {
                found.add(CoreFeature.BULK_MEMORY);
                memoryIndex(in);
            }
            case 9, 13 -> {
                found.add(CoreFeature.BULK_MEMORY);
                in.readU32();
            }
            case 12, 14 -> {
                found.add(CoreFeature.BULK_MEMORY);
                in.readU32();
                in.readU32();
            }
            case 15, 16, 17 -> {
                found.add(CoreFeature.REFERENCE_TYPES);
                in.readU32();
            }
            case 19, 20, 21, 22 -> found.add(CoreFeature.WIDE_ARITHMETIC);
            default -> throw unknown(in);
        }
    }

    private void vector(Cursor in) {
        int opcode = in.readU32();
        found.add(opcode < 0x100 ? CoreFeature.SIMD : CoreFeature.RELAXED_SIMD);
        if (opcode <= 11 || opcode == 92 || opcode == 93) {
            memoryArgument(in);
        } else if (opcode == 12 || opcode == 13) { // v128.const, i8x16.shuffle
            in.skip(16);
        } else if (opcode >= 21 && opcode <= 34) { // lanes
            in.readByte();
        } else if (opcode >= 84 && opcode <= 91) { // lanes of memory
            memoryArgument(in);
            in.readByte();
        } else if (opcode > 0x113) {
            throw unknown(in);
        }
    }

    private void atomic(Cursor in) {
        found.add(CoreFeature.ATOMICS);
        int opcode = in.readU32();
        if (opcode == 3) {
            in.readByte();
        } else if (opcode <= 2 || (opcode >= 0x10 && opcode <= 0x4e)) {
            memoryArgument(in);
        } else {
            throw unknown(in);
        }
    }
}
