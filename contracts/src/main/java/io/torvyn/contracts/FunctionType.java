package io.torvyn.contracts;

import java.util.List;
import java.util.Optional;

/**
 * The type of a component function.
 *
 * @param parameters in order; {@code self} is the first one of a method
 * @param result empty when the function returns nothing
 */
public record FunctionType(List<ValueType.Field> parameters, Optional<ValueType> result) {
    public FunctionType {
        parameters = List.copyOf(parameters);
    }
}
