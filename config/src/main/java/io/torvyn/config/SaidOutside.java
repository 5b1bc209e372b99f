package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Variables of the environment and options of the command as tables of a configuration. Their texts are read as what the
 * key wants; whatever does not fit is reported here, in the reader's own terms, and left out.
 */
final class SaidOutside {
    private static final String GRANTS = "security.grants.";

    private final Map<String, Reading> byPath = new LinkedHashMap<>();
    private final Findings findings;

    SaidOutside(Findings findings) {
        this.findings = findings;
        for (Reading reading : SettingsReader.keys()) {
            byPath.put(reading.key(), reading);
            reading.aliases().forEach(alias -> byPath.put(alias, reading));
        }
    }

    /** All paths that name a key, under any of its names. */
    Set<String> paths() {
        return byPath.keySet();
    }

    /** Whether a path names a key that an option may set. */
    boolean isKnown(String path) {
        return format(path) != null;
    }

    private @Nullable Format<?> format(String path) {
        Reading reading = byPath.get(path);
        if (reading != null) {
            return reading.format();
        }
        return grantee(path).isPresent() ? SettingsReader.GRANT.listed() : null;
    }

    /** The name in {@code security.grants.<name>.capabilities}. */
    private static Optional<String> grantee(String path) {
        String end = ".capabilities";
        if (!path.startsWith(GRANTS) || !path.endsWith(end) || path.length() <= GRANTS.length() + end.length()) {
            return Optional.empty();
        }
        String name = path.substring(GRANTS.length(), path.length() - end.length());
        return Format.isName(name) ? Optional.of(name) : Optional.empty();
    }

    /** What the environment sets. A variable that is empty sets nothing. */
    TomlNode.Table variables(Map<String, String> variables) {
        Map<String, String> byName = new LinkedHashMap<>();
        byPath.keySet().forEach(path -> byName.putIfAbsent(variable(path), path));
        Root root = new Root();
        new TreeMap<>(variables).forEach((name, value) -> {
            if (!Layers.isMeantAsKey(name) || value.isEmpty()) {
                return;
            }
            String path = byName.get(name);
            if (path == null) {
                unknown(name, byName.keySet());
                return;
            }
            var at = new Diagnostic.Location(
                    name, 0, name.length() + 2, value.codePointCount(0, value.length()), name + "=" + value);
            read(path, value, at, example -> "write for example `%s=%s`".formatted(name, example))
                    .ifPresent(node -> root.put(path, new TomlNode.Entry(at, node)));
        });
        return root.table();
    }

    private void unknown(String name, Collection<String> known) {
        Optional<String> nearest = NearestName.of(name, known);
        String help = name.startsWith(variable(GRANTS.substring(0, GRANTS.length() - 1)) + "_")
                ? "grants are written in a file, or as `--config security.grants.<component>.capabilities=…`"
                : nearest.map("did you mean `%s`?"::formatted)
                        .orElse("unset it; `torvyn config --explain` lists every key");
        findings.add(Diagnostic.error(
                        ErrorCode.UNKNOWN_FIELD, "the environment variable `%s` names no key".formatted(name), help)
                .at(new Diagnostic.Location(name, 0, 0, ""))
                .expecting(nearest.orElse(""), name));
    }

    /** @param options each {@code <path>=<value>}; what names no key is reported */
    TomlNode.Table options(List<String> options) {
        Root root = new Root();
        for (String option : options) {
            int equals = option.indexOf('=');
            String path = equals < 0 ? option : option.substring(0, equals);
            String value = equals < 0 ? "" : option.substring(equals + 1);
            int width = "--config ".length() + path.codePointCount(0, path.length()) + 2;
            var at = new Diagnostic.Location(
                    "--config", 0, width, value.codePointCount(0, value.length()), "--config " + option);
            Format<?> format = format(path);
            if (equals < 0 || format == null) {
                findings.add(notUnderstood(option, path, equals < 0, format));
                continue;
            }
            read(path, value, at, example -> "write for example `--config %s=%s`".formatted(path, example))
                    .ifPresent(node -> root.put(path, new TomlNode.Entry(at, node)));
        }
        return root.table();
    }

