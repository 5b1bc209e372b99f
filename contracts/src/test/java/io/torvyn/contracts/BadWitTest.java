package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What authors read who got their WIT wrong: all of it at once, each with its place, and what to do. The cases and the
 * texts stand in {@code bad-wit.txt}; with {@code -Dtorvyn.approve=true} the texts are written anew, to be read.
 */
class BadWitTest {
    private static final String NAME = "/io/torvyn/contracts/bad-wit.txt";
    private static final String USABLE = "package wasi:io@0.2.0; interface streams { resource input-stream; }";

    private record Case(String title, String wit, String findings) {
        String actual() {
            DiagnosticsException refused = catchThrowableOfType(
                    DiagnosticsException.class, () -> WitPackages.parse(Map.of("it.wit", wit, "deps/io.wit", USABLE)));
            StringBuilder text = new StringBuilder();
            for (Diagnostic finding : refused.diagnostics()) {
                text.append(finding.code())
                        .append(' ')
                        .append(finding.message())
                        .append('\n');
                for (Diagnostic.Location place : finding.locations()) {
                    text.append("    ").append(place).append('\n');
                    text.append("    | ").append(place.source()).append('\n');
                    text.append("    | ")
                            .repeat(" ", place.column() - 1)
                            .repeat("^", place.length())
                            .append('\n');
                }
                text.append("    ").append(finding.help()).append('\n');
            }
            return text.toString();
        }
    }

    private static List<Case> cases() throws IOException {
        String text;
        try (var in = BadWitTest.class.getResourceAsStream(NAME)) {
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
    void findingsAreToldAtOnceWithPlaceAndHelp(Case one) {
        assertThat(one.actual()).isEqualTo(one.findings);
    }

    @Test
    void ofATextInWhichNothingIsRightEnoughIsTold() {
        DiagnosticsException refused = catchThrowableOfType(
                DiagnosticsException.class, () -> WitPackages.parse(Map.of("it.wit", "nothing;\n".repeat(1000))));

        assertThat(refused.diagnostics()).hasSize(50);
    }

    @Test
    void theTextsCanBeApprovedAnew() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Case one : cases()) {
            text.append("=== ").append(one.title).append('\n').append(one.wit).append("---\n");
            text.append(Boolean.getBoolean("torvyn.approve") ? one.actual() : one.findings);
        }
        Path file = Path.of("src/test/resources" + NAME);
        if (Boolean.getBoolean("torvyn.approve")) {
            Files.writeString(file, text);
        }
        assertThat(file).hasContent(text.toString());
    }
}
