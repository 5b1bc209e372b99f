package io.torvyn.systemtests;

import static io.torvyn.systemtests.Project.config;
import static io.torvyn.systemtests.TorvynProcess.bash;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.systemtests.TorvynProcess.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilterTest {
    private static final Path EXAMPLE = SourceTree.example("log-filter");

    @TempDir
    private Path directory;

    @Test
    void linesGoFromStandardInputToStandardOutput() throws IOException {
        Ended ended = torvyn("run", "examples/log-filter")
                .stdin(Files.readAllBytes(EXAMPLE.resolve("some.log")))
                .run()
                .exitsWith(0);
        assertThat(ended.stdout()).isEqualTo(Files.readAllBytes(EXAMPLE.resolve("expected-output.txt")));
    }

    @Test
    void linesGoFromOneFileToAnother() throws IOException {
        Path output = directory.resolve("out.txt");
        Files.writeString(output, "longer than nothing, and to be replaced");
        Ended ended = torvyn("run", EXAMPLE.toString(), "--input", "some.log", "--output", output.toString())
                .in(EXAMPLE)
                .run()
                .exitsWith(0);
        assertThat(output).hasSameBinaryContentAs(EXAMPLE.resolve("expected-output.txt"));
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.stderr()).contains("Summary");
    }

    @Test
    void aRelativeInputIsMeantFromWhereTheUserIs() throws IOException {
        Files.writeString(directory.resolve("mine.log"), "one ERROR\nnone\n");
        Ended ended = torvyn("run", EXAMPLE.toString(), "--input", "mine.log")
                .in(directory)
                .run()
                .exitsWith(0);
        assertThat(ended.text()).isEqualTo("ONE ERROR\n");
    }

    @Test
    void patternsDoNotSeeTheTerminator() {
        Project.in(directory)
                .source("in", "native:stdin")
                .processor("grep", "grep", config("{\"pattern\": \"end$\"}"))
                .sink("out", "native:stdout")
                .write();
        String lines = "the end\r\nend \r\nno\r\n\r\nend";
        Ended ended = torvyn("run").in(directory).stdin(lines).run().exitsWith(0);
        assertThat(ended.text()).isEqualTo("the end\r\nend");
        assertThat(torvyn("run", "--config", "grep.pattern=\"[\\r\\n]\"")
                        .in(directory)
                        .stdin(lines)
                        .run()
                        .exitsWith(0)
                        .stdout())
                .isEmpty();
    }

    @Test
    void aReaderThatHasHadEnoughEndsTheFlowQuietly() {
        Ended ended = bash("""
                        seq -f 'ERROR %g' 200000 | "$torvyn" run examples/log-filter | head -3
                        exit "${PIPESTATUS[1]}"
                        """).run().exitsWith(0);
        assertThat(ended.text()).isEqualTo("ERROR 1\nERROR 2\nERROR 3\n");
        assertThat(ended.stderr()).doesNotContain("error", "Summary", "xception");
    }

    @Test
    void twoHundredThousandLinesGiveTheExactResult() {
        var input = new StringBuilder();
        var expected = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            String line = (i % 3 == 0 ? "error no. " : i % 7 == 0 ? "an ERROR, no. " : "nothing ") + i + "\n";
            input.append(line);
            if (line.contains("ERROR")) {
                expected.append(line.toUpperCase(Locale.ROOT));
            }
        }
        Ended ended = torvyn("run", "examples/log-filter")
                .stdin(input.toString())
                .run()
                .exitsWith(0);
        assertThat(ended.stdout()).isEqualTo(expected.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(ended.stderr()).containsPattern("Elements: +200000\n").doesNotContain("Discarded");
    }
}
