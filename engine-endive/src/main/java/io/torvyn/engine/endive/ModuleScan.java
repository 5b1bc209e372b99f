package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Looks over the sections of a module before Endive parses them (core specification, "Binary Format").
 *
 * <p>Endive's parser makes arrays as large as a count in the file says, before it has seen the elements; here every
 * count is held against the bytes that are left. And features that this engine does not run are named, where Endive
 * would only say that a number is odd. Function bodies are left to Endive, but for the number of their locals.
 */
final class ModuleScan {
    private static final int MAXIMUM_FUNCTION_LOCALS = 50_000;
    /** Over all functions, beside one for each byte of the module: a group of locals is three bytes whatever it holds. */
    private static final int SPARE_LOCALS = 1_000_000;
    /** Endive matches imports to arguments in quadratic time. */
    private static final int MAXIMUM_IMPORTS = 10_000;

    private static final int FUNCREF = 0x70;

    private static final int LONGEST_FORWARDER = 64;
    private static final int LOCAL_GET = 0x20;
    private static final int I32_CONST = 0x41;
    private static final int CALL_INDIRECT = 0x11;
    private static final int END = 0x0B;

    private final byte[] wasm;
    private WasmCursor cursor;
    private long locals;
    private int importedFunctions;
    private int types;
    private final BitSet typesWithFunctionReferences = new BitSet();
    private int bodies;
    private int bodyBeingRead = -1;
    private final List<ForwardedCall.Shape> forwarders = new ArrayList<>();

    private ModuleScan(byte[] wasm) {
        this.wasm = wasm;
        this.cursor = new WasmCursor(wasm, 0, wasm.length);
    }

    /**
     * @return the functions that only pass their arguments on, as far as their bodies show it
     * @throws CoreModuleException when it is damaged, or wants what this engine does not have
     */
    static List<ForwardedCall.Shape> scan(byte[] wasm) {
        var scan = new ModuleScan(wasm);
        scan.module();
        return scan.forwarders;
    }

    private CoreModuleException damaged(String what) {
        return cursor.damaged(what);
    }

    /** The byte that tells is the one that was just read. */
    private CoreModuleException unsupported(UnsupportedFeature feature, String detail) {
        String user =
                bodyBeingRead < 0 ? "the module" : ModuleReader.functionText(wasm, importedFunctions + bodyBeingRead);
        return feature.refusal(user, detail, cursor.position() - 1);
    }

    private void module() {
        if (wasm.length < WasmSections.HEADER_LENGTH
                || wasm[0] != 0
                || wasm[1] != 'a'
                || wasm[2] != 's'
                || wasm[3] != 'm') {
            throw damaged("no magic number");
        }
        WasmSections.forEach(wasm, (id, start, end) -> {
            cursor = new WasmCursor(wasm, start, end);
            section(id);
        });
    }

    private void section(int id) {
        switch (id) {
            case 0 -> name();
            case 1 -> each(this::type);
            case 2 -> imports();
            case 3 -> each(this::index);
            case 4 -> each(this::table);
            case 5 -> each(this::memory);
            case 6 ->
                each(() -> {
                    valueType(octet());
                    octet();
                    constantExpression();
                });
            case 7 ->
                each(() -> {
                    name();
                    octet();
                    index();
                });
            case 8, 12 -> index();
            case 9 -> each(this::elements);
            case 10 -> each(this::body);
            case 11 -> each(this::data);
            case 13 -> each(this::tag);
            default -> throw damaged("unknown section " + id);
        }
    }

    private void each(Runnable element) {
        int count = count("vector", 1);
        for (int i = 0; i < count; i++) {
            element.run();
        }
    }

    private void type() {
        int form = octet();
        if (form != 0x60) {
            throw form >= 0x4E && form <= 0x5F
                    ? unsupported(UnsupportedFeature.GARBAGE_COLLECTION, "")
                    : damaged("unknown form of type " + form);
        }
        each(this::valueTypeOfFunction);
        each(this::valueTypeOfFunction);
        types++;
    }

    private void valueTypeOfFunction() {
        int code = octet();
        valueType(code);
        if (code == FUNCREF) {
            typesWithFunctionReferences.set(types);
        }
    }

    /** To Endive a function reference is the number of a function, in whatever instance it happens to be. */
    private CoreModuleException foreignReferences(String module, String name) {
        return unsupported(
                UnsupportedFeature.FOREIGN_FUNCTION_REFERENCES, "import \"" + module + "\" \"" + name + "\"");
    }

    private void valueType(int code) {
        switch (code) {
            case 0x7F, 0x7E, 0x7D, 0x7C, 0x70, 0x6F, 0x69 -> {}
            case 0x64, 0x63 -> cursor.leb(5); // a reference to a defined type
            case 0x7B -> throw unsupported(UnsupportedFeature.SIMD, "v128 values");
            default ->
                throw code >= 0x6A && code <= 0x74
                        ? unsupported(UnsupportedFeature.GARBAGE_COLLECTION, "references")
                        : damaged("unknown value type " + code);
        }
    }

