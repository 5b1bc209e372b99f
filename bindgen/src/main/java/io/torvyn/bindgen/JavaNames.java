package io.torvyn.bindgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** WIT's kebab-case names as Java spells them. */
final class JavaNames {
    private static final Set<String> RESERVED = Set.of(
            "abstract",
            "assert",
            "boolean",
            "break",
            "byte",
            "case",
            "catch",
            "char",
            "class",
            "const",
            "continue",
            "default",
            "do",
            "double",
            "else",
            "enum",
            "extends",
            "final",
            "finally",
            "float",
            "for",
            "goto",
            "if",
            "implements",
            "import",
            "instanceof",
            "int",
            "interface",
            "long",
            "native",
            "new",
            "package",
            "private",
            "protected",
            "public",
            "return",
            "short",
            "static",
            "strictfp",
            "super",
            "switch",
            "synchronized",
            "this",
            "throw",
            "throws",
            "transient",
            "try",
            "void",
            "volatile",
            "while",
            "true",
            "false",
            "null",
            "_",
            // not keywords everywhere, but trouble as names of methods
            "yield",
            "var");

    /** What {@link Object}, {@code HostResource} or a generated interface has: no method of ours may hide it. */
    private static final Set<String> TAKEN_METHODS = Set.of(
            "clone", "drop", "finalize", "getClass", "hashCode", "host", "notify", "notifyAll", "toString", "wait");

    private static final Set<String> TAKEN_PARAMETERS =
            Set.of("cx", "guest", "implementation", "instance", "memory", "passed", "t");

    private static final Set<String> TAKEN_RESOURCE_METHODS = Set.of("close", "handle");

    private static final List<String> ORDINALS =
            List.of("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth");

    private JavaNames() {}

    /** {@code buffer-allocator} is {@code BufferAllocator}. */
    static String type(String kebab) {
        return words(kebab).stream().map(JavaNames::capital).collect(Collectors.joining());
    }

    /** {@code content-type} is {@code CONTENT_TYPE}. */
    static String constant(String kebab) {
        return String.join("_", words(kebab)).toUpperCase(Locale.ROOT);
    }

    /** Of a resource's identity: an interface has a {@code NAME} of its own. */
    static String resourceConstant(String kebab) {
        String name = constant(kebab);
        return name.equals("NAME") ? "NAME_" : name;
    }

    /** Of the field that lifts and lowers handles of a resource. */
    static String resourceField(String kebab) {
        return camel(kebab) + "Resource";
    }

    /** {@code content-type} is {@code contentType}; {@code default} is {@code default_}. */
    static String variable(String kebab) {
        String name = camel(kebab);
        return RESERVED.contains(name) ? name + "_" : name;
    }

    /** Of a parameter: what generated methods call their own things is taken. */
    static String parameter(String kebab) {
        String name = variable(kebab);
        return TAKEN_PARAMETERS.contains(name) ? name + "_" : name;
    }

    /** Of a method of a class for resources that a guest implements. */
    static String resourceMethod(String kebab) {
        String name = method(kebab);
        return TAKEN_RESOURCE_METHODS.contains(name) ? name + "_" : name;
    }

    /** Of a method without a receiver of its own, or a record's accessor. */
    static String method(String kebab) {
        String name = variable(kebab);
        return TAKEN_METHODS.contains(name) ? name + "_" : name;
    }

    static String camel(String kebab) {
        List<String> words = new ArrayList<>(words(kebab));
        for (int i = 1; i < words.size(); i++) {
            words.set(i, capital(words.get(i)));
        }
        return String.join("", words);
    }

    /** The name of a tuple's element. */
    static String element(int index) {
        return index < ORDINALS.size() ? ORDINALS.get(index) : "element" + (index + 1);
    }

    static String uncapital(String word) {
        return Character.toLowerCase(word.charAt(0)) + word.substring(1);
    }

    static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private static List<String> words(String kebab) {
        return List.of(kebab.toLowerCase(Locale.ROOT).split("-", -1));
    }
}
