package io.torvyn.contracts;

import io.torvyn.types.ErrorCode;
import io.torvyn.types.SemanticVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the differences behind a {@link ContractComparison}. One comparer makes one comparison.
 *
 * <p>Two types are the same when their structure is, and a type that both versions define under one name is looked at
 * there and nowhere else: so a change is told once, and nothing is compared twice. What other packages define is compared
 * by structure where it is mentioned, each pair of definitions once.
 */
final class ContractComparer {
    private static final TypeText TEXT =
            new TypeText(TypeDefinition::name, own -> own.resource().name());
    private static final int LONGEST_TEXT = 120;

    /** How two types differ; the worst last. */
    private enum Kind {
        SAME,
        OWNERSHIP,
        STRUCTURE
    }

    /**
     * @param where the part of a definition elsewhere that makes the difference; empty when the types show it
     */
    private record Difference(Kind kind, String where) {
        static final Difference NONE = new Difference(Kind.SAME, "");
        static final Difference OWNERSHIP = new Difference(Kind.OWNERSHIP, "");
        static final Difference STRUCTURE = new Difference(Kind.STRUCTURE, "");

        Difference or(Difference other) {
            return other.kind.compareTo(kind) > 0 ? other : this;
        }

        boolean isNone() {
            return kind == Kind.SAME;
        }
    }

    private record Pair(TypeDefinition before, TypeDefinition after) {}

    private record Case(String name, Optional<TypeReference> payload, String docs) {}

    private final @Nullable WitPackage before;
    private final @Nullable WitPackage after;
    private final List<ContractChange> changes = new ArrayList<>();
    private final Set<String> comparedOwners = new HashSet<>();
    private final Map<Pair, Difference> known = new HashMap<>();
    private final TypeUses uses;
    private Optional<String> unstable = Optional.empty();

    ContractComparer(WitPackage before, WitPackage after) {
        this.before = before;
        this.after = after;
        this.uses = new TypeUses(before);
    }

    private ContractComparer(WitInterface before) {
        this.before = null;
        this.after = null;
        this.uses = new TypeUses(new WitPackage("", List.of(before), List.of(), ""));
    }

    static List<ContractChange> interfaces(WitInterface before, WitInterface after) {
        ContractComparer comparer = new ContractComparer(before);
        comparer.comparedOwners.add(owner(before));
        comparer.contents(plainName(before.name()), before, after);
        return comparer.changes;
    }

    List<ContractChange> packages() {
        if (before == null || after == null) {
            throw new IllegalStateException("these are interfaces");
        }
        Map<String, WitInterface> newInterfaces = byName(after.interfaces(), each -> plainName(each.name()));
        Map<String, WitWorld> newWorlds = byName(after.worlds(), each -> plainName(each.name()));
        before.interfaces().forEach(each -> comparedOwners.add(owner(each)));
        before.worlds().forEach(each -> comparedOwners.add(path(each.name())));
        comparedOwners.removeIf(
                owner -> !newInterfaces.containsKey(plainName(owner)) && !newWorlds.containsKey(plainName(owner)));
        docs("", ContractChange.Subject.INTERFACE, before.docs(), after.docs());
        match(
                byName(before.interfaces(), each -> plainName(each.name())),
                newInterfaces,
                WitInterface::stability,
                new Items<>(
                        "",
                        ContractChange.Subject.INTERFACE,
                        ErrorCode.MISSING_INTERFACE,
                        "who imports or exports it does not find it",
                        this::interfaceItem));
        match(
                byName(before.worlds(), each -> plainName(each.name())),
                newWorlds,
                WitWorld::stability,
                new Items<>(
                        "",
                        ContractChange.Subject.WORLD,
                        ErrorCode.INCOMPATIBLE_VERSION,
                        "who builds for it does not find it",
                        this::world));
        return changes;
    }

    /** Compares two items of one name, at a path. */
    private interface Comparison<T> {
        void compare(String path, T before, T after);
    }

    /**
     * What is said of items that one version has and the other has not.
     *
     * @param parent the path of what they belong to; empty at the top
     * @param gone what follows from the lack of one
     */
    private record Items<T>(
            String parent, ContractChange.Subject subject, ErrorCode code, String gone, Comparison<T> comparison) {
        String path(String name) {
            return parent.isEmpty() ? name : parent + "." + name;
        }
    }

