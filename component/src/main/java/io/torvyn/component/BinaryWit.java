package io.torvyn.component;

import io.torvyn.component.Externs.Extern;
import io.torvyn.component.Externs.Item;
import io.torvyn.component.Externs.Scope;
import io.torvyn.component.binary.AttributedName;
import io.torvyn.component.binary.DefType;
import io.torvyn.component.binary.Definition;
import io.torvyn.component.binary.PackageDocs;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.Stability;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.WitFunction;
import io.torvyn.contracts.WitInterface;
import io.torvyn.contracts.WitPackage;
import io.torvyn.contracts.WitPackages;
import io.torvyn.contracts.WitWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A binary in WIT, with the packages that it speaks of: WIT.md, "Package Format", read backwards. A component has a
 * world; and there are WIT packages in the form of components, which only export types (WIT.md, "Binary format").
 *
 * <p>The binary of a component does not have the name of its world, which is called {@code root:component/root} here.
 * Of other packages a binary has only what it uses. A type that is a name for one which another interface has is what
 * {@code use} brings in.
 */
final class BinaryWit {
    private static final String COMPONENT = "root:component";
    private static final int MAX_STEPS = 1_000_000;
    private static final int MAX_DEPTH = 200;

    private final Externs externs;
    private final IdentityHashMap<Externs.Type, TypeDefinition> defined = new IdentityHashMap<>();
    private final Map<String, Map<String, Draft>> packages = new LinkedHashMap<>();
    private final Set<String> worlds = new LinkedHashSet<>();
    private final String main;
    private final PackageDocs docs;
    private int steps;

    /** An interface, or what a world has of its own, as far as it is known. */
    private static final class Draft {
        private final String name;
        private final String owner;
        private final PackageDocs.Interface docs;
        private final boolean versioned;
        private final Map<String, TypeDefinition> types = new LinkedHashMap<>();
        private final Map<String, List<WitFunction>> members = new HashMap<>();
        private final Map<String, WitFunction> functions = new LinkedHashMap<>();
        private final Set<String> known = new LinkedHashSet<>();

        Draft(String name, String owner, PackageDocs.Interface docs) {
            this.name = name;
            this.owner = owner;
            this.docs = docs;
            this.versioned = owner.indexOf('@') >= 0;
        }

        /** Gates speak of versions, which a package without one does not have. */
        Stability gates(PackageDocs.Item item) {
            return versioned ? item.stability() : Stability.UNSAID;
        }

        WitInterface finish() {
            return new WitInterface(
                    name,
                    List.copyOf(types.values()),
                    List.copyOf(functions.values()),
                    docs.item().docs(),
                    gates(docs.item()));
        }
    }

    /** A world as far as it is known. */
    private static final class World {
        private final Draft own;
        private final PackageDocs.World docs;
        private final List<Crossing> imports = new ArrayList<>();
        private final List<Crossing> exports = new ArrayList<>();

        World(String name, PackageDocs.World docs) {
            this.docs = docs;
            this.own = new Draft(
                    name,
                    name,
                    new PackageDocs.Interface(docs.item(), docs.imports().functions(), docs.types()));
        }

        String name() {
            return own.name;
        }

        PackageDocs.Border said(boolean exported) {
            return exported ? docs.exports() : docs.imports();
        }

        WitWorld finish(Map<String, WitInterface> interfaces) {
            return new WitWorld(
                    name(),
                    items(imports, interfaces),
                    items(exports, interfaces),
                    List.copyOf(own.types.values()),
                    docs.item().docs(),
                    own.gates(docs.item()));
        }
    }

    private sealed interface Crossing {
        record Interface(String name, Draft draft, String docs, Stability stability, Optional<String> externalId)
                implements Crossing {}

        record Function(String name, WitFunction function) implements Crossing {}
    }

    /**
     * @param main the package that comments are about
     */
    private BinaryWit(Externs externs, String main, PackageDocs docs) {
        this.externs = externs;
        this.main = main;
        this.docs = docs;
    }

    /**
     * What a binary says.
     *
     * @param component validated
     * @throws NoWitException when WIT cannot say it
     */
    static ComponentFile.World of(Definition.Component component, PackageDocs docs) {
        var externs = new Externs();
        List<Extern> crossings = externs.of(component);
        List<Externs.Type> items = packageItems(crossings);
        if (items.isEmpty()) {
            var reading = new BinaryWit(externs, COMPONENT, docs);
            World world = reading.world(COMPONENT + "/root", crossings);
            return new ComponentFile.World.Wit(reading.finish(List.of(world)));
        }
        List<List<Extern>> each = items.stream().map(externs::of).toList();
        var reading = new BinaryWit(externs, packageOf(itemName(each.getFirst())), docs);
        List<World> worlds = new ArrayList<>();
        for (List<Extern> item : each) {
            reading.item(itemName(item), item, worlds);
        }
        return new ComponentFile.World.Package(reading.finish(worlds));
    }

