package io.torvyn.contracts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The types of one world that become those of a world which includes it, maybe under other names (WIT.md, "Union of
 * Worlds with `include`"): they are declared again, and whatever speaks of them speaks of the new ones.
 */
final class Adoption {
    private final String owner;
    private final Map<TypeDefinition, String> names = new HashMap<>();
    private final Map<TypeDefinition, TypeDefinition> adopted = new HashMap<>();

    /**
     * @param owner the qualified name of the including world
     */
    Adoption(String owner) {
        this.owner = owner;
    }

    /** Says that {@code type} is one of those types, before anything is asked for. */
    void adopt(TypeDefinition type, String name) {
        names.put(type, name);
    }

    /** The new definition, or the same where the type is none of the world's. */
    TypeDefinition definition(TypeDefinition old) {
        String name = names.get(old);
        if (name == null) {
            return old;
        }
        TypeDefinition known = adopted.get(old);
        if (known != null) {
            return known;
        }
        if (old.kind() instanceof TypeDefinition.Kind.Resource(var type, var functions)) {
            // Its functions speak of it, so it has to be there before them.
            List<WitFunction> members = new ArrayList<>();
            var resource = new TypeDefinition(
                    name,
                    owner,
                    old.docs(),
                    old.stability(),
                    old.externalId(),
                    new TypeDefinition.Kind.Resource(type, Collections.unmodifiableList(members)));
            adopted.put(old, resource);
            for (WitFunction function : functions) {
                boolean constructor = function.kind() == WitFunction.Kind.CONSTRUCTOR;
                members.add(function(function, constructor ? name : function.name()));
            }
            return resource;
        }
        var definition =
                new TypeDefinition(name, owner, old.docs(), old.stability(), old.externalId(), kind(old.kind()));
        adopted.put(old, definition);
        return definition;
    }

    private TypeDefinition.Kind kind(TypeDefinition.Kind old) {
        return switch (old) {
            case TypeDefinition.Kind.Record(var fields) ->
                new TypeDefinition.Kind.Record(fields.stream()
                        .map(f -> new TypeDefinition.Member(f.name(), reference(f.type()), f.docs()))
                        .toList());
            case TypeDefinition.Kind.Variant(var cases) ->
                new TypeDefinition.Kind.Variant(cases.stream()
                        .map(c -> new TypeDefinition.Alternative(c.name(), reference(c.payload()), c.docs()))
                        .toList());
            case TypeDefinition.Kind.Alias(var target, var aliased) ->
                new TypeDefinition.Kind.Alias(reference(target), aliased.map(this::definition));
            case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _, TypeDefinition.Kind.Resource _ -> old;
        };
    }

    WitFunction function(WitFunction old, String name) {
        return new WitFunction(
                name,
                old.kind(),
                old.isAsync(),
                old.parameters().stream()
                        .map(p -> new WitFunction.Parameter(p.name(), reference(p.type())))
                        .toList(),
                reference(old.result()),
                old.docs(),
                old.stability(),
                old.externalId());
    }

    private Optional<TypeReference> reference(Optional<TypeReference> old) {
        return old.map(this::reference);
    }

    private TypeReference reference(TypeReference old) {
        return switch (old) {
            case TypeReference.Named(var type) -> new TypeReference.Named(definition(type));
            case TypeReference.ListOf(var element) -> new TypeReference.ListOf(reference(element));
            case TypeReference.OptionOf(var payload) -> new TypeReference.OptionOf(reference(payload));
            case TypeReference.ResultOf(var ok, var err) -> new TypeReference.ResultOf(reference(ok), reference(err));
            case TypeReference.TupleOf(var elements) ->
                new TypeReference.TupleOf(elements.stream().map(this::reference).toList());
            case TypeReference.OwnOf(var resource) -> new TypeReference.OwnOf(definition(resource));
            case TypeReference.BorrowOf(var resource) -> new TypeReference.BorrowOf(definition(resource));
            case TypeReference.FixedListOf(var element, var length) ->
                new TypeReference.FixedListOf(reference(element), length);
            case TypeReference.MapOf(var key, var value) -> new TypeReference.MapOf(key, reference(value));
            case TypeReference.StreamOf(var element) -> new TypeReference.StreamOf(reference(element));
            case TypeReference.FutureOf(var payload) -> new TypeReference.FutureOf(reference(payload));
            case TypeReference.Builtin _, TypeReference.ErrorContext _ -> old;
        };
    }
}
