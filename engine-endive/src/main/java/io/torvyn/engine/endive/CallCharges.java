package io.torvyn.engine.endive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import run.endive.runtime.Instance;
import run.endive.wasm.types.FunctionBody;

/**
 * What a call of each function of a module counts against the limit of nested calls, {@link CallDepth}; nothing for a
 * function that cannot be part of a recursion, so that it pays nothing for the limit.
 *
 * <p>Works on the module's bytes, so it is the same for every way to run them. The module has been validated before.
 */
final class CallCharges {
    /*
     * Charged is what lies on a cycle of the module's call graph, where an indirect call may lead to every function of
     * its type whose reference is taken. A recursion through several instances needs no function to be on a cycle of its
     * own module. But an instance imports only from those that were there before it; so such a recursion comes back to
     * a later instance through a table that both have, or a reference that one got from the other, and whoever calls
     * through these is charged, whatever it calls. (A table that is written to may hold such references.)
     *
     * What is not charged nests as deeply as the graph without its cycles; where that is deep, a function every so many
     * calls is charged too. So are long functions: those that the compiler leaves to the interpreter are among them.
     *
     * The strongly connected components are found by Tarjan's algorithm, which gives callees before their callers.
     */

    /** A frame of compiled code is this much larger, in the JVM's own interpreter, for each eight of these. */
    private static final int LOCALS_PER_UNIT = 8;

    private static final int MOST_UNCHARGED = 64;
    /** Of a function's body. The JVM takes 64 KiB of bytecode, some sixteen for each of these at worst. */
    private static final int LONG_BODY = 4096;

    private static final int FUNCTION_FORM = 0x60;
    private static final int NUMBERED_REFERENCE = 0x63;
    private static final int NULLABLE_NUMBERED_REFERENCE = 0x64;
    private static final int TABLE_WITH_INITIALISER = 0x40;
    private static final int FUNCTION_KIND = 0;
    private static final int TABLE_KIND = 1;

    private final byte[] wasm;
    /** By type index: the same number for types that an indirect call takes for the same. */
    private final List<Integer> typeClasses = new ArrayList<>();

    private final List<Integer> parameters = new ArrayList<>();
    private final Map<String, Integer> classes = new HashMap<>();
    private final List<Integer> functionTypes = new ArrayList<>();
    private final BitSet sharedTables = new BitSet();
    /** Functions that call through a table. */
    private final BitSet indirectCallers = new BitSet();

    private boolean writesTables;
    private final List<Integer> referenced = new ArrayList<>();
    private int importedFunctions;
    private int importedTables;

    /** Callees of each function, and behind them, of each class of types, what an indirect call may lead to. */
    private int[][] callees = {};

    private int[] charges = {};
    private boolean[] charged = {};

    private CallCharges(byte[] wasm) {
        this.wasm = wasm;
    }

    /**
     * @param wasm a valid module
     * @return by function index, imported ones included
     */
    static int[] of(byte[] wasm) {
        return new CallCharges(wasm).charges();
    }

    /** What a function counts that is charged because it is too long to be compiled. */
    static int ofLongFunction(Instance instance, int function) {
        FunctionBody body = instance.function(function);
        int parameters = instance.type(instance.functionType(function)).params().size();
        return body == null ? 0 : charge(parameters + body.localTypes().size());
    }

    /**
     * What a function counts that is charged.
     *
     * @param locals parameters included
     */
    static int charge(long locals) {
        return 1 + (int) (locals / LOCALS_PER_UNIT);
    }

    private int[] charges() {
        WasmSections.forEach(wasm, (id, start, end) -> {
            var cursor = new WasmCursor(wasm, start, end);
            switch (id) {
                case WasmSections.TYPE -> types(cursor);
                case WasmSections.IMPORT -> imports(cursor, end);
                case WasmSections.FUNCTION -> functions(cursor);
                case WasmSections.TABLE -> tables(cursor);
                case WasmSections.GLOBAL -> globals(cursor);
                case WasmSections.EXPORT -> exports(cursor);
                case WasmSections.ELEMENT -> elements(cursor);
                case WasmSections.CODE -> code(cursor);
                default -> {}
            }
        });
        if (callees.length == 0) {
            return new int[functionTypes.size()]; // it has no code of its own
        }
        referencesByClass();
        new Components().find();
        int[] result = new int[functionTypes.size()];
        for (int i = importedFunctions; i < result.length; i++) {
            result[i] = charged[i] ? charges[i] : 0;
        }
        return result;
    }

