package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A table being read. Each key asked for becomes known; {@link #close} reports the keys that nobody asked for. A value
 * that does not fit is reported where it is read and counts as absent, so that reading goes on.
 */
final class Section {
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");
    private static final int KEYS_LISTED = 12;
    private static final int KEY_SHOWN = 80;

    private final TomlNode.Table table;
    private final String path;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> understood = new LinkedHashSet<>();

    Section(TomlNode.Table table, String path, Findings findings) {
        this.table = table;
        this.path = path;
        this.findings = findings;
    }

    static String join(String path, String key) {
        String part = key.length() <= KEY_SHOWN && BARE.matcher(key).matches()
                ? key
                : '"'
                        + SourceText.shortened(key, KEY_SHOWN)
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                        + '"';
        return path.isEmpty() ? part : path + "." + part;
    }

    String path() {
        return path;
    }

    String path(String key) {
        return join(path, key);
    }

    /** Where the table begins. */
    Diagnostic.Location at() {
        return table.at();
    }

    /** Where the key's value begins, or the table when the key is absent. */
    Diagnostic.Location at(String key) {
        TomlNode.Entry entry = table.entries().get(key);
        return entry == null ? at() : entry.value().at();
    }

    /** Where the key itself stands, or the table when it is absent. */
    Diagnostic.Location keyAt(String key) {
        TomlNode.Entry entry = table.entries().get(key);
        return entry == null ? at() : entry.keyAt();
    }

    Set<String> keys() {
        return table.entries().keySet();
    }

    boolean hasTable(String key) {
        TomlNode.Entry entry = table.entries().get(key);
        return entry != null && entry.value() instanceof TomlNode.Table;
    }

    boolean has(String key) {
        return table.entries().containsKey(key);
    }

    /** The value under a key, or under one of the other names the key goes by. */
    Optional<TomlNode> take(String key, String... aliases) {
        known.add(key);
        understood.add(key);
        understood.addAll(Arrays.asList(aliases));
        TomlNode.Entry entry = table.entries().get(key);
        String name = key;
        for (String alias : aliases) {
            TomlNode.Entry other = table.entries().get(alias);
            if (other == null) {
                continue;
            }
            if (entry != null) {
                reportTwice(path(alias), other.keyAt(), path(name));
            } else {
                entry = other;
                name = alias;
            }
        }
        return entry == null ? Optional.empty() : Optional.of(entry.value());
    }

    /** Says that one thing is set in two places. */
    void reportTwice(String keyPath, Diagnostic.Location at, String otherPath) {
        findings.add(Diagnostic.error(
                        ErrorCode.DUPLICATE_KEY,
                        "`%s` and `%s` set the same thing".formatted(otherPath, keyPath),
                        "keep one of the two")
                .at(at)
                .atKey(keyPath));
    }

    /** The value under a key if it is there and fits. */
    <T> Optional<T> optional(Format<T> format, String key, String... aliases) {
        return take(key, aliases).flatMap(node -> parse(format, node, key, path(key)));
    }

    /** The value under a key that must be there; {@code fallback} where it is not or does not fit, for reading to go on. */
    <T> T required(Format<T> format, String key, T fallback) {
        Optional<TomlNode> node = take(key);
        if (node.isEmpty()) {
            reportMissing(key, format);
            return fallback;
        }
        return parse(format, node.get(), key, path(key)).orElse(fallback);
    }

    void reportMissing(String key, Format<?> format) {
        String where = path.isEmpty() ? "" : " to `[%s]`".formatted(path);
        findings.missing(path(key), at(), format.expected(), "add `%s = %s`%s".formatted(key, format.example(), where));
    }

    <T> Optional<List<T>> list(Format<T> format, String key) {
        Optional<TomlNode> node = take(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (!(node.get() instanceof TomlNode.Items(var values, var _))) {
            findings.invalid(
                    path(key),
                    node.get(),
                    "an array, each item " + format.expected(),
                    "write for example `%s = [%s]`".formatted(key, format.example()));
            return Optional.empty();
        }
        List<T> items = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            parse(format.inBrackets(), values.get(i), key, path(key) + "[" + i + "]")
                    .ifPresent(items::add);
        }
        return Optional.of(items);
    }

    <T> Optional<T> parse(Format<T> format, TomlNode node, String key, String keyPath) {
        if (node instanceof TomlNode.Text(var _, var resolved, var _) && !resolved) {
            return Optional.empty();
        }
        Optional<T> value = format.parse().apply(node);
        if (value.isEmpty()) {
            findings.invalid(keyPath, node, format.expected(), format.help(key, node));
        }
        return value;
    }

    /** The table under a key; an empty one when it is not there. */
    Section table(String key) {
        return optionalTable(key).orElseGet(() -> new Section(empty(at()), path(key), findings));
    }

    Optional<Section> optionalTable(String key) {
        return take(key).flatMap(node -> asTable(node, path(key)));
    }

    /** A table of tables, in the order of the text; each has a name of its own choosing. */
    SequencedMap<String, Section> tables(String key) {
        SequencedMap<String, Section> sections = new LinkedHashMap<>();
        optionalTable(key).ifPresent(outer -> {
            for (String name : outer.keys()) {
                outer.optionalTable(name).ifPresent(inner -> sections.put(name, inner));
            }
        });
        return sections;
    }

    /** An array of tables. */
    List<Section> items(List<TomlNode> values, String key) {
        List<Section> sections = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            asTable(values.get(i), path(key) + "[" + i + "]").ifPresent(sections::add);
        }
        return sections;
    }

    private Optional<Section> asTable(TomlNode node, String keyPath) {
        if (node instanceof TomlNode.Table inner) {
            return Optional.of(new Section(inner, keyPath, findings));
        }
        findings.invalid(keyPath, node, "a table", "write `[%s]`, and its keys below it".formatted(keyPath));
        return Optional.empty();
    }

    /** Refuses a key that once had a meaning, or has one elsewhere. */
    void retired(String key, String help) {
        TomlNode.Entry entry = table.entries().get(key);
        if (entry != null && understood.add(key)) {
            reportUnknown(key, entry.keyAt(), Optional.empty(), help);
        }
    }

    /** Reports every key that nobody has asked for. */
    void close() {
        table.entries().forEach((key, entry) -> {
            if (!understood.contains(key)) {
                Optional<String> nearest = NearestName.of(key, known);
                reportUnknown(
                        key,
                        entry.keyAt(),
                        nearest,
                        nearest.map("did you mean `%s`?"::formatted).orElseGet(this::listed));
            }
        });
    }

    private void reportUnknown(String key, Diagnostic.Location at, Optional<String> nearest, String help) {
        findings.add(Diagnostic.error(
                        ErrorCode.UNKNOWN_FIELD,
                        "unknown %s `%s`".formatted(path.isEmpty() ? "table or key" : "key", path(key)),
                        help)
                .at(at)
                .atKey(path(key))
                .expecting(nearest.orElse(""), SourceText.shortened(key, KEY_SHOWN)));
    }

    private String listed() {
        String first = String.join(", ", known.stream().limit(KEYS_LISTED).toList());
        String all = known.size() > KEYS_LISTED ? first + " and others" : first;
        return (path.isEmpty() ? "tables known here: %s; tables of your own begin with `x-`" : "keys known here: %s")
                .formatted(all);
    }

    private static TomlNode.Table empty(Diagnostic.Location at) {
        return new TomlNode.Table(new LinkedHashMap<>(), at);
    }
}
