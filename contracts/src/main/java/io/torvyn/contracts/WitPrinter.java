package io.torvyn.contracts;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prints resolved packages as WIT text, which says the same when it is parsed again.
 *
 * <p>What is printed is what things mean, not how they were written: {@code include}s are done, names are those of the
 * definitions, an interface has its {@code use}s first, its types next and its functions last, a world the interfaces
 * that it imports, its types, the functions that it imports, and its exports. Doc comments and gates are kept. The
 * order within these is kept.
 */
final class WitPrinter {
    private final StringBuilder out = new StringBuilder();
    private int indent;

    private WitPrinter() {}

    /**
     * @param main the file's own package
     * @param nested printed behind it, in braces
     */
    static String print(Optional<WitPackage> main, List<WitPackage> nested) {
        var printer = new WitPrinter();
        main.ifPresent(printer::mainPackage);
        nested.forEach(printer::nestedPackage);
        return printer.out.toString();
    }

    private void mainPackage(WitPackage main) {
        docs(main.docs());
        line("package " + packageName(main.name()) + ";");
        items(main);
    }

    private void nestedPackage(WitPackage nested) {
        blankLine();
        docs(nested.docs());
        open("package " + packageName(nested.name()));
        items(nested);
        close();
    }

    private void items(WitPackage owner) {
        for (WitInterface item : owner.interfaces()) {
            blankLine();
            docs(item.docs());
            gates(item.stability());
            open("interface " + name(plainName(item.name())));
            new Scope(owner.name(), item.name(), item.types()).interfaceItems(item);
            close();
        }
        for (WitWorld item : owner.worlds()) {
            blankLine();
            docs(item.docs());
            gates(item.stability());
            open("world " + name(plainName(item.name())));
            new Scope(owner.name(), item.name(), item.types()).worldItems(item);
            close();
        }
    }

    /** What stands between the braces of an interface or a world, where types have the names that it gives them. */
    private final class Scope {
        private final String packageName;
        private final String owner;
        private final List<TypeDefinition> types;
        private final TypeText words = new TypeText(this::localName, this::owned);

        /**
         * @param packageName whose interfaces need no path
         */
        Scope(String packageName, String owner, List<TypeDefinition> types) {
            this.packageName = packageName;
            this.owner = types.isEmpty() ? owner : types.getFirst().owner(); // an inline interface has none by name
            this.types = types;
        }

        void interfaceItems(WitInterface item) {
            uses();
            definitions();
            for (WitFunction function : item.functions()) {
                blankLine();
                preamble(function.docs(), function.stability(), function.externalId());
                line(name(function.name()) + ": " + signature(function) + ";");
            }
        }

        void worldItems(WitWorld world) {
            for (WitWorld.Item item : world.imports()) {
                if (item instanceof WitWorld.Item.Interface each) {
                    border("import ", each);
                }
            }
            uses();
            definitions();
            boolean first = true;
            for (WitWorld.Item item : world.imports()) {
                if (item instanceof WitWorld.Item.Function each) {
                    if (first) {
                        blankLine();
                        first = false;
                    }
                    border("import ", each);
                }
            }
            if (!world.exports().isEmpty()) {
                blankLine();
            }
            for (WitWorld.Item item : world.exports()) {
                switch (item) {
                    case WitWorld.Item.Interface each -> border("export ", each);
                    case WitWorld.Item.Function each -> border("export ", each);
                }
            }
        }

        private void border(String direction, WitWorld.Item.Function function) {
            preamble(
                    function.definition().docs(),
                    function.definition().stability(),
                    function.definition().externalId());
            line(direction + name(function.name()) + ": " + signature(function.definition()) + ";");
        }

        private void border(String direction, WitWorld.Item.Interface item) {
            WitInterface definition = item.definition();
            if (item.isInline()) {
                preamble(definition.docs(), definition.stability(), item.externalId());
                open(direction + name(item.name()) + ": interface");
                new Scope(packageName, item.name(), definition.types()).interfaceItems(definition);
                close();
                return;
            }
            preamble(item.docs(), item.stability(), item.externalId());
            String path = path(definition.name(), packageName);
            line(direction + (item.name().equals(definition.name()) ? "" : name(item.name()) + ": ") + path + ";");
        }

