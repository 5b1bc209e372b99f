package io.torvyn.component;

import io.torvyn.component.ExternType.ComponentType;
import io.torvyn.component.ExternType.Defined;
import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts resource types in the place of others, throughout a type: Explainer.md, "Type Checking". Resources that are not
 * in the map stay.
 */
final class Substitution {
    private final Map<ResourceType, ResourceType> map;
    /** Parts that a type has several times are one object; so they stay one, and large trees small graphs. */
    private final IdentityHashMap<Object, Object> applied = new IdentityHashMap<>();

    /**
     * @param map must not change as long as this is used
     */
    Substitution(Map<ResourceType, ResourceType> map) {
        this.map = map;
    }

    Map<ResourceType, ResourceType> map() {
        return map;
    }

    /** Fresh identities of the same names. */
    static Substitution fresh(Set<ResourceType> resources) {
        Map<ResourceType, ResourceType> map = new LinkedHashMap<>();
        resources.forEach(r -> map.put(r, new ResourceType(r.name())));
        return new Substitution(map);
    }

    ResourceType apply(ResourceType resource) {
        return map.getOrDefault(resource, resource);
    }

    ValueType apply(ValueType type) {
        if (type instanceof ValueType.Primitive || map.isEmpty()) {
            return type;
        }
        if (applied.get(type) instanceof ValueType known) {
            return known;
        }
        ValueType result = substitute(type);
        applied.put(type, result);
        return result;
    }

    private ValueType substitute(ValueType type) {
        return switch (type) {
            case ValueType.Primitive _, ValueType.FlagsType _, ValueType.EnumType _ -> type;
            case ValueType.RecordType(var fields) ->
                new ValueType.RecordType(fields.stream().map(this::apply).toList());
            case ValueType.VariantType(var cases) ->
                new ValueType.VariantType(cases.stream()
                        .map(c -> new ValueType.Case(c.name(), apply(c.payload())))
                        .toList());
            case ValueType.ListType(var element) -> new ValueType.ListType(apply(element));
            case ValueType.TupleType(var elements) ->
                new ValueType.TupleType(elements.stream().map(this::apply).toList());
            case ValueType.OptionType(var payload) -> new ValueType.OptionType(apply(payload));
            case ValueType.ResultType(var ok, var err) -> new ValueType.ResultType(apply(ok), apply(err));
            case ValueType.Own(var resource) -> new ValueType.Own(apply(resource));
            case ValueType.Borrow(var resource) -> new ValueType.Borrow(apply(resource));
        };
    }

    private Optional<ValueType> apply(Optional<ValueType> type) {
        return type.map(this::apply);
    }

    private ValueType.Field apply(ValueType.Field field) {
        return new ValueType.Field(field.name(), apply(field.type()));
    }

    FunctionType apply(FunctionType type) {
        return new FunctionType(type.parameters().stream().map(this::apply).toList(), apply(type.result()));
    }

    ExternType apply(ExternType type) {
        if (map.isEmpty()) {
            return type;
        }
        return switch (type) {
            case ExternType.Function(var function) -> new ExternType.Function(apply(function));
            case ExternType.Type(var defined) ->
                new ExternType.Type(
                        switch (defined) {
                            case Defined.Value(var value) -> new Defined.Value(apply(value));
                            case Defined.Function(var function) -> new Defined.Function(apply(function));
                            case Defined.Instance(var instance) -> new Defined.Instance(apply(instance));
                            case Defined.Component(var component) -> new Defined.Component(apply(component));
                        });
            case ExternType.Resource(var resource) -> new ExternType.Resource(apply(resource));
            case ExternType.Instance(var instance) -> new ExternType.Instance(apply(instance));
            case ExternType.Component(var component) -> new ExternType.Component(apply(component));
            case ExternType.Module _ -> type;
        };
    }

    /** What the type binds itself keeps its identity, which nothing else has. */
    InstanceType apply(InstanceType type) {
        if (applied.get(type) instanceof InstanceType known) {
            return known;
        }
        var result = new InstanceType(apply(type.exports()), type.resources());
        applied.put(type, result);
        return result;
    }

    ComponentType apply(ComponentType type) {
        return new ComponentType(
                apply(type.imports()), type.importedResources(), apply(type.exports()), type.exportedResources());
    }

    Map<String, ExternType> apply(Map<String, ExternType> items) {
        if (map.isEmpty()) {
            return items;
        }
        Map<String, ExternType> result = new LinkedHashMap<>();
        items.forEach((name, type) -> result.put(name, apply(type)));
        return result;
    }
}
