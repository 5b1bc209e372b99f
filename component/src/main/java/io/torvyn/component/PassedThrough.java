package io.torvyn.component;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.FunctionType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of the host that a component imports and exports again: no code of the component runs when it is called,
 * and none of its memory is touched.
 *
 * <p>The function of the host takes core values and a memory, as does whoever calls an export. So the two meet in a
 * memory and a handle table that belong to nobody else.
 */
final class PassedThrough {
    private static final MethodHandle CALL;
    private static final MethodHandle RESET;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CALL = lookup.findVirtual(PassedThrough.class, "call", MethodType.methodType(Object.class, Object[].class));
            RESET = lookup.findVirtual(ScratchMemory.class, "reset", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Flattening flattening;
    private final ScratchMemory memory;
    private final HandleTable handles;
    private final MethodHandle lowered;
    private final int resultAlign;
    private final int resultSize;

    private PassedThrough(
            FunctionType type, Flattening flattening, ScratchMemory memory, HandleTable handles, HostFunction lowered) {
        this.flattening = flattening;
        this.handles = handles;
        this.memory = memory;
        int count = flattening.lowered().parameters().size();
        this.lowered = lowered.target()
                .bindTo(lowered.receiver())
                .asSpreader(Object[].class, count)
                .asType(MethodType.methodType(Object.class, Object[].class));
        Layout result = type.result().map(Layout::of).orElse(null);
        this.resultAlign = result == null ? 1 : result.alignment();
        this.resultSize = result == null ? 0 : result.size();
    }

    /** @param label of the component, for messages */
    static ExportedFunction export(String name, HostItem.Function function, String label, CoreEngine engine) {
        Flattening flattening = Flattening.of(function.type());
        var memory = new ScratchMemory();
        var context = new LiftLowerContext(
                new Instance(label, engine, null, null), memory, memory::reallocate, StringEncoding.UTF8);
        var passed = new PassedThrough(
                function.type(),
                flattening,
                memory,
                context.handles(),
                function.lowering().lower(context));
        CoreType.Function lifted = flattening.lifted();
        MethodHandle call = CALL.bindTo(passed)
                .asCollector(Object[].class, lifted.parameters().size())
                .asType(lifted.methodType());
        var resetType = new CoreType.Function(lifted.results(), List.of());
        MethodHandle reset = MethodHandles.dropArguments(
                RESET.bindTo(memory), 0, resetType.methodType().parameterList());
        return new ExportedFunction(name, function.type(), context, new Core(lifted, call), new Core(resetType, reset));
    }

    private record Core(CoreType.Function type, MethodHandle handle) implements CoreFunction {}

    /** The function as {@code canon lift} takes it, by means of the function as {@code canon lower} gives it. */
    @Nullable
    Object call(Object... arguments) throws Throwable {
        if (!flattening.resultInMemory()) {
            Object result = lowered.invokeExact(arguments);
            handles.endBorrows();
            return result;
        }
        int address = memory.allocate(resultAlign, resultSize);
        var withAddress = Arrays.copyOf(arguments, arguments.length + 1);
        withAddress[arguments.length] = address;
        Object ignored = lowered.invokeExact(withAddress);
        handles.endBorrows();
        return address;
    }
}