    /** What is gone comes first, then the items of the newer version in its order. */
    private <T> void match(
            Map<String, T> older, Map<String, T> newer, Function<T, Stability> stability, Items<T> items) {
        older.forEach((name, item) -> {
            if (!newer.containsKey(name)) {
                within(
                        stability.apply(item),
                        () -> breaking(
                                items.path(name),
                                items.subject(),
                                items.code(),
                                "was removed: " + items.gone(),
                                "",
                                ""));
            }
        });
        newer.forEach((name, item) -> {
            T old = older.get(name);
            if (old == null) {
                within(
                        stability.apply(item),
                        () -> change(
                                items.path(name),
                                items.subject(),
                                ContractChange.Effect.ADDITION,
                                Optional.empty(),
                                "is new",
                                "",
                                ""));
            } else {
                within(stability.apply(old), () -> items.comparison().compare(items.path(name), old, item));
                gates(items.path(name), items.subject(), stability.apply(old), stability.apply(item));
            }
        });
    }

    private void interfaceItem(String path, WitInterface older, WitInterface newer) {
        docs(path, ContractChange.Subject.INTERFACE, older.docs(), newer.docs());
        contents(path, older, newer);
    }

    private void contents(String path, WitInterface older, WitInterface newer) {
        types(path, older.types(), newer.types());
        functions(path, older.functions(), newer.functions());
    }

    private void types(String path, List<TypeDefinition> older, List<TypeDefinition> newer) {
        match(
                byName(older, TypeDefinition::name),
                byName(newer, TypeDefinition::name),
                TypeDefinition::stability,
                new Items<>(
                        path,
                        ContractChange.Subject.TYPE,
                        ErrorCode.INCOMPATIBLE_VERSION,
                        "who speaks of it does not find it",
                        this::type));
    }

    private void functions(String path, List<WitFunction> older, List<WitFunction> newer) {
        match(
                byName(older, ContractComparer::memberName),
                byName(newer, ContractComparer::memberName),
                WitFunction::stability,
                new Items<>(
                        path,
                        ContractChange.Subject.FUNCTION,
                        ErrorCode.MISSING_FUNCTION,
                        "who calls it does not find it",
                        this::function));
    }

    private static String memberName(WitFunction function) {
        return function.kind() == WitFunction.Kind.CONSTRUCTOR ? "constructor" : function.name();
    }

    private void function(String path, WitFunction older, WitFunction newer) {
        docs(path, ContractChange.Subject.FUNCTION, older.docs(), newer.docs());
        externalId(path, ContractChange.Subject.FUNCTION, older.externalId(), newer.externalId());
        if (older.kind() != newer.kind()) {
            signature(path, ContractChange.Subject.FUNCTION, "is a %s now, it was a %s", word(newer), word(older));
            return;
        }
        if (older.isAsync() != newer.isAsync()) {
            signature(
                    path,
                    ContractChange.Subject.FUNCTION,
                    "is %s now, it was %s",
                    newer.isAsync() ? "async" : "synchronous",
                    older.isAsync() ? "async" : "synchronous");
        }
        if (older.parameters().size() != newer.parameters().size()) {
            breaking(
                    path,
                    ContractChange.Subject.FUNCTION,
                    ErrorCode.TYPE_SIGNATURE_CHANGED,
                    "takes %s now, it took %s".formatted(parameters(newer), parameters(older)),
                    "(" + parametersText(older) + ")",
                    "(" + parametersText(newer) + ")");
        } else {
            for (int i = 0; i < older.parameters().size(); i++) {
                parameter(path, older.parameters().get(i), newer.parameters().get(i));
            }
        }
        if (older.result().isPresent() != newer.result().isPresent()) {
            breaking(
                    path,
                    ContractChange.Subject.RESULT,
                    ErrorCode.TYPE_SIGNATURE_CHANGED,
                    newer.result().isPresent() ? "returns something now" : "returns nothing now",
                    text(older.result()),
                    text(newer.result()));
        } else if (older.result().isPresent()) {
            reference(
                    path,
                    ContractChange.Subject.RESULT,
                    "returns",
                    older.result().get(),
                    newer.result().get());
        }
    }

    private static String word(WitFunction function) {
        return switch (function.kind()) {
            case FREE -> "function";
            case METHOD -> "method";
            case STATIC -> "static function";
            case CONSTRUCTOR -> "constructor";
        };
    }

    private static String parameters(WitFunction function) {
        int count = function.parameters().size();
        return count == 0 ? "no parameters" : count + " parameter" + (count == 1 ? "" : "s");
    }

