package io.torvyn.bindgen;

import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import java.util.Optional;

/** What type definitions stand for. */
final class Structure {
    private Structure() {}

    /** The type behind aliases; a resource's bare name becomes an owned handle. */
    static TypeReference resolve(TypeReference type) {
        return switch (type) {
            case TypeReference.Named(var definition) ->
                switch (definition.kind()) {
                    case TypeDefinition.Kind.Alias(var target, var _) -> resolve(target);
                    case TypeDefinition.Kind.Resource _ -> new TypeReference.OwnOf(definition);
                    case TypeDefinition.Kind.Record _,
                            TypeDefinition.Kind.Variant _,
                            TypeDefinition.Kind.Enum _,
                            TypeDefinition.Kind.Flags _ -> type;
                };
            case TypeReference.Builtin _,
                    TypeReference.ListOf _,
                    TypeReference.OptionOf _,
                    TypeReference.ResultOf _,
                    TypeReference.TupleOf _,
                    TypeReference.OwnOf _,
                    TypeReference.BorrowOf _ -> type;
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }

    /** Whether every pattern of bits is a value of the type, and none of them points anywhere: numbers, and records of them. */
    static boolean isPacked(TypeReference type) {
        return switch (resolve(type)) {
            case TypeReference.Builtin(var primitive) ->
                primitive != ValueType.Primitive.CHAR && primitive != ValueType.Primitive.STRING;
            case TypeReference.Named(var definition) -> isPackedRecord(definition);
            case TypeReference.TupleOf(var elements) -> elements.stream().allMatch(Structure::isPacked);
            case TypeReference.ListOf _,
                    TypeReference.OptionOf _,
                    TypeReference.ResultOf _,
                    TypeReference.OwnOf _,
                    TypeReference.BorrowOf _ -> false;
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw refused(type);
        };
    }

    static boolean isPackedRecord(TypeDefinition definition) {
        return definition.kind() instanceof TypeDefinition.Kind.Record(var fields)
                && fields.stream().allMatch(field -> isPacked(field.type()));
    }

    /** For types that {@link JavaGenerator} has refused before anything was written. */
    static IllegalStateException refused(TypeReference type) {
        return new IllegalStateException("was to be refused: " + type);
    }

    /** The resource that a name means, also when {@code use} or {@code type} gave it another one. */
    static Optional<TypeDefinition> resourceBehind(TypeDefinition definition) {
        return resolve(new TypeReference.Named(definition)) instanceof TypeReference.OwnOf(var resource)
                ? Optional.of(resource)
                : Optional.empty();
    }
}