        /** Neighbours from the same interface share a line. */
        private void uses() {
            Iterator<TypeDefinition> used =
                    types.stream().filter(TypeDefinition::isUsed).iterator();
            TypeDefinition next = used.hasNext() ? used.next() : null;
            while (next != null) {
                TypeDefinition first = next;
                String from = source(first).owner();
                List<String> names = new ArrayList<>();
                do {
                    String there = name(source(next).name());
                    String here = name(next.name());
                    names.add(there.equals(here) ? here : there + " as " + here);
                    next = used.hasNext() ? used.next() : null;
                } while (next != null
                        && source(next).owner().equals(from)
                        && next.stability().equals(first.stability())
                        && next.externalId().equals(first.externalId()));
                gates(first.stability());
                externalId(first.externalId());
                line("use " + path(from, packageName) + ".{" + String.join(", ", names) + "};");
            }
        }

        private static TypeDefinition source(TypeDefinition used) {
            return used.aliased().orElseThrow();
        }

        private void definitions() {
            for (TypeDefinition type : types) {
                if (!type.isUsed()) {
                    blankLine();
                    preamble(type.docs(), type.stability(), type.externalId());
                    definition(type);
                }
            }
        }

        private void definition(TypeDefinition type) {
            String name = name(type.name());
            switch (type.kind()) {
                case TypeDefinition.Kind.Record(var fields) ->
                    block("record " + name, fields, field -> {
                        docs(field.docs());
                        line(name(field.name()) + ": " + text(field.type()) + ",");
                    });
                case TypeDefinition.Kind.Variant(var cases) ->
                    block("variant " + name, cases, one -> {
                        docs(one.docs());
                        line(name(one.name())
                                + one.payload().map(p -> "(" + text(p) + ")").orElse("") + ",");
                    });
                case TypeDefinition.Kind.Enum(var cases) -> block("enum " + name, cases, this::label);
                case TypeDefinition.Kind.Flags(var flags) -> block("flags " + name, flags, this::label);
                case TypeDefinition.Kind.Resource(var _, var functions) -> {
                    if (functions.isEmpty()) {
                        line("resource " + name + ";");
                    } else {
                        block("resource " + name, functions, function -> member(type, function));
                    }
                }
                case TypeDefinition.Kind.Alias(TypeReference.OwnOf own, var aliased) ->
                    line("type " + name + " = "
                            + aliased.map(of -> name(of.name()))
                                    .orElseGet(() -> "own<" + localName(own.resource()) + ">")
                            + ";");
                case TypeDefinition.Kind.Alias(var target, var _) -> line("type " + name + " = " + text(target) + ";");
            }
        }

        private void label(TypeDefinition.Label label) {
            docs(label.docs());
            line(name(label.name()) + ",");
        }

        private void member(TypeDefinition resource, WitFunction function) {
            preamble(function.docs(), function.stability(), function.externalId());
            String head =
                    switch (function.kind()) {
                        case CONSTRUCTOR -> "";
                        case STATIC -> name(function.name()) + ": static ";
                        case METHOD, FREE -> name(function.name()) + ": ";
                    };
            boolean unsaid = function.kind() == WitFunction.Kind.CONSTRUCTOR
                    && function.result().equals(Optional.of(new TypeReference.OwnOf(resource)));
            line(head + signature(function, unsaid ? Optional.empty() : function.result()) + ";");
        }

        private String signature(WitFunction function) {
            return signature(function, function.result());
        }

        private String signature(WitFunction function, Optional<TypeReference> result) {
            List<String> parameters = new ArrayList<>();
            for (WitFunction.Parameter parameter : function.parameters()) {
                parameters.add(name(parameter.name()) + ": " + text(parameter.type()));
            }
            String keyword = function.kind() == WitFunction.Kind.CONSTRUCTOR ? "constructor" : "func";
            return (function.isAsync() ? "async " : "") + keyword + "(" + String.join(", ", parameters) + ")"
                    + result.map(type -> " -> " + text(type)).orElse("");
        }

        private String text(TypeReference type) {
            return words.of(type);
        }

        /**
         * What a definition is called here: by its own name, or by the one that {@code use} gave to it. Binaries can
         * speak of a type that nothing brings in; it keeps its name.
         */
        private String localName(TypeDefinition definition) {
            return definition.owner().equals(owner)
                    ? name(definition.name())
                    : given(definition).orElseGet(() -> name(definition.name()));
        }