    private Diagnostic notUnderstood(String option, String path, boolean valueless, @Nullable Format<?> format) {
        String message = "`--config %s` ".formatted(valueless ? option : path)
                + (valueless ? "is not of the form KEY=VALUE" : "names no key");
        String help = format != null
                ? "write for example `--config %s=%s`".formatted(path, bare(format.example()))
                : NearestName.of(path, paths())
                        .map("did you mean `%s`?"::formatted)
                        .orElse("`torvyn config --explain` lists every key");
        return Diagnostic.error(ErrorCode.USAGE_ERROR, message, help)
                .at(new Diagnostic.Location("--config", 0, 0, "--config " + option));
    }

    /** A value without the quotes and brackets that TOML wants. */
    private static String bare(String example) {
        return example.replaceAll("^\\[?\"?|\"?]?$", "");
    }

    private Optional<TomlNode> read(String path, String value, Diagnostic.Location at, Function<String, String> help) {
        Format<?> format = format(path);
        if (format == null) {
            return Optional.empty();
        }
        for (TomlNode candidate : candidates(value, at)) {
            if (format.parse().apply(candidate).isPresent()) {
                return Optional.of(candidate);
            }
        }
        var text = new TomlNode.Text(value, true, at);
        findings.add(Diagnostic.error(
                        ErrorCode.INVALID_VALUE,
                        "invalid value for `%s`".formatted(path),
                        format.meant(text)
                                .map("did you mean `%s`?"::formatted)
                                .orElseGet(() -> help.apply(bare(format.example()))))
                .at(at)
                .atKey(path)
                .expecting(format.expected(), text.shown()));
        return Optional.empty();
    }

    /** What a text without quotes may stand for. */
    private static List<TomlNode> candidates(String value, Diagnostic.Location at) {
        List<TomlNode> candidates = new ArrayList<>();
        candidates.add(new TomlNode.Text(value, true, at));
        scalar(value, at).ifPresent(candidates::add);
        List<TomlNode> texts = new ArrayList<>();
        List<TomlNode> scalars = new ArrayList<>();
        String inner = value.startsWith("[") && value.endsWith("]") ? value.substring(1, value.length() - 1) : value;
        for (String item : inner.isBlank() ? new String[0] : inner.split(",", -1)) {
            String word = item.strip();
            boolean isQuoted = word.length() > 1 && word.startsWith("\"") && word.endsWith("\"");
            String bare = isQuoted ? word.substring(1, word.length() - 1) : word;
            texts.add(new TomlNode.Text(bare, true, at));
            scalars.add(scalar(bare, at).orElse(new TomlNode.Text(bare, true, at)));
        }
        candidates.add(new TomlNode.Items(texts, at));
        candidates.add(new TomlNode.Items(scalars, at));
        return candidates;
    }

    private static Optional<TomlNode> scalar(String value, Diagnostic.Location at) {
        if (value.equals("true") || value.equals("false")) {
            return Optional.of(new TomlNode.Flag(value.equals("true"), at));
        }
        try {
            if (value.matches("[+-]?\\d{1,19}(_\\d{1,19}){0,6}")) {
                return Optional.of(new TomlNode.Whole(Long.parseLong(value.replace("_", "")), at));
            }
            if (value.matches("[+-]?\\d{1,19}\\.\\d{1,19}")) {
                return Optional.of(new TomlNode.Real(Double.parseDouble(value), at));
            }
        } catch (NumberFormatException _) {
            return Optional.empty(); // longer than any number
        }
        return Optional.empty();
    }

    private static String variable(String path) {
        return Layers.PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Tables within tables. */
    private static final class Root {
        private static final Diagnostic.Location NOWHERE = new Diagnostic.Location("", 0, 0, "");

        private final SequencedMap<String, TomlNode.Entry> entries = new LinkedHashMap<>();

        void put(String path, TomlNode.Entry entry) {
            List<String> keys = Arrays.asList(path.split("\\."));
            SequencedMap<String, TomlNode.Entry> table = entries;
            for (String key : keys.subList(0, keys.size() - 1)) {
                TomlNode.Entry inner = table.computeIfAbsent(
                        key,
                        _ -> new TomlNode.Entry(
                                entry.keyAt(), new TomlNode.Table(new LinkedHashMap<>(), entry.keyAt())));
                table = ((TomlNode.Table) inner.value()).entries();
            }
            table.put(keys.getLast(), entry);
        }

        TomlNode.Table table() {
            return new TomlNode.Table(entries, NOWHERE);
        }
    }
}
