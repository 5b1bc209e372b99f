package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.FunctionType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Java method that is the lowered form of a component function. Generated bindings keep one in a static final for
 * each function, so that {@link HostFunction#target()} is the same object for all instances.
 *
 * <p>Safe for use by many threads.
 */
public final class LoweredMethod {
    private final MethodHandles.Lookup lookup;
    private final String name;
    private final FunctionType type;
    /** Null until a component lowers the function: finding a method takes a while, and an interface has dozens. */
    private @Nullable Found found;

    /** @param target takes the receiver first */
    private record Found(CoreType.Function coreType, MethodHandle target) {}

    private LoweredMethod(MethodHandles.Lookup lookup, String name, FunctionType type) {
        this.lookup = lookup;
        this.name = name;
        this.type = type;
    }

    /**
     * The method, which has the core type that {@link Flattening} gives. It is looked for when it is first lowered.
     *
     * @param lookup of the class that has it
     * @param type of the component function
     */
    public static LoweredMethod find(MethodHandles.Lookup lookup, String name, FunctionType type) {
        return new LoweredMethod(lookup, name, type);
    }

    /**
     * The function as the host offers it. Where there is no such method, a component that lowers the function gets an
     * {@link IllegalArgumentException}.
     *
     * @param receiver makes the object that the method belongs to, for one {@code canon lower}
     */
    public HostItem item(Function<LiftLowerContext, ?> receiver) {
        return new HostItem.Function(type, context -> {
            Found method = found();
            return new HostFunction(method.coreType(), method.target(), receiver.apply(context));
        });
    }

    private synchronized Found found() {
        Found known = found;
        if (known == null) {
            CoreType.Function coreType = Flattening.of(type).lowered();
            try {
                known = new Found(coreType, lookup.findVirtual(lookup.lookupClass(), name, coreType.methodType()));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("no method for " + name + " of type " + type, e);
            }
            found = known;
        }
        return known;
    }
}
