package io.torvyn.contracts;

import java.util.List;
import java.util.Optional;

/**
 * The type of a component function.
 *
 * @param parameters in order; {@code self} is the first one of a method
 * @param result empty when the function returns nothing
 * @param async of an {@code async func}, which no synchronous one may stand for
 */
public record FunctionType(List<ValueType.Field> parameters, Optional<ValueType> result, boolean async) {
    public FunctionType {
        parameters = List.copyOf(parameters);
    }

    /** The type of a synchronous function. */
    public FunctionType(List<ValueType.Field> parameters, Optional<ValueType> result) {
        this(parameters, result, false);
    }
}
