package io.torvyn.engine.endive;

import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.types.FunctionType;

/**
 * A function that does nothing but pass its arguments on to an element of a table, called without running it.
 *
 * <p>Such is what wit-component puts between a module and those of its imports that need the module's own memory: they
 * are called for each element of a stream, and going through the shim's code costs three argument arrays. The table's
 * version is looked at in every call, so that whoever changes it is heard.
 */
final class ForwardedCall implements WasmFunctionHandle {
    private final BoundedTable table;
    private final int element;
    private final FunctionType type;
    private final WasmFunctionHandle function;
    private final CallDepth depth;
    private int knownVersion = -1;
    private WasmFunctionHandle known;

    /**
     * @param function the function itself: called for what has references, and to trap where the element does not fit
     * @param depth where the function counts
     */
    ForwardedCall(BoundedTable table, int element, FunctionType type, WasmFunctionHandle function, CallDepth depth) {
        this.table = table;
        this.element = element;
        this.type = type;
        this.function = function;
        this.depth = depth;
        this.known = function;
    }

    @Override
    public long[] apply(Instance caller, long... arguments) {
        return target().apply(caller, arguments);
    }

    BoundedTable table() {
        return table;
    }

    CallDepth depth() {
        return depth;
    }

    /** What a call now calls. */
    WasmFunctionHandle target() {
        if (table.version() != knownVersion) {
            resolve();
        }
        return known;
    }

    private void resolve() {
        known = function;
        if (element < table.size()) {
            int target = table.ref(element);
            Instance owner = table.instance(element);
            if (owner != null && target >= 0 && type.equals(typeOf(owner, target))) {
                WasmFunctionHandle handle = EndiveFunction.forImport(owner, target);
                // A host function comes back to no guest's function, so it needs no counting.
                known = handle instanceof HostAdapters.HostAdapter
                        ? handle
                        : new Counted(
                                handle, depth, CallCharges.charge(type.params().size()));
            }
        }
        knownVersion = table.version();
    }

    private static FunctionType typeOf(Instance owner, int function) {
        return owner.module().typeSection().getType(owner.functionType(function));
    }

    @Override
    public CallResult applyWithRefs(Instance caller, long[] arguments, Object[] references) {
        return function.applyWithRefs(caller, arguments, references);
    }

    /** Core code, which may come back to the function: counted as the function itself would have counted. */
    record Counted(WasmFunctionHandle callee, CallDepth depth, int charge) implements WasmFunctionHandle {
        @Override
        public long[] apply(Instance caller, long... arguments) {
            depth.enter(charge);
            try {
                return callee.apply(caller, arguments);
            } finally {
                depth.leave(charge);
            }
        }
    }

    /**
     * A function with such a body: all parameters, a constant, {@code call_indirect}.
     *
     * @param body which of the module's bodies it is
     * @param parameters how many parameters are passed on
     * @param element the constant
     * @param type index of the type that is called
     * @param table index of the table
     */
    record Shape(int body, int parameters, int element, int type, int table) {}
}
