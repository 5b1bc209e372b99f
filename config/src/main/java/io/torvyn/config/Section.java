package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table being read, with what every layer has in it: key by key, the last to say something has the word. Each key asked
 * for becomes known; {@link #close} reports the keys that nobody asked for. A value that does not fit is reported where it
 * is read, whatever its layer, and counts as absent, so that reading goes on.
 */
final class Section {
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");
    private static final int KEYS_LISTED = 12;
    private static final int KEY_SHOWN = 80;

    /**
     * What one layer has of a table.
     *
     * @param rank the higher has the last word
     */
    record Part(int rank, Layer layer, TomlNode.Table table) {}

    private final List<Part> parts; // the last word first
    private final String path;
    private final Diagnostic.Location at;
    private final Findings findings;
    private final Readings readings;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> understood = new LinkedHashSet<>();

    /**
     * @param parts the last word first
     * @param at where the table begins
     */
    Section(List<Part> parts, String path, Diagnostic.Location at, Findings findings, Readings readings) {
        this.parts = parts;
        this.path = path;
        this.at = at;
        this.findings = findings;
        this.readings = readings;
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
        return at;
    }

    /** Where the key's value begins, or the table when the key is absent. */
    Diagnostic.Location at(String key) {
        TomlNode.Entry entry = entry(key);
        return entry == null ? at : entry.value().at();
    }

    /** Where the key itself stands, or the table when it is absent. */
    Diagnostic.Location keyAt(String key) {
        TomlNode.Entry entry = entry(key);
        return entry == null ? at : entry.keyAt();
    }

    /** The keys of all layers, those of the first layer first. */
    Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        for (Part part : parts.reversed()) {
            keys.addAll(part.table().entries().keySet());
        }
        return keys;
    }

    boolean hasTable(String key) {
        TomlNode.Entry entry = entry(key);
        return entry != null && entry.value() instanceof TomlNode.Table;
    }

    boolean has(String key) {
        return entry(key) != null;
    }

    private TomlNode.@Nullable Entry entry(String key) {
        for (Part part : parts) {
            TomlNode.Entry entry = part.table().entries().get(key);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** The value under a key. */
    Optional<TomlNode> take(String key) {
        known.add(key);
        understood.add(key);
        TomlNode.Entry entry = entry(key);
        return entry == null ? Optional.empty() : Optional.of(entry.value());
    }

    /** What the layers say of a key, under its name or another that it goes by; the last word first. */
    List<Said> said(String key, String... aliases) {
        known.add(key);
        understood.add(key);
        understood.addAll(Arrays.asList(aliases));
        List<Said> said = new ArrayList<>(parts.size());
        for (Part part : parts) {
            Said one = said(part, key);
            for (String alias : aliases) {
                Said other = said(part, alias);
                if (one != null && other != null) {
                    reportTwice(other.path(), other.keyAt(), one.path());
                } else if (other != null) {
                    one = other;
                }
            }
            if (one != null) {
                said.add(one);
            }
        }
        return said;
    }

    private @Nullable Said said(Part part, String key) {
        TomlNode.Entry entry = part.table().entries().get(key);
        return entry == null ? null : new Said(part.rank(), part.layer(), key, path(key), entry.keyAt(), entry.value());
    }

    /** What is said of one thing in two places; twice in one layer is once too often. */
    List<Said> together(List<Said> these, List<Said> those) {
        for (Said one : those) {
            for (Said other : these) {
                if (one.rank() == other.rank()) {
                    reportTwice(one.path(), one.keyAt(), other.path());
                }
            }
        }
        return Stream.concat(these.stream(), those.stream())
                .sorted(Comparator.comparingInt(Said::rank).reversed())
                .toList();
    }

    /** Says that one thing is set in two places. */
    void reportTwice(String keyPath, Diagnostic.Location where, String otherPath) {
        findings.add(Diagnostic.error(
                        ErrorCode.DUPLICATE_KEY,
                        "`%s` and `%s` set the same thing".formatted(otherPath, keyPath),
                        "keep one of the two")
                .at(where)
                .atKey(keyPath));
    }

    /** The value under a key if it is there and fits. */
    <T> Optional<T> optional(Format<T> format, String key, String... aliases) {
        return read(format, path(key), paths(aliases), said(key, aliases), null, null);
    }

    /** The value under a key, or what holds without it. */
    <T> T value(Format<T> format, String key, T standard, String... aliases) {
        return read(format, path(key), paths(aliases), said(key, aliases), standard, null)
                .orElse(standard);
    }

    /** The value under a key, or what another key has. */
    <T> T inherited(Format<T> format, String key, T value, String from) {
        return read(format, path(key), List.of(), said(key), value, from).orElse(value);
    }

    /** The value under a key that must be there; {@code fallback} where it is not or does not fit, for reading to go on. */
    <T> T required(Format<T> format, String key, T fallback) {
        List<Said> said = said(key);
        if (said.isEmpty()) {
            reportMissing(key, format);
            return fallback;
        }
        return read(format, path(key), List.of(), said, null, null).orElse(fallback);
    }

    private List<String> paths(String... aliases) {
        List<String> paths = new ArrayList<>(aliases.length);
        for (String alias : aliases) {
            paths.add(path(alias));
        }
        return paths;
    }

    /**
     * Reads what was said, and keeps it.
     *
     * @param standard what holds where nothing is said; null: nothing
     * @param inherited the key that {@code standard} comes from; null: none
     * @return what was said last
     */
    <T> Optional<T> read(
            Format<T> format,
            String key,
            List<String> aliases,
            List<Said> said,
            @Nullable T standard,
            @Nullable String inherited) {
        Optional<T> last = Optional.empty();
        List<Said> fitting = new ArrayList<>(said.size());
        for (Said one : said) {
            Optional<T> value = parse(format, one.value(), one.key(), one.path());
            if (value.isPresent()) {
                fitting.add(one);
                last = last.isPresent() ? last : value;
            }
        }
        readings.add(new Reading(key, aliases, format, last.orElse(standard), standard, fitting, inherited));
        return last;
    }

    void reportMissing(String key, Format<?> format) {
        String where = path.isEmpty() ? "" : " to `%s`".formatted(header(path));
        findings.missing(path(key), at, format.expected(), "add `%s = %s`%s".formatted(key, format.example(), where));
    }

    /** The table as it is written: an item of an array has a header, what is within one has none. */
    private static String header(String table) {
        int item = table.indexOf('[');
        if (item < 0) {
            return "[" + table + "]";
        }
        return table.endsWith("]") && table.lastIndexOf('[') == item ? "[[" + table.substring(0, item) + "]]" : table;
    }

    /** The items under a key; none where it is absent. */
    <T> List<T> list(Format<T> format, String key) {
        List<Said> said = said(key);
        List<T> last = List.of();
        List<Said> fitting = new ArrayList<>(said.size());
        for (Said one : said) {
            Optional<List<T>> items = items(format, key, one.value());
            if (items.isPresent()) {
                last = fitting.isEmpty() ? items.get() : last;
                fitting.add(one);
            }
        }
        readings.add(new Reading(path(key), List.of(), format.listed(), last, List.of(), fitting, null));
        return last;
    }

    private <T> Optional<List<T>> items(Format<T> format, String key, TomlNode node) {
        if (!(node instanceof TomlNode.Items(var values, var _))) {
            Format<List<T>> listed = format.listed();
            findings.invalid(
                    path(key), node, listed.expected(), "write for example `%s = %s`".formatted(key, listed.example()));
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
        return optionalTable(key).orElseGet(() -> new Section(List.of(), path(key), at, findings, readings));
    }

    /** The table under a key, joined of all layers that have it. */
    Optional<Section> optionalTable(String key) {
        take(key);
        List<Part> tables = new ArrayList<>(parts.size());
        for (Part part : parts) {
            TomlNode.Entry entry = part.table().entries().get(key);
            Optional<TomlNode.Table> table = entry == null ? Optional.empty() : table(entry.value(), path(key));
            if (table.isPresent()) {
                tables.add(new Part(part.rank(), part.layer(), table.get()));
            }
        }
        return tables.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Section(tables, path(key), tables.getFirst().table().at(), findings, readings));
    }

    /** The table under a key as the last to say something has it; what others have there is nothing to it. */
    Optional<Section> wholeTable(String key) {
        take(key);
        for (Part part : parts) {
            TomlNode.Entry entry = part.table().entries().get(key);
            if (entry != null) {
                return table(entry.value(), path(key)).map(table -> section(part, table, path(key)));
            }
        }
        return Optional.empty();
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

    /** The array of tables under a key. */
    List<Section> items(List<TomlNode> values, String key) {
        Part part = parts.stream()
                .filter(p -> p.table().entries().containsKey(key))
                .findFirst()
                .orElseThrow();
        List<Section> sections = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            String item = path(key) + "[" + i + "]";
            table(values.get(i), item).ifPresent(table -> sections.add(section(part, table, item)));
        }
        return sections;
    }

    private Section section(Part part, TomlNode.Table table, String itsPath) {
        return new Section(
                List.of(new Part(part.rank(), part.layer(), table)), itsPath, table.at(), findings, readings);
    }

    private Optional<TomlNode.Table> table(TomlNode node, String keyPath) {
        if (node instanceof TomlNode.Table table) {
            return Optional.of(table);
        }
        findings.invalid(keyPath, node, "a table", "write `%s`, and its keys below it".formatted(header(keyPath)));
        return Optional.empty();
    }

    /** Refuses a key that once had a meaning, or has one elsewhere. */
    void retired(String key, String help) {
        TomlNode.Entry entry = entry(key);
        if (entry != null && understood.add(key)) {
            reportUnknown(key, entry.keyAt(), Optional.empty(), help);
        }
    }

    /** Reports every key that nobody has asked for. */
    void close() {
        for (Part part : parts) {
            part.table().entries().forEach((key, entry) -> {
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
    }

    private void reportUnknown(String key, Diagnostic.Location where, Optional<String> nearest, String help) {
        findings.add(Diagnostic.error(
                        ErrorCode.UNKNOWN_FIELD,
                        "unknown %s `%s`".formatted(path.isEmpty() ? "table or key" : "key", path(key)),
                        help)
                .at(where)
                .atKey(path(key))
                .expecting(nearest.orElse(""), SourceText.shortened(key, KEY_SHOWN)));
    }

    private String listed() {
        String first = String.join(", ", known.stream().limit(KEYS_LISTED).toList());
        String all = known.size() > KEYS_LISTED ? first + " and others" : first;
        return (path.isEmpty() ? "tables known here: %s; tables of your own begin with `x-`" : "keys known here: %s")
                .formatted(all);
    }
}