    private World world(String name, List<Extern> crossings) {
        worlds.add(name);
        var world = new World(name, docs.worlds().getOrDefault(plainName(name), PackageDocs.World.NOTHING));
        for (Extern crossing : crossings) {
            add(world, crossing);
        }
        return world;
    }

    /**
     * What is exported by a component that exports nothing but the types of components, by plain names: worlds and
     * interfaces. Empty for any other component.
     */
    private static List<Externs.Type> packageItems(List<Extern> externs) {
        List<Externs.Type> items = new ArrayList<>();
        for (Extern extern : externs) {
            boolean plain = ExternName.parse(0, extern.name().name()) instanceof ExternName.Label;
            if (plain
                    && extern.exported()
                    && extern.item() instanceof Item.OfType(var type)
                    && type.definition instanceof DefType.Component) {
                items.add(type);
            } else {
                return List.of();
            }
        }
        return items;
    }

    /** The qualified name of an item of a package: that of the only thing its type exports. */
    private static String itemName(List<Extern> item) {
        List<String> exported = item.stream()
                .filter(Extern::exported)
                .map(extern -> extern.name().name())
                .toList();
        if (exported.size() == 1 && ExternName.parse(0, exported.getFirst()) instanceof ExternName.Interface) {
            return exported.getFirst();
        }
        throw new NoWitException("it exports the type of a component that is neither a world nor an interface");
    }

    /** An item of a package: the interface or world that is exported, with what it needs of others. */
    private void item(String name, List<Extern> externs, List<World> found) {
        if (!packageOf(name).equals(main)) {
            throw new NoWitException("it is the package " + main + ", but has " + name);
        }
        for (Extern extern : externs) {
            switch (extern.item()) {
                case Item.Instance(var items) -> instance(extern, items, null);
                case Item.ImportedComponent(var type) -> found.add(world(name, this.externs.of(type)));
                case Item.Function _, Item.OfType _, Item.Component _, Item.Unspeakable _ ->
                    throw new NoWitException("\"" + extern.name().name() + "\" is neither a world nor an interface");
            }
        }
    }

    private void add(World world, Extern extern) {
        String name = extern.name().name();
        List<Crossing> side = extern.exported() ? world.exports : world.imports;
        switch (extern.item()) {
            case Item.Instance(var items) -> side.add(instance(extern, items, world));
            case Item.Function(var type) -> {
                Draft own = world.own;
                function(own, extern.name(), type, world.said(extern.exported()).functions());
                WitFunction function = own.functions.remove(name);
                if (function != null) { // a resource has taken it otherwise
                    side.add(new Crossing.Function(name, function));
                }
                own.known.remove(name); // the other side may have one of that name too
            }
            case Item.OfType(var type) -> {
                if (extern.exported()) {
                    throw new NoWitException("it exports the type \"" + name + "\" outside of an instance");
                }
                type(world.own, extern.name(), type);
            }
            case Item.Component _, Item.ImportedComponent _, Item.Unspeakable _ -> {
                if (extern.exported()) {
                    throw new NoWitException(
                            "it exports \"" + name + "\", which is neither a function nor an instance");
                }
            }
        }
    }

    /**
     * @param world null for what is no part of one
     */
    private Crossing.Interface instance(Extern extern, Map<String, Extern> items, @Nullable World world) {
        AttributedName name = extern.name();
        boolean named =
                name.implemented().isEmpty() && ExternName.parse(0, name.name()) instanceof ExternName.Interface;
        String qualified =
                name.implemented().orElse(name.name()) + name.versionSuffix().orElse("");
        PackageDocs.Border said = world == null ? PackageDocs.World.NOTHING.imports() : world.said(extern.exported());
        Draft draft;
        if (named || name.implemented().isPresent()) {
            String owner = packageOf(qualified);
            draft = packages.computeIfAbsent(owner, _ -> new LinkedHashMap<>())
                    .computeIfAbsent(qualified, _ -> new Draft(qualified, qualified, docs(owner, qualified)));
        } else if (world != null) {
            String owner = world.name() + "#" + (extern.exported() ? "export" : "import") + "/" + name.name();
            draft = new Draft(
                    name.name(), owner, said.inline().getOrDefault(name.name(), PackageDocs.Interface.NOTHING));
        } else {
            throw new NoWitException("an interface imports \"" + name.name() + "\", which is of no package");
        }
        items.forEach((label, item) -> {
            switch (item.item()) {
                case Item.OfType(var type) -> type(draft, item.name(), type);
                case Item.Function(var type) -> function(draft, item.name(), type, draft.docs.functions());
                case Item.Instance _, Item.Component _, Item.ImportedComponent _, Item.Unspeakable _ ->
                    throw new NoWitException("the instance \"" + name.name() + "\" has \"" + label
                            + "\", which is neither a function nor a type");
            }
        });
        String crossing = named ? qualified : name.name();
        PackageDocs.Item item = said.interfaces().getOrDefault(crossing, PackageDocs.Item.NOTHING);
        Stability stability = world == null ? Stability.UNSAID : world.own.gates(item);
        return new Crossing.Interface(crossing, draft, item.docs(), stability, name.externalId());
    }

