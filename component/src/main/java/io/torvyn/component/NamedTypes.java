package io.torvyn.component;

import io.torvyn.component.ExternType.Defined;
import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.component.binary.BinaryException;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The types of one component, or component type, that have a name outside: Explainer.md, "External Visibility of
 * Types". Records, variants, flags, enums and resources need one before an import or export may mention them.
 *
 * <p>A type that is imported or exported under a name is an object of its own from then on, though equal to what it was
 * made of: {@link #named}. This class goes by objects, everything else by equality.
 */
final class NamedTypes {
    private final Set<Object> imported = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Object> exported = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The type under another name. */
    static ExternType named(String name, ExternType type) {
        return switch (type) {
            case ExternType.Resource(var resource) -> new ExternType.Resource(resource.alias(name));
            case ExternType.Type(Defined.Value(var value)) -> new ExternType.Type(new Defined.Value(copy(value)));
            case ExternType.Type _,
                    ExternType.Function _,
                    ExternType.Instance _,
                    ExternType.Component _,
                    ExternType.Module _ -> type;
        };
    }

    private static ValueType copy(ValueType type) {
        return switch (type) {
            case ValueType.RecordType(var fields) -> new ValueType.RecordType(fields);
            case ValueType.VariantType(var cases) -> new ValueType.VariantType(cases);
            case ValueType.FlagsType(var labels) -> new ValueType.FlagsType(labels);
            case ValueType.EnumType(var cases) -> new ValueType.EnumType(cases);
            case ValueType.Primitive _,
                    ValueType.ListType _,
                    ValueType.FixedListType _,
                    ValueType.MapType _,
                    ValueType.TupleType _,
                    ValueType.OptionType _,
                    ValueType.ResultType _,
                    ValueType.Own _,
                    ValueType.Borrow _,
                    ValueType.AsyncType _ -> type;
        };
    }

    /**
     * Checks what an import mentions; its own types have a name from then on, inside and outside.
     *
     * @throws BinaryException when it mentions something that has not been imported
     */
    void addImport(TypeBudget budget, String name, ExternType type) {
        new Walk(budget, "import", name, imported).register(type, List.of(imported, exported));
    }

    /**
     * Checks what an export mentions; its own types have a name from then on, for other exports.
     *
     * @throws BinaryException when it mentions something that has been neither imported nor exported
     */
    void addExport(TypeBudget budget, String name, ExternType type) {
        new Walk(budget, "export", name, exported).register(type, List.of(exported));
    }

    private record Walk(TypeBudget budget, String what, String name, Set<Object> known) {
        void register(ExternType type, List<Set<Object>> names) {
            budget.spend(1);
            switch (type) {
                case ExternType.Type(var defined) -> {
                    parts(defined);
                    if (defined instanceof Defined.Value(var value)) {
                        names.forEach(set -> set.add(value));
                    }
                }
                case ExternType.Resource(var resource) -> names.forEach(set -> set.add(resource));
                case ExternType.Instance(var instance) ->
                    instance.exports().values().forEach(export -> register(export, names));
                case ExternType.Function(var function) -> function(function);
                case ExternType.Component _, ExternType.Module _ -> {} // closed in themselves
            }
        }

        private void parts(Defined defined) {
            switch (defined) {
                case Defined.Value(var value) -> parts(value);
                case Defined.Function(var function) -> function(function);
                case Defined.Instance(var instance) -> instance(instance);
                case Defined.Component _ -> {} // was checked as it was made
            }
        }

        private void instance(InstanceType type) {
            for (ExternType export : type.exports().values()) {
                budget.spend(1);
                switch (export) {
                    case ExternType.Type(var defined) -> parts(defined);
                    case ExternType.Function(var function) -> function(function);
                    case ExternType.Instance(var instance) -> instance(instance);
                    case ExternType.Resource _, ExternType.Component _, ExternType.Module _ -> {}
                }
            }
        }

        private void function(FunctionType type) {
            type.parameters().forEach(p -> mention(p.type()));
            mention(type.result());
        }

        /** What is in the type; whether it has a name itself is another question. */
        private void parts(ValueType type) {
            budget.spend(1);
            switch (type) {
                case ValueType.Primitive _,
                        ValueType.FlagsType _,
                        ValueType.EnumType _,
                        ValueType.ErrorContextType _ -> {}
                case ValueType.RecordType(var fields) -> fields.forEach(f -> mention(f.type()));
                case ValueType.VariantType(var cases) -> cases.forEach(c -> mention(c.payload()));
                case ValueType.ListType(var element) -> mention(element);
                case ValueType.FixedListType(var element, int _) -> mention(element);
                case ValueType.MapType(var entry) -> entry.elements().forEach(this::mention);
                case ValueType.TupleType(var elements) -> elements.forEach(this::mention);
                case ValueType.OptionType(var payload) -> mention(payload);
                case ValueType.ResultType(var ok, var err) -> {
                    mention(ok);
                    mention(err);
                }
                case ValueType.StreamType(var element) -> mention(element);
                case ValueType.FutureType(var payload) -> mention(payload);
                case ValueType.Own(var resource) -> resource(resource);
                case ValueType.Borrow(var resource) -> resource(resource);
            }
        }

        private void mention(Optional<ValueType> type) {
            type.ifPresent(this::mention);
        }

        private void mention(ValueType type) {
            switch (type) {
                case ValueType.RecordType _, ValueType.VariantType _, ValueType.FlagsType _, ValueType.EnumType _ -> {
                    budget.spend(1);
                    if (!known.contains(type)) {
                        throw nameless("type " + TypeText.of(type));
                    }
                }
                case ValueType.Primitive _,
                        ValueType.ListType _,
                        ValueType.FixedListType _,
                        ValueType.MapType _,
                        ValueType.TupleType _,
                        ValueType.OptionType _,
                        ValueType.ResultType _,
                        ValueType.Own _,
                        ValueType.Borrow _,
                        ValueType.AsyncType _ -> parts(type);
            }
        }

        private void resource(ResourceType resource) {
            if (!known.contains(resource)) {
                throw nameless("resource " + resource.name());
            }
        }

        private BinaryException nameless(String type) {
            return new BinaryException(
                    budget.offset(),
                    "the " + what + " \"" + name + "\" uses the " + type + ", which is not " + what
                            + "ed before it under a name of its own");
        }
    }
}
