package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.contracts.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a project has to look like, {@code BadProjectTest} in {@code linker} tells; here is how it is printed. */
class CheckTest {
    @TempDir
    private Path project;

    @BeforeEach
    void writeProject() throws IOException {
        write("Torvyn.toml", """
                [torvyn]
                name = "celsius"
                version = "1.2.0"
                contract_version = "0.1.0"
                """);
        write("wit/world.wit", """
                package acme:celsius@1.2.0;

                world celsius {
                    export torvyn:streaming/processor@0.1.0;
                }
                """);
        for (var source : Contracts.sources().entrySet()) {
            write("wit/deps/" + source.getKey(), source.getValue());
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void aProjectInWhichNothingIsWrongPasses() {
        assertThat(torvyn("check").in(project).shortLived().run().exitsWith(0).text())
                .isEqualTo("""
                        [ok] The manifest is valid
                        [ok] 15 WIT files parsed and resolved
                        [ok] World `acme:celsius/celsius@1.2.0` exports torvyn:streaming/processor
                        [ok] No capability is declared, and none is needed

                        All checks passed.
                        """);
    }

    @Test
    void errorsAndWarningsAreToldTogether() throws IOException {
        write("wit/world.wit", """
                package acme:celsius@1.1.0;

                world celsius {
                    import acme:celsius/scale;
                    export torvyn:streaming/processor@0.1.0;
                }
                @deprecated(version = 1.1.0)
                interface scale { convert: func(x: f64) -> f64; }
                """);
        write("Torvyn.toml", """
                [torvyn]
                name = "celsius"
                version = "1.2.0"
                contract_version = "0.1.0"
                [capabilities.required]
                wasi-clokcs = true
                """);

        assertThat(torvyn("check").in(project).shortLived().run().exitsWith(1).text())
                .isEqualTo("""
                        [ok] The manifest is valid
                        [ok] 15 WIT files parsed and resolved
                        [ok] World `acme:celsius/celsius@1.1.0` exports torvyn:streaming/processor

                        error[E0512]: there is no capability "wasi-clokcs"
                          --> Torvyn.toml:6:1
                           | wasi-clokcs = true
                           | ^^^^^^^^^^^
                          help: did you mean "wasi-clocks"?

                        warning[E0122]: WIT package `acme:celsius@1.1.0` is not of the project's version
                          --> wit/world.wit:3:7
                           | world celsius {
                           |       ^^^^^^^
                           = expected: 1.2.0
                           = found: 1.1.0
                          help: Align the two: the package's version, or `version` under `[torvyn]`.

                        warning[E0114]: world `acme:celsius/celsius@1.1.0` imports `acme:celsius/scale@1.1.0`, which is deprecated since 1.1.0
                          --> wit/world.wit:4:12
                           | import acme:celsius/scale;
                           |        ^^^^^^^^^^^^^^^^^^
                          help: Ask who publishes it what replaces it.

                        1 error, 2 warnings
                        """);
    }

    @Test
    void warningsAloneFailOnlyAStrictCheckAndAsJsonTheyAreTheSame() throws IOException {
        write(
                "wit/world.wit",
                Files.readString(project.resolve("wit/world.wit")).replace("1.2.0", "1.1.0"));

        assertThat(torvyn("check").in(project).shortLived().run().exitsWith(0).text())
                .contains("warning[E0122]", "0 errors, 1 warning");
        JsonNode root = torvyn("check", "--strict", "--format", "json", "--manifest", project.toString())
                .shortLived()
                .run()
                .exitsWith(2)
                .json();

        assertThat(root.at("/command").asString()).isEqualTo("check");
        assertThat(root.at("/data/all_passed").asBoolean()).isTrue();
        assertThat(root.at("/data/wit_files_parsed").asInt()).isEqualTo(15);
        assertThat(root.at("/data/error_count").asInt()).isZero();
        assertThat(root.at("/data/warning_count").asInt()).isEqualTo(1);
        assertThat(root.at("/data/diagnostics/0/severity").asString()).isEqualTo("warning");
        assertThat(root.at("/data/diagnostics/0/code").asString()).isEqualTo("E0122");
        assertThat(root.at("/data/diagnostics/0/location").asString()).isEqualTo("wit/world.wit:3:7");
    }

    @Test
    void whatHasChangedSinceAnOlderVersionIsTold() throws IOException {
        write("wit/scale.wit", "interface scale { convert: func(x: f64) -> f64; }");
        write("older/scale.wit", "package acme:celsius@1.1.0; interface scale { convert: func(x: f32) -> f64; }");

        assertThat(torvyn("check", "--against", "older")
                        .in(project)
                        .shortLived()
                        .run()
                        .exitsWith(1)
                        .text())
                .contains("""
                        breaking  scale.convert.x: is `f64` now, it was `f32` [E0143]
                        addition  celsius: is new
                        Breaking. The version has to be 2.0.0 at least.
                        """, "error[E0140]: `acme:celsius@1.2.0` breaks what `acme:celsius@1.1.0` promises");
    }

    @Test
    void withoutAManifestThereIsNothingToCheck() throws IOException {
        Files.delete(project.resolve("Torvyn.toml"));

        assertThat(torvyn("check").in(project).shortLived().run().exitsWith(2).stderr())
                .contains("error[E0700]");
    }
}
