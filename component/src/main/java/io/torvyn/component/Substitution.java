package io.torvyn.component;

import io.torvyn.component.ExternType.ComponentType;
import io.torvyn.component.ExternType.Defined;
import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Puts resource types in the place of others, throughout a type: Explainer.md, "Type Checking". Resources that are not
 * in the map stay.
 */
final class Substitution {
    private final Map<ResourceType, ResourceType> map;
    private final boolean keepsAliases;
    /** Parts that a type has several times are one object; so they stay one, and large trees small graphs. */
    private final IdentityHashMap<Object, Object> applied = new IdentityHashMap<>();

    /**
     * @param map must not change as long as this is used
     */
    Substitution(Map<ResourceType, ResourceType> map) {
        this(map, false);
    }

    private Substitution(Map<ResourceType, ResourceType> map, boolean keepsAliases) {
        this.map = map;
        this.keepsAliases = keepsAliases;
    }

    /** Replaces an alias of a resource by an alias of what is put in the place of that resource. */
    static Substitution keepingAliases(Map<ResourceType, ResourceType> map) {
        return new Substitution(map, true);
    }

    /**
     * What becomes of a component's exports when it is instantiated.
     *
     * @param given what stands for each resource and value type that it imports under a name, by object
     */
    static Substitution instantiating(Map<ResourceType, ResourceType> map, IdentityHashMap<Object, Object> given) {
        var substitution = new Substitution(map, true);
        substitution.applied.putAll(given);
        return substitution;
    }

    Map<ResourceType, ResourceType> map() {
        return map;
    }

    /** Fresh identities of the same names. */
    static Substitution fresh(Set<ResourceType> resources) {
        Map<ResourceType, ResourceType> map = new LinkedHashMap<>();
        resources.forEach(r -> map.put(r, new ResourceType(r.name())));
        return keepingAliases(map);
    }

    ResourceType apply(ResourceType resource) {
        if (applied.get(resource) instanceof ResourceType known) {
            return known;
        }
        ResourceType other = map.get(resource);
        if (other == null || !keepsAliases || !resource.isAlias()) {
            return other == null ? resource : other;
        }
        ResourceType alias = other.alias(resource.name());
        applied.put(resource, alias);
        return alias;
    }

    ValueType apply(ValueType type) {
        if (type instanceof ValueType.Primitive || isEmpty()) {
            return type;
        }
        if (applied.get(type) instanceof ValueType known) {
            return known;
        }
        ValueType result = substitute(type);
        applied.put(type, result);
        return result;
    }

    /** The same object where nothing changes: {@link NamedTypes}. */
    private ValueType substitute(ValueType type) {
        return switch (type) {
            case ValueType.Primitive _, ValueType.FlagsType _, ValueType.EnumType _, ValueType.ErrorContextType _ ->
                type;
            case ValueType.RecordType(var fields) -> {
                List<ValueType.Field> others = each(fields, this::apply);
                yield same(others, fields) ? type : new ValueType.RecordType(others);
            }
            case ValueType.VariantType(var cases) -> {
                List<ValueType.Case> others = each(cases, this::apply);
                yield same(others, cases) ? type : new ValueType.VariantType(others);
            }
            case ValueType.ListType(var element) -> {
                ValueType other = apply(element);
                yield same(other, element) ? type : new ValueType.ListType(other);
            }
            case ValueType.FixedListType(var element, int length) -> {
                ValueType other = apply(element);
                yield same(other, element) ? type : new ValueType.FixedListType(other, length);
            }
            case ValueType.MapType(var entry) ->
                apply(entry) instanceof ValueType.TupleType other && !same(other, entry)
                        ? new ValueType.MapType(other)
                        : type;
            case ValueType.TupleType(var elements) -> {
                List<ValueType> others = each(elements, this::apply);
                yield same(others, elements) ? type : new ValueType.TupleType(others);
            }
            case ValueType.OptionType(var payload) -> {
                ValueType other = apply(payload);
                yield same(other, payload) ? type : new ValueType.OptionType(other);
            }
            case ValueType.ResultType(var ok, var err) -> {
                Optional<ValueType> otherOk = apply(ok);
                Optional<ValueType> otherErr = apply(err);
                yield same(otherOk, ok) && same(otherErr, err) ? type : new ValueType.ResultType(otherOk, otherErr);
            }
            case ValueType.StreamType(var element) -> {
                Optional<ValueType> other = apply(element);
                yield same(other, element) ? type : new ValueType.StreamType(other);
            }
            case ValueType.FutureType(var payload) -> {
                Optional<ValueType> other = apply(payload);
                yield same(other, payload) ? type : new ValueType.FutureType(other);
            }
            case ValueType.Own(var resource) -> {
                ResourceType other = apply(resource);
                yield same(other, resource) ? type : new ValueType.Own(other);
            }
            case ValueType.Borrow(var resource) -> {
                ResourceType other = apply(resource);
                yield same(other, resource) ? type : new ValueType.Borrow(other);
            }
        };
    }

    @SuppressWarnings("ReferenceEquality") // equal types may have names or not: NamedTypes
    private static boolean same(Object one, Object other) {
        return one == other;
    }

    private static <T> List<T> each(List<T> parts, UnaryOperator<T> apply) {
        List<T> others = new ArrayList<>(parts.size());
        boolean changed = false;
        for (T part : parts) {
            T other = apply.apply(part);
            changed |= !same(other, part);
            others.add(other);
        }
        return changed ? others : parts;
    }

    private Optional<ValueType> apply(Optional<ValueType> type) {
        if (type.isEmpty()) {
            return type;
        }
        ValueType other = apply(type.get());
        return same(other, type.get()) ? type : Optional.of(other);
    }

    private ValueType.Field apply(ValueType.Field field) {
        ValueType other = apply(field.type());
        return same(other, field.type()) ? field : new ValueType.Field(field.name(), other);
    }

    private ValueType.Case apply(ValueType.Case variantCase) {
        Optional<ValueType> other = apply(variantCase.payload());
        return same(other, variantCase.payload()) ? variantCase : new ValueType.Case(variantCase.name(), other);
    }

    FunctionType apply(FunctionType type) {
        return new FunctionType(each(type.parameters(), this::apply), apply(type.result()), type.async());
    }

    private boolean isEmpty() {
        return map.isEmpty() && applied.isEmpty();
    }

    ExternType apply(ExternType type) {
        if (isEmpty()) {
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
        if (isEmpty()) {
            return items;
        }
        Map<String, ExternType> result = new LinkedHashMap<>();
        items.forEach((name, type) -> result.put(name, apply(type)));
        return result;
    }
}
