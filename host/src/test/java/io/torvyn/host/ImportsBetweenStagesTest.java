package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.guests.Guests;
import io.torvyn.linker.LinkedStage;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.FlowState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** spec/runtime.md, section 8: what the host does not provide comes from the one stage before that exports it. */
@Timeout(60)
class ImportsBetweenStagesTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void guests() throws IOException {
        for (String guest : List.of("tally-filter", "even-filter", "copy")) {
            Files.write(directory.resolve(guest + ".wasm"), Guests.bytes(guest));
        }
    }

    private static String node(String name, String component, String role) {
        return """
                [flow.main.nodes.%s]
                component = "%s"
                interface = "torvyn:%s"
                """.formatted(name, component, role);
    }

    /** Lines of the standard input through the nodes that are given, and out again; one element at a time. */
    private Project flow(String nodes, String... edges) {
        StringBuilder text = new StringBuilder(node("in", "native:stdin", "streaming/source"))
                .append(node("out", "native:stdout", "streaming/sink"))
                .append(nodes);
        for (String edge : edges) {
            String[] ends = edge.split(" ", -1);
            text.append(
                    "[[flow.main.edges]]\nfrom = \"%s\"\nto = \"%s\"\nqueue_depth = 1\n".formatted(ends[0], ends[1]));
        }
        return new Project(directory).flow("main").more(text.toString());
    }

    private static final String TALLY = node("tally", "tally-filter.wasm", "filtering/filter");
    private static final String EVEN = node("even", "even-filter.wasm", "filtering/filter");

    private static List<String> refusals(Project project) {
        try (TorvynHost host = project.host().build()) {
            List<String> texts = new ArrayList<>();
            assertThatThrownBy(() -> host.startFlow("main"))
                    .isInstanceOfSatisfying(DiagnosticsException.class, e -> e.diagnostics().stream()
                            .map(Diagnostic::toString)
                            .forEach(texts::add));
            return texts;
        }
    }

    @Test
    void aStageImportsWhatTheOneBeforeItExports() throws InterruptedException {
        Project project =
                flow(TALLY + EVEN, "in tally", "tally even", "even out").input("a\nb\nc\nd\ne\n");
        try (TorvynHost host = project.host().build()) {
            List<LinkedStage> stages =
                    host.link("main", Optional.empty()).orThrow().stages();
            assertThat(stages)
                    .filteredOn(stage -> stage.name().equals("even"))
                    .singleElement()
                    .satisfies(stage -> assertThat(stage.imports()).anySatisfy(wanted -> {
                        assertThat(wanted.name()).isEqualTo("acme:tally/tally@1.0.0");
                        assertThat(wanted.provider()).hasToString("node tally");
                    }));

            assertThat(host.await(host.startFlow("main")).state()).isEqualTo(FlowState.COMPLETED);
        }
        assertThat(project.out()).isEqualTo("b\nd\n");
    }

    @Test
    void twoThatExportItAreOneTooMany() {
        String second = node("second", "tally-filter.wasm", "filtering/filter");

        assertThat(refusals(
                        flow(TALLY + second + EVEN, "in tally", "in second", "tally even", "second even", "even out")))
                .singleElement()
                .asString()
                .contains("E0206", "node `even`", "`tally`, `second`", "acme:tally/tally@1.0.0");
    }

    @Test
    void oneThatDoesNotFeedTheStageIsNotAsked() {
        String between = node("between", "copy.wasm", "streaming/processor");

        assertThat(refusals(flow(TALLY + between + EVEN, "in tally", "tally between", "between even", "even out")))
                .singleElement()
                .asString()
                .contains("E0200", "`even-filter.wasm` imports acme:tally/tally@1.0.0");
    }

    /** Who imports holds on to the instance that it was given, also when that is finished. */
    @Test
    void aStageThatAnotherImportsFromCannotBeRestarted() {
        String restarted = TALLY + "restart = { max = 1, window = \"1m\" }\n";

        assertThat(refusals(flow(restarted + EVEN, "in tally", "tally even", "even out")))
                .singleElement()
                .asString()
                .contains(
                        "E0704",
                        "node `tally` cannot be restarted: `even` imports acme:tally/tally@1.0.0 from its instance");
    }

    /** One instance is entered by one thread at a time, and it is entered from the other's calls too. */
    @Test
    void stagesThatShareAnInstanceHaveNoThreadsOfTheirOwn() {
        String parallel = "parallelism = \"stage\"\n";

        assertThat(refusals(flow(TALLY + parallel + EVEN, "in tally", "tally even", "even out")))
                .singleElement()
                .asString()
                .contains("E0704", "node `tally` cannot be called on a thread of its own: it shares an instance");
        assertThat(refusals(flow(TALLY + EVEN + parallel, "in tally", "tally even", "even out")))
                .singleElement()
                .asString()
                .contains("E0704", "node `even` cannot be called on a thread of its own: it shares an instance");
    }

    /** The export has no such function: known before there is an instance. */
    @Test
    void whatTheTwoSeeDifferentlyIsToldBeforeTheStart() throws IOException {
        String text = new String(Guests.bytes("tally-filter"), StandardCharsets.ISO_8859_1);
        Files.write(
                directory.resolve("tally-filter.wasm"),
                text.replace("count", "total").getBytes(StandardCharsets.ISO_8859_1));

        assertThat(refusals(flow(TALLY + EVEN, "in tally", "tally even", "even out")))
                .singleElement()
                .asString()
                .contains("E0201", "node `even` imports from node `tally`", "acme:tally/tally@1.0.0#count");
    }
}