    private static String parametersText(WitFunction function) {
        return shortened(function.parameters().stream()
                .map(parameter -> parameter.name() + ": " + TEXT.of(parameter.type()))
                .collect(Collectors.joining(", ")));
    }

    private void parameter(String path, WitFunction.Parameter older, WitFunction.Parameter newer) {
        if (!older.name().equals(newer.name())) {
            breaking(
                    path + "." + older.name(),
                    ContractChange.Subject.PARAMETER,
                    ErrorCode.TYPE_SIGNATURE_CHANGED,
                    "is called `%s` now: the names of parameters belong to the type of a function"
                            .formatted(newer.name()),
                    older.name(),
                    newer.name());
        }
        reference(path + "." + newer.name(), ContractChange.Subject.PARAMETER, "is", older.type(), newer.type());
    }

    private void type(String path, TypeDefinition older, TypeDefinition newer) {
        if (!older.isUsed() && !newer.isUsed()) {
            docs(path, ContractChange.Subject.TYPE, older.docs(), newer.docs());
            externalId(path, ContractChange.Subject.TYPE, older.externalId(), newer.externalId());
        }
        if (older.kind() instanceof TypeDefinition.Kind.Record(var fields)
                && newer.kind() instanceof TypeDefinition.Kind.Record(var newFields)) {
            fields(path, fields, newFields);
        } else if (older.kind() instanceof TypeDefinition.Kind.Variant(var cases)
                && newer.kind() instanceof TypeDefinition.Kind.Variant(var newCases)) {
            cases(path, older, variant(cases), variant(newCases));
        } else if (older.kind() instanceof TypeDefinition.Kind.Enum(var cases)
                && newer.kind() instanceof TypeDefinition.Kind.Enum(var newCases)) {
            cases(path, older, labels(cases), labels(newCases));
        } else if (older.kind() instanceof TypeDefinition.Kind.Flags(var flags)
                && newer.kind() instanceof TypeDefinition.Kind.Flags(var newFlags)) {
            cases(path, older, labels(flags), labels(newFlags));
        } else if (older.kind() instanceof TypeDefinition.Kind.Resource(var _, var members)
                && newer.kind() instanceof TypeDefinition.Kind.Resource(var _, var newMembers)) {
            functions(path, members, newMembers);
        } else if (sort(older).equals(sort(newer)) || isAlias(older) || isAlias(newer)) {
            meaning(path, older, newer);
        } else {
            signature(path, ContractChange.Subject.TYPE, "is %s now, it was %s", sort(newer), sort(older));
        }
    }

    private static boolean isAlias(TypeDefinition type) {
        return type.kind() instanceof TypeDefinition.Kind.Alias;
    }

    private void meaning(String path, TypeDefinition older, TypeDefinition newer) {
        Optional<String> wasResource = resource(older);
        Optional<String> isResource = resource(newer);
        if (wasResource.isPresent() && isResource.isPresent()) {
            if (!wasResource.equals(isResource)) {
                signature(
                        path,
                        ContractChange.Subject.TYPE,
                        "means the resource `%s` now, it meant `%s`",
                        isResource.get(),
                        wasResource.get());
            }
            return;
        }
        reference(path, ContractChange.Subject.TYPE, "is", meant(older), meant(newer));
    }

    /** What a name stands for where a type is wanted. */
    private static TypeReference meant(TypeDefinition type) {
        return switch (type.kind()) {
            case TypeDefinition.Kind.Alias(var target, var _) -> target;
            case TypeDefinition.Kind.Resource _ -> new TypeReference.OwnOf(type);
            case TypeDefinition.Kind.Record _,
                    TypeDefinition.Kind.Variant _,
                    TypeDefinition.Kind.Enum _,
                    TypeDefinition.Kind.Flags _ -> new TypeReference.Named(type);
        };
    }

    private static String sort(TypeDefinition type) {
        return switch (type.kind()) {
            case TypeDefinition.Kind.Record _ -> "a record";
            case TypeDefinition.Kind.Variant _ -> "a variant";
            case TypeDefinition.Kind.Enum _ -> "an enum";
            case TypeDefinition.Kind.Flags _ -> "flags";
            case TypeDefinition.Kind.Resource _ -> "a resource";
            case TypeDefinition.Kind.Alias _ -> "a type";
        };
    }

