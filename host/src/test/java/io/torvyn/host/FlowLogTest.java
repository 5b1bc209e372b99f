package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.reactor.FlowOutcome;
import io.torvyn.resources.CopyLedger;
import io.torvyn.resources.FlowReleaseReport;
import io.torvyn.resources.ReclaimedBuffer;
import io.torvyn.resources.ResourceState;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ResourceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowLogTest {
    @TempDir
    private Path directory;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private void run(System.Logger.Level level, String faults, String errorPolicy) throws InterruptedException {
        var project = new Project(directory)
                .flow("main")
                .source("source", "{\"count\": 3}")
                .processor("faulty", faults)
                .more(errorPolicy)
                .sink("sink", "");
        try (TorvynHost host = project.host().logger(new KeptLog(level, lines)).build()) {
            host.await(host.startFlow("main"));
        }
    }

    @Test
    void anElementThatIsLeftOutIsLoggedWhereThePolicySaysSo() throws InterruptedException {
        String fault = "{\"fault\": \"invalid-input\", \"at\": 2, \"text\": \"no such colour\"}";

        run(System.Logger.Level.INFO, fault, "error_policy = \"log\"");
        assertThat(lines)
                .containsExactly("WARNING flow main: node 'faulty', element 1: invalid_input: no such colour;"
                        + " the flow goes on without it");

        lines.clear();
        run(System.Logger.Level.INFO, fault, "error_policy = \"skip\"");
        assertThat(lines).isEmpty();
    }

    @Test
    void whatFailsAtTheEndIsLogged() throws InterruptedException {
        run(System.Logger.Level.WARNING, "{\"fault\": \"unreachable\", \"in\": \"teardown\"}", "");

        assertThat(lines).singleElement().asString().startsWith("WARNING flow main: 'faulty', at its end: [E0804]");
    }

    @Test
    void theStepsOfAFlowAreForDebugging() throws InterruptedException {
        run(System.Logger.Level.DEBUG, "{\"fault\": \"unreachable\", \"at\": 100}", "");

        assertThat(lines)
                .contains("DEBUG flow main: running", "DEBUG flow main: completed")
                .contains("DEBUG flow main: 3 elements came in, 3 went out")
                .anyMatch(line -> line.matches("DEBUG flow main: node 'faulty' is faulty.wasm, compiled .*"));
    }

    @Test
    void whatAFinishedComponentHeldIsForDebugging() throws InterruptedException {
        run(System.Logger.Level.DEBUG, "{\"fault\": \"hoard\", \"at\": 2}", "");
        assertThat(lines).anyMatch(line -> line.contains("node 'faulty' is finished; taken back from it: buffer-"));
    }

    /** No flow of ours does that: it would be a defect. */
    @Test
    void whatAFlowStillHoldsAtItsEndIsAWarning() {
        var held = IntStream.range(0, 6)
                .mapToObj(n -> new ReclaimedBuffer(
                        new ResourceId(n, 1), ResourceState.BORROWED, "component-2 ('upper')", 256, 1, true))
                .toList();
        var outcome = new FlowOutcome(
                new FlowId(1),
                "main",
                FlowState.COMPLETED,
                new CancellationReason.SourceComplete(),
                Optional.empty(),
                Duration.ZERO,
                10,
                10,
                0,
                0,
                0,
                0,
                new CopyLedger.Snapshot(10, 10, 0, 0, 640, 640, 0, 0, 0),
                List.of(),
                List.of(),
                new FlowReleaseReport(held));
        new FlowLog(new KeptLog(System.Logger.Level.WARNING, lines), "main").ended(outcome);
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("WARNING flow main: buffers were still held at its end, and have been taken back: "
                        + "buffer-0:g1 (borrowed, 256 bytes, of component-2 ('upper')), buffer-1:g1")
                .contains(" and 2 more. Please report this");
    }
}
