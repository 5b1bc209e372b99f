package io.torvyn.contracts;

import io.torvyn.contracts.Lexer.Kind;
import io.torvyn.contracts.Lexer.Token;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.SemanticVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses one WIT file, by recursive descent with one token of lookahead. The grammar is WIT.md, "Lexical structure" to
 * "Types"; each method is named for its production.
 *
 * <p>After an error, which is E0100, it goes on with the next item, so that one reading finds what is wrong in all of
 * them. Types may nest {@value #MAX_NESTING} deep, so that no input overflows the stack.
 */
final class WitParser {
    /*
     * Recovery. Items end with `;` or with the brace that closes them, so whoever parses a list of items catches the
     * error of one, skips to its end, and parses the next one. Braces are counted as tokens are taken; an item ends
     * where the count is what it was before the item. Two things are mended rather than skipped, since they are what
     * people forget most and what skipping would swallow too much for: a `;` at the end of a line, and a `}` before
     * something that can only stand outside.
     */
    static final int MAX_NESTING = 100;

    private static final int MAX_FINDINGS = 50;
    private static final Set<String> TOP_LEVEL = Set.of("package", "interface", "world");
    private static final Set<String> ITEMS = Set.of(
            "package",
            "interface",
            "world",
            "use",
            "type",
            "record",
            "variant",
            "enum",
            "flags",
            "resource",
            "import",
            "export",
            "include");

    private static final Set<String> AFTER_INLINE =
            Set.of("package", "interface", "world", "import", "export", "include");
    private static final List<String> INTERFACE_ITEMS =
            List.of("use", "type", "record", "variant", "enum", "flags", "resource");
    private static final List<String> WORLD_ITEMS =
            List.of("import", "export", "include", "use", "type", "record", "variant", "enum", "flags", "resource");
    private static final Set<String> DEFINITIONS = Set.of("record", "variant", "enum", "flags", "resource");
    private static final Set<String> COMPOSED_TYPES =
            Set.of("list", "option", "result", "tuple", "own", "borrow", "future", "stream", "error-context", "map");

    private final SourceText source;
    private final Lexer lexer;
    private final List<Diagnostic> findings = new ArrayList<>();
    private @Nullable Token lookahead;
    private int lastEnd;
    private int braces;
    private boolean endReported;

    private WitParser(SourceText source) {
        this.source = source;
        this.lexer = new Lexer(source);
    }

    /**
     * @throws DiagnosticsException with findings E0100, each with its place
     */
    static Syntax.WitFile parse(SourceText source) {
        var parser = new WitParser(source);
        Syntax.WitFile file = parser.witFile();
        if (!parser.findings.isEmpty()) {
            throw new DiagnosticsException(parser.findings);
        }
        return file;
    }

    private Syntax.WitFile witFile() {
        File file = new File();
        while (!isEnd()) {
            recovering(() -> topLevelItem(file));
            file.first = false;
        }
        return new Syntax.WitFile(source, file.own, file.items.scope(), file.nested);
    }

    /** Collects a file. */
    private static final class File {
        private Optional<Syntax.PackageDeclaration> own = Optional.empty();
        private final List<Syntax.Nested> nested = new ArrayList<>();
        private final Items items = new Items();
        private boolean first = true;
    }

    private void topLevelItem(File file) {
        if (!peek().is("package")) {
            packageItem(file.items, "`package`, `use`, `interface` or `world`");
            return;
        }
        Syntax.PackageDeclaration declaration = packageDeclaration();
        if (peek().is("{")) {
            file.nested.add(new Syntax.Nested(declaration, block()));
        } else if (file.first) {
            semicolon();
            file.own = Optional.of(declaration);
        } else {
            throw error(
                    peek(),
                    "`{`",
                    "A file names its own package once, in its first line; other packages in it have the form"
                            + " `package a:b { … }`.");
        }
    }

    /** Whether nothing follows that could be parsed; whatever cannot be read is skipped, with a finding. */
    private boolean isEnd() {
        while (true) {
            try {
                return peek().kind() == Kind.END;
            } catch (DiagnosticsException e) {
                report(e.diagnostics().getFirst());
            }
        }
    }

    private void report(Diagnostic finding) {
        if (findings.size() == MAX_FINDINGS) {
            return;
        }
        boolean sameLine = !findings.isEmpty()
                && findings.getLast().locations().getFirst().line()
                        == finding.locations().getFirst().line();
        if (!sameLine) { // a second one in a line is mostly about the first
            findings.add(finding);
        }
        if (findings.size() == MAX_FINDINGS) {
            int end = source.text().length();
            lookahead = new Token(Kind.END, "", end, end, "");
        }
    }

    /** Parses an item; if it is none, reports why and skips it. */
    private void recovering(Runnable item) {
        int start = lastEnd;
        int depth = braces;
        try {
            item.run();
        } catch (DiagnosticsException e) {
            report(e.diagnostics().getFirst());
            skipItem(depth, lastEnd > start);
        }
    }

    /**
     * @param depth how many braces were open before the item
     * @param begun whether some of it has been taken already
     */
    private void skipItem(int depth, boolean begun) {
        boolean moved = begun;
        while (!isEnd()) {
            Token next = peek();
            if (braces == depth && ((next.is("}") && depth > 0) || (moved && beginsItem(next)))) {
                return;
            }
            take();
            moved = true;
            if (braces < depth) {
                braces = depth; // a closing brace that nothing opened
            }
            if (braces == depth && (next.is(";") || next.is("}"))) {
                return;
            }
        }
    }

    /** Whether a token looks like the start of an item: a keyword of one, at the start of a line. */
    private boolean beginsItem(Token token) {
        return token.kind() == Kind.KEYWORD && ITEMS.contains(token.text()) && isFirstInLine(token);
    }

    private boolean isFirstInLine(Token token) {
        return source.text().substring(lastEnd, token.start()).indexOf('\n') >= 0;
    }

    /**
     * Parses what stands between two braces, item by item.
     *
     * @param outside the keywords that can stand only after the closing brace, which is missing then
     */
    private void items(Set<String> outside, String expected, Runnable item) {
        Token open = expect("{");
        int depth = braces;
        while (!isEnd() && !peek().is("}")) {
            Token next = peek();
            if (next.kind() == Kind.KEYWORD && outside.contains(next.text()) && isFirstInLine(next)) {
                report(unclosed(open, next, expected));
                braces = depth - 1;
                return;
            }
            recovering(item);
        }
        if (isEnd()) {
            if (!endReported) {
                endReported = true;
                report(unclosed(open, peek(), expected));
            }
            return;
        }
        take();
    }

    private Diagnostic unclosed(Token open, Token found, String expected) {
        return error(
                        found,
                        expected,
                        "Close the brace that is open since line "
                                + source.locate(open.start()).line() + " with `}`.")
                .diagnostics()
                .getFirst()
                .andAt(source.locate(open.start()));
    }

    /** Forgotten at the end of a line, it is asked for there, and parsing goes on as if it were there. */
    private void semicolon() {
        if (peek().is(";")) {
            take();
            return;
        }
        Token found = peek();
        if (found.kind() != Kind.END && !isFirstInLine(found)) {
            throw error(found, "`;`", "");
        }
        report(source.syntaxError(lastEnd, "a `;` is missing at the end of this line", "Put `;` here.")
                .diagnostics()
                .getFirst());
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
        Items items = new Items();
        items(
                Set.of("package"),
                "`use`, `interface`, `world` or `}`",
                () -> packageItem(items, "`use`, `interface`, `world` or `}`"));
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
            semicolon();
        } else if (accept("interface")) {
            Syntax.Name name = identifier("a name for the interface");
            items.interfaces.add(new Syntax.Interface(preamble.heading(name), interfaceItems(TOP_LEVEL)));
        } else if (accept("world")) {
            items.worlds.add(world(preamble));
        } else {
            throw error(peek(), expected, keywordMeant(peek(), List.of("package", "use", "interface", "world")));
        }
    }

    /** Doc comments and gates, before what they belong to. */
    private record Preamble(String docs, Syntax.Gate gate, Optional<ExternalId> externalId) {
        /** Interfaces, worlds and what joins them have no name that something outside would know otherwise. */
        Preamble withoutExternalId() {
            externalId.ifPresent(id -> {
                throw id.annotation()
                        .source()
                        .syntaxError(
                                id.annotation().offset(),
                                "`@external-id` cannot stand before this item",
                                "It belongs to imports, exports, types and functions.");
            });
            return this;
        }

        Syntax.Heading heading(Syntax.Name name) {
            return new Syntax.Heading(name, gate, externalIdText(), docs);
        }

        Optional<String> externalIdText() {
            return externalId.map(ExternalId::text);
        }
    }

    private record ExternalId(Syntax.Name annotation, String text) {}

    private Preamble preamble() {
        String docs = peek().docs();
        Optional<SemanticVersion> since = Optional.empty();
        Optional<Syntax.Name> unstable = Optional.empty();
        Optional<SemanticVersion> deprecated = Optional.empty();
        Optional<Syntax.Name> withVersion = Optional.empty();
        Optional<ExternalId> externalId = Optional.empty();
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
                    if (peek().kind() != Kind.STRING || externalId.isPresent()) {
                        throw source.syntaxError(
                                annotation.offset(),
                                "`@external-id` needs one string, once",
                                "Write `@external-id(\"…\")`.");
                    }
                    externalId = Optional.of(new ExternalId(annotation, Lexer.stringValue(source, take())));
                }
                default ->
                    throw source.syntaxError(
                            annotation.offset(),
                            "`@" + annotation + "` is unknown",
                            Suggestions.nearest(
                                            annotation.text(),
                                            List.of("@since", "@unstable", "@deprecated", "@external-id"))
                                    + "There are `@since`, `@unstable`, `@deprecated` and `@external-id`.");
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
        Token token = peek();
        if (token.kind() != Kind.IDENTIFIER || !token.text().equals(name)) {
            throw error(token, "`" + name + "`", "Write `" + name + " = …`.");
        }
        take();
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
        List<Syntax.WorldItem> items = new ArrayList<>();
        String expected = "`import`, `export`, `include`, `use`, a type definition or `}`";
        items(TOP_LEVEL, expected, () -> items.add(worldItem(expected)));
        return new Syntax.World(preamble.heading(name), items);
    }

    private Syntax.WorldItem worldItem(String expected) {
        Preamble preamble = preamble();
        if (accept("import")) {
            return border(Syntax.Direction.IMPORT, preamble);
        }
        if (accept("export")) {
            return border(Syntax.Direction.EXPORT, preamble);
        }
        if (accept("include")) {
            return include(preamble.withoutExternalId());
        }
        Syntax.TypeItem item = typeItem(preamble);
        if (item == null) {
            throw error(peek(), expected, keywordMeant(peek(), WORLD_ITEMS));
        }
        return item;
    }

    private Syntax.Border border(Syntax.Direction direction, Preamble preamble) {
        return new Syntax.Border(
                direction, crossing(preamble), preamble.gate(), preamble.externalIdText(), preamble.docs());
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
            semicolon();
            return new Syntax.Crossing.OfInterface(path);
        }
        Token colon = take();
        if (peek().is("func") || peek().is("async")) {
            return new Syntax.Crossing.OfFunction(functionType(preamble.heading(name), WitFunction.Kind.FREE));
        }
        if (peek().is("interface")) {
            take();
            return new Syntax.Crossing.Inline(
                    name, new Syntax.Interface(preamble.heading(name), interfaceItems(AFTER_INLINE)));
        }
        boolean isPath = first.end() == colon.start() && colon.end() == peek().start();
        Syntax.Crossing crossing = isPath
                ? new Syntax.Crossing.OfInterface(usePathInPackage(name))
                : new Syntax.Crossing.Renamed(name, usePath());
        if (peek().is("(")) {
            throw error(peek(), "`;`", "A function has the form `" + name + ": func(a: u8) -> u8;`.");
        }
        semicolon();
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
            semicolon();
        }
        return new Syntax.Include(path, renamings, preamble.gate());
    }

    private List<Syntax.InterfaceItem> interfaceItems(Set<String> outside) {
        List<Syntax.InterfaceItem> items = new ArrayList<>();
        String expected = "`use`, a type definition, a function or `}`";
        items(outside, expected, () -> items.add(interfaceItem(expected)));
        return items;
    }

    private Syntax.InterfaceItem interfaceItem(String expected) {
        Preamble preamble = preamble();
        Syntax.TypeItem type = typeItem(preamble);
        if (type != null) {
            return type;
        }
        if (peek().kind() == Kind.IDENTIFIER) {
            return functionItem(preamble);
        }
        throw unexpectedName(peek(), expected);
    }

    private Syntax.Function functionItem(Preamble preamble) {
        Syntax.Name name = identifier("a name for the function");
        colonAfter(name);
        return functionType(preamble.heading(name), WitFunction.Kind.FREE);
    }

    /** The colon after a function's name; where it is missing, the name may be a keyword that was mistyped. */
    private void colonAfter(Syntax.Name name) {
        if (!accept(":")) {
            Token written = new Token(Kind.IDENTIFIER, name.text(), name.offset(), lastEnd, "");
            String help = keywordMeant(written, INTERFACE_ITEMS);
            throw help.isEmpty()
                    ? error(peek(), "`:`", "A function has the form `" + name + ": func(a: u8) -> u8;`.")
                    : error(written, "a type definition or a function", help);
        }
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
        Optional<Syntax.Type> result = accept("->") ? Optional.of(result()) : Optional.empty();
        semicolon();
        return new Syntax.Function(heading, kind, isAsync, parameters, result);
    }

    private Syntax.Type result() {
        if (peek().is("(")) {
            throw error(
                    peek(),
                    "a type",
                    "A function returns one value; return a record or a `tuple<…>` to return several, or leave `->` out"
                            + " to return nothing.");
        }
        return type(0);
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
                if (DEFINITIONS.contains(peek().text()) && peek().kind() == Kind.KEYWORD) {
                    throw error(
                            peek(), "a type", "Write `" + peek().text() + " " + heading.name() + " { … }` instead.");
                }
                Syntax.Type target = type(0);
                semicolon();
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
        semicolon();
        return new Syntax.Use(path, names, preamble.gate(), preamble.externalIdText());
    }

    @FunctionalInterface
    private interface Part<T> {
        T parse();
    }

    /** A list in braces, of at least one part, with commas between. */
    private <T> List<T> parts(String what, Part<T> part) {
        Token open = expect("{");
        int depth = braces;
        List<T> parts = new ArrayList<>();
        do {
            int start = lastEnd;
            try {
                if (peek().kind() != Kind.IDENTIFIER) {
                    throw beginsItem(peek())
                            ? error(
                                    peek(),
                                    what,
                                    "Close the brace that is open since line "
                                            + source.locate(open.start()).line() + " with `}`, or write `%"
                                            + peek().text() + "` to use the keyword as a name.")
                            : unexpectedName(peek(), what);
                }
                parts.add(part.parse());
                if (!peek().is(",") && !peek().is("}")) {
                    throw error(peek(), "`,` or `}`", "");
                }
            } catch (DiagnosticsException e) {
                report(e.diagnostics().getFirst());
                skipPart(depth, lastEnd > start);
                if (!isEnd() && !peek().is(",") && !peek().is("}")) {
                    braces = depth - 1; // it ends here without a brace
                    return parts;
                }
            }
        } while (!isEnd() && accept(",") && !peek().is("}"));
        if (isEnd() && !endReported) {
            endReported = true;
            report(unclosed(open, peek(), "`,` or `}`"));
        }
        expect("}");
        return parts;
    }

    /** Skips to the comma or brace that ends a part; no further than to what cannot stand in such a list. */
    private void skipPart(int depth, boolean begun) {
        boolean moved = begun;
        while (!isEnd()) {
            Token next = peek();
            boolean ends = next.is(",") || next.is("}");
            boolean outside = next.is(";") || (moved && beginsItem(next));
            if (braces == depth && (ends || outside)) {
                return;
            }
            take();
            moved = true;
        }
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
        if (peek().is("{")) {
            items(ITEMS, "`constructor`, a function or `}`", () -> functions.add(resourceFunction(resource)));
        } else if (peek().is(";") || isFirstInLine(peek())) {
            semicolon();
        } else {
            throw error(peek(), "`;` or `{`", "");
        }
        return functions;
    }

    private Syntax.Function resourceFunction(Syntax.Heading resource) {
        Preamble preamble = preamble();
        if (peek().is("constructor")) {
            Syntax.Name place = new Syntax.Name(resource.name().text(), source, take().start());
            return signature(preamble.heading(place), WitFunction.Kind.CONSTRUCTOR, false);
        }
        if (peek().kind() != Kind.IDENTIFIER) {
            throw unexpectedName(peek(), "`constructor`, a function or `}`");
        }
        Syntax.Name name = identifier("a name for the function");
        colonAfter(name);
        WitFunction.Kind kind = accept("static") ? WitFunction.Kind.STATIC : WitFunction.Kind.METHOD;
        return functionType(preamble.heading(name), kind);
    }

    private Syntax.Type type(int depth) {
        Token token = peek();
        if (token.kind() != Kind.IDENTIFIER && (token.kind() != Kind.KEYWORD || !isType(token))) {
            throw error(token, "a type", "");
        }
        take();
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
        return switch (token.text()) {
            case "list" -> {
                openArguments(token);
                Syntax.Type element = type(depth + 1);
                Syntax.Type list = accept(",")
                        ? new Syntax.Type.FixedListOf(element, listLength())
                        : new Syntax.Type.ListOf(element);
                expect(">");
                yield list;
            }
            case "option" -> {
                openArguments(token);
                Syntax.Type payload = type(depth + 1);
                expect(">");
                yield new Syntax.Type.OptionOf(payload);
            }
            case "result" -> result(depth);
            case "tuple" -> {
                openArguments(token);
                List<Syntax.Type> elements = new ArrayList<>();
                do {
                    elements.add(type(depth + 1));
                } while (accept(",") && !peek().is(">"));
                expect(">");
                yield new Syntax.Type.TupleOf(elements);
            }
            case "own" -> new Syntax.Type.Own(resourceName(token));
            case "borrow" -> new Syntax.Type.Borrow(resourceName(token));
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
            default -> new Syntax.Type.Primitive(primitive(token).orElseThrow());
        };
    }

    private static boolean isType(Token keyword) {
        return primitive(keyword).isPresent() || COMPOSED_TYPES.contains(keyword.text());
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
        Token token = peek();
        ValueType.Primitive type = primitive(token)
                .filter(key -> key != ValueType.Primitive.F32 && key != ValueType.Primitive.F64)
                .orElseThrow(() -> error(
                        token,
                        "a type for the keys",
                        "Keys of maps are integers, `bool`, `char` or `string`, written out."));
        take();
        return type;
    }

    /** The production {@code uint}. */
    private int listLength() {
        Token token = peek();
        if (token.kind() == Kind.INTEGER
                && token.text().length() <= 9
                && !token.text().startsWith("0")) {
            take();
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

    private void openArguments(Token type) {
        if (!accept("<")) {
            throw error(peek(), "`<`", "Write `" + type.text() + "<…>`.");
        }
    }

    private Syntax.Name resourceName(Token handle) {
        openArguments(handle);
        if (peek().kind() == Kind.KEYWORD && isType(peek())) {
            throw error(peek(), "the name of a resource", "Only resources have handles; write the type by itself.");
        }
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
        if (token.kind() != Kind.END) {
            lookahead = null;
            lastEnd = token.end();
            braces += token.is("{") ? 1 : token.is("}") ? -1 : 0;
        }
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
        if (!peek().is(operatorOrKeyword)) {
            throw error(peek(), "`" + operatorOrKeyword + "`", "");
        }
        return take();
    }

    private Syntax.Name identifier(String expected) {
        Token token = peek();
        if (token.kind() != Kind.IDENTIFIER) {
            throw unexpectedName(token, expected);
        }
        take();
        return new Syntax.Name(token.text(), source, token.start());
    }

    /** Help where a word stands that is no keyword and was probably meant as one. */
    private static String keywordMeant(Token written, List<String> keywords) {
        return written.kind() == Kind.IDENTIFIER ? Suggestions.keyword(written.text(), keywords) : "";
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
