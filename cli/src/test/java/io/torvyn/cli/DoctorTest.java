package io.torvyn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.cli.Doctor.Check;
import io.torvyn.cli.Doctor.Mend;
import io.torvyn.cli.Doctor.Result;
import io.torvyn.config.Layers;
import io.torvyn.config.ManifestLoader;
import io.torvyn.guests.Guests;
import io.torvyn.projects.Tools;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code torvyn doctor} finds on a machine that has the tools that a test puts there, and what mends it. */
class DoctorTest {
    private static final String PROJECT = """
            [torvyn]
            name = "mine"
            version = "0.1.0"
            contract_version = "0.1.0"

            [[component]]
            name = "mine"
            path = "."
            language = "%s"

            [flow.main.nodes.mine]
            component = "mine"
            interface = "torvyn:streaming/source"

            [flow.main.nodes.out]
            component = "native:print"
            interface = "torvyn:streaming/sink"

            [[flow.main.edges]]
            from = "mine"
            to = "out"
            """;

    @TempDir
    private Path folder;

    private Path bin;
    private Path cache;
    private Path project;

    @BeforeEach
    void aMachineWithoutAnything() throws IOException {
        bin = Files.createDirectories(folder.resolve("bin"));
        project = Files.createDirectories(folder.resolve("project"));
        cache = folder.resolve("home/cache");
    }

    private void tool(String name, String script) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private void project(String language) throws IOException {
        Files.writeString(project.resolve("Torvyn.toml"), PROJECT.formatted(language));
    }

    private Tools tools() {
        return new Tools(Map.of("PATH", bin.toString(), "HOME", folder.toString(), "WASI_SYSROOT", folder.toString()));
    }

    private List<Check> examine() throws InterruptedException {
        return new Doctor(project, cache, tools(), new ManifestLoader(Layers.of(folder.resolve("none"), Map.of())))
                .examine();
    }

    private Check check(String category, String name) throws InterruptedException {
        return examine().stream()
                .filter(check ->
                        check.category().equals(category) && check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theJavaThatRunsThisTheEngineAndTheCacheAreInOrder() throws Exception {
        assertThat(examine().stream().filter(check -> check.category().equals("Java")))
                .extracting(check -> check.name() + " " + check.result())
                .containsExactly("JDK PASSED", "engine PASSED", "cache PASSED");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
        assertThat(cache).isDirectoryNotContaining("glob:**doctor-*");
    }

    @Test
    void aCacheThatOthersCanReadIsNotUsedAndCanBeMended() throws Exception {
        Files.createDirectories(cache);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
        Check refused = check("Java", "cache");
        assertThat(refused.result()).isEqualTo(Result.ERROR);
        assertThat(refused.remedy()).contains("chmod 700 " + cache, "TORVYN_HOME");

        assertThat(DoctorCommand.mends(List.of(refused)))
                .containsExactly(refused.mend().orElseThrow());
        ((Mend.Change) refused.mend().orElseThrow()).step().take();

        assertThat(check("Java", "cache").result()).isEqualTo(Result.PASSED);
    }

    @Test
    void aCacheThatIsNoFolderIsForItsOwnerToMend() throws Exception {
        Files.createDirectories(folder.resolve("home"));
        Files.writeString(cache, "");

        Check refused = check("Java", "cache");
        assertThat(refused.result()).isEqualTo(Result.ERROR);
        assertThat(refused.mend()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "rust, Rust, cargo, rustup.rs",
        "c, C, wit-bindgen, cargo install --locked wit-bindgen-cli",
        "javascript, JavaScript, Node.js, nodejs.org",
        "python, Python, componentize-py, pip install componentize-py=="
    })
    void aToolThatIsMissingIsAnErrorWhereAComponentNeedsItAndElseAWarning(
            String language, String title, String tool, String remedy) throws Exception {
        assertThat(check(title, tool).result()).isEqualTo(Result.WARNING);

        project(language);
        Check missing = check(title, tool);
        assertThat(missing.result()).isEqualTo(Result.ERROR);
        assertThat(missing.detail()).isEqualTo("not found");
        assertThat(missing.remedy()).contains(remedy);
        assertThat(examine().stream().filter(check -> check.result() == Result.ERROR))
                .allSatisfy(check -> assertThat(check.category()).isIn(title, "Project"));
    }

    @ParameterizedTest
    @CsvSource({
        "node, v20.20.2, PASSED, v20.20.2",
        "node, v18.19.0, ERROR, v18.19.0 is older than 20",
        "node, none of your business, PASSED, none of your business"
    })
    void aToolThatIsTooOldIsAsGoodAsNone(String program, String version, Result result, String detail)
            throws Exception {
        project("javascript");
        tool(program, "echo '" + version + "'");

        Check check = check("JavaScript", "Node.js");
        assertThat(check.result()).isEqualTo(result);
        assertThat(check.detail()).isEqualTo(detail);
    }

    @Test
    void aProjectsOwnEnvironmentIsLookedInto() throws Exception {
        project("python");
        Path own = Files.createDirectories(project.resolve(".venv/bin")).resolve("componentize-py");
        Files.writeString(own, "#!/bin/sh\n");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));

        assertThat(check("Python", "componentize-py").result()).isEqualTo(Result.PASSED);
    }

