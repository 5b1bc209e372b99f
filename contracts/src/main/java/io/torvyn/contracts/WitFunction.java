package io.torvyn.contracts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A function of a WIT interface, world or resource.
 *
 * @param name in kebab-case, as written; the resource's name for a constructor
 * @param kind whether it belongs to a resource, and how
 * @param isAsync whether WIT says {@code async}: that it may block
 * @param parameters as written: a method's {@code self} is not among them
 * @param result empty when nothing is returned; a constructor without a written one returns its resource, owned
 * @param docs the doc comment's lines, without slashes; may be empty
 * @param stability what its gates say
 * @param externalId what the world outside calls it, as {@code @external-id} says: any text
 */
public record WitFunction(
        String name,
        Kind kind,
        boolean isAsync,
        List<Parameter> parameters,
        Optional<TypeReference> result,
        String docs,
        Stability stability,
        Optional<String> externalId) {
    /** WIT.md, "Item: resource". */
    public enum Kind {
        FREE,
        METHOD,
        STATIC,
        CONSTRUCTOR
    }

    public record Parameter(String name, TypeReference type) {}

    /**
     * The name at the component level (Explainer.md, "Import and Export Definitions"): {@code [method]buffer.read-all},
     * {@code [static]buffer.join}, {@code [constructor]buffer}.
     *
     * @param resource the name of the resource it belongs to; of no account to a free function
     */
    public String componentName(String resource) {
        return switch (kind) {
            case FREE -> name;
            case METHOD -> "[method]" + resource + "." + name;
            case STATIC -> "[static]" + resource + "." + name;
            case CONSTRUCTOR -> "[constructor]" + resource;
        };
    }

    /**
     * The type of a function that belongs to no resource.
     *
     * @throws IllegalStateException for a method, which has a {@code self}
     */
    public FunctionType type() {
        if (kind == Kind.METHOD) {
            throw new IllegalStateException(name + " is a method: its type needs its resource");
        }
        return type(List.of());
    }

    /** The type of a function of {@code resource}; a method has {@code self}, borrowed, as its first parameter. */
    public FunctionType type(TypeDefinition resource) {
        return type(
                kind == Kind.METHOD
                        ? List.of(new ValueType.Field("self", new ValueType.Borrow(resource.resourceType())))
                        : List.of());
    }

    private FunctionType type(List<ValueType.Field> first) {
        List<ValueType.Field> fields = new ArrayList<>(first);
        for (Parameter parameter : parameters) {
            fields.add(new ValueType.Field(parameter.name, parameter.type.valueType()));
        }
        return new FunctionType(fields, result.map(TypeReference::valueType));
    }
}
