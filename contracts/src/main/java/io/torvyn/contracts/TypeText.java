package io.torvyn.contracts;

import java.util.Optional;
import java.util.function.Function;

/** Writes types as WIT does. What a definition is called depends on who speaks of it. */
final class TypeText {
    private final Function<TypeDefinition, String> named;
    private final Function<TypeReference.OwnOf, String> owned;

    /**
     * @param named the name of a definition
     * @param owned an owned handle
     */
    TypeText(Function<TypeDefinition, String> named, Function<TypeReference.OwnOf, String> owned) {
        this.named = named;
        this.owned = owned;
    }

    String of(TypeReference type) {
        return switch (type) {
            case TypeReference.Builtin(var primitive) -> primitive.toString();
            case TypeReference.Named(var definition) -> named.apply(definition);
            case TypeReference.ListOf(var element) -> "list<" + of(element) + ">";
            case TypeReference.OptionOf(var payload) -> "option<" + of(payload) + ">";
            case TypeReference.ResultOf(var ok, var err) -> {
                if (err.isPresent()) {
                    yield "result<" + ok.map(this::of).orElse("_") + ", " + of(err.get()) + ">";
                }
                yield "result" + arguments(ok);
            }
            case TypeReference.TupleOf(var elements) ->
                "tuple<" + String.join(", ", elements.stream().map(this::of).toList()) + ">";
            case TypeReference.FixedListOf(var element, var length) -> "list<" + of(element) + ", " + length + ">";
            case TypeReference.MapOf(var key, var value) -> "map<" + key + ", " + of(value) + ">";
            case TypeReference.StreamOf(var element) -> "stream" + arguments(element);
            case TypeReference.FutureOf(var payload) -> "future" + arguments(payload);
            case TypeReference.ErrorContext() -> "error-context";
            case TypeReference.OwnOf own -> owned.apply(own);
            case TypeReference.BorrowOf(var resource) -> "borrow<" + named.apply(resource) + ">";
        };
    }

    private String arguments(Optional<TypeReference> argument) {
        return argument.map(type -> "<" + of(type) + ">").orElse("");
    }
}
