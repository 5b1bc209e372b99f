package io.torvyn.systemtests;

import static io.torvyn.systemtests.Project.config;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.systemtests.TorvynProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestMisbehaviourTest {
    @TempDir
    private Path directory;

    private Ended runWith(String fault, String... settings) {
        Project.in(directory)
                .source("in", "native:stdin")
                .processor(
                        "culprit",
                        "faulty",
                        java.util.stream.Stream.concat(
                                        java.util.stream.Stream.of(config(fault)), java.util.Arrays.stream(settings))
                                .toArray(String[]::new))
                .sink("out", "native:stdout")
                .write();
        return torvyn("run").in(directory).stdin("one\ntwo\nthree\nfour\n").run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unreachable", "out-of-bounds", "double-drop"})
    void aTrapEndsTheFlowAndNamesTheComponent(String fault) {
        Ended ended = runWith("{\"fault\": \"" + fault + "\", \"at\": 3}").exitsWith(1);
        assertThat(ended.text()).as("what was done before").isEqualTo("one\ntwo\n");
        assertThat(ended.stderr())
                .contains("error[E0804]", "'culprit'", "bug in the component", "help:", "main, failed")
                .containsPattern("Errors: +1\n")
                .doesNotContain("\tat ");
    }

    @Test
    void aGuestThatSpinsIsStoppedWhenItsTimeIsOver() {
        long start = System.nanoTime();
        Ended ended =
                runWith("{\"fault\": \"spin\", \"at\": 2}", "timeout_ms = 300").exitsWith(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(ended.text()).isEqualTo("one\n");
        assertThat(ended.stderr())
                .containsPattern("error\\[E0(811|422)]")
                .contains("'culprit'", "300", "help:")
                .doesNotContain("\tat ");
    }

    @Test
    void aGuestThatSpinsIsStoppedWhenItsFuelIsGone() {
        Ended ended = runWith("{\"fault\": \"spin\", \"at\": 2}", "fuel_budget = 1000000", "timeout_ms = 60000")
                .exitsWith(1);
        assertThat(ended.text()).isEqualTo("one\n");
        assertThat(ended.stderr())
                .contains("error[E0805]", "'culprit'", "processor.process", "1000000 fuel units", "`fuel_budget`")
                .doesNotContain("\tat ");
    }

    @Test
    void fuelThatSufficesChangesNothing() {
        Ended ended = runWith("{\"fault\": \"unreachable\", \"at\": 9}", "fuel_budget = 1000000")
                .exitsWith(0);
        assertThat(ended.text()).isEqualTo("one\ntwo\nthree\nfour\n");
    }

    @Test
    void noFuelMeansWithoutLimit() {
        Ended ended = runWith("{\"fault\": \"unreachable\", \"at\": 9}", "fuel_budget = 0")
                .exitsWith(0);
        assertThat(ended.text()).isEqualTo("one\ntwo\nthree\nfour\n");
    }

    @Test
    void anErrorOfTheGuestEndsTheFlowWithItsText() {
        Ended ended = runWith("{\"fault\": \"invalid-input\", \"at\": 2, \"text\": \"no such colour\"}")
                .exitsWith(1);
        assertThat(ended.text()).isEqualTo("one\n");
        assertThat(ended.stderr())
                .contains("error[E0420]", "'culprit'", "no such colour", "help:")
                .doesNotContain("\tat ");
    }

    @Test
    void anErrorThatMayBeSkippedCostsOneElement() {
        Ended ended = runWith(
                        "{\"fault\": \"invalid-input\", \"at\": 2, \"text\": \"no such colour\"}",
                        "error_policy = \"skip\"")
                .exitsWith(0);
        assertThat(ended.text()).isEqualTo("one\nthree\nfour\n");
        assertThat(ended.stderr()).containsPattern("Errors: +1\n");
    }

    /** The file is there when the process has ended, whatever else went wrong. */
    @Test
    void whatFailsIsWrittenToTheSinkForDeadLettersAndCounted() throws IOException {
        Project.in(directory)
                .source("in", "native:stdin")
                .processor(
                        "culprit",
                        "faulty",
                        config("{\"fault\": \"unreachable\", \"at\": 2}"),
                        "error_policy = { kind = \"dead-letter\", sink = \"letters\" }",
                        "restart = { max = 1, window = \"1m\" }")
                .sink("out", "native:stdout")
                .aside("letters", "native:file", config("{\"path\": \"letters.jsonl\"}"))
                .write();
        Ended ended = torvyn("run")
                .in(directory)
                .stdin("one\ntwo\nthree\nfour\n")
                .run()
                .exitsWith(1);
        assertThat(ended.text()).isEqualTo("one\nthree\n");
        assertThat(ended.stderr())
                .contains("error[E0804]", "main, failed")
                .containsPattern("Dead letters: +2\n")
                .containsPattern("Restarts: +1\n")
                .doesNotContain("Discarded", "Lost", "\tat ");
        assertThat(Files.readAllLines(directory.resolve("letters.jsonl")))
                .hasSize(2)
                .allSatisfy(letter -> assertThat(letter).contains("\"code\":\"E0804\",\"component\":\"culprit\""));
    }

    @Test
    void memoryBeyondTheLimitIsRefused() {
        Ended ended = runWith("{\"fault\": \"grow\", \"pages\": 65536}", "max_memory = \"4MiB\"")
                .exitsWith(1);
        assertThat(ended.stderr()).containsPattern("memory\\.grow was refused at (49|5\\d|6[0-4]) pages");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unreachable", "internal"})
    void whatFailsInItsInitNeverStarts(String fault) {
        Ended ended =
                runWith("{\"fault\": \"" + fault + "\", \"in\": \"init\"}").exitsWith(2);
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.stderr())
                .contains("error[E", "culprit", "lifecycle.init", "help:")
                .doesNotContain("\tat ", "Summary");
    }

    @Test
    void whatIsPrintedWithoutAGrantIsThrownAwayAndTold() {
        Project.in(directory)
                .source("in", "hello-source", config("{\"count\": 2}"))
                .sink("out", "hello-sink")
                .write();
        Ended ended = torvyn("run").in(directory).run().exitsWith(0);
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.stderr())
                .contains("warning[", "'out'", "stdio:stdout", "[security.grants.out]", "main, completed")
                .containsPattern("Elements: +2\n");
    }

    @Test
    void initAndTeardownHappenOnceEach() {
        Project.in(directory)
                .source("in", "native:stdin")
                .processor("log", "lifecycle-log", config("as told"))
                .sink("out", "native:stdout")
                .grant("log", "stdio:stdout")
                .write();
        Ended ended = torvyn("run").in(directory).stdin("a\nb\n").run().exitsWith(0);
        assertThat(ended.text())
                .isEqualTo("[lifecycle-log] init as told\na\nb\n[lifecycle-log] teardown 1 after 2 elements\n");
    }
}