    /** The identity of the resource that a definition is or is another name of. */
    private Optional<String> resource(TypeDefinition type) {
        return switch (type.kind()) {
            case TypeDefinition.Kind.Resource _ -> Optional.of(identity(type));
            case TypeDefinition.Kind.Alias(TypeReference.OwnOf _, var aliased) -> aliased.flatMap(this::resource);
            case TypeDefinition.Kind.Alias _,
                    TypeDefinition.Kind.Record _,
                    TypeDefinition.Kind.Variant _,
                    TypeDefinition.Kind.Enum _,
                    TypeDefinition.Kind.Flags _ -> Optional.empty();
        };
    }

    private void fields(String path, List<TypeDefinition.Member> older, List<TypeDefinition.Member> newer) {
        Map<String, TypeDefinition.Member> newByName = byName(newer, TypeDefinition.Member::name);
        Map<String, TypeDefinition.Member> oldByName = byName(older, TypeDefinition.Member::name);
        Set<String> renamed = new HashSet<>();
        for (int i = 0; i < older.size(); i++) {
            TypeDefinition.Member field = older.get(i);
            TypeDefinition.Member kept = newByName.get(field.name());
            TypeDefinition.Member there = i < newer.size() ? newer.get(i) : null;
            if (kept != null) {
                reference(path + "." + field.name(), ContractChange.Subject.FIELD, "is", field.type(), kept.type());
                docs(path + "." + field.name(), ContractChange.Subject.FIELD, field.docs(), kept.docs());
            } else if (there != null
                    && older.size() == newer.size()
                    && !oldByName.containsKey(there.name())
                    && difference(field.type(), there.type()).isNone()) {
                renamed.add(there.name());
                renamed(path, ContractChange.Subject.FIELD, ErrorCode.FIELD_REMOVED, field.name(), there.name());
            } else {
                breaking(
                        path + "." + field.name(),
                        ContractChange.Subject.FIELD,
                        ErrorCode.FIELD_REMOVED,
                        "was removed: a record has all of its fields or is another type",
                        TEXT.of(field.type()),
                        "");
            }
        }
        for (TypeDefinition.Member field : newer) {
            if (!oldByName.containsKey(field.name()) && !renamed.contains(field.name())) {
                breaking(
                        path + "." + field.name(),
                        ContractChange.Subject.FIELD,
                        ErrorCode.FIELD_REMOVED,
                        "was added: a record has all of its fields or is another type",
                        "",
                        TEXT.of(field.type()));
            }
        }
        order(path, "fields", List.copyOf(oldByName.keySet()), List.copyOf(newByName.keySet()));
    }

    private void renamed(String path, ContractChange.Subject subject, ErrorCode code, String oldName, String newName) {
        breaking(path + "." + oldName, subject, code, "is called `%s` now".formatted(newName), oldName, newName);
    }

    /** What both have must stand in the same order. */
    private boolean order(String path, String what, List<String> older, List<String> newer) {
        Set<String> oldNames = Set.copyOf(older);
        Set<String> newNames = Set.copyOf(newer);
        List<String> kept = older.stream().filter(newNames::contains).toList();
        List<String> found = newer.stream().filter(oldNames::contains).toList();
        if (kept.equals(found)) {
            return true;
        }
        breaking(
                path,
                ContractChange.Subject.TYPE,
                ErrorCode.TYPE_SIGNATURE_CHANGED,
                "has its " + what + " in another order, by which they are told apart",
                shortened(String.join(", ", kept)),
                shortened(String.join(", ", found)));
        return false;
    }

    private static List<Case> variant(List<TypeDefinition.Alternative> cases) {
        return cases.stream()
                .map(one -> new Case(one.name(), one.payload(), one.docs()))
                .toList();
    }

    private static List<Case> labels(List<TypeDefinition.Label> labels) {
        return labels.stream()
                .map(label -> new Case(label.name(), Optional.empty(), label.docs()))
                .toList();
    }

