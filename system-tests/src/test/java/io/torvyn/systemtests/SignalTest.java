package io.torvyn.systemtests;

import static io.torvyn.systemtests.Project.config;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.systemtests.TorvynProcess.Ended;
import io.torvyn.systemtests.TorvynProcess.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aFlowThatWaitsForInputEndsInOrder(String signal, int exitCode) {
        Project.in(directory)
                .source("in", "native:stdin")
                .processor("same", "copy")
                .sink("out", "native:stdout")
                .write();
        try (Running running = torvyn("run").in(directory).start()) {
            running.type("first\nsecond\nunfinished".getBytes(StandardCharsets.UTF_8));
            running.awaitStdout("second\n");
            running.signal(signal);
            Ended ended = running.await(PROMPTLY).exitsWith(exitCode);
            assertThat(ended.text()).startsWith("first\nsecond\n");
            assertThat(ended.stderr())
                    .contains("Summary", "main, cancelled")
                    .containsPattern("Elements: +2\n")
                    .doesNotContain("error", "\tat ", "Discarded");
        }
    }

    @Test
    void anEndlessFlowDrainsWhatItHasBegun() {
        Project.in(directory)
                .source("in", "source", config("{\"size\": 64}"))
                .processor("same", "copy")
                .sink("out", "sink")
                .write();
        try (Running running = torvyn("run", "--verbose").in(directory).start()) {
            running.awaitStderr("Running flow");
            assertThat(running.endsWithin(Duration.ofMillis(500))).isFalse();
            running.signal("INT");
            Ended ended = running.await(PROMPTLY).exitsWith(130);
            assertThat(ended.stderr())
                    .contains("Summary", "main, cancelled")
                    .containsPattern("Elements: +[1-9]")
                    .doesNotContain("error", "Discarded");
        }
    }

    @Test
    void aGuestThatNeverReturnsIsStoppedBeforeItsTimeIsOver() {
        Project.in(directory)
                .source("in", "source", config("{\"size\": 64}"))
                .processor("stuck", "faulty", config("{\"fault\": \"spin\"}"), "timeout_ms = 60000")
                .sink("out", "sink")
                .write();
        try (Running running = torvyn("run", "--verbose").in(directory).start()) {
            running.awaitStderr("Running flow");
            running.signal("INT");
            Ended ended = running.await(Duration.ofSeconds(20)).exitsWith(130);
            assertThat(ended.stderr()).contains("Summary");
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, INT, 130", "TERM, TERM, 143", "INT, TERM, 143"})
    void aSecondSignalEndsTheProcessAtOnce(String first, String second, int exitCode) {
        Project.in(directory)
                .source("in", "source", config("{\"size\": 64}"))
                .processor("stuck", "faulty", config("{\"fault\": \"spin\"}"), "timeout_ms = 60000")
                .sink("out", "sink")
                .write();
        Path manifest = directory.resolve("Torvyn.toml");
        assertThat(manifest).exists();
        try (Running running = torvyn("run", "--verbose").in(directory).start()) {
            running.awaitStderr("Running flow");
            running.signal(first);
            assertThat(running.endsWithin(Duration.ofMillis(100))).isFalse();
            running.signal(second);
            Ended ended = running.await(Duration.ofSeconds(2)).exitsWith(exitCode);
            assertThat(ended.stderr()).doesNotContain("Summary");
        }
    }
}