    private PackageDocs.Interface docs(String owner, String qualified) {
        return owner.equals(main)
                ? docs.interfaces().getOrDefault(plainName(qualified), PackageDocs.Interface.NOTHING)
                : PackageDocs.Interface.NOTHING;
    }

    private void type(Draft draft, AttributedName attributed, Externs.Type type) {
        String name = attributed.name();
        TypeDefinition known = draft.types.get(name);
        TypeDefinition definition = known == null ? define(draft, attributed, type) : known;
        draft.types.put(name, definition);
        defined.put(type, definition);
    }

    private TypeDefinition define(Draft draft, AttributedName name, Externs.Type type) {
        TypeDefinition original = original(type.original);
        if (original != null) {
            if (!draft.owner.equals(original.owner()) && worlds.contains(original.owner())) {
                throw new NoWitException("an interface uses the type \"" + original.name() + "\" of the world");
            }
            return definition(
                    draft, name, new TypeDefinition.Kind.Alias(reference(original), aliased(draft, original)));
        }
        return definition(draft, name, kind(draft, name.name(), type));
    }

    private TypeDefinition definition(Draft draft, AttributedName name, TypeDefinition.Kind kind) {
        PackageDocs.Item said = draft.docs
                .types()
                .getOrDefault(name.name(), PackageDocs.Type.NOTHING)
                .item();
        return new TypeDefinition(name.name(), draft.owner, said.docs(), draft.gates(said), name.externalId(), kind);
    }

    private static Optional<TypeDefinition> aliased(Draft draft, TypeDefinition original) {
        boolean told = reference(original) instanceof TypeReference.OwnOf
                || !original.owner().equals(draft.owner);
        return told ? Optional.of(original) : Optional.empty();
    }

    /** The nearest type with a name in the chain of those that a type is equal to. */
    private @Nullable TypeDefinition original(Externs.@Nullable Type type) {
        for (Externs.Type each = type; each != null; each = each.original) {
            TypeDefinition known = defined.get(each);
            if (known != null) {
                return known;
            }
        }
        return null;
    }

    /** How a definition is referred to: see {@link TypeReference.Named}. */
    private static TypeReference reference(TypeDefinition definition) {
        return switch (definition.kind()) {
            case TypeDefinition.Kind.Resource _ -> new TypeReference.OwnOf(definition);
            case TypeDefinition.Kind.Alias(TypeReference.OwnOf _, var aliased)
            when !definition.isUsed() ->
                // Another name of a resource, or a name of its handles; what is said under it keeps it.
                aliased.isPresent() ? new TypeReference.OwnOf(definition) : new TypeReference.Named(definition);
            case TypeDefinition.Kind.Alias(var target, var _) ->
                definition.isUsed() ? target : new TypeReference.Named(definition);
            case TypeDefinition.Kind.Record _,
                    TypeDefinition.Kind.Variant _,
                    TypeDefinition.Kind.Enum _,
                    TypeDefinition.Kind.Flags _ -> new TypeReference.Named(definition);
        };
    }

