package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.bash;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.guests.Guests;
import io.torvyn.systemtests.TorvynProcess.Ended;
import io.torvyn.systemtests.TorvynProcess.Running;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code torvyn init} and {@code torvyn build}; what they write is built for real by {@code scripts/try-init}. */
class ProjectCommandsTest {
    @TempDir
    private Path folder;

    private void manifest(String command) throws IOException {
        Files.write(folder.resolve("copy.bin"), Guests.bytes("copy"));
        Files.writeString(folder.resolve("Torvyn.toml"), """
                [torvyn]
                name = "mine"
                version = "0.1.0"
                contract_version = "0.1.0"

                [[component]]
                name = "same"
                path = "."
                build_command = "%s"
                """.formatted(command));
    }

    @Test
    void aProjectIsMadeAndToldOf() {
        assertThat(torvyn("init", "mine", "--no-git")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .text())
                .startsWith("[ok] Created project \"mine\" with template \"transform\"\n\nmine\n├── .gitignore\n")
                .contains("│   └── lib.rs\n", "Next:\n  cd mine\n  torvyn check\n  torvyn build\n");
        assertThat(folder.resolve("mine/Torvyn.toml")).exists();
        assertThat(folder.resolve("mine/.git")).doesNotExist();
        assertThat(torvyn("init", "mine")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(1)
                        .stderr())
                .contains("error[E0003]: the folder ", "mine is not empty", "--force");
    }

    @Test
    void asJsonItTellsEveryFileAndWhatItLeftAsItWas() throws IOException {
        Path project = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(project.resolve("README.md"), "mine");

        JsonNode made = torvyn("init", "--force", "--format", "json", "--template", "sink", "--no-git")
                .in(project)
                .shortLived()
                .run()
                .exitsWith(0)
                .json();

        assertThat(made.at("/data/template").asString()).isEqualTo("sink");
        assertThat(made.at("/data/files_created").toString())
                .contains("\"wit/world.wit\"")
                .doesNotContain("README");
        assertThat(made.at("/warnings/0").asString()).isEqualTo("README.md was there already, and is as it was");
        assertThat(project.resolve("README.md")).hasContent("mine");
    }

    @Test
    void questionsAreAskedForWhatIsNotGiven() {
        assertThat(torvyn("init", "--interactive", "--no-git", "--quiet")
                        .in(folder)
                        .stdin("asked\nempty\n\n")
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .stderr())
                .contains("Project name [", "Template [transform]: ", "Language (rust");
        assertThat(folder.resolve("asked/Torvyn.toml")).content().contains("name = \"asked\"");
    }

    @Test
    void whatCannotBeMadeIsRefusedWithWhatCan() {
        assertThat(torvyn("init", "9lives")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(2)
                        .stderr())
                .contains("error[E0004]: a project cannot be called `9lives`", "`lives` would do");
        assertThat(torvyn("init", "mine", "--template", "sinc")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(1)
                        .stderr())
                .isEqualTo("error[E0004]: there is no template `sinc`\n  help: Did you mean `sink`?\n");
        assertThat(torvyn("init", "mine", "--language", "go")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(1)
                        .stderr())
                .contains("there are no templates for Go yet, only for rust, c, javascript, python", "build_command");
        assertThat(torvyn("init", "mine", "--contract-version", "9.0.0")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(2)
                        .stderr())
                .contains("there is no contract version `9.0.0`; this Torvyn brings 0.1.0");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aComponentIsBuiltAndToldOf() throws IOException {
        manifest("cp copy.bin same.wasm");

        JsonNode built = torvyn("build", "--format", "json")
                .in(folder)
                .shortLived()
                .run()
                .exitsWith(0)
                .json();

        assertThat(built.at("/data/components/0/name").asString()).isEqualTo("same");
        assertThat(built.at("/data/components/0/size_bytes").asInt()).isEqualTo(Guests.bytes("copy").length);
        assertThat(folder.resolve(".torvyn/build/same.wasm")).hasBinaryContent(Guests.bytes("copy"));
    }

    @Test
    void aBuildThatFailsSaysWhatItsToolSaid() throws IOException {
        manifest("echo line 3 is wrong >&2; exit 4");

        assertThat(torvyn("build").in(folder).shortLived().run().exitsWith(2).stderr())
                .isEqualTo("""
                        [FAIL] same (rust) was not built
                          line 3 is wrong
                        error[E0006]: the component `same` was not built: `sh -c echo line 3 is wrong >&2; exit 4` ended with 4
                          help: Mend what it says above.
                        """);
    }

    @Test
    void aToolThatIsMissingIsTheEnvironmentsFault() throws IOException {
        Files.writeString(folder.resolve("Torvyn.toml"), """
                [torvyn]
                name = "mine"
                version = "0.1.0"
                contract_version = "0.1.0"
                """);
        Path bin = Files.createDirectories(folder.resolve("bin"));

        assertThat(bash("""
                        for tool in env sh sed grep dirname readlink cat uname find head; do
                          ln -s "$(command -v $tool)" %1$s/; done
                        HOME=%1$s CARGO_HOME= PATH=%1$s $torvyn build""".formatted(bin))
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(3)
                        .stderr())
                .contains("error[E0010]: cargo is missing, which builds the component `mine`", "rustup.rs");
    }

    @Test
    void aSignalEndsABuildAndItsTools() throws IOException {
        manifest("echo begun; exec sleep 600");

        try (Running running = torvyn("build", "--verbose").in(folder).start()) {
            running.awaitStderr("begun");
            running.signal("INT");
            running.await(Duration.ofSeconds(10)).exitsWith(130);
        }
        assertThat(folder.resolve(".torvyn/build")).doesNotExist();
    }

    @Test
    void aFlowThatIsWatchedBecomesWhatItsFilesSayAndDrainsAtASignal() throws IOException {
        manifest("cp copy.bin same.wasm");
        String flow = """
                [flow.main.nodes.in]
                component = "native:stdin"
                interface = "torvyn:streaming/source"
                [flow.main.nodes.same]
                component = "same"
                interface = "torvyn:streaming/processor"
                [flow.main.nodes.out]
                component = "native:stdout"
                interface = "torvyn:streaming/sink"
                [[flow.main.edges]]
                from = "in"
                to = "same"
                [[flow.main.edges]]
                from = "same"
                to = "out"
                """;
        Files.writeString(folder.resolve("Torvyn.toml"), flow, StandardOpenOption.APPEND);

        try (Running running = torvyn("run", "--watch").in(folder).start()) {
            running.awaitStderr("Flow \"main\" runs");
            running.type("before\n".getBytes(StandardCharsets.UTF_8));
            running.awaitStdout("before\n");
            Files.write(folder.resolve("copy.bin"), Guests.bytes("upper"));
            running.awaitStderr("drained after 1 element");
            running.type("after\n".getBytes(StandardCharsets.UTF_8));
            running.awaitStdout("AFTER\n");
            running.signal("INT");
            Ended ended = running.await(Duration.ofSeconds(20)).exitsWith(130);
            assertThat(ended.text()).isEqualTo("before\nAFTER\n");
            assertThat(ended.stderr())
                    .contains("copy.bin changed", "main, cancelled")
                    .doesNotContain("error");
        }
    }

    @Test
    void whatIsToldOnceIsNotToldOfAFlowThatRunsAgainAndAgain() {
        assertThat(torvyn("run", "--watch", "--format", "json")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(2)
                        .json()
                        .at("/detail")
                        .asString())
                .contains("--watch", "--format json", "leave one of them out");
    }
}