    private void cases(String path, TypeDefinition type, List<Case> older, List<Case> newer) {
        Map<String, Case> newByName = byName(newer, Case::name);
        Map<String, Case> oldByName = byName(older, Case::name);
        Set<String> renamed = new HashSet<>();
        for (int i = 0; i < older.size(); i++) {
            Case one = older.get(i);
            Case kept = newByName.get(one.name());
            Case there = i < newer.size() ? newer.get(i) : null;
            if (kept != null) {
                payload(path + "." + one.name(), one, kept);
            } else if (there != null
                    && older.size() == newer.size()
                    && !oldByName.containsKey(there.name())
                    && difference(one.payload(), there.payload()).isNone()) {
                renamed.add(there.name());
                renamed(path, ContractChange.Subject.CASE, ErrorCode.CASE_REMOVED, one.name(), there.name());
            } else {
                breaking(
                        path + "." + one.name(),
                        ContractChange.Subject.CASE,
                        ErrorCode.CASE_REMOVED,
                        "was removed: who sends it is no longer understood",
                        one.name() + payloadText(one),
                        "");
            }
        }
        boolean inOrder = order(path, "cases", List.copyOf(oldByName.keySet()), List.copyOf(newByName.keySet()));
        int lastKept = -1;
        for (int i = 0; i < newer.size(); i++) {
            lastKept = oldByName.containsKey(newer.get(i).name()) ? i : lastKept;
        }
        for (int i = 0; i < newer.size(); i++) {
            Case one = newer.get(i);
            if (oldByName.containsKey(one.name()) || renamed.contains(one.name())) {
                continue;
            }
            if (i < lastKept && inOrder) {
                breaking(
                        path + "." + one.name(),
                        ContractChange.Subject.CASE,
                        ErrorCode.TYPE_SIGNATURE_CHANGED,
                        "was added before others, whose numbers it changes; at the end it would be an addition",
                        "",
                        one.name() + payloadText(one));
            } else {
                change(
                        path + "." + one.name(),
                        ContractChange.Subject.CASE,
                        ContractChange.Effect.ADDITION,
                        Optional.empty(),
                        "was added" + uses.strangers(type),
                        "",
                        one.name() + payloadText(one));
            }
        }
    }

    private static String payloadText(Case one) {
        return one.payload().map(type -> "(" + shortened(TEXT.of(type)) + ")").orElse("");
    }

    private void payload(String path, Case older, Case newer) {
        docs(path, ContractChange.Subject.CASE, older.docs(), newer.docs());
        if (older.payload().isPresent() != newer.payload().isPresent()) {
            breaking(
                    path,
                    ContractChange.Subject.CASE,
                    ErrorCode.TYPE_SIGNATURE_CHANGED,
                    newer.payload().isPresent() ? "has a payload now" : "has no payload any more",
                    older.name() + payloadText(older),
                    newer.name() + payloadText(newer));
        } else if (older.payload().isPresent()) {
            reference(
                    path,
                    ContractChange.Subject.CASE,
                    "has the payload",
                    older.payload().get(),
                    newer.payload().get());
        }
    }

    private void world(String path, WitWorld older, WitWorld newer) {
        docs(path, ContractChange.Subject.WORLD, older.docs(), newer.docs());
        types(path, older.types(), newer.types());
        match(
                byName(older.imports(), item -> itemName(item.name())),
                byName(newer.imports(), item -> itemName(item.name())),
                ContractComparer::stability,
                new Items<>(
                        path,
                        ContractChange.Subject.IMPORT,
                        ErrorCode.MISSING_INTERFACE,
                        "components that were built for the world import it",
                        this::crossing));
        Map<String, WitWorld.Item> oldExports = byName(older.exports(), item -> itemName(item.name()));
        Map<String, WitWorld.Item> newExports = byName(newer.exports(), item -> itemName(item.name()));
        match(
                oldExports,
                kept(newExports, oldExports),
                ContractComparer::stability,
                new Items<>(
                        path,
                        ContractChange.Subject.EXPORT,
                        ErrorCode.MISSING_INTERFACE,
                        "hosts that run the world's components call it",
                        this::crossing));
        newExports.forEach((name, item) -> {
            if (!oldExports.containsKey(name)) {
                within(
                        stability(item),
                        () -> breaking(
                                path + "." + name,
                                ContractChange.Subject.EXPORT,
                                ErrorCode.MISSING_INTERFACE,
                                "must be exported now: components that were built for the world do not",
                                "",
                                ""));
            }
        });
    }

    private static <T> Map<String, T> kept(Map<String, T> items, Map<String, T> others) {
        Map<String, T> kept = new LinkedHashMap<>(items);
        kept.keySet().retainAll(others.keySet());
        return kept;
    }

    private static Stability stability(WitWorld.Item item) {
        return switch (item) {
            case WitWorld.Item.Interface(var _, var _, var _, var stability, var _) -> stability;
            case WitWorld.Item.Function(var _, var definition) -> definition.stability();
        };
    }

    /** The interfaces of the package itself by their plain names, others by their path: versions are another matter. */
    private String itemName(String name) {
        String path = path(name);
        boolean own = before != null && path.startsWith(path(before.name()) + "/");
        return own ? plainName(path) : path;
    }

