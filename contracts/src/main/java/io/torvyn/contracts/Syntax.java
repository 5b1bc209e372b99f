package io.torvyn.contracts;

import io.torvyn.types.SemanticVersion;
import java.util.List;
import java.util.Optional;

/**
 * What {@link WitParser} makes of a WIT file: its shape, with every name still unresolved. The records follow the
 * grammar of WIT.md, "Lexical structure", from {@code wit-file} down.
 */
final class Syntax {
    private Syntax() {}

    /** A word of the text, and where it stands. The place does not count when two are compared. */
    record Name(String text, SourceText source, int offset) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name name && text.equals(name.text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * @param declaration what the file's own {@code package …;} says
     */
    record WitFile(SourceText source, Optional<PackageDeclaration> declaration, Scope items, List<Nested> nested) {}

    record PackageDeclaration(PackageName name, String docs) {}

    /** {@code package foo:bar { … }}. */
    record Nested(PackageDeclaration declaration, Scope items) {}

    /** What stands at the top of a file, or in a nested package; {@code use} here names things for this scope only. */
    record Scope(List<TopLevelUse> uses, List<Interface> interfaces, List<World> worlds) {}

    record PackageName(Name namespace, Name name, Optional<SemanticVersion> version) {
        String withoutVersion() {
            return namespace.text() + ":" + name.text();
        }

        @Override
        public String toString() {
            return withoutVersion() + version.map(v -> "@" + v).orElse("");
        }
    }

    /** The production {@code use-path}: an interface or world, of this package or of another. */
    record UsePath(Optional<PackageName> fromPackage, Name item) {
        @Override
        public String toString() {
            return fromPackage
                    .map(p -> p.withoutVersion() + "/" + item
                            + p.version().map(v -> "@" + v).orElse(""))
                    .orElse(item.text());
        }
    }

    record TopLevelUse(UsePath path, Name as) {}

    /** {@code @since} and {@code @unstable}, and {@code @deprecated}, which hides nothing. */
    record Gate(
            Optional<SemanticVersion> since,
            Optional<Name> unstable,
            Optional<SemanticVersion> deprecated,
            Optional<Name> firstWithVersion) {
        Stability stability() {
            return new Stability(
                    since.map(SemanticVersion::text), unstable.map(Name::text), deprecated.map(SemanticVersion::text));
        }
    }

    /** What every item has; those that something outside may know by another name can say which. */
    record Heading(Name name, Gate gate, Optional<String> externalId, String docs) {
        Stability stability() {
            return gate.stability();
        }
    }

    record Interface(Heading heading, List<InterfaceItem> items) {}

    record World(Heading heading, List<WorldItem> items) {}

    sealed interface InterfaceItem {}

    sealed interface WorldItem {}

    /** What brings a type's name into an interface or a world. */
    sealed interface TypeItem extends InterfaceItem, WorldItem {}

    record Use(UsePath path, List<Renaming> names, Gate gate, Optional<String> externalId) implements TypeItem {}

    /** {@code a as b}; {@code as} is {@code name} where nothing else is said. */
    record Renaming(Name name, Name as) {}

    record Definition(Heading heading, Body body) implements TypeItem {}

    record Function(
            Heading heading, WitFunction.Kind kind, boolean isAsync, List<Parameter> parameters, Optional<Type> result)
            implements InterfaceItem {}

    record Parameter(Name name, Type type) {}

    record Border(Direction direction, Crossing crossing, Gate gate, Optional<String> externalId, String docs)
            implements WorldItem {}

    enum Direction {
        IMPORT,
        EXPORT
    }

    sealed interface Crossing {
        /** {@code import a:b/c;}. */
        record OfInterface(UsePath path) implements Crossing {}

        /** {@code import a: b;}: an interface under a name of the world's choice. */
        record Renamed(Name name, UsePath path) implements Crossing {}

        record Inline(Name name, Interface definition) implements Crossing {}

        record OfFunction(Function function) implements Crossing {}
    }

    record Include(UsePath path, List<Renaming> renamings, Gate gate) implements WorldItem {}

    /** The right side of a type definition. */
    sealed interface Body {
        record Alias(Type target) implements Body {}

        record Record(List<Field> fields) implements Body {}

        record Variant(List<Case> cases) implements Body {}

        record Enum(List<Label> cases) implements Body {}

        record Flags(List<Label> flags) implements Body {}

        record Resource(List<Function> functions) implements Body {}
    }

    record Field(Name name, Type type, String docs) {}

    record Case(Name name, Optional<Type> payload, String docs) {}

    record Label(Name name, String docs) {}

    /** The production {@code ty}. */
    sealed interface Type {
        record Primitive(ValueType.Primitive type) implements Type {}

        record Named(Name name) implements Type {}

        record ListOf(Type element) implements Type {}

        record OptionOf(Type payload) implements Type {}

        record ResultOf(Optional<Type> ok, Optional<Type> err) implements Type {}

        record TupleOf(List<Type> elements) implements Type {}

        record Own(Name resource) implements Type {}

        record Borrow(Name resource) implements Type {}

        /** {@code list<u8, 4>}. */
        record FixedListOf(Type element, int length) implements Type {}

        record MapOf(ValueType.Primitive key, Type value) implements Type {}

        record StreamOf(Optional<Type> element) implements Type {}

        record FutureOf(Optional<Type> payload) implements Type {}

        record ErrorContext() implements Type {}
    }
}
