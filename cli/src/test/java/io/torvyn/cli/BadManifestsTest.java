package io.torvyn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.config.Explanation;
import io.torvyn.config.Layers;
import io.torvyn.config.ManifestLoader;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people read whose configuration is wrong: a case for every rule, all findings at once, each with its place, and what
 * to do. The cases and the texts stand in {@code bad-manifests.txt}; with {@code -Dtorvyn.approve=true} the texts are
 * written anew, to be read.
 *
 * <p>Without another title a case is a {@code Torvyn.toml}; {@code @torvyn}, {@code @flow} and {@code @edge} stand for what
 * is in order in it.
 */
class BadManifestsTest {
    private static final String NAME = "/io/torvyn/cli/bad-manifests.txt";
    private static final Map<String, String> IN_ORDER = Map.of("@torvyn", """
            [torvyn]
            name = "weather"
            version = "0.1.0"
            contract_version = "0.1.0"
            """, "@flow", """
            [flow.main.nodes.a]
            component = "native:stdin"
            interface = "torvyn:streaming/source"
            [flow.main.nodes.b]
            component = "native:stdout"
            interface = "torvyn:streaming/sink"
            """, "@edge", """
            [[flow.main.edges]]
            from = "a"
            to = "b"
            """);

    @TempDir
    private Path folder;

    private record Case(String title, String input, String findings) {
        /** By title; what stands before the first one is the manifest. */
        Map<String, String> parts() {
            Map<String, StringBuilder> parts = new LinkedHashMap<>();
            String part = "Torvyn.toml";
            for (String line : input.lines().toList()) {
                if (line.startsWith(">>> ")) {
                    part = line.substring(4);
                } else {
                    parts.computeIfAbsent(part, _ -> new StringBuilder())
                            .append(IN_ORDER.getOrDefault(line, line + "\n"));
                }
            }
            Map<String, String> texts = new LinkedHashMap<>();
            parts.forEach((title, text) -> texts.put(title, text.toString()));
            return texts;
        }

        String actual(Path folder) throws IOException {
            Map<String, String> variables = new HashMap<>();
            List<String> options = new ArrayList<>();
            for (Map.Entry<String, String> part : parts().entrySet()) {
                switch (part.getKey()) {
                    case "environment" ->
                        part.getValue().lines().forEach(line -> {
                            String[] variable = line.split("=", 2);
                            variables.put(variable[0], variable[1]);
                        });
                    case "options" -> options.addAll(part.getValue().lines().toList());
                    default -> Files.writeString(folder.resolve(part.getKey()), part.getValue());
                }
            }
            Path user = folder.resolve(Layers.USER_FILE_NAME);
            var loader = new ManifestLoader(new Layers(Optional.of(user), variables, options));
            var text = new StringWriter();
            var failures = new Failures(new PrintWriter(text), Style.PLAIN);
            try {
                loader.load(folder).warnings().forEach(failures::print);
            } catch (DiagnosticsException refused) {
                failures.print(refused);
            }
            return text.toString().replace(user.toString(), "~/.config/torvyn/config.toml");
        }
    }

    private static List<Case> cases() throws IOException {
        String text;
        try (var in = BadManifestsTest.class.getResourceAsStream(NAME)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Case> cases = new ArrayList<>();
        for (String section : text.split("(?m)^=== ")) {
            if (!section.isEmpty()) {
                int title = section.indexOf('\n');
                int findings = section.indexOf("---\n");
                cases.add(new Case(
                        section.substring(0, title),
                        section.substring(title + 1, findings),
                        section.substring(findings + 4)));
            }
        }
        return cases;
    }

    static List<Named<Case>> named() throws IOException {
        return cases().stream().map(one -> Named.of(one.title, one)).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void findingsAreToldAtOnceWithPlaceAndHelp(Case one) throws IOException {
        assertThat(one.actual(folder)).isEqualTo(one.findings);
    }

    /** Whatever the words are, the caret stands under the first sign of what is meant, and there is something to do. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void everyFindingHasACodeAPlaceAndAHelp(Case one) {
        for (String finding : one.findings.split("(?m)^(?=(?:error|warning)\\[)")) {
            assertThat(finding).containsPattern("^(error|warning)\\[E0\\d{3}]: .+\n");
            assertThat(finding).containsPattern("(?m)^  --> .+$").containsPattern("(?m)^  help: .+$");
        }
    }

    /** Of the keys that all layers may set; those of components and flows have no list to be compared with. */
    @Test
    void everyKeyIsAmongThem() throws IOException {
        String texts = cases().toString();

        assertThat(new ManifestLoader(Map.<String, String>of()::get).explain().values())
                .extracting(Explanation.Value::key)
                .hasSizeGreaterThan(40)
                .allMatch(key -> Pattern.compile("`" + Pattern.quote(key) + "(\\[\\d])?`")
                        .matcher(texts)
                        .find());
    }

    @Test
    void everyCodeOfTheConfigurationIsAmongThem() throws IOException {
        Matcher codes = Pattern.compile("E07\\d\\d").matcher(cases().toString());

        assertThat(codes.results().map(found -> found.group()).distinct())
                .contains("E0701", "E0702", "E0703", "E0704", "E0705", "E0706", "E0707");
    }

    @Test
    void theTextsCanBeApprovedAnew() throws IOException {
        boolean approve = Boolean.getBoolean("torvyn.approve");
        StringBuilder text = new StringBuilder();
        int number = 0;
        for (Case one : cases()) {
            text.append("=== ").append(one.title).append('\n').append(one.input).append("---\n");
            text.append(approve ? one.actual(Files.createDirectory(folder.resolve("case" + number++))) : one.findings);
        }
        Path file = Path.of("src/test/resources" + NAME);
        if (approve) {
            Files.writeString(file, text);
        }
        assertThat(file).hasContent(text.toString());
    }
}
