package io.torvyn.component;

import io.torvyn.component.binary.Alias;
import io.torvyn.component.binary.AttributedName;
import io.torvyn.component.binary.CanonicalDefinition;
import io.torvyn.component.binary.DefType;
import io.torvyn.component.binary.Definition;
import io.torvyn.component.binary.ExternDesc;
import io.torvyn.component.binary.Sort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The imports and exports of a component in the order in which they stand, with types that know which other types they
 * are names for: what validation has no need of, and WIT speaks of all the time.
 *
 * <p>For components that have been validated; indices are not checked again.
 */
final class Externs {
    /*
     * Types of the binary format are told apart by where they were introduced, not by structure: an import or export of
     * a type makes a new one, which knows the one that it is equal to. An instance type therefore has to be gone through
     * once for each import that has it, and a nested component once for each of its instances, or types of different
     * interfaces would be taken for the same. A file can ask for much of that in few bytes, hence the bound.
     */
    private static final int MAX_STEPS = 200_000;
    private static final int MAX_DEPTH = 100;

    /** An import or export of the component itself. */
    record Extern(AttributedName name, boolean exported, Item item) {}

    /** What a name can stand for. */
    sealed interface Item {
        record Function(Type type) implements Item {}

        record OfType(Type type) implements Item {}

        record Instance(Map<String, Extern> exports) implements Item {}

        /**
         * @param scope where its outer aliases lead to
         */
        record Component(Definition.Component definition, Scope scope) implements Item {}

        /** A component of which only the type is known. */
        record ImportedComponent(Type type) implements Item {}

        /** What WIT has no word for: core modules. */
        record Unspeakable(String sort) implements Item {}
    }

    /**
     * A type by identity: with what it is another name for, and its structure, whose indices mean something in {@code
     * scope}.
     */
    static final class Type {
        final @Nullable Type original;
        final DefType definition;
        final Scope scope;

        private Type(@Nullable Type original, DefType definition, Scope scope) {
            this.original = original;
            this.definition = definition;
            this.scope = scope;
        }

        private static Type alias(Type original) {
            return new Type(original, original.definition, original.scope);
        }
    }

    /** The index spaces of a component or of a type, as far as they matter here. */
    static final class Scope {
        private final @Nullable Scope parent;
        private final List<Type> types = new ArrayList<>();
        private final List<Type> functions = new ArrayList<>();
        private final List<Item> instances = new ArrayList<>();
        private final List<Item> components = new ArrayList<>();

        private Scope(@Nullable Scope parent) {
            this.parent = parent;
        }

        Type type(int index) {
            return types.get(index);
        }

        private Scope outer(int count) {
            Scope scope = this;
            for (int i = 0; i < count; i++) {
                if (scope.parent == null) {
                    throw new IllegalStateException("an alias leads out of the component");
                }
                scope = scope.parent;
            }
            return scope;
        }

        private Item item(Sort sort, int index) {
            return switch (sort) {
                case FUNCTION -> new Item.Function(functions.get(index));
                case TYPE -> new Item.OfType(types.get(index));
                case INSTANCE -> instances.get(index);
                case COMPONENT -> components.get(index);
                case CORE_FUNCTION,
                        CORE_TABLE,
                        CORE_MEMORY,
                        CORE_GLOBAL,
                        CORE_TAG,
                        CORE_TYPE,
                        CORE_MODULE,
                        CORE_INSTANCE -> new Item.Unspeakable(sort.toString());
            };
        }

        private void add(Item item) {
            switch (item) {
                case Item.Function(var type) -> functions.add(type);
                case Item.OfType(var type) -> types.add(type);
                case Item.Instance instance -> instances.add(instance);
                case Item.Component component -> components.add(component);
                case Item.ImportedComponent component -> components.add(component);
                case Item.Unspeakable _ -> {}
            }
        }
    }

    private int steps;

    /**
     * The imports and exports of a component.
     *
     * @throws NoWitException when going through it takes too long
     */
    List<Extern> of(Definition.Component component) {
        List<Extern> externs = new ArrayList<>();
        run(component, new Scope(null), null, externs, 0);
        return externs;
    }

    /**
     * The imports and exports of components that have a type.
     *
     * @param component of which the structure is {@link DefType.Component}
     * @throws NoWitException when going through it takes too long
     */
    List<Extern> of(Type component) {
        return declared(component, Map.of(), 1);
    }

    private void step(int depth) {
        if (++steps > MAX_STEPS || depth > MAX_DEPTH) {
            throw new NoWitException("its types are too many or too deep");
        }
    }

    /**
     * @param arguments what imports mean; null for the outermost component, whose imports are open
     */
    private void run(
            Definition.Component component,
            Scope scope,
            @Nullable Map<String, Item> arguments,
            List<Extern> externs,
            int depth) {
        for (Definition definition : component.definitions()) {
            step(depth);
            switch (definition) {
                case Definition.CoreModule _,
                        Definition.CoreInstantiate _,
                        Definition.CoreInline _,
                        Definition.CoreType _ -> {}
                case Definition.Component nested -> scope.components.add(new Item.Component(nested, scope));
                case Definition.Instantiate instantiate -> scope.instances.add(instantiate(instantiate, scope, depth));
                case Definition.Inline(int _, var exports) -> {
                    scope.instances.add(instance(exports.stream()
                            .map(export -> new Extern(export.name(), true, scope.item(export.sort(), export.index())))
                            .toList()));
                }
                case Definition.OfAlias(int _, var alias) -> alias(alias, scope);
                case Definition.Type(int _, var type) -> scope.types.add(new Type(null, type, scope));
                case Definition.Canonical(int _, var canonical) -> {
                    if (canonical instanceof CanonicalDefinition.Lift lift) {
                        scope.functions.add(scope.types.get(lift.type()));
                    }
                }
                case Definition.Import(int _, var name, var desc) -> {
                    Item argument = arguments == null ? null : arguments.get(name.name());
                    Item item = argument == null ? declared(desc, scope, depth) : given(argument, desc, scope);
                    scope.add(item);
                    externs.add(new Extern(name, false, item));
                }
                case Definition.Export export -> {
                    Item item = export.ascribed().isPresent()
                            ? declared(export.ascribed().get(), scope, depth)
                            : renamed(scope.item(export.sort(), export.index()));
                    scope.add(item);
                    externs.add(new Extern(export.name(), true, item));
                }
            }
        }
    }

