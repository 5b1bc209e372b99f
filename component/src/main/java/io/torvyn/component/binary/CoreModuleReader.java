package io.torvyn.component.binary;

import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a core module imports and exports, which is all that the validation of a component needs of it. The
 * rest of the module (function bodies above all) is the core engine's to check.
 */
public final class CoreModuleReader {
    /** The order that the core specification, "Modules", gives them. */
    private static final List<Integer> SECTIONS = List.of(1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11);

    private final Cursor in;
    private final List<CoreDefType.Member> types = new ArrayList<>();
    /** Null where it has a type that this runtime cannot tell from others; such items stay inside. */
    private final List<@Nullable CoreType> functions = new ArrayList<>();

    private final List<@Nullable CoreType> tables = new ArrayList<>();
    private final List<@Nullable CoreType> memories = new ArrayList<>();
    private final List<@Nullable CoreType> globals = new ArrayList<>();
    private final List<@Nullable CoreType> tags = new ArrayList<>();
    private final Set<List<String>> importNames = new HashSet<>();
    private final Set<String> exportNames = new HashSet<>();
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
        int last = 0;
        while (!in.atEnd()) {
            int at = in.position();
            int id = in.readByte();
            if (id != 0) {
                int place = SECTIONS.indexOf(id);
                if (place < 0) {
                    throw new BinaryException(at, "section id " + id + " of a core module is unknown");
                }
                if (place < last) {
                    throw new BinaryException(
                            at, "section " + id + " of a core module is out of order, or is there twice");
                }
                last = place + 1;
            }
            section(id);
        }
    }

    private void section(int id) {
        switch (id) {
            case 1 ->
                in.readSized(
                        "type section of a core module",
                        () -> each("types", () -> types.addAll(CoreTypeReader.recursiveGroup(in))));
            case 2 -> in.readSized("import section of a core module", () -> each("imports", this::importOne));
            case 3 ->
                in.readSized(
                        "function section of a core module",
                        () -> each("functions", () -> functions.add(functionTypeAt(in.position(), in.readU32()))));
            case 4 -> in.readSized("table section of a core module", () -> each("tables", this::table));
            case 5 ->
                in.readSized(
                        "memory section of a core module",
                        () -> each("memories", () -> memories.add(CoreTypeReader.memory(in))));
            case 6 ->
                in.readSized(
                        "global section of a core module",
                        () -> each("globals", () -> {
                            globals.add(CoreTypeReader.global(in));
                            skipConstantExpression();
                        }));
            case 7 -> in.readSized("export section of a core module", () -> each("exports", this::export));
            case 13 ->
                in.readSized(
                        "tag section of a core module",
                        () -> each("tags", () -> tags.add(tagAt(in.position(), CoreTypeReader.tag(in)))));
            default -> in.readSized("section " + id + " of a core module", () -> in.skip(in.remaining()));
        }
    }

    private void each(String what, Runnable element) {
        int count = in.readCount(what);
        for (int i = 0; i < count; i++) {
            element.run();
        }
    }

    private @Nullable CoreType functionTypeAt(int at, int index) {
        if (index >= types.size()) {
            throw new BinaryException(
                    at, "core type index " + index + " is out of range, the module has " + types.size() + " types");
        }
        CoreDefType.Member member = types.get(index);
        if (member.kind() != CoreDefType.Kind.FUNCTION) {
            throw new BinaryException(at, "core type " + index + " is no function type");
        }
        return member.plainFunction().orElse(null);
    }

    private @Nullable CoreType tagAt(int at, int index) {
        return functionTypeAt(at, index) instanceof CoreType.Function function ? new CoreType.Tag(function) : null;
    }

    private void importOne() {
        int start = in.position();
        String module = in.readName();
        String name = in.readName();
        int at = in.position();
        CoreType type = CoreTypeReader.comparable(
                at,
                switch (CoreTypeReader.extern(in)) {
                    case CoreDefType.Extern.Function(int index) -> functionTypeAt(at, index);
                    case CoreDefType.Extern.Tag(int index) -> tagAt(at, index);
                    case CoreDefType.Extern.Resolved(CoreType resolved) -> resolved;
                });
        if (!importNames.add(List.of(module, name))) {
            throw new BinaryException(
                    start,
                    "a core module imports \"" + module + "\" \"" + name + "\" twice; within a component that"
                            + " is not allowed");
        }
        imports.add(new CoreModule.Import(module, name, type));
        switch (type) {
            case CoreType.Function function -> functions.add(function);
            case CoreType.Table table -> tables.add(table);
            case CoreType.Memory memory -> memories.add(memory);
            case CoreType.Global global -> globals.add(global);
            case CoreType.Tag tag -> tags.add(tag);
        }
    }

    private void table() {
        boolean initialised = in.peek() == 0x40;
        if (initialised) {
            in.skip(1);
            in.readByte();
        }
        tables.add(CoreTypeReader.table(in));
        if (initialised) {
            skipConstantExpression();
        }
    }

    private void export() {
        int start = in.position();
        String name = in.readName();
        int at = in.position();
        int sort = in.readByte();
        int index = in.readU32();
        List<@Nullable CoreType> items =
                switch (sort) {
                    case 0x00 -> functions;
                    case 0x01 -> tables;
                    case 0x02 -> memories;
                    case 0x03 -> globals;
                    case 0x04 -> tags;
                    default -> throw ComponentDecoder.unknown(at, "kind of core export", sort);
                };
        if (index >= items.size()) {
            throw new BinaryException(
                    at,
                    "the core export \"" + name + "\" has index " + index + ", which is out of range: there are "
                            + items.size());
        }
        if (!exportNames.add(name)) {
            throw new BinaryException(start, "a core module exports \"" + name + "\" twice");
        }
        exports.add(new CoreModule.Export(name, CoreTypeReader.comparable(at, items.get(index))));
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
                case 0xfb -> skipGarbageCollected();
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

    /** Constant instructions that make structs, arrays and small integers. */
    private void skipGarbageCollected() {
        int at = in.position();
        int opcode = in.readU32();
        switch (opcode) {
            case 0x00, 0x01, 0x06, 0x07 -> in.readU32();
            case 0x08 -> {
                in.readU32();
                in.readU32();
            }
            case 0x1a, 0x1b, 0x1c -> {}
            default -> throw ComponentDecoder.unknown(at, "constant instruction after 0xfb", opcode);
        }
    }
}
