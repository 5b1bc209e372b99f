package io.torvyn.engine.endive;

import io.torvyn.component.Destructor;
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
        if (!call.getModule().isExported(call.getPackageName(), EndiveFunction.class.getModule())) {
            return CoreFunction.super.as(call);
        }
        T bound = module.calls().bind(instance, index, type, call);
        return bound instanceof Destructor destructor ? call.cast(withoutShim(destructor)) : bound;
    }

    private Destructor withoutShim(Destructor destructor) {
        ForwardedCall.Shape shape = module.forwarder(index);
        return shape != null && instance.table(shape.table()) instanceof BoundedTable table
                ? new ForwardedDestructor(forwarded(shape, table), destructor)
                : destructor;
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
        ForwardedCall.Shape shape = module.forwarder(index);
        if (shape != null && instance.table(shape.table()) instanceof BoundedTable table) {
            return forwarded(shape, table);
        }
        return index < instance.imports().functionCount()
                ? forImport(instance, index)
                : new Call(instance.getMachine(), index, this);
    }

    private ForwardedCall forwarded(ForwardedCall.Shape shape, BoundedTable table) {
        FunctionType called = instance.module().typeSection().getType(shape.type());
        return new ForwardedCall(
                table, shape.element(), called, forImport(instance, index), CallDepth.of(instance.memory(), instance));
    }

    /** A function of an instance for another; one that is itself imported is passed on as it is. */
    static WasmFunctionHandle forImport(Instance instance, int function) {
        return function < instance.imports().functionCount()
                ? instance.imports().function(function).handle()
                : new Call(instance.getMachine(), function, null);
    }

    /** @param itself where it is known: for whoever can call it without an array */
    record Call(Machine machine, int function, @Nullable EndiveFunction itself) implements WasmFunctionHandle {
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
