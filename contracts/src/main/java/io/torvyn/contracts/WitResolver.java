package io.torvyn.contracts;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.SemanticVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns parsed files into packages: finds what every name means, and refuses what means nothing (WIT.md, "Name
 * resolution", "WIT Packages and `use`", "Union of Worlds with `include`").
 *
 * <p>Findings are collected over all items. What has one fails whoever depends on it with the same finding, which is
 * told once. One resolver resolves one set of files.
 */
final class WitResolver {
    /*
     * Everything is resolved on demand and once: an interface when a `use`, a world or its own turn asks for it, a type
     * when another one mentions it. "In progress" met again is a cycle.
     *
     * Text of a few kilobytes can mean very much: a record that holds two of the record before it doubles with each
     * line, worlds that include each other grow with the square. So three things are bounded beside the size of the
     * text: how deep definitions stand on each other (also what recursion here and in later stages needs of the
     * stack), the number of parts a type has when it is written out, and the steps taken in all.
     */
    private static final int MAX_DEPTH = WitParser.MAX_NESTING;
    private static final int MAX_STEPS = 1_000_000;
    private static final int MAX_FINDINGS = 100;

    /**
     * Files that lie together: one package, and the ones nested in its files.
     *
     * @param place the folder or file, for messages
     * @param binary whether the nested ones are only what a package in binary form has of others
     */
    record Group(String place, boolean root, boolean binary, List<Syntax.WitFile> files) {}

    /**
     * @param roots those of {@code packages} that a root group defines
     * @param places where their items are written; worked out when it is asked for
     */
    record Resolution(List<WitPackage> roots, List<WitPackage> packages, Supplier<Places> places) {}

    private final Set<String> features;
    private final Map<String, PackageEntry> packages = new LinkedHashMap<>();
    private final Map<String, List<PackageEntry>> packagesWithoutVersion = new HashMap<>();
    private final Set<Diagnostic> findings = new LinkedHashSet<>();
    private @Nullable DiagnosticsException lastFailure;
    private int steps;

    /**
     * @param features whose {@code @unstable} items are wanted; the others are left out
     */
    WitResolver(Set<String> features) {
        this.features = Set.copyOf(features);
    }

    /**
     * @throws DiagnosticsException E0101 for what does not resolve, E0104 for packages that are not here, E0102 for
     *     package declarations
     */
    Resolution resolve(List<Group> groups) {
        for (Group group : groups) {
            collecting(() -> declare(group));
        }
        stopOnFindings();
        for (PackageEntry entry : packages.values()) {
            declareItems(entry);
        }
        for (PackageEntry entry : packages.values()) {
            for (FileScope scope : entry.fileScopes) {
                for (Syntax.UsePath path : scope.uses.values()) {
                    collecting(() -> check(path, scope));
                }
            }
        }
        List<WitPackage> roots = new ArrayList<>();
        List<WitPackage> all = new ArrayList<>();
        for (PackageEntry entry : packages.values()) {
            WitPackage resolved = resolve(entry);
            all.add(resolved);
            if (entry.root) {
                roots.add(resolved);
            }
        }
        stopOnFindings();
        return new Resolution(roots, all, this::places);
    }

    private Places places() {
        Places places = new Places();
        for (PackageEntry entry : packages.values()) {
            for (InterfaceEntry item : entry.interfaces.values()) {
                places.add(List.of(item.name), item.syntax.heading().name());
                places.addInterface(List.of(item.name), item.syntax.items());
            }
            for (WorldEntry item : entry.worlds.values()) {
                places.add(List.of(item.name), item.syntax.heading().name());
                item.syntax.items().forEach(each -> place(each, item, places));
            }
        }
        return places;
    }

    private void place(Syntax.WorldItem item, WorldEntry world, Places places) {
        List<String> path = List.of(world.name);
        switch (item) {
            case Syntax.Definition definition -> places.addType(path, definition);
            case Syntax.Use use -> {
                places.addType(path, use);
                if (isVisible(use.gate(), world.scope)) {
                    InterfaceEntry used = findInterface(use.path(), world.scope);
                    places.add(List.of(world.name, WitPackages.IMPORT, used.name), mention(use.path()));
                }
            }
            case Syntax.Border border -> {
                if (isVisible(border.gate(), world.scope)) {
                    place(border, world, places);
                }
            }
            case Syntax.Include _ -> {}
        }
    }

    private void place(Syntax.Border border, WorldEntry world, Places places) {
        List<String> path = List.of(
                world.name, border.direction() == Syntax.Direction.IMPORT ? WitPackages.IMPORT : WitPackages.EXPORT);
        switch (border.crossing()) {
            case Syntax.Crossing.OfInterface(var used) ->
                places.add(Places.below(path, findInterface(used, world.scope).name), mention(used));
            case Syntax.Crossing.Renamed(var name, var _) -> places.add(Places.below(path, name), name);
            case Syntax.Crossing.Inline(var name, var definition) -> {
                places.add(Places.below(path, name), name);
                places.addInterface(Places.below(path, name), definition.items());
            }
            case Syntax.Crossing.OfFunction(var function) -> places.addFunction(path, function);
        }
    }

    /** A path where it is written, from its package on. */
    private static Syntax.Name mention(Syntax.UsePath path) {
        return path.fromPackage()
                .map(from -> new Syntax.Name(
                        path.toString(),
                        from.namespace().source(),
                        from.namespace().offset()))
                .orElse(path.item());
    }

    /**
     * Takes a step and keeps what is wrong with it. Once there is too much of that, no step is taken any more.
     *
     * @return why it failed, for what depends on it; null when it did not
     */
    @Nullable
    DiagnosticsException collecting(Runnable step) {
        if (lastFailure != null && (findings.size() >= MAX_FINDINGS || steps > MAX_STEPS)) {
            return lastFailure;
        }
        try {
            step.run();
            return null;
        } catch (DiagnosticsException e) {
            findings.addAll(e.diagnostics());
            lastFailure = e;
            return e;
        }
    }

    private void stopOnFindings() {
        if (!findings.isEmpty()) {
            throw new DiagnosticsException(
                    findings.stream().sorted(Diagnostic.IN_READING_ORDER).toList());
        }
    }

    static final class PackageEntry {
        private final Syntax.PackageName name;
        private final List<Syntax.Scope> scopes;
        private final List<FileScope> fileScopes = new ArrayList<>();
        private final String docs;
        private final boolean partial;
        private boolean root;
        private boolean gatesRefused;
        private final Map<String, InterfaceEntry> interfaces = new LinkedHashMap<>();
        private final Map<String, WorldEntry> worlds = new LinkedHashMap<>();
        private final Map<String, Syntax.Name> hidden = new HashMap<>();

        /**
         * @param partial whether it may lack items
         */
        PackageEntry(Syntax.PackageName name, List<Syntax.Scope> scopes, String docs, boolean root, boolean partial) {
            this.partial = partial;
            this.name = name;
            this.scopes = scopes;
            this.docs = docs;
            this.root = root;
        }

        String qualify(String plainName) {
            return WitPackage.qualify(name.toString(), plainName);
        }
    }

    /** Where a name stands: its package, and what the file's own {@code use}s call things. */
    record FileScope(PackageEntry owner, Map<String, Syntax.UsePath> uses) {}

    static final class InterfaceEntry {
        private final Syntax.Interface syntax;
        private final FileScope scope;
        private final String name;
        private boolean inProgress;
        private @Nullable DiagnosticsException failure;
        private @Nullable Body resolved;

        InterfaceEntry(Syntax.Interface syntax, FileScope scope) {
            this.syntax = syntax;
            this.scope = scope;
            this.name = scope.owner.qualify(syntax.heading().name().text());
        }
    }

    private static final class WorldEntry {
        private final Syntax.World syntax;
        private final FileScope scope;
        private final String name;
        private boolean inProgress;
        private @Nullable DiagnosticsException failure;
        private @Nullable Draft draft;

        WorldEntry(Syntax.World syntax, FileScope scope) {
            this.syntax = syntax;
            this.scope = scope;
            this.name = scope.owner.qualify(syntax.heading().name().text());
        }
    }

    private void declare(Group group) {
        Syntax.@Nullable PackageName own = null;
        List<Syntax.Scope> scopes = new ArrayList<>();
        String docs = "";
        for (Syntax.WitFile file : group.files()) {
            if (file.declaration().isPresent()) {
                Syntax.PackageName name = file.declaration().get().name();
                if (own != null && !own.equals(name)) {
                    throw packageError(
                            name.namespace(),
                            "this file declares package `" + name + "`, the files beside it declare `" + own + "`",
                            "Give all files of a folder the same package, or move the file to a folder of its own.");
                }
                own = name;
                String fileDocs = file.declaration().get().docs();
                if (!docs.isEmpty() && !fileDocs.isEmpty()) {
                    throw packageError(
                            name.namespace(),
                            "package `" + name + "` is documented in more than one file",
                            "Keep the comment in one of them.");
                }
                docs += fileDocs;
            }
            scopes.add(file.items());
        }
        boolean hasItems = scopes.stream()
                .anyMatch(scope ->
                        !scope.interfaces().isEmpty() || !scope.worlds().isEmpty());
        boolean hasNested =
                group.files().stream().anyMatch(file -> !file.nested().isEmpty());
        if (own != null) {
            define(new PackageEntry(own, scopes, docs, group.root(), false));
        } else if (hasItems || !hasNested) {
            throw new DiagnosticsException(List.of(missingPackage(group)));
        }
        for (Syntax.WitFile file : group.files()) {
            Map<String, Syntax.Name> nestedHere = new HashMap<>();
            for (Syntax.Nested nested : file.nested()) {
                Syntax.PackageName nestedName = nested.declaration().name();
                if (nestedHere.putIfAbsent(nestedName.toString(), nestedName.namespace()) != null) {
                    throw packageError(
                            nestedName.namespace(),
                            "package `" + nestedName + "` is defined twice in this file",
                            "Put its items into one pair of braces.");
                }
                define(new PackageEntry(
                        nested.declaration().name(),
                        List.of(nested.items()),
                        nested.declaration().docs(),
                        group.root() && own == null,
                        group.binary()));
            }
        }
    }

    private static Diagnostic missingPackage(Group group) {
        String help = "Begin one of its files with a line such as `package acme:images@0.1.0;`.";
        return group.files().isEmpty()
                ? Diagnostic.error(ErrorCode.WIT_PACKAGE_DECLARATION, "there is no WIT in this folder", help)
                        .at(new Diagnostic.Location(group.place(), 0, 0, ""))
                : group.files()
                        .getFirst()
                        .source()
                        .finding(ErrorCode.WIT_PACKAGE_DECLARATION, 0, "no `package` line names this package", help);
    }

    private void define(PackageEntry entry) {
        List<PackageEntry> versions =
                packagesWithoutVersion.computeIfAbsent(entry.name.withoutVersion(), _ -> new ArrayList<>());
        PackageEntry known = packages.putIfAbsent(entry.name.toString(), entry);
        if (known == null) {
            versions.add(entry);
            return;
        }
        if (known.partial) {
            PackageEntry whole = entry.partial ? joined(known, entry) : entry;
            packages.put(entry.name.toString(), whole);
            versions.replaceAll(version -> version == known ? whole : version);
            return;
        }
        if (entry.partial) {
            return; // what is whole has all that a binary can use of it
        }
        if (!new HashSet<>(known.scopes).equals(new HashSet<>(entry.scopes))) {
            throw packageError(
                    entry.name.namespace(),
                    "package `" + entry.name + "` is defined here and, with other contents, in "
                            + known.name.namespace().source(),
                    "Keep one of the two.");
        }
        known.root |= entry.root;
    }

    private static PackageEntry joined(PackageEntry first, PackageEntry second) {
        Syntax.Scope scope = first.scopes.getFirst();
        for (Syntax.Scope further : second.scopes) {
            scope = PartialPackages.union(scope, further);
        }
        return new PackageEntry(first.name, List.of(scope), "", false, true);
    }

    private void declareItems(PackageEntry entry) {
        Map<String, Syntax.Name> taken = new HashMap<>();
        for (Syntax.Scope scope : entry.scopes) {
            Map<String, Syntax.UsePath> uses = new HashMap<>();
            Map<String, Syntax.Name> takenHere = new HashMap<>();
            for (Syntax.TopLevelUse use : scope.uses()) {
                collecting(() -> claim(takenHere, use.as()));
                uses.putIfAbsent(use.as().text(), use.path());
            }
            FileScope fileScope = new FileScope(entry, uses);
            entry.fileScopes.add(fileScope);
            for (Syntax.Interface item : scope.interfaces()) {
                collecting(() -> {
                    if (declare(item.heading(), item.items(), fileScope, taken, takenHere)) {
                        entry.interfaces.put(item.heading().name().text(), new InterfaceEntry(item, fileScope));
                    }
                });
            }
            for (Syntax.World item : scope.worlds()) {
                collecting(() -> {
                    if (declare(item.heading(), item.items(), fileScope, taken, takenHere)) {
                        entry.worlds.put(item.heading().name().text(), new WorldEntry(item, fileScope));
                    }
                });
            }
        }
    }

    /** Whether an interface or a world is there to be used. */
    private boolean declare(
            Syntax.Heading heading,
            List<?> items,
            FileScope scope,
            Map<String, Syntax.Name> taken,
            Map<String, Syntax.Name> takenHere) {
        claim(takenHere, heading.name());
        if (isVisible(heading.gate(), scope)) {
            claim(taken, heading.name());
            return true;
        }
        scope.owner.hidden.put(heading.name().text(), heading.name());
        refuseWeakerGates(heading.name(), items, scope);
        return false;
    }

    /** Names must be unique without regard to case. */
    static void claim(Map<String, Syntax.Name> taken, Syntax.Name name) {
        Syntax.Name first = taken.putIfAbsent(name.text().toLowerCase(Locale.ROOT), name);
        if (first != null) {
            Diagnostic finding = finding(name, "`" + name + "` is declared twice", "Rename one of the two.");
            throw new DiagnosticsException(List.of(finding.andAt(first.source().locate(first.offset()))));
        }
    }

    /** Whether an item is there; an item whose gate is wrong is, so that nobody misses it. */
    boolean isVisible(Syntax.Gate gate, FileScope scope) {
        Optional<SemanticVersion> version = scope.owner.name.version();
        if (version.isEmpty() && gate.firstWithVersion().isPresent() && !scope.owner.gatesRefused) {
            scope.owner.gatesRefused = true;
            collecting(() -> {
                throw packageError(
                        gate.firstWithVersion().get(),
                        "package `" + scope.owner.name + "` has no version, but this gate speaks of one",
                        "Give the package a version: `package " + scope.owner.name + "@0.1.0;`.");
            });
        }
        if (gate.since().isPresent()
                && version.isPresent()
                && gate.since().get().compareTo(version.get()) > 0) {
            collecting(() -> {
                throw unresolved(
                        gate.firstWithVersion().orElseThrow(),
                        "`@since` names version " + gate.since().get() + ", but the package is at " + version.get(),
                        "Use `@unstable(feature = …)` for what is not released yet.");
            });
        }
        return gate.unstable().map(Syntax.Name::text).map(features::contains).orElse(true);
    }

    /** Items of an item behind a closed gate have to be behind it too. */
    private void refuseWeakerGates(Syntax.Name container, List<?> items, FileScope scope) {
        for (Object item : items) {
            if (item instanceof Syntax.Definition(var heading, var _) && isVisible(heading.gate(), scope)) {
                throw weakerGate(heading.name(), container);
            }
        }
    }

    static DiagnosticsException weakerGate(Syntax.Name item, Syntax.Name container) {
        return unresolved(
                item,
                "`" + item + "` is not behind the gate that `" + container + "`, which it belongs to, is behind",
                "Give it the same `@unstable`.");
    }

    InterfaceEntry findInterface(Syntax.UsePath path, FileScope scope) {
        PackageEntry owner = owner(target(path, scope), scope);
        String name = itemName(path, scope);
        InterfaceEntry found = owner.interfaces.get(name);
        if (found == null) {
            throw owner.worlds.containsKey(name)
                    ? isWorld(path)
                    : notFound("interface", path, name, owner, owner.interfaces.keySet());
        }
        return found;
    }

    private static DiagnosticsException isWorld(Syntax.UsePath path) {
        return unresolved(path.item(), "`" + path + "` is a world, not an interface", "Name an interface here.");
    }

    private WorldEntry findWorld(Syntax.UsePath path, FileScope scope) {
        PackageEntry owner = owner(target(path, scope), scope);
        String name = itemName(path, scope);
        WorldEntry found = owner.worlds.get(name);
        if (found == null) {
            throw owner.interfaces.containsKey(name)
                    ? unresolved(path.item(), "`" + path + "` is an interface, not a world", "Name a world here.")
                    : notFound("world", path, name, owner, owner.worlds.keySet());
        }
        return found;
    }

    /** What a top-level {@code use} names must be there, whether or not something speaks of it. */
    private void check(Syntax.UsePath path, FileScope scope) {
        step(path.item());
        PackageEntry owner = owner(path, scope);
        String name = path.item().text();
        if (owner.worlds.containsKey(name)) {
            throw isWorld(path);
        }
        if (!owner.interfaces.containsKey(name)) {
            throw notFound("interface", path, name, owner, owner.interfaces.keySet());
        }
    }

    /** A name that the file's own {@code use} made stands for the path behind. */
    private static Syntax.UsePath target(Syntax.UsePath path, FileScope scope) {
        Syntax.UsePath behind =
                path.fromPackage().isEmpty() ? scope.uses.get(path.item().text()) : null;
        return behind == null ? path : behind;
    }

    private static String itemName(Syntax.UsePath path, FileScope scope) {
        return target(path, scope).item().text();
    }

    private PackageEntry owner(Syntax.UsePath path, FileScope scope) {
        if (path.fromPackage().isEmpty()) {
            return scope.owner;
        }
        Syntax.PackageName name = path.fromPackage().get();
        PackageEntry exact = packages.get(name.toString());
        if (exact != null) {
            return exact;
        }
        List<PackageEntry> versions = packagesWithoutVersion.getOrDefault(name.withoutVersion(), List.of());
        if (name.version().isEmpty() && versions.size() == 1) {
            return versions.getFirst();
        }
        Syntax.Name place = new Syntax.Name(
                path.toString(), name.namespace().source(), name.namespace().offset());
        if (versions.isEmpty()) {
            String nearest = Suggestions.nearest(name.withoutVersion(), packagesWithoutVersion.keySet());
            throw packageNotFound(
                    place,
                    "package `" + name + "` is not here",
                    nearest + (nearest.isEmpty() ? "Put" : "If not, put")
                            + " its WIT files into `deps/` beside the files that use it.");
        }
        String present = listed(
                versions.stream().map(candidate -> candidate.name.toString()).toList());
        throw name.version().isEmpty()
                ? unresolved(place, "package `" + name + "` is here in several versions", "Say which: " + present + ".")
                : packageNotFound(
                        place, "package `" + name + "` is not here in this version", "There is " + present + ".");
    }

    private static DiagnosticsException notFound(
            String kind, Syntax.UsePath path, String name, PackageEntry owner, Collection<String> present) {
        Syntax.Name gated = owner.hidden.get(name);
        String help;
        if (gated != null) {
            help = "It is behind a gate at " + gated.source().locate(gated.offset()) + ", which is closed.";
        } else if (present.isEmpty()) {
            help = "Package `" + owner.name + "` has no " + kind + ".";
        } else {
            help = Suggestions.nearest(name, present) + "Package `" + owner.name + "` has " + listed(present) + ".";
        }
        return unresolved(path.item(), "there is no " + kind + " `" + path + "`", help);
    }

    /** An interface of the same package that declares such a type. */
    Optional<String> declaring(String type, FileScope scope) {
        return scope.owner.interfaces.values().stream()
                .filter(entry -> entry.syntax.items().stream()
                        .anyMatch(item -> item instanceof Syntax.Definition(var heading, var _)
                                && heading.name().text().equals(type)))
                .map(entry -> entry.syntax.heading().name().text())
                .findFirst();
    }

    static String listed(Collection<String> names) {
        List<String> quoted =
                names.stream().sorted().limit(10).map(name -> "`" + name + "`").toList();
        return String.join(", ", quoted) + (names.size() > 10 ? " and others" : "");
    }

    /**
     * @param needs the interfaces whose types it uses, each once
     * @param height how many interfaces stand on each other below, with this one
     */
    record Body(WitInterface definition, TypeScope types, Collection<InterfaceEntry> needs, int height) {}

    private WitPackage resolve(PackageEntry entry) {
        List<WitInterface> interfaces = new ArrayList<>();
        List<WitWorld> worlds = new ArrayList<>();
        for (InterfaceEntry item : entry.interfaces.values()) {
            collecting(() -> interfaces.add(
                    resolve(item, item.syntax.heading().name(), 0).definition()));
        }
        for (WorldEntry item : entry.worlds.values()) {
            collecting(() -> {
                Draft draft = draft(item, item.syntax.heading().name(), 0);
                if (findings.isEmpty()) { // what is missing from it would look like a fault of its own
                    worlds.add(elaborate(item, draft));
                }
            });
        }
        return new WitPackage(entry.name.toString(), interfaces, worlds, entry.docs);
    }

    Body resolve(InterfaceEntry entry, Syntax.Name mention, int depth) {
        step(mention);
        if (entry.failure != null) {
            throw entry.failure;
        }
        if (entry.resolved != null) {
            return entry.resolved;
        }
        if (entry.inProgress) {
            throw unresolved(
                    mention,
                    "interface `" + entry.name + "` uses itself through this",
                    "Move the shared types into an interface that both use.");
        }
        refuseDepth(depth, mention);
        entry.inProgress = true;
        try {
            Body body = body(entry.syntax, entry.name, entry.name, entry.scope, depth);
            entry.resolved = body;
            return body;
        } catch (DiagnosticsException e) {
            entry.failure = e;
            throw e;
        } finally {
            entry.inProgress = false;
        }
    }

    /**
     * @param owner what its types are said to belong to; another name than its own when it is inline
     */
    private Body body(Syntax.Interface syntax, String name, String owner, FileScope scope, int depth) {
        TypeScope types = new TypeScope(this, owner, scope, new HashMap<>());
        List<Syntax.Function> functions = new ArrayList<>();
        for (Syntax.InterfaceItem item : syntax.items()) {
            collecting(() -> {
                switch (item) {
                    case Syntax.TypeItem type -> types.declare(type, depth);
                    case Syntax.Function function -> {
                        if (isVisible(function.heading().gate(), scope)) {
                            claim(types.taken(), function.heading().name());
                            functions.add(function);
                        }
                    }
                }
            });
        }
        List<TypeDefinition> definitions = types.resolveAll();
        List<WitFunction> resolved = new ArrayList<>();
        for (Syntax.Function function : functions) {
            collecting(() -> resolved.add(types.function(function)));
        }
        int height = 1;
        for (InterfaceEntry need : types.needs()) {
            height = Math.max(
                    height,
                    1 + resolve(need, syntax.heading().name(), depth + 1).height());
        }
        refuseDepth(height, syntax.heading().name());
        return new Body(
                new WitInterface(
                        name,
                        definitions,
                        resolved,
                        syntax.heading().docs(),
                        syntax.heading().stability()),
                types,
                types.needs(),
                height);
    }

    /**
     * One import or export of a world.
     *
     * @param plain its name is of the world's own choice, so that two of the same name are two things
     * @param needs the interfaces whose types it speaks of
     */
    private record Crossing(WitWorld.Item item, boolean plain, Collection<InterfaceEntry> needs) {
        /** The same interface, with what is said of it where it crosses the border. */
        Crossing said(Syntax.Border border) {
            return switch (item) {
                case WitWorld.Item.Interface(var name, var definition, var _, var _, var _) ->
                    new Crossing(
                            new WitWorld.Item.Interface(
                                    name,
                                    definition,
                                    border.docs(),
                                    border.gate().stability(),
                                    border.externalId()),
                            plain,
                            needs);
                case WitWorld.Item.Function _ -> this;
            };
        }

        /** The same in a world that includes the one it stands in. */
        Crossing adopted(String name, Adoption types) {
            return switch (item) {
                case WitWorld.Item.Interface(var _, var definition, var docs, var stability, var externalId) ->
                    new Crossing(
                            new WitWorld.Item.Interface(name, definition, docs, stability, externalId), plain, needs);
                case WitWorld.Item.Function(var _, var definition) ->
                    new Crossing(new WitWorld.Item.Function(name, types.function(definition, name)), plain, needs);
            };
        }
    }

    /** A world before the interfaces that it needs without saying so are among its imports. */
    private static final class Draft {
        private final Map<String, Crossing> imports = new LinkedHashMap<>();
        private final Map<String, Crossing> exports = new LinkedHashMap<>();
        private final Map<String, TypeDefinition> types = new LinkedHashMap<>();
        private final Map<String, Syntax.Name> takenImports = new HashMap<>();
        private final Map<String, Syntax.Name> takenExports = new HashMap<>();

        Map<String, Crossing> side(Syntax.Direction direction) {
            return direction == Syntax.Direction.IMPORT ? imports : exports;
        }

        Map<String, Syntax.Name> taken(Syntax.Direction direction) {
            return direction == Syntax.Direction.IMPORT ? takenImports : takenExports;
        }
    }

    private Draft draft(WorldEntry entry, Syntax.Name mention, int depth) {
        step(mention);
        if (entry.failure != null) {
            throw entry.failure;
        }
        if (entry.draft != null) {
            return entry.draft;
        }
        if (entry.inProgress) {
            throw unresolved(
                    mention, "world `" + entry.name + "` includes itself through this", "Remove this `include`.");
        }
        refuseDepth(depth, mention);
        entry.inProgress = true;
        try {
            Draft draft = newDraft(entry, depth);
            entry.draft = draft;
            return draft;
        } catch (DiagnosticsException e) {
            entry.failure = e;
            throw e;
        } finally {
            entry.inProgress = false;
        }
    }

    private Draft newDraft(WorldEntry entry, int depth) {
        Draft draft = new Draft();
        TypeScope types = new TypeScope(this, entry.name, entry.scope, draft.takenImports);
        for (Syntax.WorldItem item : entry.syntax.items()) {
            if (item instanceof Syntax.TypeItem type) {
                collecting(() -> types.declare(type, depth));
            }
        }
        for (TypeDefinition type : types.resolveAll()) {
            draft.types.put(type.name(), type);
        }
        for (Syntax.WorldItem item : entry.syntax.items()) {
            collecting(() -> add(item, entry, draft, types, depth));
        }
        return draft;
    }

    private void add(Syntax.WorldItem item, WorldEntry entry, Draft draft, TypeScope types, int depth) {
        switch (item) {
            case Syntax.Definition _ -> {}
            case Syntax.Use use -> {
                if (isVisible(use.gate(), entry.scope)) {
                    require(findInterface(use.path(), entry.scope), draft.imports, use.path());
                }
            }
            case Syntax.Border border -> {
                if (isVisible(border.gate(), entry.scope)) {
                    cross(border, entry, draft, types, depth);
                }
            }
            case Syntax.Include include -> {
                if (isVisible(include.gate(), entry.scope)) {
                    include(include, entry, draft, depth);
                }
            }
        }
    }

    /** An interface under its own name, once however often it is named. */
    private void require(InterfaceEntry needed, Map<String, Crossing> side, Syntax.UsePath path) {
        Body body = resolve(needed, path.item(), 0);
        side.putIfAbsent(
                needed.name,
                new Crossing(new WitWorld.Item.Interface(needed.name, body.definition()), false, body.needs()));
    }

    private void cross(Syntax.Border border, WorldEntry entry, Draft draft, TypeScope types, int depth) {
        Map<String, Crossing> side = draft.side(border.direction());
        Map<String, Syntax.Name> taken = draft.taken(border.direction());
        switch (border.crossing()) {
            case Syntax.Crossing.OfInterface(var path) -> {
                InterfaceEntry named = findInterface(path, entry.scope);
                claim(
                        taken,
                        new Syntax.Name(
                                named.name, path.item().source(), path.item().offset()));
                require(named, side, path);
                if (!border.docs().isEmpty()
                        || !border.gate().stability().equals(Stability.UNSAID)
                        || border.externalId().isPresent()) {
                    side.computeIfPresent(named.name, (_, crossing) -> crossing.said(border));
                }
            }
            case Syntax.Crossing.Renamed(var name, var path) -> {
                // Under a name of its own it is another instance: its types are others than those of the interface.
                InterfaceEntry named = findInterface(path, entry.scope);
                resolve(named, path.item(), 0);
                claim(taken, name);
                put(side, name, border, body(named.syntax, named.name, owner(entry, border, name), named.scope, depth));
            }
            case Syntax.Crossing.Inline(var name, var definition) -> {
                claim(taken, name);
                put(side, name, border, body(definition, name.text(), owner(entry, border, name), entry.scope, depth));
            }
            case Syntax.Crossing.OfFunction(var function) -> {
                Syntax.Name name = function.heading().name();
                claim(taken, name);
                side.put(
                        name.text(),
                        new Crossing(
                                new WitWorld.Item.Function(name.text(), types.function(function)), true, List.of()));
            }
        }
    }

    /** What the types of an interface that has a name of the world's choice are said to belong to. */
    private static String owner(WorldEntry entry, Syntax.Border border, Syntax.Name name) {
        return entry.name + "#" + border.direction().name().toLowerCase(Locale.ROOT) + "/" + name;
    }

    private static void put(Map<String, Crossing> side, Syntax.Name name, Syntax.Border border, Body body) {
        var item = new WitWorld.Item.Interface(
                name.text(), body.definition(), border.docs(), border.gate().stability(), border.externalId());
        side.put(name.text(), new Crossing(item, true, body.needs()));
    }

    private void include(Syntax.Include include, WorldEntry entry, Draft draft, int depth) {
        Syntax.Name place = include.path().item();
        Draft included = draft(findWorld(include.path(), entry.scope), place, depth + 1);
        Map<String, String> renamings = new HashMap<>();
        for (Syntax.Renaming renaming : include.renamings()) {
            String name = renaming.name().text();
            Crossing imported = included.imports.get(name);
            Crossing exported = included.exports.get(name);
            if (imported == null && exported == null && !included.types.containsKey(name)) {
                throw unresolved(
                        renaming.name(),
                        "world `" + include.path() + "` has no `" + name + "` that could be renamed",
                        "Only plain names can be; interfaces keep their names.");
            }
            renamings.put(name, renaming.as().text());
        }
        var adoption = new Adoption(entry.name);
        for (TypeDefinition type : included.types.values()) {
            step(place);
            String name = renamings.getOrDefault(type.name(), type.name());
            TypeDefinition known = draft.types.get(name);
            boolean same = known != null
                    && known.kind() instanceof TypeDefinition.Kind.Alias
                    && known.kind().equals(type.kind());
            if (!same) {
                claimIncluded(draft.takenImports, name, place);
            }
            adoption.adopt(type, name);
        }
        for (TypeDefinition type : included.types.values()) {
            TypeDefinition adopted = adoption.definition(type);
            draft.types.putIfAbsent(adopted.name(), adopted);
        }
        for (Syntax.Direction direction : Syntax.Direction.values()) {
            for (Map.Entry<String, Crossing> item : included.side(direction).entrySet()) {
                step(place);
                Crossing crossing = item.getValue();
                if (crossing.plain()) {
                    String name = renamings.getOrDefault(item.getKey(), item.getKey());
                    claimIncluded(draft.taken(direction), name, place);
                    draft.side(direction).put(name, crossing.adopted(name, adoption));
                } else {
                    draft.side(direction).putIfAbsent(item.getKey(), crossing);
                }
            }
        }
    }

    private static void claimIncluded(Map<String, Syntax.Name> taken, String name, Syntax.Name place) {
        Syntax.Name included = new Syntax.Name(name, place.source(), place.offset());
        if (taken.putIfAbsent(name.toLowerCase(Locale.ROOT), included) != null) {
            throw unresolved(
                    place,
                    "the included world's `" + name + "` is already taken here",
                    "Rename it: `include " + place + " with { " + name + " as … }`.");
        }
    }

    /**
     * WIT.md, "Transitive imports and worlds": what an import needs is imported before it, what an export needs is
     * imported unless it is exported too.
     */
    private WitWorld elaborate(WorldEntry entry, Draft draft) {
        Syntax.Name place = entry.syntax.heading().name();
        Map<String, WitWorld.Item> imports = new LinkedHashMap<>();
        for (Map.Entry<String, Crossing> item : draft.imports.entrySet()) {
            importNeeds(item.getValue().needs(), imports, place);
            imports.putIfAbsent(item.getKey(), item.getValue().item());
        }
        Map<String, WitWorld.Item> exports = new LinkedHashMap<>();
        Set<InterfaceEntry> importedForExports = new LinkedHashSet<>();
        for (Map.Entry<String, Crossing> item : draft.exports.entrySet()) {
            for (InterfaceEntry need : item.getValue().needs()) {
                if (!draft.exports.containsKey(need.name)) {
                    collectNeeds(need, importedForExports, draft.exports.keySet(), place);
                }
            }
            exports.put(item.getKey(), item.getValue().item());
        }
        importNeeds(importedForExports, imports, place);
        return new WitWorld(
                entry.name,
                List.copyOf(imports.values()),
                List.copyOf(exports.values()),
                List.copyOf(draft.types.values()),
                entry.syntax.heading().docs(),
                entry.syntax.heading().stability());
    }

    /**
     * What an interface needs that only an export uses.
     *
     * @param exported what must not be among it: whoever needs that would see the types of an import and of an export
     */
    private void collectNeeds(
            InterfaceEntry need, Set<InterfaceEntry> collected, Set<String> exported, Syntax.Name place) {
        step(place);
        if (exported.contains(need.name)) {
            throw unresolved(
                    place,
                    "an export of world `" + place + "` needs `" + need.name
                            + "` both as an export and, through another interface, as an import",
                    "Export the interfaces in between too.");
        }
        if (collected.add(need)) {
            for (InterfaceEntry further : resolve(need, place, 0).needs()) {
                collectNeeds(further, collected, exported, place);
            }
        }
    }

    private void importNeeds(Collection<InterfaceEntry> needs, Map<String, WitWorld.Item> imports, Syntax.Name place) {
        for (InterfaceEntry need : needs) {
            step(place);
            if (!imports.containsKey(need.name)) {
                Body body = resolve(need, place, 0);
                importNeeds(body.needs(), imports, place);
                imports.put(need.name, new WitWorld.Item.Interface(need.name, body.definition()));
            }
        }
    }

    void step(Syntax.Name place) {
        if (++steps > MAX_STEPS) {
            throw tooLarge(place, "these files mean more than " + MAX_STEPS + " things");
        }
    }

    void refuseDepth(int depth, Syntax.Name place) {
        if (depth > MAX_DEPTH) {
            throw tooLarge(place, "definitions stand more than " + MAX_DEPTH + " deep on each other here");
        }
    }

    static DiagnosticsException tooLarge(Syntax.Name place, String message) {
        return unresolved(place, message, "Split or flatten what is described.");
    }

    private static Diagnostic finding(Syntax.Name place, String message, String help) {
        return Diagnostic.error(ErrorCode.WIT_UNRESOLVED_REFERENCE, message, help)
                .at(place.source().locate(place.offset(), place.text()));
    }

    static DiagnosticsException unresolved(Syntax.Name place, String message, String help) {
        return new DiagnosticsException(List.of(finding(place, message, help)));
    }

    private static DiagnosticsException packageNotFound(Syntax.Name place, String message, String help) {
        return new DiagnosticsException(List.of(Diagnostic.error(ErrorCode.WIT_PACKAGE_NOT_FOUND, message, help)
                .at(place.source().locate(place.offset(), place.text()))));
    }

    private static DiagnosticsException packageError(Syntax.Name place, String message, String help) {
        return new DiagnosticsException(
                List.of(place.source().finding(ErrorCode.WIT_PACKAGE_DECLARATION, place.offset(), message, help)));
    }
}
