package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/** Reads TOML text into {@link TomlNode}s, with the environment's variables put in. */
final class TomlDocument {
    private static final Pattern LINE = Pattern.compile("\\bat line (\\d{1,9})");
    private static final Pattern TWICE =
            Pattern.compile("(.*) previously defined.* at line (\\d{1,9}), column (\\d{1,9})", Pattern.DOTALL);

    private final SourceText source;
    private final SignificantLines lines;
    private final Function<String, @Nullable String> environment;
    private final Findings findings;

    private TomlDocument(
            SourceText source,
            SignificantLines lines,
            Function<String, @Nullable String> environment,
            Findings findings) {
        this.source = source;
        this.lines = lines;
        this.environment = environment;
        this.findings = findings;
    }

    /** Empty when the text's structure cannot be relied on; the reason is among the findings then. */
    static Optional<TomlNode.Table> parse(
            String file, String text, Function<String, @Nullable String> environment, Findings findings) {
        SourceText source = new SourceText(file, text);
        try {
            return new TomlDocument(source, SignificantLines.of(text), environment, findings).read();
        } catch (StackOverflowError _) {
            findings.add(syntax(source.at(0, 0), "tables or arrays are nested too deeply", "use fewer levels"));
            return Optional.empty();
        }
    }

    static Diagnostic syntax(Diagnostic.Location at, String detail, String help) {
        return Diagnostic.error(
                        ErrorCode.MANIFEST_PARSE_ERROR, "%s is not valid TOML: %s".formatted(at.file(), detail), help)
                .at(at);
    }

    private Optional<TomlNode.Table> read() {
        TomlParseResult result;
        try {
            result = Toml.parse(lines.text(), TomlVersion.V1_0_0);
        } catch (RuntimeException | AssertionError _) { // damage that the parser itself has not foreseen
            findings.add(syntax(
                    source.at(0, 0),
                    "its tables cannot be told apart",
                    "put each `[table]` and each `key = value` on a line of its own, and close every quote"));
            return Optional.empty();
        }
        boolean reliable = true;
        for (TomlParseError error : result.errors()) {
            reliable &= report(error);
        }
        return reliable ? Optional.of(table(result, source.start(), "", false)) : Optional.empty();
    }

    /** Whether the rest of the document can still be understood. */
    private boolean report(TomlParseError error) {
        Diagnostic.Location at = at(error.position());
        String detail = renumbered(error.getMessage() == null ? "it cannot be read" : error.getMessage());
        Matcher twice = TWICE.matcher(detail);
        if (!twice.matches()) {
            findings.add(syntax(at, decapitalised(detail), "correct the text here, then run `torvyn check`"));
            return false;
        }
        String key = twice.group(1);
        findings.add(Diagnostic.error(
                        ErrorCode.DUPLICATE_KEY, "`%s` is defined twice".formatted(key), "keep one of the two")
                .at(at)
                .atKey(key)
                .noting(List.of("first defined at %s:%s:%s".formatted(source.file(), twice.group(2), twice.group(3)))));
        return !at.source().stripLeading().startsWith("[");
    }

    private TomlNode.Table table(TomlTable table, Diagnostic.Location at, String path, boolean literal) {
        LinkedHashMap<String, TomlNode.Entry> entries = LinkedHashMap.newLinkedHashMap(table.size());
        for (Map.Entry<String, Object> entry : table.entrySet()) {
            String key = entry.getKey();
            TomlPosition position = table.inputPositionOf(List.of(key));
            Diagnostic.Location keyAt =
                    position == null ? at : source.keyAt(lines.number(position.line()), position.column());
            Diagnostic.Location valueAt =
                    position == null ? at : source.valueAfterKey(lines.number(position.line()), position.column());
            boolean unread = literal || (path.isEmpty() && isPrivate(key));
            TomlNode value = node(entry.getValue(), valueAt, Section.join(path, key), unread);
            entries.put(key, new TomlNode.Entry(keyAt, value));
        }
        return new TomlNode.Table(entries, at);
    }

    /** Tables under {@code [x-…]} belong to other programs. */
    static boolean isPrivate(String key) {
        return key.startsWith("x-");
    }

    private TomlNode node(Object value, Diagnostic.Location at, String path, boolean literal) {
        return switch (value) {
            case String text -> text(text, at, path, literal);
            case Long number -> new TomlNode.Whole(number, at);
            case Double number -> new TomlNode.Real(number, at);
            case Boolean flag -> new TomlNode.Flag(flag, at);
            case TomlArray array -> items(array, at, path, literal);
            case TomlTable table -> table(table, at, path, literal);
            default -> new TomlNode.Moment(value.toString(), at);
        };
    }

    private TomlNode.Items items(TomlArray array, Diagnostic.Location at, String path, boolean literal) {
        List<TomlNode> values = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            TomlPosition position = array.inputPositionOf(i);
            Diagnostic.Location itemAt = source.valueAt(lines.number(position.line()), position.column());
            values.add(node(array.get(i), itemAt, path + "[" + i + "]", literal));
        }
        return new TomlNode.Items(values, at);
    }

    private TomlNode.Text text(String raw, Diagnostic.Location at, String path, boolean literal) {
        if (literal) {
            return new TomlNode.Text(raw, true, at);
        }
        Interpolation result = Interpolation.of(raw, environment);
        for (String variable : result.missing()) {
            String name = SourceText.shortened(variable, 80);
            findings.add(Diagnostic.error(
                            ErrorCode.ENV_VAR_NOT_FOUND,
                            "the environment variable `%s` is not set".formatted(name),
                            "export %s, or write the value in its place".formatted(name))
                    .at(at)
                    .atKey(path)
                    .expecting("a variable of the environment", name));
        }
        return new TomlNode.Text(result.text(), result.missing().isEmpty(), at);
    }

    private Diagnostic.Location at(TomlPosition position) {
        return source.at(lines.number(position.line()), position.column());
    }

    /** The parser's own words, with the line numbers of the whole text. */
    private String renumbered(String detail) {
        return LINE.matcher(detail).replaceAll(match -> "at line " + lines.number(Integer.parseInt(match.group(1))));
    }

    private static String decapitalised(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }
}