    private TypeDefinition.Kind kind(Draft draft, String name, Externs.Type type) {
        Scope scope = type.scope;
        Map<String, String> said =
                draft.docs.types().getOrDefault(name, PackageDocs.Type.NOTHING).parts();
        return switch (type.definition) {
            case DefType.Resource _ -> {
                List<WitFunction> members = draft.members.computeIfAbsent(name, _ -> new ArrayList<>());
                yield new TypeDefinition.Kind.Resource(new ResourceType(name), Collections.unmodifiableList(members));
            }
            case DefType.Record(var fields) ->
                new TypeDefinition.Kind.Record(fields.stream()
                        .map(field -> new TypeDefinition.Member(
                                field.label(), use(field.type(), scope, 0), said.getOrDefault(field.label(), "")))
                        .toList());
            case DefType.Variant(var cases) ->
                new TypeDefinition.Kind.Variant(cases.stream()
                        .map(one -> new TypeDefinition.Alternative(
                                one.label(), use(one.payload(), scope, 0), said.getOrDefault(one.label(), "")))
                        .toList());
            case DefType.Enum(var labels) -> new TypeDefinition.Kind.Enum(labels(labels, said));
            case DefType.Flags(var labels) -> new TypeDefinition.Kind.Flags(labels(labels, said));
            case DefType.Value value -> new TypeDefinition.Kind.Alias(structure(value, scope, 0));
            case DefType.Function _, DefType.Component _, DefType.Instance _ ->
                throw new NoWitException("\"" + name + "\" is the type of a function, an instance or a component");
        };
    }

    private static List<TypeDefinition.Label> labels(List<String> labels, Map<String, String> said) {
        return labels.stream()
                .map(label -> new TypeDefinition.Label(label, said.getOrDefault(label, "")))
                .toList();
    }

    private Optional<TypeReference> use(Optional<DefType.Use> use, Scope scope, int depth) {
        return use.map(each -> use(each, scope, depth));
    }

    private TypeReference use(DefType.Use use, Scope scope, int depth) {
        return switch (use) {
            case DefType.Use.Primitive(var type) -> primitive(type);
            case DefType.Use.Index(int index) -> mention(scope.type(index), depth + 1);
        };
    }

    private static TypeReference primitive(ValueType type) {
        return type instanceof ValueType.Primitive builtin
                ? new TypeReference.Builtin(builtin)
                : new TypeReference.ErrorContext();
    }

    private TypeReference mention(Externs.Type type, int depth) {
        if (++steps > MAX_STEPS || depth > MAX_DEPTH) {
            throw new NoWitException("its types are too many or too deep");
        }
        TypeDefinition known = original(type);
        if (known != null) {
            return reference(known);
        }
        if (type.definition instanceof DefType.Value value) {
            return structure(value, type.scope, depth);
        }
        throw new NoWitException("a function mentions a type that has no name");
    }

    private TypeReference structure(DefType.Value type, Scope scope, int depth) {
        return switch (type) {
            case DefType.Primitive(var primitive) -> primitive(primitive);
            case DefType.ListOf(var element) -> new TypeReference.ListOf(use(element, scope, depth));
            case DefType.FixedListOf(var element, int length) ->
                new TypeReference.FixedListOf(use(element, scope, depth), length);
            case DefType.MapOf(var key, var value) -> {
                if (use(key, scope, depth) instanceof TypeReference.Builtin(var primitive)) {
                    yield new TypeReference.MapOf(primitive, use(value, scope, depth));
                }
                throw new NoWitException("the keys of a map are of a type with a name");
            }
            case DefType.StreamOf(var element) -> new TypeReference.StreamOf(use(element, scope, depth));
            case DefType.FutureOf(var payload) -> new TypeReference.FutureOf(use(payload, scope, depth));
            case DefType.Tuple(var elements) ->
                new TypeReference.TupleOf(elements.stream()
                        .map(element -> use(element, scope, depth))
                        .toList());
            case DefType.Option(var payload) -> new TypeReference.OptionOf(use(payload, scope, depth));
            case DefType.Result(var ok, var err) ->
                new TypeReference.ResultOf(use(ok, scope, depth), use(err, scope, depth));
            case DefType.Own(int resource) -> new TypeReference.OwnOf(resource(scope.type(resource)));
            case DefType.Borrow(int resource) -> new TypeReference.BorrowOf(resource(scope.type(resource)));
            case DefType.Record _, DefType.Variant _, DefType.Enum _, DefType.Flags _ ->
                throw new NoWitException("a record, variant, enum or flags type has no name");
        };
    }

    private TypeDefinition resource(Externs.Type type) {
        TypeDefinition known = original(type);
        if (known != null && reference(known) instanceof TypeReference.OwnOf(var resource)) {
            return resource;
        }
        throw new NoWitException("a function mentions a resource that has no name");
    }

