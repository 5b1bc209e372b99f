package io.torvyn.contracts;

import java.util.List;
import java.util.Optional;

/**
 * A named type of a WIT interface or world, as its author wrote it. Two are equal when they have the same name and
 * owner: definitions refer to each other, and a resource to itself.
 *
 * @param name in kebab-case
 * @param owner the qualified name of the interface or world that declares it, with its version
 * @param docs the doc comment's lines, without slashes; may be empty
 * @param stability what its gates say
 * @param externalId what the world outside calls it, as {@code @external-id} says: any text
 * @param kind what it is
 */
public record TypeDefinition(
        String name, String owner, String docs, Stability stability, Optional<String> externalId, Kind kind) {
    /**
     * The structure of a value of this type; a resource by name means an owned handle to it.
     *
     * @throws IllegalStateException when {@link #beyondModel} is not empty
     */
    public ValueType valueType() {
        return switch (kind) {
            case Kind.Record(var fields) ->
                new ValueType.RecordType(fields.stream()
                        .map(field ->
                                new ValueType.Field(field.name(), field.type().valueType()))
                        .toList());
            case Kind.Variant(var cases) ->
                new ValueType.VariantType(cases.stream()
                        .map(c -> new ValueType.Case(c.name(), c.payload().map(TypeReference::valueType)))
                        .toList());
            case Kind.Enum(var cases) ->
                new ValueType.EnumType(cases.stream().map(Label::name).toList());
            case Kind.Flags(var flags) ->
                new ValueType.FlagsType(flags.stream().map(Label::name).toList());
            case Kind.Resource(var type, var _) -> new ValueType.Own(type);
            case Kind.Alias(var target, var _) -> target.valueType();
        };
    }

    /** As {@link TypeReference#beyondModel}. */
    public Optional<String> beyondModel() {
        return switch (kind) {
            case Kind.Record(var fields) ->
                fields.stream().flatMap(f -> f.type().beyondModel().stream()).findFirst();
            case Kind.Variant(var cases) ->
                cases.stream()
                        .flatMap(c -> c.payload().flatMap(TypeReference::beyondModel).stream())
                        .findFirst();
            case Kind.Alias(var target, var _) -> target.beyondModel();
            case Kind.Enum _, Kind.Flags _, Kind.Resource _ -> Optional.empty();
        };
    }

    /**
     * The identity of the resource that this type is.
     *
     * @throws IllegalStateException when it is not a resource
     */
    public ResourceType resourceType() {
        if (kind instanceof Kind.Resource(var type, var _)) {
            return type;
        }
        if (kind instanceof Kind.Alias(TypeReference.OwnOf(var resource), var aliased) && aliased.isPresent()) {
            return resource.resourceType();
        }
        throw new IllegalStateException(this + " is not a resource");
    }

    /** The definition whose other name this is; see {@link Kind.Alias}. */
    public Optional<TypeDefinition> aliased() {
        return kind instanceof Kind.Alias(var _, var aliased) ? aliased : Optional.empty();
    }

    /** Whether {@code use} brings it in, from the interface that {@link #aliased} belongs to. */
    public boolean isUsed() {
        return aliased().filter(of -> !of.owner.equals(owner)).isPresent();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TypeDefinition definition
                && name.equals(definition.name)
                && owner.equals(definition.owner);
    }

    @Override
    public int hashCode() {
        return 31 * owner.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return owner + "." + name;
    }

    /** The kinds of type definition in WIT.md, "Types". */
    public sealed interface Kind {
        /** {@code record}. */
        record Record(List<Member> fields) implements Kind {}

        /** {@code variant}. */
        record Variant(List<Alternative> cases) implements Kind {}

        /** {@code enum}. */
        record Enum(List<Label> cases) implements Kind {}

        /** {@code flags}. */
        record Flags(List<Label> flags) implements Kind {}

        /** {@code resource}; {@code type} is its identity. */
        record Resource(ResourceType type, List<WitFunction> functions) implements Kind {}

        /**
         * {@code type a = b}, and what {@code use} brings in.
         *
         * @param target the type behind all aliases that {@code use} made
         * @param aliased the definition whose other name it is: there for what {@code use} brings in, and for another
         *     name of a resource or of a handle, which {@code target} alone does not tell apart
         */
        record Alias(TypeReference target, Optional<TypeDefinition> aliased) implements Kind {
            /** Of something that is no definition's other name. */
            public Alias(TypeReference target) {
                this(target, Optional.empty());
            }
        }
    }

    /** A field, with its doc comment. */
    public record Member(String name, TypeReference type, String docs) {}

    /** A case of a variant, with its doc comment. */
    public record Alternative(String name, Optional<TypeReference> payload, String docs) {}

    /** A case of an enum or a flag, with its doc comment. */
    public record Label(String name, String docs) {}
}
