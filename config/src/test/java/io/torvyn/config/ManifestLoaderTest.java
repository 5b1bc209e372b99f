package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestLoaderTest {
    @TempDir
    private Path project;

    @Test
    void aManifestIsReadFromItsFileOrItsFolder() throws IOException {
        Path file = write("Torvyn.toml", Manifests.PIPELINE);

        assertThat(Manifests.loader().load(project))
                .isEqualTo(Manifests.loader().load(file));
        assertThat(Manifests.loader().load(file).directory()).isEqualTo(project);
    }

    @Test
    void aMissingManifestSaysHowToGetOne() {
        Diagnostic finding = findings(project).getFirst();

        assertThat(finding.text())
                .isEqualTo("[E0700] there is no manifest at " + project.resolve("Torvyn.toml")
                        + " make a project with `torvyn init`, or name the file with `--manifest`");
        assertThat(finding.locations().getFirst()).hasToString("Torvyn.toml");
    }

    @Test
    void aFlowOfThePipelineFileReplacesTheInlineOneAndOtherTablesAreJoined() throws IOException {
        write("Torvyn.toml", Manifests.EVERYTHING);
        write("pipeline.toml", """
                [flow.main.nodes.a]
                component = "native:stdin"
                interface = "torvyn:streaming/source"
                [flow.main.nodes.b]
                component = "everything"
                interface = "torvyn:streaming/sink"
                [[flow.main.edges]]
                from = "a"
                to = "b"
                [runtime]
                worker_threads = 9
                [security.grants.out]
                capabilities = ["stdio:stderr"]
                [x-notes]
                anything = 1
                """);

        Manifest manifest = Manifests.loader().load(project);

        assertThat(manifest.flows()).extracting(FlowDefinition::name).containsExactly("main", "second");
        assertThat(manifest.flow("main").orElseThrow().nodes())
                .extracting(n -> n.name() + " " + n.position())
                .containsExactly("a pipeline.toml:1:1", "b pipeline.toml:4:1");
        assertThat(manifest.runtime().workerThreads()).isEqualTo(9);
        assertThat(manifest.runtime().fuelPerInvocation()).isEqualTo(5000);
        assertThat(manifest.security().grants().get("out").capabilities())
                .extracting(SecuritySettings.Grant::capability)
                .containsExactly("stdio:stderr");
    }

    @Test
    void thePipelineFileHasNoPlaceForTheProject() throws IOException {
        write("Torvyn.toml", Manifests.TORVYN + "nmae = 1");
        write("pipeline.toml", "[torvyn]\nname = \"x\"\n");

        assertThat(findings(project))
                .extracting(d -> d.code() + " " + d.locations().getFirst() + " " + d.help())
                .containsExactly(
                        "E0707 Torvyn.toml:5:1 did you mean `name`?",
                        "E0707 pipeline.toml:1:1 move it to Torvyn.toml; known here: flow, runtime, observability, security");
    }

    @Test
    void mistakesInBothFilesAreReportedTogether() throws IOException {
        write("Torvyn.toml", "name = ");
        write("pipeline.toml", "name = ");

        assertThat(findings(project))
                .extracting(d -> d.code() + " " + d.locations().getFirst())
                .containsExactly("E0701 Torvyn.toml:1:8", "E0701 pipeline.toml:1:8");
    }

    @Test
    void aFileThatIsTooLargeIsNotParsed() throws IOException {
        write("Torvyn.toml", "#".repeat(ManifestLoader.MAX_BYTES + 1));

        assertThat(findings(project))
                .extracting(Diagnostic::message)
                .containsExactly("Torvyn.toml is not valid TOML: it is larger than 262144 bytes");
    }

    @Test
    void bytesThatAreNotUtf8AreReportedWhereTheyAre() throws IOException {
        byte[] bytes = (Manifests.TORVYN + "description = \"gr?n\"").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 3] = (byte) 0xfc;
        Files.write(project.resolve("Torvyn.toml"), bytes);

        Diagnostic finding = findings(project).getFirst();
        assertThat(finding.locations().getFirst()).hasToString("Torvyn.toml:5:18");
        assertThat(finding.message()).isEqualTo("Torvyn.toml is not valid TOML: byte 0xfc is not UTF-8");
    }

    @Test
    void aByteOrderMarkAndWindowsLinesAreUnderstood() throws IOException {
        write("Torvyn.toml", "\ufeff" + Manifests.PIPELINE.replace("\n", "\r\n"));

        assertThat(Manifests.loader().load(project).flows()).hasSize(1);
    }

    @Test
    void aFileCutInsideACharacterIsReported() throws IOException {
        Files.write(project.resolve("Torvyn.toml"), new byte[] {'#', (byte) 0xc3});

        assertThat(findings(project)).extracting(d -> d.code().id()).containsExactly("E0701");
    }

    private List<Diagnostic> findings(Path place) {
        DiagnosticsException thrown = catchThrowableOfType(
                DiagnosticsException.class, () -> Manifests.loader().load(place));
        assertThat(thrown).isNotNull();
        return thrown.diagnostics();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(project.resolve(name), text);
    }
}