    private void types(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            int start = cursor.position();
            boolean known = cursor.octet() == FUNCTION_FORM;
            int ofParameters = cursor.count();
            boolean numbered = valueTypes(cursor, ofParameters);
            numbered |= valueTypes(cursor, cursor.count());
            if (!known) {
                throw cursor.damaged("unknown form of type");
            }
            // Types that mention others by number may be the same under different numbers.
            String key = numbered ? "" : Arrays.toString(Arrays.copyOfRange(wasm, start, cursor.position()));
            typeClasses.add(classes.computeIfAbsent(key, _ -> classes.size()));
            parameters.add(ofParameters);
        }
    }

    private boolean valueTypes(WasmCursor cursor, int count) {
        boolean numbered = false;
        for (int i = 0; i < count; i++) {
            int code = wasm[cursor.position()] & 0xFF;
            numbered |= code == NUMBERED_REFERENCE || code == NULLABLE_NUMBERED_REFERENCE;
            cursor.valueType();
        }
        return numbered;
    }

    private void imports(WasmCursor cursor, int end) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            cursor.skip(cursor.count());
            cursor.skip(cursor.count());
            var type = new WasmCursor(wasm, cursor.position() + 1, end);
            switch (cursor.importType()) {
                case FUNCTION_KIND -> {
                    functionTypes.add((int) type.unsigned());
                    importedFunctions++;
                }
                case TABLE_KIND -> sharedTables.set(importedTables++);
                default -> {}
            }
        }
    }

    private void functions(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            functionTypes.add((int) cursor.unsigned());
        }
    }

    private void tables(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            boolean initialised = (wasm[cursor.position()] & 0xFF) == TABLE_WITH_INITIALISER;
            if (initialised) {
                cursor.skip(2);
            }
            cursor.valueType();
            cursor.limits();
            if (initialised) {
                constantExpression(cursor);
            }
        }
    }

    private void globals(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            cursor.valueType();
            cursor.octet();
            constantExpression(cursor);
        }
    }

    private void constantExpression(WasmCursor cursor) {
        var reader = new InstructionReader(cursor);
        do {
            reader.next();
            if (reader.opcode() == InstructionReader.REF_FUNC) {
                referenced.add(reader.index());
            }
        } while (reader.opcode() != InstructionReader.END);
    }

    private void exports(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            cursor.skip(cursor.count());
            int kind = cursor.octet();
            int index = (int) cursor.unsigned();
            if (kind == TABLE_KIND) {
                sharedTables.set(index);
            }
        }
    }

    /** Binary format, "Element Section": three bits tell what a segment has. */
    private void elements(WasmCursor cursor) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
            int flags = (int) cursor.unsigned();
            boolean active = (flags & 1) == 0;
            boolean explicit = (flags & 2) != 0;
            boolean expressions = (flags & 4) != 0;
            if (active) {
                if (explicit) {
                    cursor.unsigned();
                }
                constantExpression(cursor);
            }
            if (!active || explicit) {
                cursor.valueType(); // or the kind, an octet as well
            }
            int functions = cursor.count();
            for (int j = 0; j < functions; j++) {
                if (expressions) {
                    constantExpression(cursor);
                } else {
                    referenced.add((int) cursor.unsigned());
                }
            }
        }
    }

    private void code(WasmCursor cursor) {
        int count = cursor.count();
        int functions = functionTypes.size();
        callees = new int[functions + classes.size()][];
        Arrays.fill(callees, new int[0]);
        charges = new int[functions];
        charged = new boolean[functions + classes.size()];
        var seen = new int[callees.length]; // by which caller, last
        Arrays.fill(seen, -1);
        for (int i = 0; i < count; i++) {
            int function = importedFunctions + i;
            int length = cursor.count();
            int start = cursor.position();
            cursor.skip(length);
            charged[function] = length >= LONG_BODY;
            body(function, new WasmCursor(wasm, start, start + length), seen);
        }
        if (writesTables) {
            indirectCallers.stream().forEach(function -> charged[function] = true);
        }
    }

    private void body(int function, WasmCursor cursor, int[] seen) {
        long locals = parameters.get(functionTypes.get(function));
        int groups = cursor.count();
        for (int i = 0; i < groups; i++) {
            locals += cursor.unsigned();
            cursor.valueType();
        }
        charges[function] = charge(locals);
        var reader = new InstructionReader(cursor);
        var called = new int[16];
        int size = 0;
        while (reader.hasNext()) {
            reader.next();
            int callee;
            switch (reader.opcode()) {
                case InstructionReader.CALL, InstructionReader.RETURN_CALL -> callee = reader.index();
                case InstructionReader.CALL_INDIRECT, InstructionReader.RETURN_CALL_INDIRECT -> {
                    callee = functionTypes.size() + typeClasses.get(reader.index());
                    indirectCallers.set(function);
                    charged[function] |= sharedTables.get(reader.table());
                }
                case InstructionReader.CALL_REF, InstructionReader.RETURN_CALL_REF -> {
                    callee = functionTypes.size() + typeClasses.get(reader.index());
                    charged[function] = true;
                }
                case InstructionReader.REF_FUNC -> {
                    referenced.add(reader.index());
                    continue;
                }
                case InstructionReader.TABLE_SET,
                        InstructionReader.TABLE_COPY,
                        InstructionReader.TABLE_GROW,
                        InstructionReader.TABLE_FILL -> {
                    writesTables = true;
                    continue;
                }
                default -> {
                    continue;
                }
            }
            if (seen[callee] != function) {
                seen[callee] = function;
                if (size == called.length) {
                    called = Arrays.copyOf(called, size * 2);
                }
                called[size++] = callee;
            }
        }
        callees[function] = Arrays.copyOf(called, size);
    }

    private void referencesByClass() {
        int functions = functionTypes.size();
        var byClass = new ArrayList<List<Integer>>();
        classes.forEach((_, _) -> byClass.add(new ArrayList<>()));
        referenced.stream().distinct().forEach(function -> byClass.get(typeClasses.get(functionTypes.get(function)))
                .add(function));
        for (int i = 0; i < byClass.size(); i++) {
            callees[functions + i] =
                    byClass.get(i).stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** Tarjan's algorithm, with a stack of its own: a call graph may be deeper than the Java stack. */
    private final class Components {
        private static final int UNSEEN = -1;

        private final int nodes = callees.length;
        private final int[] number = new int[nodes];
        private final int[] lowest = new int[nodes];
        private final int[] next = new int[nodes];
        private final boolean[] open = new boolean[nodes];
        private final int[] component = new int[nodes];
        private final int[] path = new int[nodes];
        /** How many calls that are not charged may nest, of a node whose component is known. */
        private final int[] height = new int[nodes];

        private int componentSize;
        private int pathSize;
        private int numbered;

        void find() {
            Arrays.fill(number, UNSEEN);
            for (int node = 0; node < nodes; node++) {
                if (number[node] == UNSEEN) {
                    visit(node);
                }
            }
        }

        private void visit(int root) {
            push(root);
            while (pathSize > 0) {
                int node = path[pathSize - 1];
                if (next[node] < callees[node].length) {
                    int callee = callees[node][next[node]++];
                    if (number[callee] == UNSEEN) {
                        push(callee);
                    } else if (open[callee]) {
                        lowest[node] = Math.min(lowest[node], number[callee]);
                    }
                } else {
                    pathSize--;
                    if (pathSize > 0) {
                        int caller = path[pathSize - 1];
                        lowest[caller] = Math.min(lowest[caller], lowest[node]);
                    }
                    if (lowest[node] == number[node]) {
                        close(node);
                    }
                }
            }
        }

        private void push(int node) {
            number[node] = numbered;
            lowest[node] = numbered++;
            path[pathSize++] = node;
            component[componentSize++] = node;
            open[node] = true;
        }

        private void close(int first) {
            int start = componentSize;
            do {
                start--;
                open[component[start]] = false;
            } while (component[start] != first);
            boolean cycle =
                    componentSize - start > 1 || Arrays.stream(callees[first]).anyMatch(callee -> callee == first);
            for (int i = start; i < componentSize; i++) {
                int node = component[i];
                boolean isFunction = node < functionTypes.size();
                charged[node] |= cycle && isFunction;
                height[node] = charged[node] ? 0 : heightAbove(node) + (isFunction ? 1 : 0);
                if (isFunction && height[node] > MOST_UNCHARGED) {
                    charged[node] = true;
                    height[node] = 0;
                }
            }
            componentSize = start;
        }

        private int heightAbove(int node) {
            int highest = 0;
            for (int callee : callees[node]) {
                highest = Math.max(highest, height[callee]);
            }
            return highest;
        }
    }
}
