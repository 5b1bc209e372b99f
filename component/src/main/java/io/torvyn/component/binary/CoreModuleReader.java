package io.torvyn.component.binary;

import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out what a core module imports and exports, which is all that the validation of a component needs of it. The
 * rest of the module (function bodies above all) is the core engine's to check.
 */
public final class CoreModuleReader {
    private static final long NO_MAXIMUM = -1;
    private static final long MAX_PAGES_32 = 1 << 16;
    private static final long MAX_PAGES_64 = 1L << 48;
    private static final long MAX_TABLE_ELEMENTS = 0xffff_ffffL;

    private final Cursor in;
    private final List<CoreType.Function> types = new ArrayList<>();
    private final List<CoreType.Function> functions = new ArrayList<>();
    private final List<CoreType> tables = new ArrayList<>();
    private final List<CoreType> memories = new ArrayList<>();
    private final List<CoreType> globals = new ArrayList<>();
    private final Set<List<String>> importNames = new HashSet<>();
    private final List<CoreModule.Import> imports = new ArrayList<>();
    private final List<CoreModule.Export> exports = new ArrayList<>();

    private CoreModuleReader(Cursor in) {
        this.in = in;
    }

    /** The imports and exports of a core module. */
    public record Interface(List<CoreModule.Import> imports, List<CoreModule.Export> exports) {
        public Interface {
            imports = List.copyOf(imports);
            exports = List.copyOf(exports);
        }
    }

    /**
     * Reads a core module that is part of a component.
     *
     * @throws BinaryException when its frame is damaged; the offset counts from the start of {@code wasm}
     */
    public static Interface read(byte[] wasm, int offset, int length) {
        var reader = new CoreModuleReader(new Cursor(wasm, offset, offset + length, "the core module"));
        reader.module();
        return new Interface(reader.imports, reader.exports);
    }

    private void module() {
        int start = in.position();
        for (int expected : new int[] {0x00, 'a', 's', 'm', 0x01, 0x00, 0x00, 0x00}) {
            if (in.readByte() != expected) {
                throw new BinaryException(start, "a core module does not begin with 00 61 73 6d 01 00 00 00");
            }
        }
        while (!in.atEnd()) {
            int id = in.readByte();
            switch (id) {
                case 1 -> in.readSized("type section of a core module", () -> each("types", this::type));
                case 2 -> in.readSized("import section of a core module", () -> each("imports", this::importOne));
                case 3 ->
                    in.readSized(
                            "function section of a core module",
                            () -> each("functions", () -> functions.add(functionTypeAt(in.position(), in.readU32()))));
                case 4 -> in.readSized("table section of a core module", () -> each("tables", this::table));
                case 5 ->
                    in.readSized(
                            "memory section of a core module",
                            () -> each("memories", () -> memories.add(memoryType(in))));
                case 6 ->
                    in.readSized(
                            "global section of a core module",
                            () -> each("globals", () -> {
                                globals.add(globalType(in));
                                skipConstantExpression();
                            }));
                case 7 -> in.readSized("export section of a core module", () -> each("exports", this::export));
                default -> in.readSized("section " + id + " of a core module", () -> in.skip(in.remaining()));
            }
        }
    }

    private void each(String what, Runnable element) {
        int count = in.readCount(what);
        for (int i = 0; i < count; i++) {
            element.run();
        }
    }

    private void type() {
        int at = in.position();
        int form = in.readByte();
        if (form != 0x60) {
            throw form >= 0x4e && form <= 0x5f
                    ? ComponentDecoder.unsupported(at, "a core type of the GC proposal")
                    : ComponentDecoder.unknown(at, "core function type", form);
        }
        types.add(functionType(in));
    }

    private CoreType.Function functionTypeAt(int at, int index) {
        if (index >= types.size()) {
            throw new BinaryException(
                    at, "core type index " + index + " is out of range, the module has " + types.size() + " types");
        }
        return types.get(index);
    }

    private void importOne() {
        String module = in.readName();
        String name = in.readName();
        int at = in.position();
        CoreType type =
                switch (extern(in)) {
                    case CoreDefType.Extern.Function(int index) -> functionTypeAt(at, index);
                    case CoreDefType.Extern.Resolved(CoreType resolved) -> resolved;
                };
        if (!importNames.add(List.of(module, name))) {
            throw new BinaryException(
                    at,
                    "a core module imports \"" + module + "\" \"" + name + "\" twice; within a component that"
                            + " is not allowed");
        }
        imports.add(new CoreModule.Import(module, name, type));
        switch (type) {
            case CoreType.Function function -> functions.add(function);
            case CoreType.Table table -> tables.add(table);
            case CoreType.Memory memory -> memories.add(memory);
            case CoreType.Global global -> globals.add(global);
        }
    }

    private void table() {
        boolean initialised = in.peek() == 0x40;
        if (initialised) {
            in.skip(1);
            in.readByte();
        }
        tables.add(tableType(in));
        if (initialised) {
            skipConstantExpression();
        }
    }

