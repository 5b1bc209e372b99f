package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreType;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.WasmException;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.types.FunctionType;

/** A function of an instance, by its index there; imported functions included. */
final class EndiveFunction implements CoreFunction {
    private final Instance instance;
    private final int index;
    private final CoreType.Function type;
    private final EndiveModule module;
    private @Nullable MethodHandle handle;

    EndiveFunction(Instance instance, int index, CoreType.Function type, EndiveModule module) {
        this.instance = instance;
        this.index = index;
        this.type = type;
        this.module = module;
    }

    @Override
    public CoreType.Function type() {
        return type;
    }

    @Override
    public <T> T as(Class<T> call) {
        // A class of ours cannot implement what its module keeps to itself; the platform's proxies can.
        return call.getModule().isExported(call.getPackageName(), EndiveFunction.class.getModule())
                ? module.calls().bind(instance, index, type, call)
                : CoreFunction.super.as(call);
    }

    @Override
    public MethodHandle handle() {
        MethodHandle bound = handle;
        if (bound == null) {
            bound = module.calls().bind(instance, index, type);
            handle = bound;
        }
        return bound;
    }

    @Override
    public CallPath path() {
        return module.isDirect(index, type) ? CallPath.DIRECT : CallPath.PLAIN;
    }

    /** What another instance gets for it as an import. */
    WasmFunctionHandle forImport() {
        WasmFunctionHandle itself = forImport(instance, index);
        ForwardedCall.Shape shape = module.forwarder(index);
        if (shape == null || !(instance.table(shape.table()) instanceof BoundedTable table)) {
            return itself;
        }
        FunctionType called = instance.module().typeSection().getType(shape.type());
        return new ForwardedCall(table, shape.element(), called, itself, CallDepth.of(instance.memory(), instance));
    }

    /** A function of an instance for another; one that is itself imported is passed on as it is. */
    static WasmFunctionHandle forImport(Instance instance, int function) {
        return function < instance.imports().functionCount()
                ? instance.imports().function(function).handle()
                : new Call(instance.getMachine(), function);
    }

    private record Call(Machine machine, int function) implements WasmFunctionHandle {
        @Override
        public long[] apply(Instance caller, long... arguments) {
            try {
                return machine.call(function, arguments);
            } catch (WasmException e) {
                throw ExceptionTags.asSeenBy(caller, e);
            }
        }

        @Override
        public CallResult applyWithRefs(Instance caller, long[] arguments, Object[] references) {
            try {
                return machine.callWithRefs(function, arguments, references);
            } catch (WasmException e) {
                throw ExceptionTags.asSeenBy(caller, e);
            }
        }
    }
}