    private static Item renamed(Item item) {
        return item instanceof Item.OfType(var type) ? new Item.OfType(Type.alias(type)) : item;
    }

    /** What is given; but functions speak of the types that the component that imports them knows. */
    private static Item given(Item argument, ExternDesc desc, Scope scope) {
        return switch (desc) {
            case ExternDesc.Function(int type) -> new Item.Function(scope.types.get(type));
            case ExternDesc.TypeEq _,
                    ExternDesc.SubResource _,
                    ExternDesc.Instance _,
                    ExternDesc.Component _,
                    ExternDesc.CoreModule _ -> renamed(argument);
        };
    }

    private Item.Instance instantiate(Definition.Instantiate instantiate, Scope scope, int depth) {
        Map<String, Item> arguments = new HashMap<>();
        for (Definition.InlineExport argument : instantiate.arguments()) {
            arguments.put(argument.name(), scope.item(argument.sort(), argument.index()));
        }
        Item of = scope.components.get(instantiate.component());
        if (of instanceof Item.ImportedComponent(var type)) {
            return instance(type, arguments, depth + 1);
        }
        if (!(of instanceof Item.Component(var component, var home))) {
            throw new IllegalStateException("an instance of something else than a component");
        }
        List<Extern> externs = new ArrayList<>();
        run(component, new Scope(home), arguments, externs, depth + 1);
        return instance(externs);
    }

    /** What of it is exported. */
    private static Item.Instance instance(List<Extern> externs) {
        Map<String, Extern> exports = new LinkedHashMap<>();
        for (Extern extern : externs) {
            if (extern.exported()) {
                exports.put(extern.name().name(), extern);
            }
        }
        return new Item.Instance(exports);
    }

    private static void alias(Alias alias, Scope scope) {
        switch (alias) {
            case Alias.CoreExport _ -> {}
            case Alias.Export(var _, int instance, var name) -> {
                if (!(scope.instances.get(instance) instanceof Item.Instance(var exports))) {
                    throw new IllegalStateException("not an instance");
                }
                Extern export = exports.get(name);
                if (export == null) {
                    throw new IllegalStateException("no such export: " + name);
                }
                scope.add(export.item());
            }
            case Alias.Outer(var sort, int count, int index) -> {
                if (sort == Sort.TYPE || sort == Sort.COMPONENT) {
                    scope.add(scope.outer(count).item(sort, index));
                }
            }
        }
    }

    /** What an import or export is said to be; each time another one. */
    private Item declared(ExternDesc desc, Scope scope, int depth) {
        return switch (desc) {
            case ExternDesc.Function(int type) -> new Item.Function(scope.types.get(type));
            case ExternDesc.TypeEq(int type) -> new Item.OfType(Type.alias(scope.types.get(type)));
            case ExternDesc.SubResource() ->
                new Item.OfType(new Type(null, new DefType.Resource(OptionalInt.empty()), scope));
            case ExternDesc.Instance(int type) -> instance(scope.types.get(type), Map.of(), depth + 1);
            case ExternDesc.Component(int type) -> new Item.ImportedComponent(scope.types.get(type));
            case ExternDesc.CoreModule _ -> new Item.Unspeakable("core module");
        };
    }

    /** An instance of which only its type is known, or the type of the component that it is made of. */
    private Item.Instance instance(Type type, Map<String, Item> arguments, int depth) {
        return instance(declared(type, arguments, depth));
    }

    private List<Extern> declared(Type type, Map<String, Item> arguments, int depth) {
        List<DefType.Declaration> declarations =
                switch (type.definition) {
                    case DefType.Instance(var of) -> of;
                    case DefType.Component(var of) -> of;
                    case DefType.Value _, DefType.Function _, DefType.Resource _ ->
                        throw new IllegalStateException("not the type of instances");
                };
        Scope scope = new Scope(type.scope);
        List<Extern> externs = new ArrayList<>();
        for (DefType.Declaration declaration : declarations) {
            step(depth);
            switch (declaration) {
                case DefType.Declaration.OfCoreType _ -> {}
                case DefType.Declaration.OfType(int _, var inner) -> scope.types.add(new Type(null, inner, scope));
                case DefType.Declaration.OfAlias(int _, var alias) -> alias(alias, scope);
                case DefType.Declaration.Import(int _, var name, var desc) -> {
                    Item argument = arguments.get(name.name());
                    Item item = argument == null ? declared(desc, scope, depth) : given(argument, desc, scope);
                    scope.add(item);
                    externs.add(new Extern(name, false, item));
                }
                case DefType.Declaration.Export(int _, var name, var desc) -> {
                    Item item = declared(desc, scope, depth);
                    scope.add(item);
                    externs.add(new Extern(name, true, item));
                }
            }
        }
        return externs;
    }
}