    private void crossing(String path, WitWorld.Item older, WitWorld.Item newer) {
        switch (older) {
            case WitWorld.Item.Function(var _, var function)
            when newer instanceof WitWorld.Item.Function(var _, var newFunction) ->
                function(path, function, newFunction);
            case WitWorld.Item.Interface from
            when newer instanceof WitWorld.Item.Interface to -> {
                externalId(path, ContractChange.Subject.INTERFACE, from.externalId(), to.externalId());
                boolean lookedAtElsewhere = comparedOwners.contains(owner(from.definition())) && !from.isInline();
                if (from.isInline()) {
                    comparedOwners.add(owner(from.definition()));
                }
                if (!lookedAtElsewhere) {
                    contents(path, from.definition(), to.definition());
                }
            }
            case WitWorld.Item.Function _, WitWorld.Item.Interface _ ->
                signature(path, ContractChange.Subject.WORLD, "is %s now, it was %s", sort(newer), sort(older));
        }
    }

    private static String sort(WitWorld.Item item) {
        return switch (item) {
            case WitWorld.Item.Interface _ -> "an interface";
            case WitWorld.Item.Function _ -> "a function";
        };
    }

    private void reference(
            String path, ContractChange.Subject subject, String verb, TypeReference older, TypeReference newer) {
        Difference difference = difference(older, newer);
        String was = shortened(TEXT.of(older));
        String is = shortened(TEXT.of(newer));
        switch (difference.kind()) {
            case SAME -> {}
            case OWNERSHIP ->
                breaking(
                        path,
                        subject,
                        ErrorCode.OWNERSHIP_CHANGED,
                        "%s %s: %s"
                                        .formatted(
                                                verb,
                                                is,
                                                lends(newer)
                                                        ? "what was given away is lent now"
                                                        : "what was lent is given away now")
                                + difference.where(),
                        was,
                        is);
            case STRUCTURE ->
                breaking(
                        path,
                        subject,
                        ErrorCode.TYPE_SIGNATURE_CHANGED,
                        (was.equals(is)
                                        ? "%s another `%s` now".formatted(verb, is)
                                        : "%s `%s` now, it was `%s`".formatted(verb, is, was))
                                + difference.where(),
                        was,
                        is);
        }
    }

    private static boolean lends(TypeReference type) {
        return TEXT.of(type).contains("borrow<");
    }

    private Difference difference(Optional<TypeReference> older, Optional<TypeReference> newer) {
        if (older.isPresent() && newer.isPresent()) {
            return difference(older.get(), newer.get());
        }
        return older.isPresent() == newer.isPresent() ? Difference.NONE : Difference.STRUCTURE;
    }

    private Difference difference(TypeReference older, TypeReference newer) {
        if (older instanceof TypeReference.Named(var was)
                && newer instanceof TypeReference.Named(var is)
                && isComparedItself(was, is)) {
            return Difference.NONE;
        }
        TypeReference from = behind(older);
        TypeReference to = behind(newer);
        return switch (from) {
            case TypeReference.Builtin _, TypeReference.ErrorContext _ ->
                from.equals(to) ? Difference.NONE : Difference.STRUCTURE;
            case TypeReference.Named(var was) when to instanceof TypeReference.Named(var is) -> definitions(was, is);
            case TypeReference.ListOf(var was) when to instanceof TypeReference.ListOf(var is) -> difference(was, is);
            case TypeReference.OptionOf(var was)
            when to instanceof TypeReference.OptionOf(var is) -> difference(was, is);
            case TypeReference.ResultOf(var ok, var err)
            when to instanceof TypeReference.ResultOf(var newOk, var newErr) ->
                difference(ok, newOk).or(difference(err, newErr));
            case TypeReference.TupleOf(var was)
            when to instanceof TypeReference.TupleOf(var is) && was.size() == is.size() -> {
                Difference worst = Difference.NONE;
                for (int i = 0; i < was.size(); i++) {
                    worst = worst.or(difference(was.get(i), is.get(i)));
                }
                yield worst;
            }
            case TypeReference.FixedListOf(var was, int length)
            when to instanceof TypeReference.FixedListOf(var is, int newLength) && length == newLength ->
                difference(was, is);
            case TypeReference.MapOf(var key, var was)
            when to instanceof TypeReference.MapOf(var newKey, var is) && key == newKey -> difference(was, is);
            case TypeReference.StreamOf(var was)
            when to instanceof TypeReference.StreamOf(var is) -> difference(was, is);
            case TypeReference.FutureOf(var was)
            when to instanceof TypeReference.FutureOf(var is) -> difference(was, is);
            case TypeReference.OwnOf(var was)
            when to instanceof TypeReference.OwnOf(var is) -> handles(was, is) ? Difference.NONE : Difference.STRUCTURE;
            case TypeReference.BorrowOf(var was)
            when to instanceof TypeReference.BorrowOf(var is) ->
                handles(was, is) ? Difference.NONE : Difference.STRUCTURE;
            case TypeReference.OwnOf(var was)
            when to instanceof TypeReference.BorrowOf(var is) && handles(was, is) -> Difference.OWNERSHIP;
            case TypeReference.BorrowOf(var was)
            when to instanceof TypeReference.OwnOf(var is) && handles(was, is) -> Difference.OWNERSHIP;
            case TypeReference.Named _,
                    TypeReference.ListOf _,
                    TypeReference.OptionOf _,
                    TypeReference.ResultOf _,
                    TypeReference.TupleOf _,
                    TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.OwnOf _,
                    TypeReference.BorrowOf _ -> Difference.STRUCTURE;
        };
    }

