package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.bash;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.systemtests.TorvynProcess.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ExamplesTest {
    private static byte[] expected(String example) throws IOException {
        return Files.readAllBytes(SourceTree.example(example).resolve("expected-output.txt"));
    }

    @ParameterizedTest
    @CsvSource({"hello-world, 5, 10", "stream-transform, 3, 12", "token-streaming, 20, 65", "event-enrichment, 5, 30"})
    void anExamplePrintsWhatItPromisesAndNothingElseOnStandardOutput(String example, int elements, int copies)
            throws IOException {
        Ended ended = torvyn("run", "examples/" + example).run().exitsWith(0);
        assertThat(ended.stdout()).isEqualTo(expected(example));
        assertThat(ended.stderr())
                .contains("Summary", "main, completed")
                .containsPattern("Elements: +" + elements + "\n")
                .containsPattern("Copies: +" + copies + " \\(")
                .containsPattern("Errors: +0\n");
    }

    /** Which branch of a router comes first is nobody's promise; what each of them prints is. */
    @Test
    void eachBranchOfTheFanOutPrintsWhatItPromises() throws IOException {
        Ended ended = torvyn("run", "examples/fan-out").run().exitsWith(0);
        List<String> expected =
                new String(expected("fan-out"), StandardCharsets.UTF_8).lines().toList();
        for (String sink : List.of("[metric-sink]", "[log-sink]")) {
            assertThat(ended.text().lines().filter(line -> line.startsWith(sink)))
                    .isEqualTo(expected.stream()
                            .filter(line -> line.startsWith(sink))
                            .toList());
        }
        assertThat(ended.text().lines()).hasSameSizeAs(expected);
        assertThat(ended.stderr())
                .contains("main, completed")
                .containsPattern("Elements: +4\n")
                .containsPattern("Copies: +20 \\(")
                .containsPattern("Errors: +0\n");
    }

    /** 16 places and a low watermark of 8: about (1000 - 16) / 8 + 1 times, if the source always fills what is free. */
    @Test
    void aFastSourceIsHeldBackAndLosesNothing() throws IOException {
        Ended ended = torvyn("--format", "json", "run", "flow.main")
                .in(SourceTree.example("backpressure-demo"))
                .run()
                .exitsWith(0);
        assertThat(ended.stderr()).isEqualTo(new String(expected("backpressure-demo"), StandardCharsets.UTF_8));
        JsonNode data = ended.json().get("data");
        assertThat(data.get("queue_peak").intValue()).isEqualTo(16);
        assertThat(data.get("backpressure_events").intValue()).isBetween(1, 130);
        assertThat(data.get("elements_processed").intValue()).isEqualTo(1000);
        assertThat(data.get("copies").intValue()).isEqualTo(2000);
        assertThat(data.get("discarded").intValue()).isZero();
    }

    /** The sink is a component that answers an error when it cannot print; nobody wants to hear of it. */
    @Test
    void aReaderThatHasHadEnoughOfAComponentEndsTheFlowQuietly() {
        Ended ended = bash("""
                        "$torvyn" run examples/hello-world --config source.count=100000 | head -1
                        exit "${PIPESTATUS[0]}"
                        """).run().exitsWith(0);
        assertThat(ended.text()).isEqualTo("[hello-sink] seq=0: Hello, World! (message 1)\n");
        assertThat(ended.stderr()).doesNotContain("error", "Summary", "xception");
    }

    @Test
    void aFlowIsNamedByItsNameItsTableItsFolderOrItsManifest() throws IOException {
        Path example = SourceTree.example("hello-world");
        byte[] expected = expected("hello-world");
        assertThat(torvyn("run").in(example).shortLived().run().exitsWith(0).stdout())
                .isEqualTo(expected);
        assertThat(torvyn("run", "main")
                        .in(example)
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .stdout())
                .isEqualTo(expected);
        assertThat(torvyn("run", "flow.main")
                        .in(example)
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .stdout())
                .isEqualTo(expected);
        assertThat(torvyn("run", "--flow", "flow.main")
                        .in(example)
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .stdout())
                .isEqualTo(expected);
        assertThat(torvyn("run", "examples/hello-world/Torvyn.toml")
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .stdout())
                .isEqualTo(expected);
        assertThat(torvyn("run", "--manifest", "examples/hello-world/Torvyn.toml", "main")
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .stdout())
                .isEqualTo(expected);
    }

    @Test
    void asJsonTheResultIsOneDocumentAndGuestsPrintToStandardError() throws IOException {
        Ended ended =
                torvyn("run", "examples/hello-world", "--format", "json").run().exitsWith(0);
        JsonNode json = ended.json();
        assertThat(json.get("success").booleanValue()).isTrue();
        assertThat(json.get("command").stringValue()).isEqualTo("run");
        assertThat(json.get("exit_code").intValue()).isZero();
        assertThat(json.get("errors").isEmpty()).isTrue();
        JsonNode data = json.get("data");
        assertThat(data.get("flow_name").stringValue()).isEqualTo("main");
        assertThat(data.get("state").stringValue()).isEqualTo("completed");
        assertThat(data.get("elements_processed").intValue()).isEqualTo(5);
        assertThat(data.get("copies").intValue()).isEqualTo(10);
        assertThat(data.get("component_count").intValue()).isEqualTo(2);
        assertThat(data.get("edge_count").intValue()).isEqualTo(1);
        assertThat(data.get("duration_secs").doubleValue()).isPositive();
        assertThat(data.get("peak_memory_bytes").longValue()).isGreaterThan(1 << 20);
        assertThat(ended.stderr())
                .isEqualTo(Files.readString(SourceTree.example("hello-world").resolve("expected-output.txt")));
    }

    @Test
    void quietMeansThatOnlyGuestsSpeak() throws IOException {
        Ended ended = torvyn("--quiet", "run", "examples/hello-world").run().exitsWith(0);
        assertThat(ended.stdout()).isEqualTo(expected("hello-world"));
        assertThat(ended.stderr()).isEmpty();
    }

    @Test
    void aLimitEndsTheFlowAfterSoManyElements() {
        Ended ended =
                torvyn("run", "examples/hello-world", "--limit", "2").run().exitsWith(0);
        assertThat(ended.text()).isEqualTo("""
                        [hello-sink] seq=0: Hello, World! (message 1)
                        [hello-sink] seq=1: Hello, World! (message 2)
                        [hello-sink] Stream complete.
                        [hello-sink] Received 2 messages total.
                        """);
    }

    @Test
    void aConfigurationCanBeOverriddenForOneRun() {
        Ended ended = torvyn("run", "examples/hello-world", "--config", "source.count=1")
                .run()
                .exitsWith(0);
        assertThat(ended.text()).contains("Received 1 messages total.");
    }

    @Test
    void helpAndVersionAreAnswersOnStandardOutput() {
        Ended help = torvyn("--help").shortLived().run().exitsWith(0);
        assertThat(help.text()).contains("run").doesNotContain("not implemented");
        assertThat(help.stderr()).isEmpty();
        assertThat(torvyn("run", "--help").shortLived().run().exitsWith(0).text())
                .contains("--input", "--output", "--config");
        assertThat(torvyn("--version").shortLived().run().exitsWith(0).text()).isEqualTo("torvyn 0.1.0\n");
    }
}