    private void imports() {
        int count = count("imports", 4);
        if (count > MAXIMUM_IMPORTS) {
            throw new CoreModuleException(
                    "the module has " + count + " imports, the Endive engine takes " + MAXIMUM_IMPORTS);
        }
        for (int i = 0; i < count; i++) {
            String module = name();
            String name = name();
            int kind = octet();
            switch (kind) {
                case 0 -> {
                    long type = unsigned();
                    if (type < types && typesWithFunctionReferences.get((int) type)) {
                        throw foreignReferences(module, name);
                    }
                    importedFunctions++;
                }
                case 1 -> {
                    valueType(octet());
                    limits("table");
                }
                case 2 -> limits("memory");
                case 3 -> {
                    int code = octet();
                    valueType(code);
                    if (code == FUNCREF) {
                        throw foreignReferences(module, name);
                    }
                    octet();
                }
                case 4 -> tag();
                default -> throw damaged("unknown kind of import " + kind);
            }
        }
    }

    private void tag() {
        octet();
        index();
    }

    private void table() {
        int code = octet();
        boolean initialised = code == 0x40;
        if (initialised) {
            octet();
            code = octet();
        }
        valueType(code);
        limits("table");
        if (initialised) {
            constantExpression();
        }
    }

    private void memory() {
        limits("memory");
    }

    private void limits(String what) {
        int flags = octet();
        if (flags > 7) {
            throw damaged("unknown limits of a " + what);
        }
        if ((flags & 2) != 0) {
            throw unsupported(UnsupportedFeature.THREADS, "a shared " + what);
        }
        if ((flags & 4) != 0) {
            throw unsupported(UnsupportedFeature.MEMORY64, "a " + what);
        }
        index();
        if ((flags & 1) != 0) {
            index();
        }
    }

    private void elements() {
        int flags = (int) unsigned();
        if (flags < 0 || flags > 7) {
            throw damaged("unknown kind of element segment");
        }
        boolean active = (flags & 1) == 0;
        boolean explicit = (flags & 2) != 0;
        boolean expressions = (flags & 4) != 0;
        if (active) {
            if (explicit) {
                index();
            }
            constantExpression();
        }
        if (!active || explicit) {
            if (expressions) {
                valueType(octet());
            } else {
                octet();
            }
        }
        each(expressions ? this::constantExpression : this::index);
    }

    private void data() {
        long mode = unsigned();
        if (mode > 2) {
            throw damaged("unknown kind of data segment");
        }
        if (mode == 2) {
            index();
        }
        if (mode != 1) {
            constantExpression();
        }
        skip(count("data segment", 1));
    }

    private void body() {
        int length = count("function body", 1);
        int end = cursor.position() + length;
        int sectionEnd = cursor.position() + cursor.left();
        bodyBeingRead = bodies;
        int groups = count("locals", 2);
        long own = 0;
        for (int i = 0; i < groups; i++) {
            own += unsigned();
            valueType(octet());
        }
        locals += own;
        if (own > MAXIMUM_FUNCTION_LOCALS || locals > (long) SPARE_LOCALS + wasm.length) {
            throw new CoreModuleException("not a valid core module: too many locals at byte " + cursor.position());
        }
        if (cursor.position() > end) {
            throw damaged("function body ends early");
        }
        if (own == 0 && length <= LONGEST_FORWARDER) {
            forwarder(end);
        }
        cursor = new WasmCursor(wasm, end, sectionEnd); // what is no forwarder may have been read beyond its end
        bodies++;
        bodyBeingRead = -1;
    }

    private void forwarder(int end) {
        int parameters = 0;
        int opcode = octet();
        while (opcode == LOCAL_GET && cursor.position() < end && octet() == parameters) {
            parameters++;
            opcode = octet();
        }
        if (opcode != I32_CONST || cursor.position() >= end) {
            return;
        }
        int element = index(octet());
        if (element < 0 || octet() != CALL_INDIRECT) {
            return;
        }
        int type = (int) unsigned();
        int table = (int) unsigned();
        if (octet() == END && cursor.position() == end) {
            forwarders.add(new ForwardedCall.Shape(bodies, parameters, element, type, table));
        }
    }

    /** An i32 constant of at most two bytes, of which the first is given; -1 for any other. */
    private int index(int first) {
        if (first < 0x80) {
            return first < 0x40 ? first : -1;
        }
        int second = octet();
        return second < 0x40 ? (first & 0x7F) | (second << 7) : -1;
    }

    private void constantExpression() {
        while (true) {
            int opcode = octet();
            switch (opcode) {
                case 0x0B -> {
                    return;
                }
                case 0x41, 0x23, 0xD2, 0xD0 -> cursor.leb(5);
                case 0x42 -> cursor.leb(10);
                case 0x43 -> skip(4);
                case 0x44 -> skip(8);
                case 0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E -> {}
                case 0xFB -> throw unsupported(UnsupportedFeature.GARBAGE_COLLECTION, "");
                case 0xFD -> throw unsupported(UnsupportedFeature.SIMD, "v128 values");
                default -> throw damaged("opcode " + opcode + " in a constant expression");
            }
        }
    }

    private String name() {
        int length = count("name", 1);
        int start = cursor.position();
        skip(length);
        return new String(wasm, start, length, StandardCharsets.UTF_8);
    }

    private void index() {
        unsigned();
    }

    private int count(String what, int elementLength) {
        long count = unsigned();
        if (count > cursor.left() / elementLength) {
            throw damaged(what + " of " + count + " is longer than what is left");
        }
        return (int) count;
    }

    private void skip(int length) {
        cursor.skip(length);
    }

    private int octet() {
        return cursor.octet();
    }

    private long unsigned() {
        return cursor.unsigned();
    }
}
