package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.StageReport;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    private FlowOutcome run(Project project) throws InterruptedException {
        try (TorvynHost host = project.host().build()) {
            FlowId id = host.startFlow("main");
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
            assertThat(letter.get("trace").isNull()).isTrue();
            assertThat(Base64.getDecoder().decode(letter.get("payload_base64").asString()))
                    .asString()
                    .isEqualTo("two\n");
        });
        assertThat(outcome.deadLettered()).isEqualTo(2);
        assertThat(stage(outcome, "faulty").deadLettered()).isEqualTo(2);
        assertThat(outcome.streams())
                .anySatisfy(stream -> assertThat(stream.from() + " -> " + stream.to() + ": " + stream.transferred())
                        .isEqualTo("faulty -> letters: 2"));
        // Five written, three read by what printed them or failed, and two letters.
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
}
