package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
}