    /** The type that another name stands for. */
    private static TypeReference behind(TypeReference type) {
        TypeReference found = type;
        while (found instanceof TypeReference.Named(var definition)
                && definition.kind() instanceof TypeDefinition.Kind.Alias(var target, var _)) {
            found = target;
        }
        return found;
    }

    private boolean handles(TypeDefinition older, TypeDefinition newer) {
        return resource(older).equals(resource(newer));
    }

    private boolean isComparedItself(TypeDefinition older, TypeDefinition newer) {
        return older.name().equals(newer.name())
                && path(older.owner()).equals(path(newer.owner()))
                && comparedOwners.contains(path(older.owner()));
    }

    /** Definitions that are not compared by themselves, or not with one another. */
    private Difference definitions(TypeDefinition older, TypeDefinition newer) {
        if (isComparedItself(older, newer)) {
            return Difference.NONE;
        }
        Pair pair = new Pair(older, newer);
        Difference found = known.get(pair);
        if (found == null) {
            found = structure(older, newer);
            known.put(pair, found);
        }
        return found;
    }

    private Difference structure(TypeDefinition older, TypeDefinition newer) {
        return switch (older.kind()) {
            case TypeDefinition.Kind.Record(var was)
            when newer.kind() instanceof TypeDefinition.Kind.Record(var is) && was.size() == is.size() -> {
                Difference worst = Difference.NONE;
                for (int i = 0; i < was.size(); i++) {
                    worst = worst.or(
                            was.get(i).name().equals(is.get(i).name())
                                    ? in(
                                            newer,
                                            is.get(i).name(),
                                            difference(
                                                    was.get(i).type(), is.get(i).type()))
                                    : in(newer, is.get(i).name(), Difference.STRUCTURE));
                }
                yield worst;
            }
            case TypeDefinition.Kind.Variant(var was)
            when newer.kind() instanceof TypeDefinition.Kind.Variant(var is) && was.size() == is.size() -> {
                Difference worst = Difference.NONE;
                for (int i = 0; i < was.size(); i++) {
                    worst = worst.or(
                            was.get(i).name().equals(is.get(i).name())
                                    ? in(
                                            newer,
                                            is.get(i).name(),
                                            difference(
                                                    was.get(i).payload(),
                                                    is.get(i).payload()))
                                    : in(newer, is.get(i).name(), Difference.STRUCTURE));
                }
                yield worst;
            }
            case TypeDefinition.Kind.Enum(var was)
            when newer.kind() instanceof TypeDefinition.Kind.Enum(var is)
                    && names(was).equals(names(is)) -> Difference.NONE;
            case TypeDefinition.Kind.Flags(var was)
            when newer.kind() instanceof TypeDefinition.Kind.Flags(var is)
                    && names(was).equals(names(is)) -> Difference.NONE;
            case TypeDefinition.Kind.Record _,
                    TypeDefinition.Kind.Variant _,
                    TypeDefinition.Kind.Enum _,
                    TypeDefinition.Kind.Flags _,
                    TypeDefinition.Kind.Resource _,
                    TypeDefinition.Kind.Alias _ -> in(newer, "", Difference.STRUCTURE);
        };
    }

    private static List<String> names(List<TypeDefinition.Label> labels) {
        return labels.stream().map(TypeDefinition.Label::name).toList();
    }

    /** Says where the difference is, unless it is told deeper already. */
    private static Difference in(TypeDefinition owner, String part, Difference difference) {
        return difference.isNone() || !difference.where().isEmpty()
                ? difference
                : new Difference(
                        difference.kind(),
                        " (it differs in `%s`)".formatted(owner + (part.isEmpty() ? "" : "." + part)));
    }

