package io.torvyn.component;

import io.torvyn.component.ExternType.ComponentType;
import io.torvyn.component.ExternType.Defined;
import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.component.binary.BinaryException;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Bounds what the types of one component may cost. A binary of a few bytes can define a tuple of two tuples of two
 * tuples and so on: its types are small as a graph, and astronomically large as the trees that all rules are about.
 */
final class TypeBudget {
    /**
     * Nodes of one type, as a tree; how large its values are, {@link ElementSize} bounds.
     */
    static final int MAX_TYPE_SIZE = 1_000_000;

    static final int MAX_TYPE_DEPTH = 100;

    /** Nodes visited while a whole component is validated. */
    static final long MAX_WORK = 20_000_000;

    private long left = MAX_WORK;
    private int offset;

    /** The definition that is being validated, for messages. */
    void at(int definitionOffset) {
        offset = definitionOffset;
    }

    int offset() {
        return offset;
    }

    void spend(long nodes) {
        left -= nodes;
        if (left < 0) {
            throw new BinaryException(offset, "the types of the component are too large to be checked");
        }
    }

    /** Charges for a copy of the whole type. */
    void chargeCopy(ExternType type) {
        spend(10L * walk(type).size);
    }

    /** Charges for working out how values of the function travel: every nested part is looked at several times. */
    void chargeFlattening(FunctionType type) {
        spend(10L * walk(new ExternType.Function(type)).size);
    }

    /**
     * Charges for one look at the whole type.
     *
     * @return its free resources: those that it does not bring along itself
     */
    Set<ResourceType> measure(ExternType type) {
        return walk(type).free;
    }

    Set<ResourceType> measure(FunctionType type) {
        return walk(new ExternType.Function(type)).free;
    }

    boolean containsBorrow(ValueType type) {
        return walk(new ExternType.Type(new Defined.Value(type))).borrow;
    }

    /** A list or string is in it: something that lies in memory. */
    boolean containsPointer(ValueType type) {
        return walk(new ExternType.Type(new Defined.Value(type))).pointer;
    }

    /** Whether a stream, future or error context is in it. The function belongs to a component that has been checked. */
    static boolean mentionsAsync(FunctionType type) {
        return type.parameters().stream().anyMatch(p -> mentionsAsync(p.type()))
                || type.result().filter(TypeBudget::mentionsAsync).isPresent();
    }

    private static boolean mentionsAsync(ValueType type) {
        return switch (type) {
            case ValueType.AsyncType _ -> true;
            case ValueType.Primitive _,
                    ValueType.FlagsType _,
                    ValueType.EnumType _,
                    ValueType.Own _,
                    ValueType.Borrow _ -> false;
            case ValueType.RecordType(var fields) -> fields.stream().anyMatch(f -> mentionsAsync(f.type()));
            case ValueType.VariantType _, ValueType.OptionType _, ValueType.ResultType _ ->
                Layout.payloads(type).stream()
                        .anyMatch(p -> p.filter(TypeBudget::mentionsAsync).isPresent());
            case ValueType.ListType(var element) -> mentionsAsync(element);
            case ValueType.FixedListType(var element, int _) -> mentionsAsync(element);
            case ValueType.MapType(var entry) -> mentionsAsync(entry);
            case ValueType.TupleType(var elements) -> elements.stream().anyMatch(TypeBudget::mentionsAsync);
        };
    }

    private Walk walk(ExternType type) {
        var walk = new Walk();
        walk.extern(type, 0);
        return walk;
    }

    private final class Walk {
        private final Set<ResourceType> free = new HashSet<>();
        private final Set<ResourceType> bound = new HashSet<>();
        private int size;
        private boolean borrow;
        private boolean pointer;

        private void node(int depth) {
            spend(1);
            if (++size > MAX_TYPE_SIZE) {
                throw new BinaryException(offset, "a type has more than " + MAX_TYPE_SIZE + " parts");
            }
            if (depth > MAX_TYPE_DEPTH) {
                throw new BinaryException(offset, "types are nested more than " + MAX_TYPE_DEPTH + " deep");
            }
        }

        private void extern(ExternType type, int depth) {
            node(depth);
            switch (type) {
                case ExternType.Function(var function) -> function(function, depth);
                case ExternType.Type(var defined) -> {
                    switch (defined) {
                        case Defined.Value(var value) -> value(value, depth);
                        case Defined.Function(var function) -> function(function, depth);
                        case Defined.Instance(var instance) -> instance(instance, depth);
                        case Defined.Component(var component) -> component(component, depth);
                    }
                }
                case ExternType.Resource(var resource) -> resource(resource);
                case ExternType.Instance(var instance) -> instance(instance, depth);
                case ExternType.Component(var component) -> component(component, depth);
                case ExternType.Module(var module) ->
                    spend(module.imports().size() + module.exports().size());
            }
        }

        private void resource(ResourceType resource) {
            if (!bound.contains(resource)) {
                free.add(resource);
            }
        }

        private void instance(InstanceType type, int depth) {
            bound.addAll(type.resources());
            externs(type.exports().values(), depth);
        }

        private void component(ComponentType type, int depth) {
            bound.addAll(type.importedResources());
            bound.addAll(type.exportedResources());
            externs(type.imports().values(), depth);
            externs(type.exports().values(), depth);
        }

        private void externs(Collection<ExternType> types, int depth) {
            types.forEach(type -> extern(type, depth + 1));
        }

        private void function(FunctionType type, int depth) {
            type.parameters().forEach(p -> value(p.type(), depth + 1));
            type.result().ifPresent(r -> value(r, depth + 1));
        }

        private void value(ValueType type, int depth) {
            node(depth);
            switch (type) {
                case ValueType.Primitive primitive -> pointer |= primitive == ValueType.Primitive.STRING;
                case ValueType.FlagsType(var labels) -> spend(labels.size());
                case ValueType.EnumType(var cases) -> spend(cases.size());
                case ValueType.RecordType(var fields) -> fields.forEach(f -> value(f.type(), depth + 1));
                case ValueType.VariantType(var cases) ->
                    cases.forEach(c -> {
                        node(depth);
                        optional(c.payload(), depth);
                    });
                case ValueType.ListType(var element) -> {
                    pointer = true;
                    value(element, depth + 1);
                }
                case ValueType.FixedListType(var element, int _) -> value(element, depth + 1);
                case ValueType.MapType(var entry) -> {
                    pointer = true;
                    value(entry, depth + 1);
                }
                case ValueType.StreamType(var element) -> transported(element, depth);
                case ValueType.FutureType(var payload) -> transported(payload, depth);
                case ValueType.ErrorContextType() -> {}
                case ValueType.TupleType(var elements) -> elements.forEach(e -> value(e, depth + 1));
                case ValueType.OptionType(var payload) -> value(payload, depth + 1);
                case ValueType.ResultType(var ok, var err) -> {
                    optional(ok, depth);
                    optional(err, depth);
                }
                case ValueType.Own(var resource) -> resource(resource);
                case ValueType.Borrow(var resource) -> {
                    borrow = true;
                    resource(resource);
                }
            }
        }

        /** Of what is in a stream or future only the handle lies there. */
        private void transported(Optional<ValueType> type, int depth) {
            boolean before = pointer;
            optional(type, depth);
            pointer = before;
        }

        private void optional(Optional<ValueType> type, int depth) {
            type.ifPresent(t -> value(t, depth + 1));
        }
    }
}
