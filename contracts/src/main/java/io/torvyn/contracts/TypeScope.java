package io.torvyn.contracts;

import io.torvyn.types.DiagnosticsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of types in one interface or world, and what each means (WIT.md, "Items: type"). */
final class TypeScope {
    private static final int MAX_TYPE_SIZE = 1 << 16;
    private static final int MAX_FLAGS = 32;

    /**
     * What a name means where a type is wanted.
     *
     * @param depth how deep its parts nest
     * @param size how many parts it has, written out
     * @param borrows whether a borrowed handle is among them
     * @param resource whether it is a resource by name, of which there are handles
     */
    record Meaning(TypeReference reference, int depth, int size, boolean borrows, boolean resource) {
        static Meaning leaf(TypeReference reference) {
            return new Meaning(reference, 1, 1, reference instanceof TypeReference.BorrowOf, false);
        }

        static Meaning ofResource(TypeReference.OwnOf own) {
            return new Meaning(own, 1, 1, false, true);
        }
    }

    /** Measures the parts of a type as they are found. */
    private final class Parts {
        private int depth;
        private int size = 1;
        private boolean borrows;
        private boolean resource;

        TypeReference add(Syntax.Type part, int nesting) {
            Meaning meaning = meaning(part, nesting + 1);
            depth = Math.max(depth, meaning.depth());
            size = Math.min(MAX_TYPE_SIZE + 1, size + meaning.size());
            borrows |= meaning.borrows();
            resource = meaning.resource();
            return meaning.reference();
        }

        Optional<TypeReference> add(Optional<Syntax.Type> part, int nesting) {
            return part.isPresent() ? Optional.of(add(part.get(), nesting)) : Optional.empty();
        }

        Meaning within(TypeReference whole) {
            return new Meaning(whole, depth + 1, size, borrows, false);
        }
    }

    /** Parts of one thing that are looked at one by one; the thing fails when one of them does. */
    private final class Steps {
        private @Nullable DiagnosticsException failure;

        void take(Runnable step) {
            DiagnosticsException failed = resolver.collecting(step);
            failure = failed == null ? failure : failed;
        }

        void finish() {
            if (failure != null) {
                throw failure;
            }
        }
    }

    private static final class Entry {
        private final Syntax.Name name;
        private final Syntax.@Nullable Definition syntax;
        private final List<WitFunction> functions = new ArrayList<>();
        private boolean inProgress;
        private @Nullable TypeDefinition definition;
        private @Nullable Meaning meaning;
        private @Nullable DiagnosticsException failure;

        Entry(Syntax.Name name, Syntax.@Nullable Definition syntax) {
            this.name = name;
            this.syntax = syntax;
        }
    }

    private final WitResolver resolver;
    private final String owner;
    private final WitResolver.FileScope scope;
    private final Map<String, Syntax.Name> taken;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Syntax.Name> hidden = new HashMap<>();
    private final Map<String, DiagnosticsException> unknown = new HashMap<>();
    private final Set<WitResolver.InterfaceEntry> needs = new LinkedHashSet<>();

    /**
     * @param owner what the definitions are said to belong to
     * @param taken the names that the interface or world has given, shared with whoever declares functions
     */
    TypeScope(WitResolver resolver, String owner, WitResolver.FileScope scope, Map<String, Syntax.Name> taken) {
        this.resolver = resolver;
        this.owner = owner;
        this.scope = scope;
        this.taken = taken;
    }

    Map<String, Syntax.Name> taken() {
        return taken;
    }

    /** The interfaces whose types are used here. */
    Collection<WitResolver.InterfaceEntry> needs() {
        return needs;
    }

    void declare(Syntax.TypeItem item, int depth) {
        switch (item) {
            case Syntax.Use use -> {
                if (resolver.isVisible(use.gate(), scope)) {
                    use(use, depth);
                } else {
                    use.names().forEach(renaming -> hidden.put(renaming.as().text(), renaming.as()));
                }
            }
            case Syntax.Definition definition -> {
                Syntax.Name name = definition.heading().name();
                if (resolver.isVisible(definition.heading().gate(), scope)) {
                    WitResolver.claim(taken, name);
                    entries.put(name.text(), new Entry(name, definition));
                } else {
                    hidden.put(name.text(), name);
                    refuseWeakerGates(definition);
                }
            }
        }
    }

    private void refuseWeakerGates(Syntax.Definition hiddenType) {
        if (hiddenType.body() instanceof Syntax.Body.Resource(var functions)) {
            for (Syntax.Function function : functions) {
                if (resolver.isVisible(function.heading().gate(), scope)) {
                    throw WitResolver.weakerGate(
                            function.heading().name(), hiddenType.heading().name());
                }
            }
        }
    }

