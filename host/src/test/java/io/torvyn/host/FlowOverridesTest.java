package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.ComponentReference;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class FlowOverridesTest {
    private static final String MANIFEST = """
            [torvyn]
            name = "demo"
            version = "0.1.0"
            contract_version = "0.1.0"

            [[component]]
            name = "grep"
            path = "grep"

            [flow.main.nodes.in]
            component = "native:file"
            interface = "torvyn:streaming/source"
            config = '{"path": "some.log", "framing": "chunks", "max_line": 99}'

            [flow.main.nodes.first]
            component = "grep"
            interface = "torvyn:streaming/processor"
            config = '{"pattern": "ERROR", "deep": {"a": 1}}'

            [flow.main.nodes.second]
            component = "grep"
            interface = "torvyn:streaming/processor"
            config = "plain text"

            [flow.main.nodes.out]
            component = "native:stdout"
            interface = "torvyn:streaming/sink"

            [[flow.main.edges]]
            from = "in:output"
            to = "first:input"
            [[flow.main.edges]]
            from = "first:output"
            to = "second:input"
            [[flow.main.edges]]
            from = "second:output"
            to = "out:input"
            """;

    @TempDir
    private Path directory;

    private Manifest manifest;

    @BeforeEach
    void load() throws Exception {
        manifest = Manifest.load(Files.writeString(directory.resolve(Manifest.FILE_NAME), MANIFEST));
    }

    private FlowDefinition apply(String input, String output, String... config) {
        return new FlowOverrides(Optional.ofNullable(input), Optional.ofNullable(output), List.of(config))
                .apply(manifest, manifest.flow("main").orElseThrow());
    }

    private static String config(FlowDefinition flow, String node) {
        return flow.node(node).flatMap(NodeDefinition::config).orElse("(none)");
    }

    private static void assertJson(String actual, String expected) {
        assertThat(JsonMapper.shared().readTree(actual))
                .isEqualTo(JsonMapper.shared().readTree(expected));
    }

    @Test
    void aFileIsNotWrittenWhileItIsRead() throws Exception {
        Path log = Files.writeString(directory.resolve("some.log"), "a line\n");

        assertThatThrownBy(() ->
                        apply(log.toString(), directory.resolve("./some.log").toString()))
                .isInstanceOfSatisfying(
                        DiagnosticsException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.USAGE_ERROR))
                .hasMessageContaining("the same file");
        assertThat(log).hasContent("a line\n");
    }

    @Test
    void withoutOverridesNothingChanges() {
        FlowDefinition flow = manifest.flow("main").orElseThrow();
        assertThat(FlowOverrides.NONE.apply(manifest, flow)).isEqualTo(flow);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            first=whole new          | first  | whole new
            first=                   | first  | ''
            first=a=b=c              | first  | a=b=c
            grep=both                | first  | both
            grep=both                | second | both
            out=also a sink          | out    | also a sink
            first={"pattern": "x"}   | first  | {"pattern": "x"}
            first=1                  | second | plain text
            """)
    void aNodeOrComponentGetsAWholeNewConfiguration(String override, String node, String config) {
        assertThat(config(apply(null, null, override), node)).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            first.pattern=WARN       | first | {"pattern": "WARN", "deep": {"a": 1}}
            first.pattern=           | first | {"pattern": "", "deep": {"a": 1}}
            first.pattern=12 monkeys | first | {"pattern": "12 monkeys", "deep": {"a": 1}}
            first.pattern=007        | first | {"pattern": "007", "deep": {"a": 1}}
            first.new=5              | first | {"pattern": "ERROR", "deep": {"a": 1}, "new": 5}
            first.new=true           | first | {"pattern": "ERROR", "deep": {"a": 1}, "new": true}
            first.new="5"            | first | {"pattern": "ERROR", "deep": {"a": 1}, "new": "5"}
            first.deep.a=[1,2]       | first | {"pattern": "ERROR", "deep": {"a": [1, 2]}}
            first.deep.b=x           | first | {"pattern": "ERROR", "deep": {"a": 1, "b": "x"}}
            first.p.q.r=1.5          | first | {"pattern": "ERROR", "deep": {"a": 1}, "p": {"q": {"r": 1.5}}}
            out.append=true          | out   | {"append": true}
            pattern=WARN             | first | {"pattern": "WARN", "deep": {"a": 1}}
            k=v                      | in    | {"path": "some.log", "framing": "chunks", "max_line": 99, "k": "v"}
            """)
    void aKeyIsSetInAJsonConfiguration(String override, String node, String config) {
        assertJson(config(apply(null, null, override), node), config);
    }

    @Test
    void aBareKeyLeavesAloneWhatIsNoJsonObject() {
        FlowDefinition flow = apply(null, null, "k=v");
        assertThat(config(flow, "second")).isEqualTo("plain text");
        assertThat(config(flow, "out")).isEqualTo("(none)");
    }

    @Test
    void overridesAreAppliedInOrder() {
        FlowDefinition flow = apply(null, null, "first={\"a\": 1}", "first.b=2", "b=3", "second={}", "second.c=4");
        assertJson(config(flow, "first"), "{\"a\": 1, \"b\": 3}");
        assertJson(config(flow, "second"), "{\"c\": 4}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nonsense         | it is not of the form KEY=VALUE
            =value           | it is not of the form KEY=VALUE
            ''               | it is not of the form KEY=VALUE
            third.a=1        | flow 'main' of demo has no node or component 'third'
            .a=1             | a key in it is empty
            second.a=1       | the config of 'second' is no JSON object
            grep.a=1         | the config of 'second' is no JSON object
            first.=1         | a key in it is empty
            first.deep..a=1  | a key in it is empty
            """)
    void whatNamesNothingIsRefused(String override, String reason) {
        assertThatThrownBy(() -> apply(null, null, override)).isInstanceOfSatisfying(DiagnosticsException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.USAGE_ERROR);
            assertThat(e.failure().code().id()).isEqualTo("E0004");
            assertThat(e.failure().message()).isEqualTo("`--config " + override + "` cannot be applied: " + reason);
            assertThat(e.failure().help()).contains("NODE.KEY=VALUE");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            frist.pattern=x           | Did you mean `first.pattern`?
            gerp.pattern=x            | Did you mean `grep.pattern`?
            runtime.worker_thread=1   | Did you mean `runtime.worker_threads`?
            observability.levle=off   | Did you mean `observability.level`?
            """)
    void theNearestNodeOrKeyIsNamed(String override, String help) {
        assertThatThrownBy(() -> apply(null, null, override))
                .isInstanceOfSatisfying(
                        DiagnosticsException.class,
                        e -> assertThat(e.failure().help()).isEqualTo(help));
    }

    @Test
    void anotherInputKeepsFramingAndTheLongestLine() {
        for (String standard : List.of("-", "stdin")) {
            FlowDefinition flow = apply(standard, null);
            assertThat(flow.node("in").orElseThrow().component()).isEqualTo(new ComponentReference.Native("stdin"));
            assertJson(config(flow, "in"), "{\"framing\": \"chunks\", \"max_line\": 99}");
            assertThat(flow.node("out"))
                    .isEqualTo(manifest.flow("main").orElseThrow().node("out"));
        }
    }

    @Test
    void aFileIsRelativeToTheWorkingDirectoryNotToTheManifest() {
        FlowDefinition flow = apply("logs/a.log", "out.txt");
        assertThat(flow.node("in").orElseThrow().component()).isEqualTo(new ComponentReference.Native("file"));
        assertThat(flow.node("out").orElseThrow().component()).isEqualTo(new ComponentReference.Native("file"));
        String here = Path.of("").toAbsolutePath().toString();
        assertJson(
                config(flow, "in"),
                "{\"framing\": \"chunks\", \"max_line\": 99, \"path\": \"%s/logs/a.log\"}".formatted(here));
        assertJson(config(flow, "out"), "{\"path\": \"%s/out.txt\"}".formatted(here));
    }

    @Test
    void whatAStageOfAnotherKindWasToldIsNotForTheFile() {
        FlowDefinition flow = manifest.flow("main").orElseThrow();
        NodeDefinition numbers = flow.node("in")
                .orElseThrow()
                .withComponent(new ComponentReference.Native("numbers"))
                .withConfig("{\"count\": 3, \"framing\": \"lines\"}");
        FlowDefinition changed = new FlowOverrides(Optional.of("/a"), Optional.empty(), List.of())
                .apply(manifest, flow.withNode(numbers));
        assertJson(config(changed, "in"), "{\"framing\": \"lines\", \"path\": \"/a\"}");
    }

    @Test
    void whatAComponentWasToldIsNotForTheFile() throws Exception {
        var project = new Project(directory)
                .flow("main")
                .source("source", "{\"count\": 1000000}")
                .processor("upper", "")
                .sink("sink", "{\"report\": 1}");
        Path in = Files.writeString(directory.resolve("in.txt"), "a\nb\n\u00e4c");
        Path out = directory.resolve("out.txt");
        try (TorvynHost host = project.host().build()) {
            var overrides = new FlowOverrides(Optional.of(in.toString()), Optional.of(out.toString()), List.of());
            var outcome = host.await(
                    host.startFlow("main", new FlowOptions(overrides, OptionalLong.empty(), Optional.empty())));
            assertThat(outcome.elements()).isEqualTo(3);
            assertThat(out).hasContent("A\nB\n\u00e4C");

            var standard = new FlowOverrides(Optional.of(in.toString()), Optional.of("-"), List.of());
            host.await(host.startFlow("main", new FlowOptions(standard, OptionalLong.of(2), Optional.empty())));
            assertThat(project.out()).isEqualTo("A\nB\n");
        }
    }
}