    private void export() {
        String name = in.readName();
        int at = in.position();
        int sort = in.readByte();
        int index = in.readU32();
        List<? extends CoreType> items =
                switch (sort) {
                    case 0x00 -> functions;
                    case 0x01 -> tables;
                    case 0x02 -> memories;
                    case 0x03 -> globals;
                    case 0x04 -> throw ComponentDecoder.unsupported(at, "a core tag");
                    default -> throw ComponentDecoder.unknown(at, "kind of core export", sort);
                };
        if (index >= items.size()) {
            throw new BinaryException(
                    at,
                    "the core export \"" + name + "\" has index " + index + ", which is out of range: there are "
                            + items.size());
        }
        exports.add(new CoreModule.Export(name, items.get(index)));
    }

    /** After the byte 0x60. */
    static CoreType.Function functionType(Cursor in) {
        return new CoreType.Function(
                in.readVector("parameters", () -> valueType(in)), in.readVector("results", () -> valueType(in)));
    }

    private static CoreType.Value valueType(Cursor in) {
        int at = in.position();
        int code = in.readByte();
        return switch (code) {
            case 0x7f -> CoreType.Value.I32;
            case 0x7e -> CoreType.Value.I64;
            case 0x7d -> CoreType.Value.F32;
            case 0x7c -> CoreType.Value.F64;
            case 0x7b -> CoreType.Value.V128;
            case 0x70 -> CoreType.Value.FUNCREF;
            case 0x6f -> CoreType.Value.EXTERNREF;
            case 0x63, 0x64 -> throw ComponentDecoder.unsupported(at, "a typed reference");
            default -> throw ComponentDecoder.unknown(at, "core value type", code);
        };
    }

    static CoreDefType.Extern extern(Cursor in) {
        int at = in.position();
        int kind = in.readByte();
        return switch (kind) {
            case 0x00 -> new CoreDefType.Extern.Function(in.readU32());
            case 0x01 -> new CoreDefType.Extern.Resolved(tableType(in));
            case 0x02 -> new CoreDefType.Extern.Resolved(memoryType(in));
            case 0x03 -> new CoreDefType.Extern.Resolved(globalType(in));
            case 0x04 -> throw ComponentDecoder.unsupported(at, "a core tag");
            default -> throw ComponentDecoder.unknown(at, "kind of core import or export", kind);
        };
    }

    private static CoreType.Table tableType(Cursor in) {
        CoreType.Value element = valueType(in);
        int at = in.position();
        int flags = in.readByte();
        if (flags > 1) {
            throw ComponentDecoder.unsupported(at, "a table with limits of kind " + ComponentDecoder.hex(flags));
        }
        long minimum = in.readU64();
        long maximum = flags == 1 ? in.readU64() : NO_MAXIMUM;
        checkLimits(at, "table", minimum, maximum, MAX_TABLE_ELEMENTS);
        return new CoreType.Table(element, minimum, maximum);
    }

    private static CoreType.Memory memoryType(Cursor in) {
        int at = in.position();
        int flags = in.readByte();
        if (flags > 7) {
            throw ComponentDecoder.unsupported(at, "a memory with limits of kind " + ComponentDecoder.hex(flags));
        }
        boolean memory64 = (flags & 4) != 0;
        long minimum = in.readU64();
        long maximum = (flags & 1) != 0 ? in.readU64() : NO_MAXIMUM;
        checkLimits(at, "memory", minimum, maximum, memory64 ? MAX_PAGES_64 : MAX_PAGES_32);
        return new CoreType.Memory(minimum, maximum, (flags & 2) != 0, memory64);
    }

    private static void checkLimits(int at, String what, long minimum, long maximum, long most) {
        boolean maximumFits = maximum == NO_MAXIMUM
                || (Long.compareUnsigned(maximum, most) <= 0 && Long.compareUnsigned(minimum, maximum) <= 0);
        if (Long.compareUnsigned(minimum, most) > 0 || !maximumFits) {
            throw new BinaryException(
                    at,
                    "the limits of a " + what + " are wrong: at least "
                            + Long.toUnsignedString(minimum)
                            + (maximum == NO_MAXIMUM ? "" : ", at most " + Long.toUnsignedString(maximum)));
        }
    }

    private static CoreType.Global globalType(Cursor in) {
        CoreType.Value type = valueType(in);
        int at = in.position();
        int mutability = in.readByte();
        return switch (mutability) {
            case 0x00 -> new CoreType.Global(type, false);
            case 0x01 -> new CoreType.Global(type, true);
            default -> throw ComponentDecoder.unknown(at, "mutability", mutability);
        };
    }

    private void skipConstantExpression() {
        while (true) {
            int at = in.position();
            int opcode = in.readByte();
            switch (opcode) {
                case 0x0b -> {
                    return;
                }
                case 0x41 -> in.readSigned(32);
                case 0x42 -> in.readSigned(64);
                case 0x43 -> in.skip(4);
                case 0x44 -> in.skip(8);
                case 0x23, 0xd2 -> in.readU32(); // global.get, ref.func
                case 0xd0 -> in.readSigned(33); // ref.null
                case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> {} // add, sub, mul
                case 0xfd -> { // v128.const
                    if (in.readU32() != 12) {
                        throw ComponentDecoder.unknown(at, "constant instruction", opcode);
                    }
                    in.skip(16);
                }
                default -> throw ComponentDecoder.unknown(at, "constant instruction", opcode);
            }
        }
    }
}
