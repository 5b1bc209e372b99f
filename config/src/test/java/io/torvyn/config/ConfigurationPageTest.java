package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page that has every key has every key, with its default, and says which have no effect. */
class ConfigurationPageTest {
    private static final Pattern HEADING = Pattern.compile("### `\\[+([^\\]]+)]+`");
    private static final Pattern ROW = Pattern.compile("\\| \\*{0,2}`([^`]+)`\\*{0,2} \\| .* \\| (.*) \\| ?(.*) \\|");

    private static final String ERROR_POLICIES = Manifests.TORVYN + """
            [flow.main]
            error_policy = { kind = "retry", max_retries = 1, backoff = "1s" }
            [flow.main.nodes.a]
            component = "native:stdin"
            interface = "torvyn:streaming/source"
            error_policy = { kind = "dead-letter", sink = "b" }
            [flow.main.nodes.b]
            component = "native:stdout"
            interface = "torvyn:streaming/sink"
            [[flow.main.edges]]
            from = "a"
            to = "b"
            """;

    /** A key as the page has it. */
    private record Row(String standard, String meaning) {}

    private static final Map<String, Row> page = new LinkedHashMap<>();
    private static final Map<String, List<Reading>> read = new LinkedHashMap<>();

    @BeforeAll
    static void readBoth() throws IOException {
        String table = "";
        for (String line : Files.readAllLines(Path.of("..", "docs", "configuration.md"))) {
            Matcher heading = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                table = heading.group(1);
            } else if (row.matches() && !table.isEmpty()) {
                page.put(table + "." + row.group(1), new Row(row.group(2), row.group(3)));
            }
        }
        for (String manifest : List.of(Manifests.EVERYTHING, Manifests.PIPELINE, ERROR_POLICIES)) {
            Readings readings = new Readings();
            Manifests.loader().parse(Path.of("project", "Torvyn.toml"), manifest, readings);
            readings.all().forEach(reading -> read.computeIfAbsent(general(reading.key()), _ -> new ArrayList<>())
                    .add(reading));
        }
    }

    /** A key without the names that people choose. */
    private static String general(String key) {
        return key.replaceFirst("^component\\[\\d]", "component")
                .replaceFirst("^capabilities\\.(required|optional)\\..*", "capabilities.$1.<name>")
                .replaceFirst("^security\\.grants\\.\\w+", "security.grants.<name>")
                .replaceFirst("^flow\\.\\w+", "flow.<flow>")
                .replaceFirst("\\.nodes\\.\\w+", ".nodes.<node>")
                .replaceFirst("\\.edges\\[\\d]|\\.edges(?=\\.\\w+-to-)", ".edges")
                .replaceFirst("\\.\\w+-to-\\w+", "");
    }

    @Test
    void everyKeyThatIsReadIsThereAndNoOther() {
        assertThat(page.keySet()).containsExactlyInAnyOrderElementsOf(read.keySet());
    }

    @Test
    void everyDefaultIsTheOneThatHolds() {
        Map<String, String> standards = read.entrySet().stream()
                .filter(key -> key.getValue().stream().allMatch(reading -> reading.inherited() == null))
                .collect(Collectors.toMap(Map.Entry::getKey, key -> key.getValue()
                        .getFirst()
                        .standardText()
                        .map(text -> "`" + text + "`")
                        .orElse("–")));

        assertThat(standards).hasSizeGreaterThan(80);
        assertThat(standards)
                .allSatisfy((key, text) ->
                        assertThat(page.get(key).standard()).as(key).isEqualTo(text));
    }

    @Test
    void whatHasNoEffectIsSaidToHaveNone() {
        assertThat(page)
                .allSatisfy((key, row) ->
                        assertThat(row.meaning().contains("No effect")).as(key).isEqualTo(IdleKeys.ALL.contains(key)));
    }
}