        /** An owned handle; of a resource that has no name here, there is a name for its handles. */
        private String owned(TypeReference.OwnOf own) {
            TypeDefinition resource = own.resource();
            if (resource.owner().equals(owner) || given(resource).isPresent()) {
                return localName(resource);
            }
            return types.stream()
                    .filter(type ->
                            type.kind() instanceof TypeDefinition.Kind.Alias(var target, var _) && target.equals(own))
                    .findFirst()
                    .map(type -> name(type.name()))
                    .orElseGet(() -> name(resource.name()));
        }

        private Optional<String> given(TypeDefinition definition) {
            return types.stream()
                    .filter(type -> type.isUsed() && isFor(type, definition))
                    .findFirst()
                    .map(type -> name(type.name()));
        }

        private static boolean isFor(TypeDefinition used, TypeDefinition definition) {
            return switch (used.kind()) {
                case TypeDefinition.Kind.Alias(TypeReference.Named(var behind), var _) -> behind.equals(definition);
                case TypeDefinition.Kind.Alias(TypeReference.OwnOf(var behind), var aliased) ->
                    behind.equals(definition) && !isHandle(aliased);
                case TypeDefinition.Kind.Alias _,
                        TypeDefinition.Kind.Record _,
                        TypeDefinition.Kind.Variant _,
                        TypeDefinition.Kind.Enum _,
                        TypeDefinition.Kind.Flags _,
                        TypeDefinition.Kind.Resource _ -> false;
            };
        }

        /** {@code type a = own<b>}, which stands for handles only. */
        private static boolean isHandle(Optional<TypeDefinition> aliased) {
            return aliased.isPresent()
                    && aliased.get().kind() instanceof TypeDefinition.Kind.Alias(TypeReference.OwnOf _, var further)
                    && (further.isEmpty() || isHandle(further));
        }
    }

    private <T> void block(String head, List<T> parts, Consumer<T> part) {
        open(head);
        parts.forEach(part);
        close();
    }

    /** A path as {@code use}, {@code import} and {@code export} take it. */
    private static String path(String qualified, String from) {
        int slash = qualified.indexOf('/');
        int at = qualified.indexOf('@');
        String version = at < 0 ? "" : qualified.substring(at);
        String owner = qualified.substring(0, slash) + version;
        String item = name(plainName(qualified));
        return owner.equals(from) ? item : packagePath(qualified.substring(0, slash)) + "/" + item + version;
    }

    private static String plainName(String qualified) {
        int at = qualified.indexOf('@');
        return qualified.substring(qualified.indexOf('/') + 1, at < 0 ? qualified.length() : at);
    }

    private static String packageName(String name) {
        int at = name.indexOf('@');
        return at < 0 ? packagePath(name) : packagePath(name.substring(0, at)) + name.substring(at);
    }

    private static String packagePath(String path) {
        int colon = path.indexOf(':');
        return name(path.substring(0, colon)) + ":" + name(path.substring(colon + 1));
    }

    private static String name(String name) {
        return WitPackages.identifier(name);
    }

    private void preamble(String docs, Stability stability, Optional<String> externalId) {
        docs(docs);
        gates(stability);
        externalId(externalId);
    }

    private void externalId(Optional<String> externalId) {
        externalId.ifPresent(id -> line("@external-id(" + Lexer.quoted(id) + ")"));
    }

    private void docs(String docs) {
        if (!docs.isEmpty()) {
            for (String text : docs.split("\n", -1)) {
                line("///" + (text.isEmpty() ? "" : " " + Lexer.withoutForbiddenCharacters(text)));
            }
        }
    }

    private void gates(Stability stability) {
        stability.since().ifPresent(version -> line("@since(version = " + version + ")"));
        stability.unstable().ifPresent(feature -> line("@unstable(feature = " + name(feature) + ")"));
        stability.deprecated().ifPresent(version -> line("@deprecated(version = " + version + ")"));
    }

    private void open(String head) {
        line(head + " {");
        indent++;
    }

    private void close() {
        indent--;
        line("}");
    }

    /** Between two items, never behind an opening brace. */
    private void blankLine() {
        if (!out.isEmpty() && out.charAt(out.length() - 2) != '{') {
            out.append('\n');
        }
    }

    private void line(String text) {
        out.repeat("  ", indent).append(text).append('\n');
    }
}