    /** What makes a resource the same in both versions: its name, and its interface; of other packages, in its version. */
    private String identity(TypeDefinition resource) {
        String owner = path(resource.owner());
        return (comparedOwners.contains(owner) ? owner : owner + track(resource.owner())) + "." + resource.name();
    }

    /** The part of a version that means another contract when it changes. */
    private static String track(String qualified) {
        int at = qualified.indexOf('@');
        int hash = qualified.indexOf('#');
        if (at < 0) {
            return "";
        }
        String version = qualified.substring(at + 1, hash < at ? qualified.length() : hash);
        return SemanticVersion.parse(version).map(v -> "@" + v.track()).orElse("");
    }

    private static <T> Map<String, T> byName(List<T> items, Function<T, String> name) {
        Map<String, T> byName = new LinkedHashMap<>();
        items.forEach(item -> byName.putIfAbsent(name.apply(item), item));
        return byName;
    }

    /** What the types of an interface are said to belong to, without its version. */
    private static String owner(WitInterface item) {
        return path(
                item.types().isEmpty() ? item.name() : item.types().getFirst().owner());
    }

    /** A qualified name without the version in it. */
    static String path(String qualified) {
        int at = qualified.indexOf('@');
        int hash = qualified.indexOf('#');
        return at < 0 ? qualified : qualified.substring(0, at) + (hash < at ? "" : qualified.substring(hash));
    }

    private static String plainName(String qualified) {
        String path = path(qualified);
        return path.substring(path.indexOf('/') + 1);
    }

    private static String text(Optional<TypeReference> type) {
        return type.map(each -> shortened(TEXT.of(each))).orElse("");
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    private void docs(String path, ContractChange.Subject subject, String older, String newer) {
        if (!older.equals(newer)) {
            change(
                    path,
                    subject,
                    ContractChange.Effect.REMARK,
                    Optional.empty(),
                    older.isEmpty()
                            ? "has a comment now"
                            : newer.isEmpty() ? "has no comment any more" : "has another comment",
                    "",
                    "");
        }
    }

    /** Nothing is linked by it; who runs the component may look it up. */
    private void externalId(
            String path, ContractChange.Subject subject, Optional<String> older, Optional<String> newer) {
        if (!older.equals(newer)) {
            change(
                    path,
                    subject,
                    ContractChange.Effect.REMARK,
                    Optional.empty(),
                    newer.isEmpty() ? "has no external id any more" : "has another external id",
                    shortened(older.orElse("")),
                    shortened(newer.orElse("")));
        }
    }

    private void gates(String path, ContractChange.Subject subject, Stability older, Stability newer) {
        if (older.unstable().isPresent() && newer.unstable().isEmpty()) {
            change(path, subject, ContractChange.Effect.ADDITION, Optional.empty(), "is for everybody now", "", "");
        }
        if (!older.deprecated().equals(newer.deprecated())) {
            change(
                    path,
                    subject,
                    ContractChange.Effect.REMARK,
                    Optional.empty(),
                    newer.deprecated().map("is deprecated since %s"::formatted).orElse("is not deprecated any more"),
                    "",
                    "");
        }
    }

    /** Does something to an item; {@code @unstable} ones, and what is in them, break nobody. */
    private void within(Stability stability, Runnable step) {
        Optional<String> outer = unstable;
        unstable = outer.or(stability::unstable);
        step.run();
        unstable = outer;
    }

    private void signature(String path, ContractChange.Subject subject, String reason, String newer, String older) {
        breaking(path, subject, ErrorCode.TYPE_SIGNATURE_CHANGED, reason.formatted(newer, older), older, newer);
    }

    private void breaking(
            String path, ContractChange.Subject subject, ErrorCode code, String reason, String older, String newer) {
        change(path, subject, ContractChange.Effect.BREAKING, Optional.of(code), reason, older, newer);
    }

    private void change(
            String path,
            ContractChange.Subject subject,
            ContractChange.Effect effect,
            Optional<ErrorCode> code,
            String reason,
            String older,
            String newer) {
        boolean promised = unstable.isEmpty();
        changes.add(new ContractChange(
                path,
                subject,
                promised ? effect : ContractChange.Effect.REMARK,
                promised ? code : Optional.empty(),
                reason + unstable.map(" (it is unstable: `%s`)"::formatted).orElse(""),
                older,
                newer));
    }
}