    @Test
    void aTargetThatRustHasNotIsAddedByACommand() throws Exception {
        Path target = folder.resolve("lib");
        project("rust");
        tool("cargo", "echo cargo 1.95.0");
        tool("rustc", "case $1 in --version) echo 'rustc 1.95.0 (abc)';; *) echo %s;; esac".formatted(target));
        tool("rustup", "[ \"$*\" = 'target add wasm32-wasip2' ] && echo added && /bin/mkdir %s".formatted(target));
        Check missing = check("Rust", "wasm32-wasip2");
        assertThat(missing.result()).isEqualTo(Result.ERROR);

        var said = new StringWriter();
        List<Mend> mends = DoctorCommand.mends(examine());
        assertThat(mends).containsExactly(new Mend.Command(List.of("rustup", "target", "add", "wasm32-wasip2")));
        assertThat(DoctorCommand.run(((Mend.Command) mends.getFirst()).words(), tools(), new PrintWriter(said, true)))
                .isZero();

        assertThat(said).hasToString("  added\n");
        assertThat(check("Rust", "wasm32-wasip2").result()).isEqualTo(Result.PASSED);
    }

    @Test
    void inAProjectNothingIsInstalledThatItDoesNotNeed() throws Exception {
        assertThat(DoctorCommand.mends(examine())).isNotEmpty();
        project("rust");
        tool("cargo", "echo cargo 1.95.0");
        tool("rustc", "case $1 in --version) echo 'rustc 1.95.0';; *) echo /;; esac");

        assertThat(DoctorCommand.mends(examine())).isEmpty();
    }

    @Test
    void aFolderWithoutAProjectAndAProjectThatDoesNotCheckAreTold() throws Exception {
        assertThat(check("Project", "Torvyn.toml").remedy()).isEqualTo("Make a project with `torvyn init`.");

        Files.writeString(project.resolve("Torvyn.toml"), "[torvyn]\nname = \"mine\"\n");
        Check wrong = check("Project", "check");
        assertThat(wrong.result()).isEqualTo(Result.ERROR);
        assertThat(wrong.detail()).isEqualTo("2 errors");
        assertThat(wrong.remedy()).isEqualTo("See them with `torvyn check`.");
    }

    @Test
    void aComponentThatIsNotAsItsSourcesAreIsToldOf() throws Exception {
        project("python");
        Files.createDirectories(project.resolve("src"));
        Files.writeString(project.resolve("src/app.py"), "");
        assertThat(check("Project", "build").detail()).isEqualTo("not built, or older than the sources: mine");

        Path built = Files.createDirectories(project.resolve(".torvyn/build")).resolve("mine.wasm");
        Files.write(built, Guests.bytes("source"));
        assertThat(check("Project", "build").result()).isEqualTo(Result.PASSED);
    }

    @Test
    void whatAKilledBuildHasLeftIsDeleted() throws Exception {
        project("rust");
        Path draft = Files.createDirectories(project.resolve(".torvyn/build")).resolve(".mine.wasm123.new");
        Files.writeString(draft, "half");

        Mend mend = check("Project", "leftovers").mend().orElseThrow();
        assertThat(DoctorCommand.mends(examine())).extracting(Mend::text).contains(mend.text());
        ((Mend.Change) mend).step().take();
        assertThat(draft).doesNotExist();
        assertThat(examine()).noneMatch(check -> check.name().equals("leftovers"));
    }
}
