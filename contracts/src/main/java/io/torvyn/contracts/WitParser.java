package io.torvyn.contracts;

import io.torvyn.contracts.Lexer.Kind;
import io.torvyn.contracts.Lexer.Token;
import io.torvyn.types.DiagnosticsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parses one WIT file, by recursive descent with one token of lookahead. The grammar is WIT.md, "Lexical structure" to
 * "Types"; each method is named for its production.
 *
 * <p>Stops at the first error, which is E0100. Types may nest {@value #MAX_NESTING} deep, so that no input overflows
 * the stack.
 */
final class WitParser {
    static final int MAX_NESTING = 100;

    private final SourceText source;
    private final Lexer lexer;
    private @Nullable Token lookahead;

    private WitParser(SourceText source) {
        this.source = source;
        this.lexer = new Lexer(source);
    }

    /**
     * @throws DiagnosticsException with one finding, E0100 and its place
     */
    static Syntax.WitFile parse(SourceText source) {
        return new WitParser(source).witFile();
    }

    private Syntax.WitFile witFile() {
        Optional<Syntax.PackageDeclaration> own = Optional.empty();
        List<Syntax.Nested> nested = new ArrayList<>();
        Items items = new Items();
        boolean first = true;
        while (peek().kind() != Kind.END) {
            if (peek().is("package")) {
                Syntax.PackageDeclaration declaration = packageDeclaration();
                if (peek().is("{")) {
                    nested.add(new Syntax.Nested(declaration, block()));
                } else if (first) {
                    expect(";");
                    own = Optional.of(declaration);
                } else {
                    throw error(
                            peek(),
                            "`{`",
                            "A file names its own package once, in its first line; other packages in it have the form"
                                    + " `package a:b { … }`.");
                }
            } else {
                packageItem(items, "`package`, `use`, `interface` or `world`");
            }
            first = false;
        }
        return new Syntax.WitFile(source, own, items.scope(), nested);
    }

    private Syntax.PackageDeclaration packageDeclaration() {
        String docs = expect("package").docs();
        Syntax.Name namespace = lowerCase(identifier("a namespace"));
        expect(":");
        Syntax.Name name = lowerCase(identifier("a package name"));
        refuseNestedName();
        return new Syntax.PackageDeclaration(new Syntax.PackageName(namespace, name, optionalVersion()), docs);
    }

    private Syntax.Name lowerCase(Syntax.Name name) {
        if (name.text().chars().anyMatch(c -> c >= 'A' && c <= 'Z')) {
            throw source.syntaxError(
                    name.offset(), "`" + name + "` has upper-case letters", "Packages have lower-case names.");
        }
        return name;
    }

    private void refuseNestedName() {
        if (peek().is(":") || peek().is("/")) {
            throw source.syntaxError(
                    peek().start(),
                    "nested namespaces and packages are not supported",
                    "Name the package with one namespace and one name: `acme:images`.");
        }
    }

    private Syntax.Scope block() {
        expect("{");
        Items items = new Items();
        while (!peek().is("}")) {
            packageItem(items, "`use`, `interface`, `world` or `}`");
        }
        expect("}");
        return items.scope();
    }

    /** Collects a scope. */
    private static final class Items {
        private final List<Syntax.TopLevelUse> uses = new ArrayList<>();
        private final List<Syntax.Interface> interfaces = new ArrayList<>();
        private final List<Syntax.World> worlds = new ArrayList<>();

        Syntax.Scope scope() {
            return new Syntax.Scope(List.copyOf(uses), List.copyOf(interfaces), List.copyOf(worlds));
        }
    }

    private void packageItem(Items items, String expected) {
        Preamble preamble = preamble().withoutExternalId();
        if (accept("use")) {
            Syntax.UsePath path = usePath();
            items.uses.add(new Syntax.TopLevelUse(path, accept("as") ? identifier("a name") : path.item()));
            expect(";");
        } else if (accept("interface")) {
            Syntax.Name name = identifier("a name for the interface");
            items.interfaces.add(new Syntax.Interface(preamble.heading(name), interfaceItems()));
        } else if (accept("world")) {
            items.worlds.add(world(preamble));
        } else {
            throw error(peek(), expected, "");
        }
    }

    /** Doc comments and gates, before what they belong to. */
    private record Preamble(String docs, Syntax.Gate gate, Optional<Syntax.Name> externalId) {
        /** Interfaces, worlds and what joins them have no name that something outside would know otherwise. */
        Preamble withoutExternalId() {
            externalId.ifPresent(annotation -> {
                throw annotation
                        .source()
                        .syntaxError(
                                annotation.offset(),
                                "`@external-id` cannot stand before this item",
                                "It belongs to imports, exports, types and functions.");
            });
            return this;
        }

        Syntax.Heading heading(Syntax.Name name) {
            return new Syntax.Heading(name, gate, docs);
        }
    }

    private Preamble preamble() {
        String docs = peek().docs();
        Optional<SemanticVersion> since = Optional.empty();
        Optional<Syntax.Name> unstable = Optional.empty();
        Optional<SemanticVersion> deprecated = Optional.empty();
        Optional<Syntax.Name> withVersion = Optional.empty();
        Optional<Syntax.Name> externalId = Optional.empty();
        while (peek().is("@")) {
            take();
            Syntax.Name annotation = identifier("`since`, `unstable`, `deprecated` or `external-id`");
            expect("(");
            switch (annotation.text()) {
                case "since" -> {
                    since = Optional.of(versionField());
                    withVersion = withVersion.or(() -> Optional.of(annotation));
                }
                case "deprecated" -> {
                    deprecated = Optional.of(versionField());
                    withVersion = withVersion.or(() -> Optional.of(annotation));
                }
                case "unstable" -> {
                    field("feature");
                    unstable = Optional.of(identifier("the name of a feature"));
                }
                case "external-id" -> {
                    if (take().kind() != Kind.STRING || externalId.isPresent()) {
                        throw source.syntaxError(
                                annotation.offset(),
                                "`@external-id` needs one string, once",
                                "Write `@external-id(\"…\")`.");
                    }
                    externalId = Optional.of(annotation);
                }
                default ->
                    throw source.syntaxError(
                            annotation.offset(),
                            "`@" + annotation + "` is unknown",
                            "There are `@since`, `@unstable`, `@deprecated` and `@external-id`.");
            }
            expect(")");
            if (since.isPresent() && unstable.isPresent()) {
                throw source.syntaxError(
                        annotation.offset(),
                        "an item is either `@since` or `@unstable`, not both",
                        "Remove one of the two.");
            }
            if (!peek().docs().isEmpty()) {
                docs = docs.isEmpty() ? peek().docs() : docs + "\n" + peek().docs();
            }
        }
        return new Preamble(docs, new Syntax.Gate(since, unstable, deprecated, withVersion), externalId);
    }

    private SemanticVersion versionField() {
        field("version");
        return lexer.version();
    }

    private void field(String name) {
        Token token = take();
        if (token.kind() != Kind.IDENTIFIER || !token.text().equals(name)) {
            throw error(token, "`" + name + "`", "");
        }
        expect("=");
    }

    private Syntax.UsePath usePath() {
        return usePath(identifier("the name of an interface"));
    }

    private Syntax.UsePath usePath(Syntax.Name first) {
        return accept(":") ? usePathInPackage(first) : new Syntax.UsePath(Optional.empty(), first);
    }

    private Syntax.UsePath usePathInPackage(Syntax.Name namespace) {
        Syntax.Name name = identifier("the name of a package");
        if (!peek().is("/")) {
            throw error(
                    peek(),
                    "`/`",
                    "A whole package cannot be named here; name one of its interfaces: `" + namespace + ":" + name
                            + "/…`.");
        }
        take();
        Syntax.Name item = identifier("the name of an interface");
        refuseNestedName();
        return new Syntax.UsePath(Optional.of(new Syntax.PackageName(namespace, name, optionalVersion())), item);
    }

    private Optional<SemanticVersion> optionalVersion() {
        return accept("@") ? Optional.of(lexer.version()) : Optional.empty();
    }

    private Syntax.World world(Preamble preamble) {
        Syntax.Name name = identifier("a name for the world");
        expect("{");
        List<Syntax.WorldItem> items = new ArrayList<>();
        while (!peek().is("}")) {
            Preamble inner = preamble();
            if (accept("import")) {
                items.add(border(Syntax.Direction.IMPORT, inner));
            } else if (accept("export")) {
                items.add(border(Syntax.Direction.EXPORT, inner));
            } else if (accept("include")) {
                items.add(include(inner.withoutExternalId()));
            } else {
                Syntax.TypeItem item = typeItem(inner);
                if (item == null) {
                    throw error(peek(), "`import`, `export`, `include`, `use`, a type definition or `}`", "");
                }
                items.add(item);
            }
        }
        expect("}");
        return new Syntax.World(preamble.heading(name), items);
    }

    private Syntax.Border border(Syntax.Direction direction, Preamble preamble) {
        return new Syntax.Border(direction, crossing(preamble), preamble.gate());
    }

    /**
     * {@code a:b/c} is a path, {@code a: b} gives the name {@code a} to {@code b}: where no keyword follows, only the
     * space tells them apart.
     */
    private Syntax.Crossing crossing(Preamble preamble) {
        Token first = peek();
        Syntax.Name name = identifier("a name");
        if (!peek().is(":")) {
            Syntax.UsePath path = new Syntax.UsePath(Optional.empty(), name);
            expect(";");
            return new Syntax.Crossing.OfInterface(path);
        }
        Token colon = take();
        if (peek().is("func") || peek().is("async")) {
            return new Syntax.Crossing.OfFunction(functionType(preamble.heading(name), WitFunction.Kind.FREE));
        }
        if (peek().is("interface")) {
            take();
            return new Syntax.Crossing.Inline(name, new Syntax.Interface(preamble.heading(name), interfaceItems()));
        }
        boolean isPath = first.end() == colon.start() && colon.end() == peek().start();
        Syntax.Crossing crossing = isPath
                ? new Syntax.Crossing.OfInterface(usePathInPackage(name))
                : new Syntax.Crossing.Renamed(name, usePath());
        expect(";");
        return crossing;
    }

    private Syntax.Include include(Preamble preamble) {
        Syntax.UsePath path = usePath(identifier("the name of a world"));
        List<Syntax.Renaming> renamings = new ArrayList<>();
        if (accept("with")) {
            expect("{");
            do {
                Syntax.Name name = identifier("a name");
                expect("as");
                renamings.add(new Syntax.Renaming(name, identifier("a name")));
            } while (accept(",") && !peek().is("}"));
            expect("}");
            // The semicolon after a `with` block is often left out in existing files.
            accept(";");
        } else {
            expect(";");
        }
        return new Syntax.Include(path, renamings, preamble.gate());
    }

    private List<Syntax.InterfaceItem> interfaceItems() {
        expect("{");
        List<Syntax.InterfaceItem> items = new ArrayList<>();
        while (!peek().is("}")) {
            Preamble preamble = preamble();
            Syntax.TypeItem type = typeItem(preamble);
            if (type != null) {
                items.add(type);
            } else if (peek().kind() == Kind.IDENTIFIER) {
                items.add(functionItem(preamble));
            } else {
                throw error(peek(), "`use`, a type definition, a function or `}`", "");
            }
        }
        expect("}");
        return items;
    }

    private Syntax.Function functionItem(Preamble preamble) {
        Syntax.Name name = identifier("a name for the function");
        expect(":");
        return functionType(preamble.heading(name), WitFunction.Kind.FREE);
    }

    private Syntax.Function functionType(Syntax.Heading heading, WitFunction.Kind kind) {
        boolean isAsync = accept("async");
        expect("func");
        return signature(heading, kind, isAsync);
    }

    private Syntax.Function signature(Syntax.Heading heading, WitFunction.Kind kind, boolean isAsync) {
        List<Syntax.Parameter> parameters = new ArrayList<>();
        expect("(");
        while (!peek().is(")")) {
            Syntax.Name name = identifier("a parameter or `)`");
            expect(":");
            parameters.add(new Syntax.Parameter(name, type(0)));
            if (!accept(",") && !peek().is(")")) {
                throw error(peek(), "`,` or `)`", "");
            }
        }
        expect(")");
        Optional<Syntax.Type> result = accept("->") ? Optional.of(type(0)) : Optional.empty();
        expect(";");
        return new Syntax.Function(heading, kind, isAsync, parameters, result);
    }

    /** Null, with nothing consumed, when no type item begins here. */
    private Syntax.@Nullable TypeItem typeItem(Preamble preamble) {
        Token keyword = peek();
        if (keyword.kind() != Kind.KEYWORD) {
            return null;
        }
        return switch (keyword.text()) {
            case "use" -> {
                take();
                yield use(preamble);
            }
            case "type" -> {
                Syntax.Heading heading = definitionHeading(preamble);
                expect("=");
                Syntax.Type target = type(0);
                expect(";");
                yield new Syntax.Definition(heading, new Syntax.Body.Alias(target));
            }
            case "record" -> {
                Syntax.Heading heading = definitionHeading(preamble);
                yield new Syntax.Definition(heading, new Syntax.Body.Record(parts("a field", this::field)));
            }
            case "variant" -> {
                Syntax.Heading heading = definitionHeading(preamble);
                yield new Syntax.Definition(heading, new Syntax.Body.Variant(parts("a case", this::variantCase)));
            }
            case "enum" -> {
                Syntax.Heading heading = definitionHeading(preamble);
                yield new Syntax.Definition(heading, new Syntax.Body.Enum(parts("a case", this::label)));
            }
            case "flags" -> {
                Syntax.Heading heading = definitionHeading(preamble);
                yield new Syntax.Definition(heading, new Syntax.Body.Flags(parts("a flag", this::label)));
            }
            case "resource" -> {
                Syntax.Heading heading = definitionHeading(preamble);
                yield new Syntax.Definition(heading, new Syntax.Body.Resource(resourceFunctions(heading)));
            }
            default -> null;
        };
    }

    private Syntax.Heading definitionHeading(Preamble preamble) {
        String kind = take().text();
        if (peek().is(":")) {
            throw error(peek(), "a name for the " + kind, "Write `%" + kind + "` to use the keyword as a name.");
        }
        return preamble.heading(identifier("a name for the " + kind));
    }

    private Syntax.Use use(Preamble preamble) {
        Syntax.UsePath path = usePath();
        expect(".");
        expect("{");
        List<Syntax.Renaming> names = new ArrayList<>();
        while (!peek().is("}")) {
            Syntax.Name name = identifier("the name of a type or `}`");
            names.add(new Syntax.Renaming(name, accept("as") ? identifier("a name") : name));
            if (!accept(",") && !peek().is("}")) {
                throw error(peek(), "`,`, `as` or `}`", "");
            }
        }
        expect("}");
        expect(";");
        return new Syntax.Use(path, names, preamble.gate());
    }

    @FunctionalInterface
    private interface Part<T> {
        T parse();
    }

    /** A list in braces, of at least one part, with commas between. */
    private <T> List<T> parts(String what, Part<T> part) {
        expect("{");
        List<T> parts = new ArrayList<>();
        do {
            if (peek().kind() != Kind.IDENTIFIER) {
                throw unexpectedName(peek(), what);
            }
            parts.add(part.parse());
        } while (accept(",") && !peek().is("}"));
        if (!peek().is("}")) {
            throw error(peek(), "`,` or `}`", "");
        }
        expect("}");
        return parts;
    }

    private Syntax.Field field() {
        String docs = peek().docs();
        Syntax.Name name = identifier("a field");
        expect(":");
        return new Syntax.Field(name, type(0), docs);
    }

    private Syntax.Case variantCase() {
        String docs = peek().docs();
        Syntax.Name name = identifier("a case");
        Optional<Syntax.Type> payload = Optional.empty();
        if (accept("(")) {
            payload = Optional.of(type(0));
            expect(")");
        }
        return new Syntax.Case(name, payload, docs);
    }

    private Syntax.Label label() {
        String docs = peek().docs();
        return new Syntax.Label(identifier("a name"), docs);
    }

    private List<Syntax.Function> resourceFunctions(Syntax.Heading resource) {
        List<Syntax.Function> functions = new ArrayList<>();
        if (accept(";")) {
            return functions;
        }
        expect("{");
        while (!peek().is("}")) {
            Preamble preamble = preamble();
            if (peek().is("constructor")) {
                Syntax.Name place = new Syntax.Name(resource.name().text(), source, take().start());
                functions.add(signature(preamble.heading(place), WitFunction.Kind.CONSTRUCTOR, false));
            } else if (peek().kind() == Kind.IDENTIFIER) {
                Syntax.Heading heading = preamble.heading(identifier("a name for the function"));
                expect(":");
                WitFunction.Kind kind = accept("static") ? WitFunction.Kind.STATIC : WitFunction.Kind.METHOD;
                functions.add(functionType(heading, kind));
            } else {
                throw unexpectedName(peek(), "`constructor`, a function or `}`");
            }
        }
        expect("}");
        return functions;
    }

    private Syntax.Type type(int depth) {
        Token token = take();
        if (depth >= MAX_NESTING) {
            throw source.syntaxError(
                    token.start(),
                    "types are nested more than " + MAX_NESTING + " deep here",
                    "Name an inner type with `type … = …;`, or flatten the structure.");
        }
        Syntax.Name place = new Syntax.Name(token.text(), source, token.start());
        if (token.kind() == Kind.IDENTIFIER) {
            return new Syntax.Type.Named(place);
        }
        if (token.kind() != Kind.KEYWORD) {
            throw error(token, "a type", "");
        }
        return switch (token.text()) {
            case "list" -> {
                expect("<");
                Syntax.Type element = type(depth + 1);
                Syntax.Type list = accept(",")
                        ? new Syntax.Type.FixedListOf(element, listLength())
                        : new Syntax.Type.ListOf(element);
                expect(">");
                yield list;
            }
            case "option" -> {
                expect("<");
                Syntax.Type payload = type(depth + 1);
                expect(">");
                yield new Syntax.Type.OptionOf(payload);
            }
            case "result" -> result(depth);
            case "tuple" -> {
                expect("<");
                List<Syntax.Type> elements = new ArrayList<>();
                do {
                    elements.add(type(depth + 1));
                } while (accept(",") && !peek().is(">"));
                expect(">");
                yield new Syntax.Type.TupleOf(elements);
            }
            case "own" -> new Syntax.Type.Own(resourceName());
            case "borrow" -> new Syntax.Type.Borrow(resourceName());
            case "future" -> new Syntax.Type.FutureOf(optionalPayload(depth));
            case "stream" -> new Syntax.Type.StreamOf(optionalPayload(depth));
            case "error-context" -> new Syntax.Type.ErrorContext();
            case "map" -> {
                expect("<");
                ValueType.Primitive key = mapKey();
                expect(",");
                Syntax.Type value = type(depth + 1);
                expect(">");
                yield new Syntax.Type.MapOf(key, value);
            }
            default -> new Syntax.Type.Primitive(primitive(token).orElseThrow(() -> error(token, "a type", "")));
        };
    }

    private static Optional<ValueType.Primitive> primitive(Token token) {
        for (ValueType.Primitive primitive : ValueType.Primitive.values()) {
            if (token.is(primitive.toString())) {
                return Optional.of(primitive);
            }
        }
        return Optional.empty();
    }

    private Optional<Syntax.Type> optionalPayload(int depth) {
        if (!accept("<")) {
            return Optional.empty();
        }
        Syntax.Type payload = type(depth + 1);
        expect(">");
        return Optional.of(payload);
    }

    /** The production {@code kt}. */
    private ValueType.Primitive mapKey() {
        Token token = take();
        return primitive(token)
                .filter(key -> key != ValueType.Primitive.F32 && key != ValueType.Primitive.F64)
                .orElseThrow(() -> error(
                        token,
                        "a type for the keys",
                        "Keys of maps are integers, `bool`, `char` or `string`, written out."));
    }

    /** The production {@code uint}. */
    private int listLength() {
        Token token = take();
        if (token.kind() == Kind.INTEGER
                && token.text().length() <= 9
                && !token.text().startsWith("0")) {
            return Integer.parseInt(token.text());
        }
        throw source.syntaxError(
                token.start(), "the length of a list is a number from 1 to 999999999", "Write `list<u8, 4>`.");
    }

    private Syntax.Type result(int depth) {
        Optional<Syntax.Type> ok = Optional.empty();
        Optional<Syntax.Type> err = Optional.empty();
        if (accept("<")) {
            if (accept("_")) {
                expect(",");
                err = Optional.of(type(depth + 1));
            } else {
                ok = Optional.of(type(depth + 1));
                if (accept(",")) {
                    err = Optional.of(type(depth + 1));
                }
            }
            expect(">");
        }
        return new Syntax.Type.ResultOf(ok, err);
    }

    private Syntax.Name resourceName() {
        expect("<");
        Syntax.Name name = identifier("the name of a resource");
        expect(">");
        return name;
    }

    private Token peek() {
        Token token = lookahead;
        if (token == null) {
            token = lexer.next();
            lookahead = token;
        }
        return token;
    }

    /** The next token, without reading on: after {@code @} the lexer is asked for a version instead. */
    private Token take() {
        Token token = peek();
        lookahead = null;
        return token;
    }

    private boolean accept(String operatorOrKeyword) {
        if (!peek().is(operatorOrKeyword)) {
            return false;
        }
        take();
        return true;
    }

    private Token expect(String operatorOrKeyword) {
        Token token = take();
        if (!token.is(operatorOrKeyword)) {
            throw error(token, "`" + operatorOrKeyword + "`", "");
        }
        return token;
    }

    private Syntax.Name identifier(String expected) {
        Token token = take();
        if (token.kind() != Kind.IDENTIFIER) {
            throw unexpectedName(token, expected);
        }
        return new Syntax.Name(token.text(), source, token.start());
    }

    private DiagnosticsException unexpectedName(Token token, String expected) {
        return error(
                token,
                expected,
                token.kind() == Kind.KEYWORD ? "Write `%" + token.text() + "` to use the keyword as a name." : "");
    }

    private DiagnosticsException error(Token found, String expected, String help) {
        String message = "expected " + expected + ", found " + found.describe();
        return source.syntaxError(
                found.start(),
                message,
                help.isEmpty() ? "Put " + expected + " here, or remove what stands here." : help);
    }
}
