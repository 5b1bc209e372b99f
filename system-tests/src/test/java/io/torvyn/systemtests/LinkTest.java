package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code torvyn link}; what it finds is the host's to test. */
class LinkTest {
    @TempDir
    private Path directory;

    @Test
    void aFlowThatLinksIsToldWithWhatItIsMadeOf() {
        assertThat(torvyn("link", "main", "--manifest", "examples/hello-world/Torvyn.toml", "--detail")
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .text())
                .startsWith("[ok] Flow \"main\" links successfully (2 components, 1 edge, 0 errors)\n")
                .contains(
                        "  source (torvyn:streaming/source, ",
                        "    imports torvyn:streaming/buffer-allocator@0.1.0 from host\n",
                        "    may stdio:stdout\n")
                .endsWith("  source:output → sink:input (queue of 64, block-producer)\n");
    }

    @Test
    void allFlowsAreToldTogether() throws IOException {
        Project.in(directory)
                .source("in", "native:stdin")
                .processor("work", "missing-import")
                .sink("out", "native:stdout")
                .write();
        Path manifest = directory.resolve("Torvyn.toml");
        Files.writeString(manifest, Files.readString(manifest) + """
                [flow.other.nodes.in]
                component = "native:stdin"
                interface = "torvyn:streaming/source"
                [flow.other.nodes.out]
                component = "native:stdout"
                interface = "torvyn:streaming/sink"
                [[flow.other.edges]]
                from = "in"
                to = "out"
                """);
        JsonNode json = torvyn("link", "--format", "json", "--detail")
                .in(directory)
                .shortLived()
                .run()
                .exitsWith(1)
                .json();

        assertThat(json.at("/success").asBoolean()).isFalse();
        assertThat(json.at("/command").asString()).isEqualTo("link");
        assertThat(json.at("/code").asString()).isEqualTo("E0200");
        assertThat(json.at("/data/all_linked").asBoolean()).isFalse();
        assertThat(json.at("/data/flows/0/linked").asBoolean()).isFalse();
        assertThat(json.at("/data/flows/0/diagnostics/0/code").asString()).isEqualTo("E0200");
        assertThat(json.at("/data/flows/1/name").asString()).isEqualTo("other");
        assertThat(json.at("/data/flows/1/linked").asBoolean()).isTrue();
        assertThat(json.at("/data/flows/1/component_count").asInt()).isEqualTo(2);
        assertThat(json.at("/data/flows/1/connections/0/from").asString()).isEqualTo("in:output");
    }

    @Test
    void componentsAreLookedForWhereTheOptionSays() throws IOException {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        assertThat(torvyn("link", "examples/hello-world", "--components", empty.toString())
                        .shortLived()
                        .run()
                        .exitsWith(2)
                        .text())
                .contains("error[E0210]", "looked for " + empty.resolve("hello-source.wasm"));
    }
}
