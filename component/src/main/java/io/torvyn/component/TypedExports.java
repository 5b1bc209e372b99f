package io.torvyn.component;

import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The functions of one exported interface, or those that a component exports outside of any, checked against the contract that the caller was built for. Generated guest
 * classes find their functions here.
 *
 * <p>Resources that the guest implements are found first ({@link #resource}), then the functions that speak of them.
 */
public final class TypedExports {
    private final Instance instance;
    private final @Nullable String interfaceName;
    private final Map<ResourceType, ResourceType> resources = new HashMap<>();

    /**
     * @param interfaceName with its version
     */
    public TypedExports(Instance instance, String interfaceName) {
        this(interfaceName, instance);
    }

    /** Functions outside of any interface. They speak of no resources of the guest's: those belong to interfaces. */
    public TypedExports(Instance instance) {
        this(null, instance);
    }

    private TypedExports(@Nullable String interfaceName, Instance instance) {
        this.instance = instance;
        this.interfaceName = interfaceName;
    }

    /**
     * A resource of this interface that the guest implements.
     *
     * @param contractType what types given to {@link #function} call it
     * @throws EngineException of {@link EngineFailure.ExportNotFound}
     */
    public ExportedResource resource(String resourceName, ResourceType contractType) {
        String declaring = interfaceName;
        if (declaring == null) {
            throw new IllegalStateException("a resource of a guest's belongs to an interface: " + resourceName);
        }
        return resource(declaring, resourceName, contractType);
    }

    /** The same of another interface, which the functions of this one speak of. */
    public ExportedResource resource(String declaringInterface, String resourceName, ResourceType contractType) {
        ResourceType type = instance.exportedInstance(declaringInterface)
                .map(exported -> exported.resources().get(resourceName))
                .orElseThrow(() -> notFound(declaringInterface + "#" + resourceName));
        resources.put(contractType, type);
        return new ExportedResource(resourceName, type, instance);
    }

    private EngineException notFound(String qualified) {
        return new EngineException(new EngineFailure.ExportNotFound(instance.label(), qualified));
    }

    /**
     * @param functionName as it is exported
     * @param type what the contract says; resource types are those that the host gave to the component, or those that
     *     {@link #resource} was asked for
     * @throws EngineException of {@link EngineFailure.ExportNotFound} or {@link EngineFailure.TypeMismatch}
     */
    public ExportedFunction function(String functionName, FunctionType type) {
        String inInterface = interfaceName;
        String qualified = inInterface == null ? functionName : inInterface + "#" + functionName;
        Optional<ExportedFunction> exported = inInterface == null
                ? instance.exportedFunction(functionName)
                : instance.exportedInstance(inInterface).flatMap(found -> found.function(functionName));
        ExportedFunction found = exported.orElseThrow(() -> notFound(qualified));
        FunctionType wanted = new Substitution(resources).apply(type);
        if (!found.type().equals(wanted)) {
            throw new EngineException(
                    new EngineFailure.TypeMismatch(instance.label(), qualified, difference(wanted, found.type())));
        }
        return found;
    }

    /** How a function of a component differs from what the contract says. */
    static String difference(FunctionType wanted, FunctionType found) {
        boolean sameNames = names(wanted.parameters()).equals(names(found.parameters()));
        boolean sameResult = wanted.result().isPresent() == found.result().isPresent();
        if (!sameNames || !sameResult) {
            return "the contract says " + TypeText.of(wanted) + " but the component has " + TypeText.of(found);
        }
        return fields("", wanted.parameters(), found.parameters())
                .or(() -> optional("result", wanted.result(), found.result()))
                .orElse("the types differ");
    }

    /** Where two types differ, as far inside as both have the same shape; empty when they are equal. */
    private static Optional<String> value(String where, ValueType wanted, ValueType found) {
        if (wanted.equals(found)) {
            return Optional.empty();
        }
        Optional<String> inside =
                switch (wanted) {
                    case ValueType.RecordType(var fields)
                    when found instanceof ValueType.RecordType(var others)
                            && names(fields).equals(names(others)) -> fields(where + ".", fields, others);
                    case ValueType.VariantType(var cases)
                    when found instanceof ValueType.VariantType(var others)
                            && caseNames(cases).equals(caseNames(others)) -> cases(where, cases, others);
                    case ValueType.ListType(var element)
                    when found instanceof ValueType.ListType(var other) -> value(where + "[]", element, other);
                    case ValueType.OptionType(var payload)
                    when found instanceof ValueType.OptionType(var other) -> value(where + ".some", payload, other);
                    case ValueType.ResultType(var ok, var err)
                    when found instanceof ValueType.ResultType(var otherOk, var otherErr) ->
                        optional(where + ".ok", ok, otherOk).or(() -> optional(where + ".err", err, otherErr));
                    case ValueType.Primitive _,
                            ValueType.RecordType _,
                            ValueType.VariantType _,
                            ValueType.ListType _,
                            ValueType.FixedListType _,
                            ValueType.MapType _,
                            ValueType.TupleType _,
                            ValueType.FlagsType _,
                            ValueType.EnumType _,
                            ValueType.OptionType _,
                            ValueType.ResultType _,
                            ValueType.Own _,
                            ValueType.Borrow _,
                            ValueType.AsyncType _ -> Optional.empty();
                };
        return inside.or(() -> Optional.of("the contract says that '" + where + "' is " + TypeText.of(wanted)
                + " but the component has " + TypeText.of(found)));
    }

    private static Optional<String> fields(String prefix, List<ValueType.Field> wanted, List<ValueType.Field> found) {
        for (int i = 0; i < wanted.size(); i++) {
            var difference = value(
                    prefix + wanted.get(i).name(),
                    wanted.get(i).type(),
                    found.get(i).type());
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> cases(String where, List<ValueType.Case> wanted, List<ValueType.Case> found) {
        for (int i = 0; i < wanted.size(); i++) {
            ValueType.Case c = wanted.get(i);
            var difference =
                    optional(where + "." + c.name(), c.payload(), found.get(i).payload());
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> optional(String where, Optional<ValueType> wanted, Optional<ValueType> found) {
        if (wanted.isPresent() && found.isPresent()) {
            return value(where, wanted.get(), found.get());
        }
        if (wanted.equals(found)) {
            return Optional.empty();
        }
        return Optional.of("the contract says that '" + where + "' is " + textOr(wanted) + " but the component has "
                + textOr(found));
    }

    private static String textOr(Optional<ValueType> type) {
        return type.map(TypeText::of).orElse("nothing");
    }

    private static List<String> names(List<ValueType.Field> fields) {
        return fields.stream().map(ValueType.Field::name).toList();
    }

    private static List<String> caseNames(List<ValueType.Case> cases) {
        return cases.stream().map(ValueType.Case::name).toList();
    }
}
