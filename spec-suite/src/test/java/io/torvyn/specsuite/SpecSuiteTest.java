package io.torvyn.specsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.spi.CoreEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner, on scripts of our own in src/test/scripts, which build.sh converts. */
class SpecSuiteTest {
    private static final CoreEngine ENGINE =
            ServiceLoader.load(CoreEngine.class).findFirst().orElseThrow();

    @TempDir
    private Path folder;

    @BeforeEach
    void copyScripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/scripts"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private List<String> run(boolean validating, String skipped) throws IOException {
        var printed = new ByteArrayOutputStream();
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        var suite = new SpecSuite(ENGINE, SkipList.of(skipped), validating, out);
        suite.runAll(folder);
        out.println(suite.summary());
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void without(String script) throws IOException {
        Files.delete(folder.resolve(script));
    }

    @Test
    void whatIsSoPasses() throws IOException {
        without("failing.json");

        assertThat(run(true, ""))
                .containsExactly("passing.wast: 41 passed, 0 failed, 0 skipped", "41 passed, 0 failed, 0 skipped");
    }

    /** One command prepares the others, and nothing is asserted by it. */
    @Test
    void whatIsNotSoFailsAndTellsWhy() throws IOException {
        without("passing.json");

        assertThat(run(true, ""))
                .startsWith(
                        "failing.wast: 1 passed, 16 failed, 0 skipped",
                        "  failing.wast:9: assert_return: expected [U32[value=8]], got [U32[value=7]]")
                .contains("  failing.wast:14: assert_trap: expected the trap \"unreachable\", but there was none")
                .contains("  failing.wast:20: assert_malformed: it was not refused; expected: it is not malformed")
                .endsWith("1 passed, 16 failed, 0 skipped");
    }

    @Test
    void withoutValidationNothingInvalidOrMalformedIsRefused() throws IOException {
        without("failing.json");

        assertThat(run(false, ""))
                .contains("passing.wast: 39 passed, 2 failed, 0 skipped")
                .filteredOn(line -> line.startsWith("  "))
                .allMatch(line -> line.contains(": assert_invalid: nobody looked at it")
                        || line.contains(": assert_malformed: nobody looked at it"));
    }

    @Test
    void whatIsListedIsNotRun() throws IOException {
        without("passing.json");

        assertThat(run(true, "# of our own\n\nfailing.wast:9 wrong\nfailing.wast:10 wrong as well\n"))
                .startsWith("failing.wast: 1 passed, 14 failed, 2 skipped");
    }

    @Test
    void aCommandThatIsNotKnownFails() throws IOException {
        Files.writeString(folder.resolve("threads.json"), """
                {"source_filename": "threads.wast", "commands": [
                  {"type": "thread", "line": 1, "name": "a", "commands": []},
                  {"type": "assert_return", "line": 2, "action": {"type": "get", "field": "g"}, "expected": []},
                  {"type": "assert_return", "line": 3, "action": {"type": "invoke", "field": "f",
                    "args": [{"type": "externref", "value": "null"}]}, "expected": [{"type": "v128"}]},
                  {"type": "module", "line": 4, "filename": "not-there.wasm", "module_type": "binary"},
                  {}]}
                """);

        assertThat(run(true, "")).contains("threads.wast: 0 passed, 5 failed, 0 skipped");
    }

    @Test
    void damagedJsonFailsAndOtherJsonIsPassedOver() throws IOException {
        without("failing.json");
        Files.writeString(folder.resolve("damaged.json"), "{\"commands\": [");
        Files.writeString(folder.resolve("other.json"), "{\"name\": \"package\"}");

        assertThat(run(true, ""))
                .contains("damaged.wast: 0 passed, 1 failed, 0 skipped")
                .noneMatch(line -> line.contains("other"))
                .endsWith("41 passed, 1 failed, 0 skipped");
    }

    /** Whoever changes the list changes this number. */
    @Test
    void theListOfSkippedCommandsHasAReasonForEach() {
        assertThat(SkipList.load().size()).isEqualTo(188);
    }
}
