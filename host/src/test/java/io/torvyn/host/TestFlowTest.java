package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.Manifest;
import io.torvyn.guests.Guests;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.FlowId;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** spec/examples.md, section 8, "quickstart": a project with one component and no flow can be tried out. */
@Timeout(30)
class TestFlowTest {
    private static final String PROJECT = """
            [torvyn]
            name = "tried"
            version = "0.1.0"
            contract_version = "0.1.0"
            """;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TorvynHost host(String more) throws Exception {
        Path manifest = Files.writeString(directory.resolve(Manifest.FILE_NAME), PROJECT + more);
        return TorvynHost.builder(Manifest.load(manifest))
                .tryingOut()
                .streams(new StandardStreams(InputStream.nullInputStream(), out, OutputStream.nullOutputStream()))
                .build();
    }

    private static FlowOptions limit(long elements) {
        return new FlowOptions(FlowOverrides.NONE, OptionalLong.of(elements), Optional.empty());
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aProcessorRunsBetweenATestSourceAndAPrintingSink() throws Exception {
        Files.write(directory.resolve("tried.wasm"), Guests.bytes("upper"));
        try (TorvynHost host = host("")) {
            FlowId flow = host.startFlow("main", limit(3));
            host.await(flow);

            assertThat(lines()).containsExactly("HELLO, TORVYN! (1)", "HELLO, TORVYN! (2)", "HELLO, TORVYN! (3)");
            assertThat(host.warnings(flow)).singleElement().satisfies(hint -> {
                assertThat(hint.level()).isEqualTo(Diagnostic.Level.HINT);
                assertThat(hint.message())
                        .isEqualTo("the project defines no flow; this was native:generator → tried → native:print");
            });
        }
    }

    @Test
    void aSourceNeedsTheSinkOnly() throws Exception {
        Files.write(directory.resolve("tried.wasm"), Guests.bytes("hello-source"));
        try (TorvynHost host = host("")) {
            host.await(host.startFlow("main", limit(2)));
        }
        assertThat(lines()).containsExactly("Hello, World! (message 1)", "Hello, World! (message 2)");
    }

    @Test
    void theInputCanBeMadeAsLongAsWanted() throws Exception {
        Files.write(directory.resolve("tried.wasm"), Guests.bytes("copy"));
        try (TorvynHost host = host("")) {
            var overrides = new FlowOverrides(Optional.of("generator:2"), Optional.empty(), List.of());
            host.await(host.startFlow("main", new FlowOptions(overrides, OptionalLong.empty(), Optional.empty())));
        }
        assertThat(lines()).containsExactly("Hello, Torvyn! (1)", "Hello, Torvyn! (2)");
    }

    @Test
    void aComponentThatIsNotBuiltIsLookedForWhereItBelongs() throws Exception {
        try (TorvynHost host = host("")) {
            assertThatThrownBy(() -> host.startFlow("main"))
                    .hasMessageContaining("[E0210]")
                    .hasMessageContaining("'tried'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "mian"})
    void noOtherFlowIsMadeUp(String name) throws Exception {
        try (TorvynHost host = host("")) {
            assertThatThrownBy(() -> host.startFlow(name)).hasMessageContaining("[E0005]");
        }
    }

    @Test
    void ofSeveralComponentsNobodyKnowsWhichIsMeant() throws Exception {
        try (TorvynHost host = host("""
                [[component]]
                name = "a"
                path = "a"
                [[component]]
                name = "b"
                path = "b"
                """)) {
            assertThatThrownBy(() -> host.startFlow("main")).hasMessageContaining("[E0005]");
        }
    }

    private static String node(String name, String component, String stage) {
        return """
                [flow.main.nodes.%s]
                component = "%s"
                interface = "torvyn:streaming/%s"
                """.formatted(name, component, stage);
    }

    private static String edge(String from, String to) {
        return "[[flow.main.edges]]\nfrom = \"%s\"\nto = \"%s\"\n".formatted(from, to);
    }

    private void prints(String flow, String message, String... expected) throws Exception {
        try (TorvynHost host = host(flow)) {
            FlowId id = host.startFlow("main", limit(expected.length));
            host.await(id);

            assertThat(lines()).containsExactly(expected);
            assertThat(host.warnings(id)).singleElement().satisfies(hint -> {
                assertThat(hint.level()).isEqualTo(Diagnostic.Level.HINT);
                assertThat(hint.message()).isEqualTo(message);
                assertThat(hint.locations()).isNotEmpty();
            });
        }
    }

    @Test
    void aFlowWithoutASourceGetsOne() throws Exception {
        Files.write(directory.resolve("upper.wasm"), Guests.bytes("upper"));
        prints(
                node("loud", "upper.wasm", "processor") + node("out", "native:print", "sink") + edge("loud", "out"),
                "flow `main` has no source; native:generator stood in for it, for trying it out",
                "HELLO, TORVYN! (1)",
                "HELLO, TORVYN! (2)");
    }

    @Test
    void aFlowWithoutASinkGetsOneBehindEverythingThatGoesNowhere() throws Exception {
        Files.write(directory.resolve("upper.wasm"), Guests.bytes("upper"));
        prints(
                node("in", "native:generator", "source") + node("loud", "upper.wasm", "processor") + edge("in", "loud"),
                "flow `main` has no sink; native:print stood in for it, for trying it out",
                "HELLO, TORVYN! (1)");
    }

    @Test
    void aFlowWithoutEitherGetsBoth() throws Exception {
        Files.write(directory.resolve("upper.wasm"), Guests.bytes("upper"));
        Files.write(directory.resolve("copy.wasm"), Guests.bytes("copy"));
        prints(
                node("loud", "upper.wasm", "processor") + node("same", "copy.wasm", "processor") + edge("loud", "same"),
                "flow `main` has no source and no sink; native:generator and native:print stood in for them, for trying it out",
                "HELLO, TORVYN! (1)");
    }

    @Test
    void oneNodeIsAFlowToTryOut() throws Exception {
        prints(
                node("in", "native:generator", "source"),
                "flow `main` has no sink; native:print stood in for it, for trying it out",
                "Hello, Torvyn! (1)");
        try (TorvynHost host = host(node("in", "native:generator", "source"))) {
            assertThat(host.link("main").errors())
                    .extracting(Diagnostic::message)
                    .containsExactly("flow `main` has no sink", "node `in` is joined to nothing");
        }
    }

    @Test
    void whatIsWrongWithAFlowOtherwiseStaysWrong() throws Exception {
        try (TorvynHost host = host(node("in", "native:generator", "source")
                + node("out", "native:print", "sink")
                + node("lost", "native:print", "sink")
                + edge("in", "out"))) {
            assertThatThrownBy(() -> host.startFlow("main")).hasMessageContaining("`lost` is joined to nothing");
        }
    }

    /** An application that runs a flow means it. */
    @Test
    void nothingStandsInForAnythingUnlessItIsAskedFor() throws Exception {
        Files.write(directory.resolve("tried.wasm"), Guests.bytes("upper"));
        Path manifest = Files.writeString(
                directory.resolve(Manifest.FILE_NAME), PROJECT + node("in", "native:generator", "source"));
        try (TorvynHost host = TorvynHost.builder(Manifest.load(manifest)).build()) {
            assertThatThrownBy(() -> host.startFlow("main", limit(1)))
                    .hasMessageContaining("flow `main` has no sink")
                    .hasMessageContaining("E0205");
            assertThat(host.link("main", FlowOverrides.NONE).errors()).isNotEmpty();
        }
        Files.writeString(manifest, PROJECT);
        try (TorvynHost host = TorvynHost.builder(Manifest.load(manifest)).build()) {
            assertThatThrownBy(() -> host.startFlow("main", limit(1))).hasMessageContaining("[E0005]");
        }
    }

    @Test
    void linkingRefusesWhatIsForTryingOutOnly() throws Exception {
        try (TorvynHost host = host(node("in", "native:generator", "source")
                + node("next", "native:generator", "source")
                + edge("in", "next"))) {
            assertThat(host.link("main").errors())
                    .extracting(Diagnostic::message)
                    .contains("flow `main` has no sink");
        }
    }
}
