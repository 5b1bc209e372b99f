package io.torvyn.linker;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.config.ManifestLoader;
import io.torvyn.contracts.Contracts;
import io.torvyn.guests.Guests;
import io.torvyn.types.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people read whose project is wrong. The cases and the texts stand in {@code bad-projects.txt}: a project's files
 * behind {@code >>>}, with an older version of its WIT in {@code older}, {@code = contracts} for a folder of the contracts that come with the build and {@code = guest
 * copy} for one of our components, {@code = binary annotated} for a WIT package in
 * binary form. With {@code -Dtorvyn.approve=true} the texts are written anew, to be read.
 */
class BadProjectTest {
    private static final String NAME = "/io/torvyn/linker/bad-projects.txt";

    private static final Path PACKAGES = Path.of("../component/src/test/fixtures/packages");

    private record Case(String title, String files, String findings) {
        void write(Path project) throws IOException {
            for (String section : files.split("(?m)^>>> ")) {
                if (!section.isEmpty()) {
                    int end = section.indexOf('\n');
                    String[] head = section.substring(0, end).split(" = ");
                    write(project.resolve(head[0]), head.length == 1 ? "" : head[1], section.substring(end + 1));
                }
            }
        }

        private static void write(Path file, String what, String text) throws IOException {
            if (what.equals("contracts")) {
                for (Map.Entry<String, String> source : Contracts.sources().entrySet()) {
                    if (source.getKey().startsWith("torvyn-")) {
                        write(file.resolve(source.getKey()), "", source.getValue());
                    }
                }
                return;
            }
            Files.createDirectories(file.getParent());
            if (what.startsWith("binary ")) {
                String name = what.substring("binary ".length());
                Files.copy(PACKAGES.resolve(name + ".wasm"), file);
            } else if (what.startsWith("guest ")) {
                Files.write(file, Guests.bytes(what.substring("guest ".length())));
            } else {
                Files.writeString(file, text);
            }
        }

        private static Optional<Path> older(Path project) {
            return Optional.of(project.resolve("older")).filter(Files::isDirectory);
        }

        String actual(Path project) {
            CheckReport report = ProjectCheck.of(project, new ManifestLoader(_ -> null), older(project));
            StringBuilder text = new StringBuilder();
            for (Diagnostic finding : report.findings()) {
                text.append(finding.level() == Diagnostic.Level.ERROR ? "" : finding.level() + " ")
                        .append(finding.code())
                        .append(' ')
                        .append(finding.message())
                        .append('\n');
                for (Diagnostic.Location place : finding.locations()) {
                    text.append("    ").append(place).append('\n');
                    if (!place.source().isBlank()) {
                        text.append("    | ").append(place.source()).append('\n');
                    }
                }
                if (!finding.expected().isEmpty()) {
                    text.append("    expected ").append(finding.expected());
                    text.append(", found ").append(finding.found()).append('\n');
                }
                finding.notes()
                        .forEach(note -> text.append("    note: ").append(note).append('\n'));
                text.append("    ").append(finding.help()).append('\n');
            }
            return text.toString();
        }
    }

    private static List<Case> cases() throws IOException {
        String text;
        try (var in = BadProjectTest.class.getResourceAsStream(NAME)) {
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
    void allFindingsAreToldInReadingOrder(Case one, @TempDir Path project) throws IOException {
        one.write(project);

        assertThat(one.actual(project)).isEqualTo(one.findings);
    }

    @Test
    void theTextsCanBeApprovedAnew(@TempDir Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (Case one : cases()) {
            Path project = Files.createDirectory(folder.resolve("p" + count++));
            one.write(project);
            text.append("=== ").append(one.title).append('\n').append(one.files).append("---\n");
            text.append(Boolean.getBoolean("torvyn.approve") ? one.actual(project) : one.findings);
        }
        Path file = Path.of("src/test/resources" + NAME);
        if (Boolean.getBoolean("torvyn.approve")) {
            Files.writeString(file, text);
        }
        assertThat(file).hasContent(text.toString());
    }
}