    private void use(Syntax.Use use, int depth) {
        TypeScope source;
        try {
            WitResolver.InterfaceEntry from = resolver.findInterface(use.path(), scope);
            source = resolver.resolve(from, use.path().item(), depth + 1).types();
            needs.add(from);
        } catch (DiagnosticsException e) {
            use.names().forEach(renaming -> fail(renaming.as(), e));
            throw e;
        }
        for (Syntax.Renaming renaming : use.names()) {
            DiagnosticsException failure = resolver.collecting(() -> bring(renaming, use, source));
            if (failure != null) {
                fail(renaming.as(), failure);
            }
        }
    }

    /** A name that means nothing, so that who mentions it fails for the same reason. */
    private void fail(Syntax.Name name, DiagnosticsException failure) {
        Entry failed = new Entry(name, null);
        failed.failure = failure;
        entries.putIfAbsent(name.text(), failed);
    }

    private void bring(Syntax.Renaming renaming, Syntax.Use use, TypeScope source) {
        if (!source.entries.containsKey(renaming.name().text())
                && !source.hidden.containsKey(renaming.name().text())) {
            throw WitResolver.unresolved(
                    renaming.name(),
                    "there is no type `" + renaming.name() + "` in `" + source.owner + "`",
                    Suggestions.nearest(renaming.name().text(), source.entries.keySet())
                            + (source.entries.isEmpty()
                                    ? "It has no types."
                                    : "It has " + WitResolver.listed(source.entries.keySet()) + "."));
        }
        Meaning meaning = source.meaning(renaming.name(), 0);
        Entry behind = source.entries.get(renaming.name().text());
        TypeDefinition used = behind == null ? null : behind.definition;
        WitResolver.claim(taken, renaming.as());
        Entry entry = new Entry(renaming.as(), null);
        entry.definition = new TypeDefinition(
                renaming.as().text(),
                owner,
                used == null ? "" : used.docs(),
                use.gate().stability(),
                use.externalId(),
                new TypeDefinition.Kind.Alias(meaning.reference(), Optional.ofNullable(used)));
        entry.meaning = meaning;
        entries.put(renaming.as().text(), entry);
    }

