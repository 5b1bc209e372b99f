package io.torvyn.bindgen;

import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The resources among some types that a guest implements, and the types with such resources in them: what a guest class
 * has to hold so that handles become objects and objects handles.
 */
final class GuestNeeds {
    private final Set<String> exported;
    private final Set<TypeDefinition> resources = new LinkedHashSet<>();
    private final Set<TypeDefinition> holders = new LinkedHashSet<>();
    private final Map<TypeDefinition, Boolean> seen = new LinkedHashMap<>();

    /**
     * @param exported owners of the resources that guests implement
     */
    GuestNeeds(Set<String> exported) {
        this.exported = exported;
    }

    /** Whether a value of the type has a handle in it to a resource that a guest implements. */
    static boolean mentions(Set<String> exported, TypeReference type) {
        return !exported.isEmpty() && new GuestNeeds(exported).add(type);
    }

    /** Whether such a handle is lent in a value of the type, which therefore only ever goes to the guest. */
    static boolean lends(Set<String> exported, TypeReference type) {
        return switch (Structure.resolve(type)) {
            case TypeReference.Builtin _, TypeReference.OwnOf _ -> false;
            case TypeReference.BorrowOf(var resource) -> exported.contains(resource.owner());
            case TypeReference.Named(var definition) ->
                switch (definition.kind()) {
                    case TypeDefinition.Kind.Record(var fields) ->
                        fields.stream().anyMatch(field -> lends(exported, field.type()));
                    case TypeDefinition.Kind.Variant(var cases) ->
                        cases.stream().anyMatch(c -> c.payload()
                                .filter(p -> lends(exported, p))
                                .isPresent());
                    case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _ -> false;
                    case TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                        throw new IllegalStateException("not resolved: " + definition.name());
                };
            case TypeReference.ListOf(var element) -> lends(exported, element);
            case TypeReference.OptionOf(var payload) -> lends(exported, payload);
            case TypeReference.ResultOf(var ok, var err) ->
                ok.filter(p -> lends(exported, p)).isPresent()
                        || err.filter(p -> lends(exported, p)).isPresent();
            case TypeReference.TupleOf(var elements) -> elements.stream().anyMatch(e -> lends(exported, e));
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }

    /** The resources, each once, in order of appearance. */
    Set<TypeDefinition> resources() {
        return resources;
    }

    /** Records and variants that hold such handles. */
    Set<TypeDefinition> holders() {
        return holders;
    }

    void addAll(List<Function> functions) {
        for (Function function : functions) {
            function.parameters().forEach(parameter -> add(parameter.type()));
            add(function.result());
        }
    }

    private boolean add(Optional<TypeReference> type) {
        return type.isPresent() && add(type.get());
    }

    boolean add(TypeReference type) {
        TypeReference resolved = Structure.resolve(type);
        return switch (resolved) {
            case TypeReference.Builtin _ -> false;
            case TypeReference.Named(var definition) -> add(definition);
            case TypeReference.ListOf(var element) -> add(element);
            case TypeReference.OptionOf(var payload) -> add(payload);
            case TypeReference.ResultOf(var ok, var err) -> {
                boolean inOk = add(ok);
                yield add(err) || inOk;
            }
            case TypeReference.TupleOf(var elements) -> {
                boolean any = false;
                for (TypeReference element : elements) {
                    any |= add(element);
                }
                yield any;
            }
            case TypeReference.OwnOf(var resource) -> addResource(resource);
            case TypeReference.BorrowOf(var resource) -> addResource(resource);
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }

    boolean addResource(TypeDefinition resource) {
        if (!exported.contains(resource.owner())) {
            return false;
        }
        resources.add(resource);
        return true;
    }

    private boolean add(TypeDefinition definition) {
        Boolean known = seen.get(definition);
        if (known != null) {
            return known;
        }
        boolean any = false;
        switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) -> {
                for (TypeDefinition.Member field : fields) {
                    any |= add(field.type());
                }
            }
            case TypeDefinition.Kind.Variant(var cases) -> {
                for (TypeDefinition.Alternative c : cases) {
                    any |= add(c.payload());
                }
            }
            case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _ -> {}
            case TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                throw new IllegalStateException("not resolved: " + definition.name());
        }
        seen.put(definition, any);
        if (any) {
            holders.add(definition);
        }
        return any;
    }
}
