package io.torvyn.contracts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who is handed values of a type: who implements a function gets its parameters, who calls it gets its result. So it is
 * known who can meet a case that was added, without knowing it.
 */
final class TypeUses {
    private static final int MOST_NAMED = 3;

    private static final int MOST_STEPS = 1_000_000;

    private final WitPackage contract;
    private final Map<TypeDefinition, List<TypeDefinition>> users = new HashMap<>();
    private final Map<TypeDefinition, List<String>> implementers = new HashMap<>();
    private final Map<TypeDefinition, List<String>> callers = new HashMap<>();
    private boolean read;
    private int steps;

    TypeUses(WitPackage contract) {
        this.contract = contract;
    }

    /**
     * Who does not know a case that is new to {@code type}, as the rest of a sentence; empty when it goes nowhere. In a
     * contract with very many of these, nobody is named any more.
     */
    String strangers(TypeDefinition type) {
        if (!read) {
            read = true;
            contract.interfaces().forEach(this::read);
        }
        Set<String> implementing = new LinkedHashSet<>();
        Set<String> calling = new LinkedHashSet<>();
        Set<TypeDefinition> seen = new HashSet<>(Set.of(type));
        Deque<TypeDefinition> open = new ArrayDeque<>(seen);
        while (!open.isEmpty() && steps++ < MOST_STEPS) {
            TypeDefinition each = open.remove();
            implementing.addAll(implementers.getOrDefault(each, List.of()));
            calling.addAll(callers.getOrDefault(each, List.of()));
            for (TypeDefinition user : users.getOrDefault(each, List.of())) {
                if (seen.add(user)) {
                    open.add(user);
                }
            }
        }
        if (implementing.isEmpty() && calling.isEmpty()) {
            return "";
        }
        return "; a component of the older version that "
                + (calling.isEmpty() ? "" : "calls " + named(calling))
                + (calling.isEmpty() || implementing.isEmpty() ? "" : " or ")
                + (implementing.isEmpty() ? "" : "implements " + named(implementing))
                + " can be handed it and does not know it";
    }

    private static String named(Set<String> functions) {
        return functions.stream()
                        .limit(MOST_NAMED)
                        .map(name -> "`" + name + "`")
                        .collect(Collectors.joining(" or "))
                + (functions.size() > MOST_NAMED ? " or others" : "");
    }

    private void read(WitInterface item) {
        String path = ContractComparer.path(item.name());
        String prefix = path.substring(path.indexOf('/') + 1) + ".";
        for (TypeDefinition type : item.types()) {
            switch (type.kind()) {
                case TypeDefinition.Kind.Record(var fields) -> fields.forEach(field -> use(field.type(), type));
                case TypeDefinition.Kind.Variant(var cases) ->
                    cases.forEach(one -> one.payload().ifPresent(payload -> use(payload, type)));
                case TypeDefinition.Kind.Alias(var target, var _) -> use(target, type);
                case TypeDefinition.Kind.Resource(var _, var members) ->
                    members.forEach(member -> read(prefix + type.name() + ".", member));
                case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _ -> {}
            }
        }
        item.functions().forEach(function -> read(prefix, function));
    }

    private void use(TypeReference part, TypeDefinition user) {
        for (TypeDefinition definition : mentioned(part)) {
            users.computeIfAbsent(definition, _ -> new ArrayList<>()).add(user);
        }
    }

    private void read(String prefix, WitFunction function) {
        String name = prefix + function.name();
        for (WitFunction.Parameter parameter : function.parameters()) {
            for (TypeDefinition definition : mentioned(parameter.type())) {
                implementers.computeIfAbsent(definition, _ -> new ArrayList<>()).add(name);
            }
        }
        for (TypeReference result : function.result().stream().toList()) {
            for (TypeDefinition definition : mentioned(result)) {
                callers.computeIfAbsent(definition, _ -> new ArrayList<>()).add(name);
            }
        }
    }

    private static Set<TypeDefinition> mentioned(TypeReference type) {
        Set<TypeDefinition> found = new LinkedHashSet<>();
        collect(type, found);
        return found;
    }

    private static void collect(TypeReference type, Set<TypeDefinition> found) {
        switch (type) {
            case TypeReference.Named(var definition) -> found.add(definition);
            case TypeReference.ListOf(var element) -> collect(element, found);
            case TypeReference.OptionOf(var payload) -> collect(payload, found);
            case TypeReference.ResultOf(var ok, var err) -> {
                collect(ok, found);
                collect(err, found);
            }
            case TypeReference.TupleOf(var elements) -> elements.forEach(element -> collect(element, found));
            case TypeReference.FixedListOf(var element, int _) -> collect(element, found);
            case TypeReference.MapOf(var _, var value) -> collect(value, found);
            case TypeReference.StreamOf(var element) -> collect(element, found);
            case TypeReference.FutureOf(var payload) -> collect(payload, found);
            case TypeReference.Builtin _,
                    TypeReference.ErrorContext _,
                    TypeReference.OwnOf _,
                    TypeReference.BorrowOf _ -> {}
        }
    }

    private static void collect(Optional<TypeReference> type, Set<TypeDefinition> found) {
        type.ifPresent(each -> collect(each, found));
    }
}
