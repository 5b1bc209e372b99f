package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.StageReport;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Failure as a manifest has it, with real guests. */
class FailuresTest {
    private static final String LETTERS_TO_A_FILE = """

            [flow.main.nodes.letters]
            component = "native:file"
            interface = "torvyn:streaming/sink"
            config = '{"path": "letters.jsonl"}'
            """;

    @TempDir
    private Path directory;

    private final List<String> warnings = new CopyOnWriteArrayList<>();

    private FlowOutcome run(Project project) throws InterruptedException {
        return run(project, FlowOptions.NONE);
    }

    private FlowOutcome run(Project project, FlowOptions options) throws InterruptedException {
        try (TorvynHost host = project.host()
                .logger(new KeptLog(System.Logger.Level.WARNING, warnings))
                .build()) {
            FlowId id = host.startFlow("main", options);
            FlowOutcome outcome = host.await(id);
            assertThat(outcome.leaked().reclaimed()).isEmpty();
            assertThat(host.liveBuffers()).isZero();
            return outcome;
        }
    }

    private List<JsonNode> letters() throws IOException {
        return Files.readAllLines(directory.resolve("letters.jsonl")).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private static StageReport stage(FlowOutcome outcome, String name) {
        return outcome.stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void deadLettersGoToAFileOneOnEachLine() throws Exception {
        Project project = new Project(directory)
                .input("one\ntwo\nthree\nfour\n")
                .flow("main")
                .source("native:stdin", "")
                .processor(
                        "faulty",
                        "{\"fault\": \"invalid-input\", \"at\": 2, \"times\": 2, \"text\": \"no such colour\"}")
                .more("error_policy = { kind = \"dead-letter\", sink = \"letters\" }")
                .sink("native:stdout", "")
                .more(LETTERS_TO_A_FILE);
        FlowOutcome outcome = run(project);

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(project.out()).isEqualTo("one\nfour\n");
        assertThat(letters()).hasSize(2).first().satisfies(letter -> {
            assertThat(letter.get("error").asString())
                    .isEqualTo("Component 'faulty' answered an error in process: invalid_input: no such colour.");
            assertThat(letter.get("code").asString()).isEqualTo("E0420");
            assertThat(letter.get("component").asString()).isEqualTo("faulty");
            assertThat(letter.get("sequence").asLong()).isEqualTo(1);
            assertThat(letter.get("trace").get("trace_id").asString()).matches("[0-9a-f]{32}");
            assertThat(letter.get("trace").get("span_id").asString()).matches("[0-9a-f]{16}");
            assertThat(Base64.getDecoder().decode(letter.get("payload_base64").asString()))
                    .asString()
                    .isEqualTo("two\n");
        });
        assertThat(outcome.deadLettered()).isEqualTo(2);
        assertThat(stage(outcome, "faulty").deadLettered()).isEqualTo(2);
        assertThat(outcome.streams())
                .anySatisfy(stream -> assertThat(stream.from() + " -> " + stream.to() + ": " + stream.transferred())
                        .isEqualTo("faulty -> letters: 2"));
        assertThat(outcome.pulled()).isEqualTo(4);
    }

    @Test
    void aComponentTakesDeadLettersAsAnySinkDoes() throws Exception {
        Project project = new Project(directory)
                .flow("main", "error_policy = { kind = \"dead-letter\", sink = \"letters\" }")
                .source("source", "{\"count\": 500, \"size\": 64}")
                .processor("faulty", "{\"fault\": \"internal\", \"at\": 100, \"times\": 300}")
                .sink("sink", "")
                .more("""

                        [flow.main.nodes.letters]
                        component = "%s"
                        interface = "torvyn:streaming/sink"
                        """.formatted(beside("tally-sink")));
        FlowOutcome outcome = run(project);

        assertThat(outcome.failure().orElseThrow().message())
                .matches("Component 'letters' answered an error in complete: internal: "
                        + "elements=300 read=\\d+ first=99 last=398\\.");
        assertThat(outcome.deadLettered()).isEqualTo(300);
        assertThat(outcome.elements()).isEqualTo(200);
        assertThat(outcome.discarded()).isZero();
    }

    private String beside(String guest) throws IOException {
        Files.write(directory.resolve(guest + ".wasm"), io.torvyn.guests.Guests.bytes(guest));
        return guest + ".wasm";
    }

    @Test
    void anElementThatMakesItsComponentTrapIsDeadLettered() throws Exception {
        Project project = new Project(directory)
                .input("one\ntwo\nthree\nfour\n")
                .flow("main")
                .source("native:stdin", "")
                .processor("faulty", "{\"fault\": \"unreachable\", \"at\": 3}")
                .more("error_policy = { kind = \"dead-letter\", sink = \"letters\" }")
                .sink("native:stdout", "")
                .more(LETTERS_TO_A_FILE);
        FlowOutcome outcome = run(project);

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(project.out()).isEqualTo("one\ntwo\n");
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.get("code").asString()).isEqualTo("E0804");
            assertThat(letter.get("sequence").asLong()).isEqualTo(2);
        });
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.deadLettered() + outcome.discarded());
    }

    /** Whatever finishes an instance; each one does so at its third element. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "unreachable, E0804",
        "keep-borrow, E0804",
        "recurse, E0812",
        "spin, E0811",
        "fatal, E0420",
    })
    void aComponentThatIsFinishedIsReplacedByAFreshInstance(String fault, String code) throws Exception {
        Project project = new Project(directory)
                .input("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")
                .flow("main")
                .source("native:stdin", "")
                .processor("faulty", "{\"fault\": \"%s\", \"at\": 3}".formatted(fault))
                .more("restart = { max = 3, window = \"1m\" }\ntimeout_ms = 200")
                .sink("native:stdout", "");
        FlowOutcome outcome = run(project);

        assertThat(outcome.failure()).isEmpty();
        assertThat(project.out()).isEqualTo("1\n2\n4\n5\n7\n8\n10\n");
        assertThat(outcome.lost()).isEqualTo(3);
        assertThat(outcome.restarts()).isEqualTo(3);
        assertThat(outcome.errors()).isEqualTo(3);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.lost());
        assertThat(stage(outcome, "faulty").restarts()).isEqualTo(3);
        assertThat(warnings).filteredOn(line -> line.contains("[" + code + "]")).hasSize(3);
    }

    @Test
    void fuelThatIsUsedUpFinishesAnInstanceToo() throws Exception {
        Project project = new Project(directory)
                .input("1\n2\n3\n4\n")
                .flow("main")
                .source("native:stdin", "")
                .processor("faulty", "{\"fault\": \"spin\", \"at\": 3}")
                .more("restart = { max = 3, window = \"1m\" }\nfuel_budget = 1000000\ntimeout_ms = 60000")
                .sink("native:stdout", "");
        FlowOutcome outcome = run(project);

        assertThat(outcome.failure()).isEmpty();
        assertThat(project.out()).isEqualTo("1\n2\n4\n");
        assertThat(outcome.restarts()).isEqualTo(1);
    }

    @Test
    void whatIsRestartedTooOftenFailsTheFlow() throws Exception {
        Project project = new Project(directory)
                .input("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")
                .flow("main")
                .source("native:stdin", "")
                .processor("faulty", "{\"fault\": \"unreachable\", \"at\": 3}")
                .more(
                        "restart = { max = 2, window = \"1m\" }\nerror_policy = { kind = \"dead-letter\", sink = \"letters\" }")
                .sink("native:stdout", "")
                .more(LETTERS_TO_A_FILE);
        FlowOutcome outcome = run(project);

        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.TRAP);
        assertThat(project.out()).isEqualTo("1\n2\n4\n5\n7\n8\n");
        assertThat(letters())
                .extracting(letter -> letter.get("sequence").asLong())
                .containsExactly(2L, 5L, 8L);
        assertThat(outcome.deadLettered()).isEqualTo(3);
        assertThat(outcome.lost()).isZero();
        assertThat(warnings)
                .last()
                .asString()
                .startsWith("WARNING flow main: node 'faulty', element 8: [E0804]")
                .endsWith("It has been restarted as often as it may, and the flow ends.");
    }

    @Test
    void onlyComponentsAreRestarted() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("native:stdin", "")
                .more("restart = { max = 2, window = \"1m\" }")
                .sink("native:stdout", "");
        try (TorvynHost host = project.host().build()) {
            assertThat(host.link("main").errors()).singleElement().satisfies(error -> assertThat(error.message())
                    .isEqualTo("node `source` is the native stage `stdin`, and only components are restarted"));
        }
    }

    /** There is no element that a letter could be about, so the log has to tell of it. */
    @Test
    void aSourcesErrorIsAWarningWhereLettersAreWritten() throws Exception {
        Project project = new Project(directory)
                .flow("main", "error_policy = { kind = \"dead-letter\", sink = \"letters\" }")
                .source("faulty-source", "{\"fault\": \"unavailable\", \"at\": 2, \"times\": 2, \"text\": \"no line\"}")
                .sink("native:stdout", "")
                .more(LETTERS_TO_A_FILE);
        FlowOutcome outcome = run(project, new FlowOptions(FlowOverrides.NONE, OptionalLong.of(5), Optional.empty()));

        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.errors()).isEqualTo(2);
        assertThat(outcome.deadLettered()).isZero();
        assertThat(outcome.pulled()).isEqualTo(outcome.elements());
        assertThat(stage(outcome, "source").skipped()).isEqualTo(2);
        assertThat(letters()).isEmpty();
        assertThat(warnings)
                .hasSize(2)
                .containsOnly("WARNING flow main: node 'source', without an element: unavailable: no line;"
                        + " there is nothing that could go to 'letters', and the flow goes on");
    }

    @Test
    void soIsTheErrorOfAFlush() throws Exception {
        Project project = new Project(directory)
                .input("one\ntwo\nthree\n")
                .flow("main", "error_policy = { kind = \"dead-letter\", sink = \"letters\" }")
                .source("native:stdin", "")
                .aggregator("batch", "{\"size\": 2, \"refuse\": 1}")
                .sink("native:stdout", "")
                .more(LETTERS_TO_A_FILE);
        FlowOutcome outcome = run(project);

        assertThat(outcome.failure()).isEmpty();
        assertThat(project.out()).isEqualTo("one\ntwo\n");
        assertThat(outcome.errors()).isOne();
        assertThat(letters()).isEmpty();
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("WARNING flow main: node 'batch', without an element: unavailable")
                .endsWith("there is nothing that could go to 'letters', and the flow goes on");
    }

    @Test
    void anInitThatAnswersAnErrorKeepsTheFlowFromStarting() {
        Project project = new Project(directory)
                .input("one\n")
                .flow("main", "error_policy = { kind = \"dead-letter\", sink = \"letters\" }")
                .source("native:stdin", "")
                .processor("faulty", "{\"fault\": \"invalid-input\", \"in\": \"init\", \"text\": \"no such mode\"}")
                .sink("native:stdout", "")
                .more(LETTERS_TO_A_FILE);
        assertThatThrownBy(() -> run(project))
                .hasMessageContaining("[E0420] flow 'main' could not start (lifecycle.init)")
                .hasMessageContaining("no such mode");
    }
}
