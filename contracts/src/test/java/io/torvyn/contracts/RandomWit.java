package io.torvyn.contracts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Packages that are valid, with everything in them that WIT has. */
final class RandomWit {
    private static final List<String> WORDS =
            List.of("a", "list", "read-all", "HTTP-2", "type", "interface", "x9", "stream", "own-it", "result");

    private final Random random;
    private final StringBuilder out = new StringBuilder();
    private int names;

    /** What an interface has for others to use. */
    private record Interface(String path, List<Name> types) {}

    private record Name(String text, boolean resource) {}

    private RandomWit(long seed) {
        this.random = new Random(seed);
    }

    /** Texts by file name: a package, and one that it depends on. */
    static Map<String, String> texts(long seed) {
        var wit = new RandomWit(seed);
        Map<String, String> texts = new TreeMap<>();
        List<Interface> known = wit.packageOf("dep:%list@1.2.3-rc.1+b", "dep:%list/", "@1.2.3-rc.1+b", List.of());
        texts.put("deps/dep.wit", wit.take());
        wit.packageOf("t:p@0.3.0", "", "", known);
        texts.put("t.wit", wit.take());
        return texts;
    }

    private String take() {
        String text = out.toString();
        out.setLength(0);
        return text;
    }

    private boolean sometimes() {
        return random.nextInt(3) == 0;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String fresh() {
        String word = any(WORDS) + "-" + names++;
        return sometimes() ? "%" + word : word;
    }

    private void preamble() {
        if (sometimes()) {
            out.append("/// Says \"").append(names).append("\".\n///\n///   Indented.\n");
        }
        if (sometimes()) {
            out.append("@since(version = 0.1.0) ");
            if (sometimes()) {
                out.append("@deprecated(version = 0.2.0) ");
            }
        } else if (sometimes()) {
            out.append("@unstable(feature = %type) ");
        }
    }

    private List<Interface> packageOf(String name, String path, String version, List<Interface> others) {
        out.append("/// A package.\npackage ").append(name).append(";\n");
        List<Interface> known = new ArrayList<>(others);
        List<Interface> own = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String called = fresh();
            preamble();
            out.append("interface ").append(called).append(" {\n");
            List<Name> types = items(known);
            out.append("}\n");
            known.add(new Interface(called, types));
            own.add(new Interface(path + called + version, types));
        }
        List<String> worlds = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String called = fresh();
            preamble();
            out.append("world ").append(called).append(" {\n");
            world(known, worlds);
            out.append("}\n");
            worlds.add(called);
        }
        return own;
    }

    private void world(List<Interface> known, List<String> worlds) {
        if (!worlds.isEmpty() && sometimes()) {
            out.append("include ").append(any(worlds)).append(";\n");
        }
        List<Name> types = sometimes() ? definitions(known) : List.of();
        List<Interface> imported = known.stream().filter(_ -> sometimes()).toList();
        for (Interface each : imported) {
            preamble();
            out.append("import ").append(each.path).append(";\n");
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            preamble();
            out.append("import ").append(fresh()).append(": ");
            function(types);
            preamble();
            out.append("import ").append(fresh()).append(": interface {\n");
            items(known);
            out.append("}\n");
        }
        if (sometimes()) {
            preamble();
            out.append("import ")
                    .append(fresh())
                    .append(": ")
                    .append(any(known).path)
                    .append(";\n");
        }
        if (sometimes()) {
            preamble();
            out.append("export ").append(fresh()).append(": ");
            function(types);
        }
        if (sometimes()) {
            preamble();
            out.append("export ").append(known.getFirst().path).append(";\n");
        }
    }

    private List<Name> items(List<Interface> known) {
        List<Name> types = definitions(known);
        for (int i = random.nextInt(4); i > 0; i--) {
            preamble();
            out.append(fresh()).append(": ");
            function(types);
        }
        return types;
    }

    /** Gates of types stay open in the test, so that whoever mentions one finds it. */
    private List<Name> definitions(List<Interface> known) {
        List<Name> types = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            if (sometimes() && !known.isEmpty()) {
                use(any(known), types);
                continue;
            }
            String name = fresh();
            preamble();
            boolean resource = false;
            switch (random.nextInt(6)) {
                case 0 -> block("record " + name, types, true, true);
                case 1 -> block("variant " + name, types, true, false);
                case 2 -> block("enum " + name, types, false, false);
                case 3 -> block("flags " + name, types, false, false);
                case 4 -> {
                    resource = true;
                    resource(name, types);
                }
                default -> {
                    Name target = types.isEmpty() ? null : any(types);
                    if (target != null && sometimes()) {
                        resource = target.resource;
                        out.append("type ")
                                .append(name)
                                .append(" = ")
                                .append(target.text)
                                .append(";\n");
                    } else {
                        out.append("type ")
                                .append(name)
                                .append(" = ")
                                .append(type(types, 0))
                                .append(";\n");
                    }
                }
            }
            types.add(new Name(name, resource));
        }
        return types;
    }

    private void use(Interface from, List<Name> types) {
        if (from.types.isEmpty()) {
            return;
        }
        Name type = any(from.types);
        String as = fresh();
        if (sometimes()) {
            out.append("@since(version = 0.2.0) ");
        }
        out.append("use ")
                .append(from.path)
                .append(".{")
                .append(type.text)
                .append(" as ")
                .append(as)
                .append("};\n");
        types.add(new Name(as, type.resource));
    }

    private void block(String head, List<Name> types, boolean typed, boolean field) {
        out.append(head).append(" {\n");
        for (int i = random.nextInt(4); i >= 0; i--) {
            if (sometimes()) {
                out.append("/** A part. */\n");
            }
            out.append(fresh());
            if (field) {
                out.append(": ").append(type(types, 0));
            } else if (typed && sometimes()) {
                out.append('(').append(type(types, 0)).append(')');
            }
            out.append(",\n");
        }
        out.append("}\n");
    }

    private void resource(String name, List<Name> types) {
        if (sometimes()) {
            out.append("resource ").append(name).append(";\n");
            return;
        }
        List<Name> within = new ArrayList<>(types);
        within.add(new Name(name, true));
        out.append("resource ").append(name).append(" {\n");
        if (sometimes()) {
            preamble();
            out.append("constructor(a: ").append(type(within, 0)).append(')');
            out.append(sometimes() ? " -> result<" + name + ", string>;\n" : ";\n");
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            preamble();
            out.append(fresh()).append(": ").append(sometimes() ? "static " : "");
            function(within);
        }
        out.append("}\n");
    }

    private void function(List<Name> types) {
        out.append(sometimes() ? "async func(" : "func(");
        for (int i = random.nextInt(3); i > 0; i--) {
            Name handle = types.isEmpty() ? null : any(types);
            String type =
                    handle != null && handle.resource && sometimes() ? "borrow<" + handle.text + ">" : type(types, 0);
            out.append(fresh()).append(": ").append(type).append(", ");
        }
        out.append(')').append(sometimes() ? " -> " + type(types, 0) : "").append(";\n");
    }

    private String type(List<Name> types, int depth) {
        if (!types.isEmpty() && sometimes()) {
            Name name = any(types);
            return name.resource && sometimes() ? "own<" + name.text + ">" : name.text;
        }
        if (depth > 3) {
            return "u8";
        }
        String inner = type(types, depth + 1);
        return switch (random.nextInt(18)) {
            case 0 -> "list<" + inner + ">";
            case 1 -> "option<" + inner + ">";
            case 2 -> "result<" + inner + ">";
            case 3 -> "result<_, " + inner + ">";
            case 4 -> "result<" + inner + ", " + type(types, depth + 1) + ">";
            case 5 -> "tuple<" + inner + ", u8>";
            case 6 -> "list<" + inner + ", 7>";
            case 7 -> "map<string, " + inner + ">";
            case 8 -> "stream<" + inner + ">";
            case 9 -> "future";
            case 10 -> "error-context";
            case 11 -> "result";
            default -> any(List.of("bool", "s8", "u16", "s32", "u64", "f32", "f64", "char", "string"));
        };
    }
}
