package io.torvyn.contracts;

import io.torvyn.types.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What somebody probably meant who wrote a word that WIT does not know, for the help of a finding. */
final class Suggestions {
    /** How other languages call what WIT has. */
    private static final Map<String, String> KEYWORDS = Map.of(
            "struct", "record",
            "class", "resource",
            "union", "variant",
            "module", "interface",
            "namespace", "package",
            "typedef", "type",
            "extends", "include",
            "bitflags", "flags");

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("int", "s32"),
            Map.entry("i8", "s8"),
            Map.entry("i16", "s16"),
            Map.entry("i32", "s32"),
            Map.entry("i64", "s64"),
            Map.entry("uint", "u32"),
            Map.entry("long", "s64"),
            Map.entry("byte", "u8"),
            Map.entry("usize", "u64"),
            Map.entry("float", "f32"),
            Map.entry("double", "f64"),
            Map.entry("float32", "f32"),
            Map.entry("float64", "f64"),
            Map.entry("boolean", "bool"),
            Map.entry("str", "string"),
            Map.entry("bytes", "list<u8>"),
            Map.entry("array", "list<…>"),
            Map.entry("vec", "list<…>"),
            Map.entry("optional", "option<…>"));

    private Suggestions() {}

    /** {@code Did you mean `types`? }, ready to be followed by a sentence; empty when nothing is near. */
    static String nearest(String written, Collection<String> known) {
        // Of words as short as these, every other one is near.
        return NearestName.of(written.length() < 3 ? "" : written, known)
                .map(name -> "Did you mean `" + name + "`? ")
                .orElse("");
    }

    /** As a sentence by itself; empty when nothing is near. */
    static String keyword(String written, List<String> keywords) {
        String known = KEYWORDS.get(written);
        if (known != null && keywords.contains(known)) {
            return "WIT calls it `" + known + "`.";
        }
        if (written.equals("fn") || written.equals("func") || written.equals("function")) {
            return "A function has the form `name: func(a: u8) -> u8;`.";
        }
        return nearest(written, keywords).strip();
    }

    /** As a sentence by itself; empty when nothing is near. */
    static String type(String written, Collection<String> declared) {
        String known = TYPES.get(written);
        if (known != null) {
            return "WIT calls it `" + known + "`.";
        }
        return nearest(
                        written,
                        Stream.concat(
                                        declared.stream(),
                                        Stream.of(ValueType.Primitive.values()).map(ValueType.Primitive::toString))
                                .toList())
                .strip();
    }
}
