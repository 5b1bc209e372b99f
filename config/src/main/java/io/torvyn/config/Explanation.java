package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A configuration key by key: what holds, and who said so. Immutable. */
public final class Explanation {
    /**
     * What one layer says.
     *
     * @param value as TOML; empty: nothing
     * @param place empty for a default
     */
    public record Word(Layer layer, Optional<Diagnostic.Location> place, Optional<String> value) {}

    /**
     * A key with what holds.
     *
     * @param key its path, under its proper name
     * @param holds the last word
     * @param inherited the key that it was said of, where that is another one
     * @param overridden what others said of it, the last first; the default stands at the end
     * @param isIdle whether nothing acts on the key in this version
     */
    public record Value(String key, Word holds, Optional<String> inherited, List<Word> overridden, boolean isIdle) {
        public Value {
            overridden = List.copyOf(overridden);
        }
    }

    private final List<Reading> readings;
    private final Map<String, Reading> byKey = new HashMap<>();
    private final List<Diagnostic> warnings;

    Explanation(Readings readings, List<Diagnostic> warnings) {
        this.readings = readings.all();
        this.readings.forEach(reading -> byKey.put(reading.key(), reading));
        this.warnings = List.copyOf(warnings);
    }

    /** What is allowed but probably not meant. */
    public List<Diagnostic> warnings() {
        return warnings;
    }

    /** All keys, in the order in which they are read. */
    public List<Value> values() {
        return readings.stream().map(this::value).toList();
    }

    /**
     * One key, or all keys of a table.
     *
     * @param path a key under any of its names, or what several begin with; empty when there is none
     */
    public List<Value> under(String path) {
        return readings.stream()
                .filter(reading -> isUnder(reading.key(), path)
                        || reading.aliases().stream().anyMatch(alias -> isUnder(alias, path)))
                .map(this::value)
                .toList();
    }

    private static boolean isUnder(String key, String path) {
        return key.startsWith(path)
                && (key.length() == path.length()
                        || key.charAt(path.length()) == '.'
                        || key.charAt(path.length()) == '[');
    }

    /** The key that was probably meant. */
    public Optional<String> nearest(String path) {
        List<String> keys = new ArrayList<>();
        for (Reading reading : readings) {
            keys.add(reading.key());
            for (int dot = reading.key().indexOf('.');
                    dot > 0;
                    dot = reading.key().indexOf('.', dot + 1)) {
                keys.add(reading.key().substring(0, dot));
            }
        }
        return NearestName.of(path, keys);
    }

    private Value value(Reading reading) {
        List<Word> words = new ArrayList<>();
        reading.said().forEach(said -> words.add(word(reading, said)));
        Reading source = reading;
        Optional<String> inherited = Optional.empty();
        for (String from = reading.inherited(); from != null; ) {
            Reading outer = byKey.get(from);
            if (words.isEmpty()) {
                inherited = Optional.of(from);
            }
            if (outer == null) {
                break;
            }
            outer.said().forEach(said -> words.add(word(outer, said)));
            source = outer;
            from = outer.inherited();
        }
        Optional<String> standard = source.standardText();
        if (words.isEmpty() || standard.isPresent()) {
            words.add(new Word(Layer.DEFAULT, Optional.empty(), standard));
        }
        Word last = words.getFirst();
        return new Value(
                reading.key(),
                new Word(last.layer(), last.place(), reading.text()), // in the unit of this key, not of the other
                inherited,
                words.subList(1, words.size()),
                IdleKeys.ALL.contains(reading.key()));
    }

    private static Word word(Reading reading, Said said) {
        return new Word(said.layer(), Optional.of(said.keyAt()), reading.text(said));
    }

    /**
     * What holds, as a manifest that says the same; keys that have nothing, and those whose value is another key's, are
     * left out. A secret is not shown.
     */
    public String toToml() {
        SequencedMap<String, StringBuilder> tables = new LinkedHashMap<>();
        for (Reading reading : readings) {
            int end = lastDot(reading.key());
            String name = reading.key().substring(end + 1);
            String table = end < 0 ? "" : reading.key().substring(0, end);
            // An edge may have nothing else to say, and has to be there.
            boolean isLeftOut = reading.said().isEmpty() && reading.inherited() != null && !name.equals("queue_depth");
            Optional<String> text = isLeftOut ? Optional.empty() : reading.text();
            text.ifPresent(value -> {
                for (int item = table.indexOf(']'); item >= 0; item = table.indexOf(']', item + 1)) {
                    tables.computeIfAbsent(table.substring(0, item + 1), _ -> new StringBuilder());
                }
                tables.computeIfAbsent(table, _ -> new StringBuilder())
                        .append(name)
                        .append(" = ")
                        .append(value)
                        .append('\n');
            });
        }
        StringBuilder toml = new StringBuilder();
        tables.forEach((table, lines) -> toml.append(toml.isEmpty() ? "" : "\n")
                .append(header(table))
                .append('\n')
                .append(lines));
        return toml.toString();
    }

    /** {@code a[0].b} is the table {@code [a.b]} of the last {@code [[a]]}. */
    private static String header(String table) {
        String plain = table.replaceAll("\\[\\d+]", "");
        return table.endsWith("]") ? "[[" + plain + "]]" : "[" + plain + "]";
    }

    /** The last dot outside of quotes. */
    private static int lastDot(String path) {
        int last = -1;
        boolean quoted = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                last = i;
            }
        }
        return last;
    }
}