    /** Everything declared, in that order. */
    List<TypeDefinition> resolveAll() {
        List<TypeDefinition> definitions = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.failure == null) {
                resolver.collecting(() -> definitions.add(definition(entry, entry.name, 0)));
            }
        }
        for (Entry entry : entries.values()) {
            if (entry.failure == null
                    && entry.syntax != null
                    && entry.syntax.body() instanceof Syntax.Body.Resource(var functions)) {
                Map<String, Syntax.Name> names = new HashMap<>();
                // Explainer.md, "Name uniqueness": only a constructor may be called as its resource is.
                WitResolver.claim(names, entry.name);
                for (Syntax.Function function : functions) {
                    resolver.collecting(() -> member(entry, function, names));
                }
            }
        }
        return definitions;
    }

    private void member(Entry resource, Syntax.Function function, Map<String, Syntax.Name> names) {
        if (resolver.isVisible(function.heading().gate(), scope)) {
            Syntax.Name name = function.heading().name();
            WitResolver.claim(
                    names,
                    function.kind() == WitFunction.Kind.CONSTRUCTOR
                            ? new Syntax.Name("[constructor]", name.source(), name.offset())
                            : name);
            resource.functions.add(function(function, definition(resource, resource.name, 0)));
        }
    }

    private Meaning meaning(Syntax.Name mention, int depth) {
        resolver.step(mention);
        Entry entry = entries.get(mention.text());
        if (entry == null) {
            // Told once, however often it is mentioned.
            throw unknown.computeIfAbsent(mention.text(), _ -> unknownType(mention));
        }
        definition(entry, mention, depth);
        if (entry.meaning == null) {
            throw new AssertionError("a definition without a meaning: " + mention);
        }
        return entry.meaning;
    }

    private DiagnosticsException unknownType(Syntax.Name mention) {
        Syntax.Name gated = hidden.get(mention.text());
        String help;
        if (gated != null) {
            help = "It is behind a gate at " + gated.source().locate(gated.offset()) + ", which is closed.";
        } else {
            String nearest = Suggestions.type(mention.text(), entries.keySet());
            help = resolver.declaring(mention.text(), scope)
                    .map(declaring -> "Interface `" + declaring + "` has one; bring it in with `use " + declaring + ".{"
                            + mention + "};`.")
                    .orElse(nearest
                            + (nearest.endsWith("?")
                                    ? " If not, declare"
                                    : nearest.isEmpty() ? "Declare" : " Or declare")
                            + " it there, or bring it in with `use`.");
        }
        return WitResolver.unresolved(mention, "there is no type `" + mention + "` in `" + owner + "`", help);
    }

    private TypeDefinition definition(Entry entry, Syntax.Name mention, int depth) {
        if (entry.failure != null) {
            throw entry.failure;
        }
        if (entry.definition != null) {
            return entry.definition;
        }
        if (entry.inProgress || entry.syntax == null) {
            throw WitResolver.unresolved(
                    mention,
                    "type `" + mention + "` contains itself",
                    "Types cannot be recursive; refer to the inner part by a handle or an index.");
        }
        entry.inProgress = true;
        try {
            return define(entry, entry.syntax, depth);
        } catch (DiagnosticsException e) {
            entry.failure = e;
            throw e;
        } finally {
            entry.inProgress = false;
        }
    }

    private TypeDefinition define(Entry entry, Syntax.Definition syntax, int depth) {
        Parts parts = new Parts();
        Steps steps = new Steps();
        Map<String, Syntax.Name> names = new HashMap<>();
        TypeDefinition.Kind kind =
                switch (syntax.body()) {
                    case Syntax.Body.Alias(var target) -> alias(target, parts.add(target, depth));
                    case Syntax.Body.Record(var fields) -> {
                        List<TypeDefinition.Member> members = new ArrayList<>();
                        for (Syntax.Field field : fields) {
                            steps.take(() -> {
                                WitResolver.claim(names, field.name());
                                members.add(new TypeDefinition.Member(
                                        field.name().text(), parts.add(field.type(), depth), field.docs()));
                            });
                        }
                        steps.finish();
                        yield new TypeDefinition.Kind.Record(List.copyOf(members));
                    }
                    case Syntax.Body.Variant(var cases) -> {
                        List<TypeDefinition.Alternative> alternatives = new ArrayList<>();
                        for (Syntax.Case one : cases) {
                            steps.take(() -> {
                                WitResolver.claim(names, one.name());
                                alternatives.add(new TypeDefinition.Alternative(
                                        one.name().text(), parts.add(one.payload(), depth), one.docs()));
                            });
                        }
                        steps.finish();
                        yield new TypeDefinition.Kind.Variant(List.copyOf(alternatives));
                    }
                    case Syntax.Body.Enum(var cases) -> new TypeDefinition.Kind.Enum(labels(cases, names));
                    case Syntax.Body.Flags(var flags) -> {
                        if (flags.size() > MAX_FLAGS) {
                            throw WitResolver.unresolved(
                                    flags.get(MAX_FLAGS).name(),
                                    "flags `" + entry.name + "` has " + flags.size() + " of them, but at most "
                                            + MAX_FLAGS + " fit",
                                    "Split it into two.");
                        }
                        yield new TypeDefinition.Kind.Flags(labels(flags, names));
                    }
                    case Syntax.Body.Resource _ ->
                        new TypeDefinition.Kind.Resource(
                                new ResourceType(entry.name.text()), Collections.unmodifiableList(entry.functions));
                };
        TypeDefinition definition = new TypeDefinition(
                entry.name.text(),
                owner,
                syntax.heading().docs(),
                syntax.heading().stability(),
                syntax.heading().externalId(),
                kind);
        Meaning meaning =
                switch (kind) {
                    case TypeDefinition.Kind.Resource _ -> Meaning.ofResource(new TypeReference.OwnOf(definition));
                    // A resource by another name is still the resource; a handle by a name is a handle.
                    case TypeDefinition.Kind.Alias(TypeReference.OwnOf own, var _) ->
                        parts.resource ? Meaning.ofResource(own) : Meaning.leaf(own);
                    case TypeDefinition.Kind.Alias _,
                            TypeDefinition.Kind.Record _,
                            TypeDefinition.Kind.Variant _,
                            TypeDefinition.Kind.Enum _,
                            TypeDefinition.Kind.Flags _ -> parts.within(new TypeReference.Named(definition));
                };
        resolver.refuseDepth(meaning.depth(), entry.name);
        if (meaning.size() > MAX_TYPE_SIZE) {
            throw WitResolver.tooLarge(
                    entry.name,
                    "type `" + entry.name + "` has more than " + MAX_TYPE_SIZE
                            + " parts, all its parts' parts counted");
        }
        entry.meaning = meaning;
        entry.definition = definition;
        return definition;
    }

    private TypeDefinition.Kind.Alias alias(Syntax.Type written, TypeReference target) {
        Entry named = target instanceof TypeReference.OwnOf && written instanceof Syntax.Type.Named(var name)
                ? entries.get(name.text())
                : null;
        return new TypeDefinition.Kind.Alias(target, Optional.ofNullable(named == null ? null : named.definition));
    }

    private static List<TypeDefinition.Label> labels(List<Syntax.Label> labels, Map<String, Syntax.Name> names) {
        List<TypeDefinition.Label> resolved = new ArrayList<>();
        for (Syntax.Label label : labels) {
            WitResolver.claim(names, label.name());
            resolved.add(new TypeDefinition.Label(label.name().text(), label.docs()));
        }
        return List.copyOf(resolved);
    }

    private Meaning meaning(Syntax.Type type, int depth) {
        Parts parts = new Parts();
        return switch (type) {
            case Syntax.Type.Primitive(var primitive) -> Meaning.leaf(new TypeReference.Builtin(primitive));
            case Syntax.Type.Named(var name) -> {
                resolver.refuseDepth(depth, name);
                yield meaning(name, depth);
            }
            case Syntax.Type.ListOf(var element) -> parts.within(new TypeReference.ListOf(parts.add(element, depth)));
            case Syntax.Type.OptionOf(var payload) ->
                parts.within(new TypeReference.OptionOf(parts.add(payload, depth)));
            case Syntax.Type.ResultOf(var ok, var err) ->
                parts.within(new TypeReference.ResultOf(parts.add(ok, depth), parts.add(err, depth)));
            case Syntax.Type.TupleOf(var elements) -> {
                List<TypeReference> references = new ArrayList<>();
                for (Syntax.Type element : elements) {
                    references.add(parts.add(element, depth));
                }
                yield parts.within(new TypeReference.TupleOf(List.copyOf(references)));
            }
            case Syntax.Type.Own(var name) -> Meaning.leaf(new TypeReference.OwnOf(resource(name, depth)));
            case Syntax.Type.Borrow(var name) -> Meaning.leaf(new TypeReference.BorrowOf(resource(name, depth)));
            case Syntax.Type.FixedListOf(var element, var length) ->
                parts.within(new TypeReference.FixedListOf(parts.add(element, depth), length));
            case Syntax.Type.MapOf(var key, var value) ->
                parts.within(new TypeReference.MapOf(key, parts.add(value, depth)));
            case Syntax.Type.StreamOf(var element) ->
                parts.within(new TypeReference.StreamOf(parts.add(element, depth)));
            case Syntax.Type.FutureOf(var payload) ->
                parts.within(new TypeReference.FutureOf(parts.add(payload, depth)));
            case Syntax.Type.ErrorContext() -> Meaning.leaf(new TypeReference.ErrorContext());
        };
    }

    private TypeDefinition resource(Syntax.Name name, int depth) {
        resolver.refuseDepth(depth, name);
        Meaning meaning = meaning(name, depth);
        if (meaning.resource() && meaning.reference() instanceof TypeReference.OwnOf(var definition)) {
            return definition;
        }
        throw WitResolver.unresolved(
                name, "`" + name + "` is not a resource", "Only resources have handles; use the type by its name.");
    }

    WitFunction function(Syntax.Function function) {
        return function(function, null);
    }

    private WitFunction function(Syntax.Function function, @Nullable TypeDefinition resource) {
        Syntax.Name place = function.heading().name();
        Steps steps = new Steps();
        Map<String, Syntax.Name> names = new HashMap<>();
        if (function.kind() == WitFunction.Kind.METHOD) {
            names.put("self", place);
        }
        List<WitFunction.Parameter> parameters = new ArrayList<>();
        for (Syntax.Parameter parameter : function.parameters()) {
            steps.take(() -> {
                WitResolver.claim(names, parameter.name());
                parameters.add(new WitFunction.Parameter(
                        parameter.name().text(), meaning(parameter.type(), 0).reference()));
            });
        }
        List<TypeReference> results = new ArrayList<>();
        steps.take(() -> result(function, resource).ifPresent(results::add));
        steps.finish();
        return new WitFunction(
                place.text(),
                function.kind(),
                function.isAsync(),
                List.copyOf(parameters),
                results.stream().findFirst(),
                function.heading().docs(),
                function.heading().stability(),
                function.heading().externalId());
    }

    private Optional<TypeReference> result(Syntax.Function function, @Nullable TypeDefinition resource) {
        Syntax.Name place = function.heading().name();
        Optional<TypeReference> constructed = resource != null && function.kind() == WitFunction.Kind.CONSTRUCTOR
                ? Optional.of(new TypeReference.OwnOf(resource))
                : Optional.empty();
        if (function.result().isEmpty()) {
            return constructed;
        }
        Meaning result = meaning(function.result().get(), 0);
        if (result.borrows()) {
            throw WitResolver.unresolved(
                    place,
                    "`" + place + "` returns a borrowed handle",
                    "A borrow ends with its call; return the resource itself, owned.");
        }
        boolean fits = result.reference() instanceof TypeReference.ResultOf(var ok, var _) && ok.equals(constructed);
        if (constructed.isPresent() && !fits) {
            throw WitResolver.unresolved(
                    place,
                    "the constructor of `" + place + "` returns something else",
                    "Write no result, or `-> result<" + place + ", …>`.");
        }
        return Optional.of(result.reference());
    }
}