    /** Adds a function to the interface, or to the resource there that it belongs to. */
    private void function(
            Draft draft, AttributedName attributed, Externs.Type type, Map<String, PackageDocs.Item> docs) {
        String name = attributed.name();
        if (!draft.known.add(name)) {
            return; // imported and exported
        }
        if (!(type.definition instanceof DefType.Function(var parameters, var result, boolean async))) {
            throw new IllegalStateException("a function of another type: " + name);
        }
        ExternName parsed = ExternName.parse(0, name);
        WitFunction.Kind kind =
                switch (parsed) {
                    case ExternName.Constructor _ -> WitFunction.Kind.CONSTRUCTOR;
                    case ExternName.Method _ -> WitFunction.Kind.METHOD;
                    case ExternName.Static _ -> WitFunction.Kind.STATIC;
                    case ExternName.Label _, ExternName.Interface _ -> WitFunction.Kind.FREE;
                };
        String plain =
                switch (parsed) {
                    case ExternName.Constructor(var _, var resource) -> resource;
                    case ExternName.Method(var _, var _, var member) -> member;
                    case ExternName.Static(var _, var _, var member) -> member;
                    case ExternName.Label(var label) -> label;
                    case ExternName.Interface(var text) -> text;
                };
        List<WitFunction.Parameter> written = parameters.stream()
                .skip(kind == WitFunction.Kind.METHOD ? 1 : 0)
                .map(parameter -> new WitFunction.Parameter(parameter.label(), use(parameter.type(), type.scope, 0)))
                .toList();
        PackageDocs.Item said = docs.getOrDefault(name, PackageDocs.Item.NOTHING);
        var function = new WitFunction(
                plain,
                kind,
                async,
                written,
                use(result, type.scope, 0),
                said.docs(),
                draft.gates(said),
                attributed.externalId());
        if (parsed instanceof ExternName.Annotated annotated) {
            draft.members
                    .computeIfAbsent(annotated.resource(), _ -> new ArrayList<>())
                    .add(function);
        } else {
            draft.functions.put(name, function);
        }
    }

    private WitPackages finish(List<World> worlds) {
        Map<String, WitInterface> interfaces = new HashMap<>();
        Map<String, WitPackage> finished = new LinkedHashMap<>();
        for (String name : packages.keySet()) {
            finish(name, finished, interfaces, new LinkedHashSet<>());
        }
        WitPackage known = finished.remove(main);
        var root = new WitPackage(
                main,
                known == null ? List.of() : known.interfaces(),
                worlds.stream().map(world -> world.finish(interfaces)).toList(),
                docs.docs());
        List<WitPackage> all = new ArrayList<>(List.of(root));
        all.addAll(finished.values());
        return WitPackages.of(List.of(root), all);
    }

    /** Packages that others depend on come first. */
    private void finish(
            String name, Map<String, WitPackage> finished, Map<String, WitInterface> interfaces, Set<String> under) {
        if (finished.containsKey(name)) {
            return;
        }
        if (!under.add(name) || under.size() > MAX_DEPTH) {
            throw new NoWitException("its packages depend on each other in a circle");
        }
        Map<String, Draft> drafts = packages.getOrDefault(name, Map.of());
        for (Draft draft : drafts.values()) {
            for (TypeDefinition type : draft.types.values()) {
                type.aliased().map(TypeDefinition::owner).ifPresent(owner -> {
                    String other = packageOf(owner);
                    if (!other.equals(name)) {
                        finish(other, finished, interfaces, under);
                    }
                });
            }
        }
        under.remove(name);
        List<WitInterface> own = new ArrayList<>();
        for (Draft draft : drafts.values()) {
            WitInterface item = draft.finish();
            interfaces.put(item.name(), item);
            own.add(item);
        }
        finished.put(name, new WitPackage(name, own, List.of(), ""));
    }

    private static String plainName(String qualified) {
        String path = InterfaceName.parse(qualified).path();
        return path.substring(path.indexOf('/') + 1);
    }

    private static String packageOf(String qualified) {
        InterfaceName split = InterfaceName.parse(qualified);
        return split.path().substring(0, split.path().indexOf('/'))
                + (split.version().isEmpty() ? "" : "@" + split.version());
    }

    private static List<WitWorld.Item> items(List<Crossing> crossings, Map<String, WitInterface> interfaces) {
        List<WitWorld.Item> items = new ArrayList<>();
        for (Crossing crossing : crossings) {
            items.add(
                    switch (crossing) {
                        case Crossing.Function(var name, var function) -> new WitWorld.Item.Function(name, function);
                        case Crossing.Interface(var name, var draft, var docs, var stability, var externalId) -> {
                            WitInterface known = interfaces.get(draft.name);
                            yield new WitWorld.Item.Interface(
                                    name, known == null ? draft.finish() : known, docs, stability, externalId);
                        }
                    });
        }
        return items;
    }
}
