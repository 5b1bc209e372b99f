package io.torvyn.contracts;

import java.util.List;
import java.util.Optional;

/** A type where WIT uses one: a primitive, a name, or something built from those on the spot. */
public sealed interface TypeReference {
    record Builtin(ValueType.Primitive type) implements TypeReference {}

    /** A name that has been resolved; never an alias that {@code use} made, but the definition behind it. */
    record Named(TypeDefinition definition) implements TypeReference {}

    record ListOf(TypeReference element) implements TypeReference {}

    record OptionOf(TypeReference payload) implements TypeReference {}

    record ResultOf(Optional<TypeReference> ok, Optional<TypeReference> err) implements TypeReference {}

    record TupleOf(List<TypeReference> elements) implements TypeReference {}

    /** A resource by name means an owned handle to it. */
    record OwnOf(TypeDefinition resource) implements TypeReference {}

    record BorrowOf(TypeDefinition resource) implements TypeReference {}

    /** The structure behind, with every name of a type gone but the identities of resources. */
    default ValueType valueType() {
        return switch (this) {
            case Builtin(var type) -> type;
            case Named(var definition) -> definition.valueType();
            case ListOf(var element) -> new ValueType.ListType(element.valueType());
            case OptionOf(var payload) -> new ValueType.OptionType(payload.valueType());
            case ResultOf(var ok, var err) ->
                new ValueType.ResultType(ok.map(TypeReference::valueType), err.map(TypeReference::valueType));
            case TupleOf(var elements) ->
                new ValueType.TupleType(
                        elements.stream().map(TypeReference::valueType).toList());
            case OwnOf(var resource) -> new ValueType.Own(resource.resourceType());
            case BorrowOf(var resource) -> new ValueType.Borrow(resource.resourceType());
        };
    }
}
