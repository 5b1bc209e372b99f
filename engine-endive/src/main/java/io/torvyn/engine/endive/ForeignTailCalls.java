package io.torvyn.engine.endive;

import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/**
 * {@code return_call_indirect} in compiled code, where the table's element may belong to another instance. Public only
 * because compiled code stands outside this module.
 *
 * <p>Endive has a function that ends in a tail call return to whoever called it, which then makes the call, in the same
 * instance. A function of another instance is called before the return instead, and takes stack; {@link
 * TailCallRewriter} sees to it that no handler around the tail call catches what comes out of it.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class ForeignTailCalls {
    private ForeignTailCalls() {}

    /** Only the code of such modules is changed. */
    static boolean mayOccurIn(WasmModule module) {
        return hasSharedTable(module) && hasIndirectTailCall(module);
    }

    private static boolean hasSharedTable(WasmModule module) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            if (module.exportSection().getExport(i).exportType() == ExternalType.TABLE) {
                return true;
            }
        }
        return module.importSection().count(ExternalType.TABLE) > 0;
    }

    private static boolean hasIndirectTailCall(WasmModule module) {
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            if (module.codeSection().getFunctionBody(i).instructions().stream()
                    .anyMatch(instruction -> instruction.opcode() == OpCode.RETURN_CALL_INDIRECT)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Called by compiled code in place of Endive's {@code setTailCallIndirect}.
     *
     * @return what the function is to call before it returns; null when its caller calls a function of the same instance
     */
    public static @Nullable Call set(long[] arguments, int element, int type, int table, Instance caller) {
        return setWithRefs(arguments, null, element, type, table, caller);
    }

    /** The same for types with references that Endive keeps beside the numbers. */
    @SuppressWarnings({"ReferenceEquality", "NullAway"}) // instances have identity; no references are null to Endive
    public static @Nullable Call setWithRefs(
            long[] arguments, Object @Nullable [] references, int element, int type, int table, Instance caller) {
        TableInstance elements = caller.table(table);
        int function = elements.requiredRef(element);
        Instance owner = elements.instance(element);
        Instance callee = owner == null ? caller : owner;
        IndirectCalls.check(caller, type, callee, function);
        if (callee != caller) {
            return new Call(arguments, references, type, function, callee, caller);
        }
        caller.setTailCall(function, arguments, references);
        return null;
    }

    /** A call that compiled code makes as it returns; each method gives the results as a kind of method returns them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Call(
            long[] arguments,
            Object @Nullable [] references,
            int type,
            int function,
            Instance callee,
            Instance caller) {
        private long[] numbers() {
            return hasObjects() ? withRefs().longs() : IndirectCalls.call(arguments, type, function, callee, caller);
        }

        private FunctionType functionType() {
            return caller.type(type);
        }

        private boolean hasObjects() {
            return functionType().hasObjectRefParams() || functionType().hasObjectRefReturns();
        }

        @SuppressWarnings("NullAway") // no references are null to Endive
        private CallResult withRefs() {
            return IndirectCalls.callWithRefs(arguments, references, type, function, callee, caller);
        }

        /** For a function without results. */
        public void toVoid() {
            numbers();
        }

        /** For a function that returns an {@code int}. */
        public int toInt() {
            return (int) numbers()[0];
        }

        /** For a function that returns a {@code long}. */
        public long toLong() {
            return numbers()[0];
        }

        /** For a function that returns a {@code float}. */
        public float toFloat() {
            return Float.intBitsToFloat((int) numbers()[0]);
        }

        /** For a function that returns a {@code double}. */
        public double toDouble() {
            return Double.longBitsToDouble(numbers()[0]);
        }

        /** For a function that returns a reference. */
        public @Nullable Object toReference() {
            return withRefs().refResult(0);
        }

        /** For a function with several results, all of them numbers. */
        public long[] toNumbers() {
            return numbers();
        }

        /** For a function with several results, references among them. */
        public @Nullable Object[] toObjects() {
            CallResult results = withRefs();
            var types = functionType().returns();
            var objects = new @Nullable Object[types.size()];
            for (int i = 0; i < objects.length; i++) {
                ValType result = types.get(i);
                objects[i] = result.isObjectRef() ? results.refResult(i) : (Object) results.longResult(i);
            }
            return objects;
        }
    }
}
