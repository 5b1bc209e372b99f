package io.torvyn.component;

import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.FunctionType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes a function of the host callable by core code: the host's side of {@code canon lower}. */
@FunctionalInterface
public interface Lowering {
    /**
     * The function for one {@code canon lower}; its core type is that of {@code flatten_functype(..., 'lower')}.
     *
     * @param context memory, realloc and string encoding that the component gave, and the instance that calls
     */
    HostFunction lower(LiftLowerContext context);

    /**
     * Of a function over {@link Value}s. It runs on the instance's thread; own handles among its arguments are its to
     * drop, borrow handles are good until it returns. A result of another type than {@code type} says ends the call
     * with E0807.
     *
     * @param body empty result where {@code type} has none
     */
    static Lowering dynamic(FunctionType type, Function<List<Value>, Optional<Value>> body) {
        return new DynamicLowering(type, (_, arguments) -> body.apply(arguments), null, DynamicLowering.UNNAMED);
    }
}
