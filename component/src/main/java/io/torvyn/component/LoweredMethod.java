package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.FunctionType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.function.Function;

/**
 * A Java method that is the lowered form of a component function. Generated bindings keep one in a static final for
 * each function, so that {@link HostFunction#target()} is the same object for all instances.
 *
 * @param type of the component function
 * @param coreType of the method
 * @param target takes the receiver first
 */
public record LoweredMethod(FunctionType type, CoreType.Function coreType, MethodHandle target) {
    /**
     * Finds the method, which has the core type that {@link Flattening} gives.
     *
     * @param lookup of the class that has it
     * @throws IllegalArgumentException when there is no such method
     */
    public static LoweredMethod find(MethodHandles.Lookup lookup, String name, FunctionType type) {
        CoreType.Function coreType = Flattening.of(type).lowered();
        try {
            MethodHandle target = lookup.findVirtual(lookup.lookupClass(), name, coreType.methodType());
            return new LoweredMethod(type, coreType, target);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no method for " + name + " of type " + type, e);
        }
    }

    /**
     * The function as the host offers it.
     *
     * @param receiver makes the object that the method belongs to, for one {@code canon lower}
     */
    public HostItem item(Function<LiftLowerContext, ?> receiver) {
        return new HostItem.Function(type, context -> new HostFunction(coreType, target, receiver.apply(context)));
    }
}
