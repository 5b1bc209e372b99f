package io.torvyn.component.binary;

import io.torvyn.contracts.Stability;
import io.torvyn.types.SemanticVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Doc comments and gates of WIT, for which binaries have no place of their own: the custom section {@value #SECTION},
 * which wit-component writes. Of the package that the binary is, by names; nothing is said of those that it uses.
 *
 * @param docs of the package; may be empty
 * @param worlds by their plain names
 * @param interfaces by their plain names
 */
public record PackageDocs(String docs, Map<String, World> worlds, Map<String, Interface> interfaces) {
    static final String SECTION = "package-docs";

    /** Of a binary that has none. */
    public static final PackageDocs NONE = new PackageDocs("", Map.of(), Map.of());

    private static final int OLDEST = 0;
    private static final int NEWEST = 1;
    private static final Pattern FEATURE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    /** What is said of an item. */
    public record Item(String docs, Stability stability) {
        public static final Item NOTHING = new Item("", Stability.UNSAID);
    }

    /**
     * @param parts comments of fields, cases and flags, by name
     */
    public record Type(Item item, Map<String, String> parts) {
        public static final Type NOTHING = new Type(Item.NOTHING, Map.of());
    }

    /**
     * @param functions by the names that the component knows them by, those of resources included
     */
    public record Interface(Item item, Map<String, Item> functions, Map<String, Type> types) {
        public static final Interface NOTHING = new Interface(Item.NOTHING, Map.of(), Map.of());
    }

    /** One side of a world. */
    public record Border(Map<String, Interface> inline, Map<String, Item> functions, Map<String, Item> interfaces) {
        static final Border NOTHING = new Border(Map.of(), Map.of(), Map.of());
    }

    public record World(Item item, Map<String, Type> types, Border imports, Border exports) {
        public static final World NOTHING = new World(Item.NOTHING, Map.of(), Border.NOTHING, Border.NOTHING);
    }

    /**
     * @throws BinaryException when it is of another form
     */
    static PackageDocs decode(Cursor in) {
        int at = in.position();
        int version = in.readByte();
        if (version < OLDEST || version > NEWEST) {
            throw new BinaryException(at, "comments of version " + version);
        }
        Json root = Json.parse(in.readBytes(in.remaining()), at + 1);
        return new PackageDocs(
                root.text("docs"),
                each(root, "worlds", world -> world(world, version)),
                each(root, "interfaces", PackageDocs::anInterface));
    }

    private static <T> Map<String, T> each(Json of, String name, Function<Json, T> read) {
        Map<String, T> all = new LinkedHashMap<>();
        of.members(name).members().forEach((key, value) -> all.put(key, read.apply(value)));
        return all;
    }

    private static World world(Json world, int version) {
        Map<String, Interface> inline = each(world, "interfaces", PackageDocs::anInterface);
        Map<String, Item> functions = each(world, "funcs", PackageDocs::item);
        Map<String, Interface> exported = each(world, "interface_exports", PackageDocs::anInterface);
        Map<String, Item> exportedFunctions = each(world, "func_exports", PackageDocs::item);
        if (version == OLDEST) { // it did not tell the sides apart
            inline.forEach(exported::putIfAbsent);
            functions.forEach(exportedFunctions::putIfAbsent);
        }
        return new World(
                item(world),
                each(world, "types", PackageDocs::type),
                new Border(inline, functions, crossings(world, "interface_import_docs", "interface_import_stability")),
                new Border(
                        exported,
                        exportedFunctions,
                        crossings(world, "interface_export_docs", "interface_export_stability")));
    }

    /** What is said of interfaces where they cross the border. */
    private static Map<String, Item> crossings(Json world, String docs, String stabilities) {
        Map<String, Item> all = new LinkedHashMap<>();
        world.members(stabilities)
                .members()
                .forEach((name, gates) ->
                        all.put(name, new Item(world.members(docs).text(name), stability(gates))));
        world.members(docs)
                .members()
                .forEach((name, _) ->
                        all.putIfAbsent(name, new Item(world.members(docs).text(name), Stability.UNSAID)));
        return all;
    }

    private static Interface anInterface(Json json) {
        return new Interface(
                item(json), each(json, "funcs", PackageDocs::item), each(json, "types", PackageDocs::type));
    }

    private static Type type(Json json) {
        return new Type(item(json), each(json, "items", part -> part instanceof Json.Text(var text) ? text : ""));
    }

    /** The oldest form of it is the comment alone. */
    private static Item item(Json json) {
        return json instanceof Json.Text(var docs)
                ? new Item(docs, Stability.UNSAID)
                : new Item(json.text("docs"), stability(json.members("stability")));
    }

    private static Stability stability(Json gates) {
        Json stable = gates.members("stable");
        Json unstable = gates.members("unstable");
        Optional<String> feature = Optional.of(unstable.text("feature"))
                .filter(name -> FEATURE.matcher(name).matches());
        Optional<String> since = feature.isPresent() ? Optional.empty() : version(stable.text("since"));
        return new Stability(
                since, feature, version(stable.text("deprecated")).or(() -> version(unstable.text("deprecated"))));
    }

    private static Optional<String> version(String text) {
        return SemanticVersion.parse(text).map(SemanticVersion::text);
    }
}
