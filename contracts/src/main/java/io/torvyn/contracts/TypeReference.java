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

    /**
     * {@code list<u8, 4>}: a tuple of as many.
     *
     * @param length at least 1
     */
    record FixedListOf(TypeReference element, int length) implements TypeReference {}

    /** {@code map<string, u32>}: a list of pairs, of which a later one replaces an earlier one of the same key. */
    record MapOf(ValueType.Primitive key, TypeReference value) implements TypeReference {}

    record StreamOf(Optional<TypeReference> element) implements TypeReference {}

    record FutureOf(Optional<TypeReference> payload) implements TypeReference {}

    record ErrorContext() implements TypeReference {}

    /**
     * A resource by name means an owned handle to it.
     *
     * @param resource its definition; of a contract that was read from a binary, it may be another name of it
     */
    record OwnOf(TypeDefinition resource) implements TypeReference {}

    record BorrowOf(TypeDefinition resource) implements TypeReference {}

    /**
     * The structure behind, with every name of a type gone but the identities of resources.
     *
     * @throws IllegalStateException when {@link #beyondModel} is not empty
     */
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
            case FixedListOf _, MapOf _, StreamOf _, FutureOf _, ErrorContext _ ->
                throw new IllegalStateException("not in the type model: " + this);
        };
    }

    /**
     * What {@link ValueType} has no structure for, as WIT calls it: the first such type in this one. Empty when there is
     * none.
     */
    default Optional<String> beyondModel() {
        return switch (this) {
            case Builtin _, OwnOf _, BorrowOf _ -> Optional.empty();
            case Named(var definition) -> definition.beyondModel();
            case ListOf(var element) -> element.beyondModel();
            case OptionOf(var payload) -> payload.beyondModel();
            case ResultOf(var ok, var err) ->
                ok.flatMap(TypeReference::beyondModel).or(() -> err.flatMap(TypeReference::beyondModel));
            case TupleOf(var elements) ->
                elements.stream().flatMap(e -> e.beyondModel().stream()).findFirst();
            case FixedListOf _ -> Optional.of("a list of fixed length");
            case MapOf _ -> Optional.of("a map");
            case StreamOf _ -> Optional.of("a stream");
            case FutureOf _ -> Optional.of("a future");
            case ErrorContext _ -> Optional.of("an error-context");
        };
    }
}
