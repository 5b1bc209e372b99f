package io.torvyn.projects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.guests.Guests;
import io.torvyn.projects.ProjectBuild.Outcome;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Builds with commands of the author's own, and with tools that are not what they are called. */
class ProjectBuildTest {
    private static final ProjectBuild.Listener NOBODY = new ProjectBuild.Listener() {
        @Override
        public void started(ComponentDefinition component) {}

        @Override
        public void said(ComponentDefinition component, String line) {}

        @Override
        public void ended(Outcome outcome) {}
    };

    @TempDir
    private Path folder;

    private Path bin;

    @BeforeEach
    void putAComponentThere() throws IOException {
        bin = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("one"));
        Files.createDirectories(folder.resolve("two"));
        Files.write(folder.resolve("copy.wasm"), Guests.bytes("copy"));
    }

    private static String component(String name, String command) {
        return """
                [[component]]
                name = "%s"
                path = "%s"
                build_command = '''%s'''

                """.formatted(name, name, command);
    }

    private Manifest manifest(String components) {
        return new ManifestLoader(_ -> null).parse(folder.resolve("Torvyn.toml"), """
                        [torvyn]
                        name = "test"
                        version = "0.1.0"
                        contract_version = "0.1.0"

                        """ + components);
    }

    private List<Outcome> build(String components) throws InterruptedException {
        return build(components, Map.of("PATH", "/usr/bin:/bin"));
    }

    private List<Outcome> build(String components, Map<String, String> environment) throws InterruptedException {
        Manifest manifest = manifest(components);
        return new ProjectBuild(manifest, manifest.build(), new Tools(environment), folder.resolve("cache"))
                .build(ProjectBuild.components(manifest), NOBODY);
    }

    private static Diagnostic failure(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).findings().getFirst();
    }

    private void tool(String name, String script) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Map<String, String> toolsOnly() {
        return Map.of("PATH", bin.toString(), "HOME", folder.toString());
    }

    @Test
    void whatACommandLeavesInTheFolderIsPutWhereAFlowLooksForIt() throws Exception {
        List<Outcome> outcomes = build(component("one", "cp ../copy.wasm one.wasm"));

        Path built = folder.resolve(".torvyn/build/one.wasm");
        assertThat(outcomes).singleElement().isInstanceOfSatisfying(Outcome.Built.class, outcome -> {
            assertThat(outcome.file()).isEqualTo(built);
            assertThat(outcome.bytes()).isEqualTo(Guests.bytes("copy").length);
        });
        assertThat(built).hasBinaryContent(Guests.bytes("copy"));
        assertThat(built.getParent()).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void anArtifactStaysWhereTheManifestHasIt() throws Exception {
        List<Outcome> outcomes = build(
                component("one", "mkdir out && cp ../copy.wasm out/it.wasm") + "artifact = \"one/out/it.wasm\"\n");

        assertThat(outcomes).singleElement().isInstanceOfSatisfying(Outcome.Built.class, outcome -> assertThat(
                        outcome.file())
                .isEqualTo(folder.resolve("one/out/it.wasm")));
        assertThat(folder.resolve(".torvyn/build")).doesNotExist();
    }

    @Test
    void oneThatFailsKeepsNoOtherFromBeingBuilt() throws Exception {
        List<Outcome> outcomes = build(
                component("one", "echo it is wrong here >&2; exit 7") + component("two", "cp ../copy.wasm two.wasm"));

        Diagnostic failure = failure(outcomes.getFirst());
        assertThat(failure.code()).isEqualTo(ErrorCode.BUILD_FAILED);
        assertThat(failure.message()).contains("`one`", "ended with 7");
        assertThat(failure.notes()).containsExactly("it is wrong here");
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Built.class);
    }

    @Test
    void aBuildThatFailsLeavesTheComponentOfTheLastOne() throws Exception {
        build(component("one", "cp ../copy.wasm one.wasm"));

        build(component("one", "echo nonsense > one.wasm"));
        build(component("one", "exit 1"));

        assertThat(folder.resolve(".torvyn/build/one.wasm")).hasBinaryContent(Guests.bytes("copy"));
    }

    @Test
    void whatIsNoComponentIsRefused() throws Exception {
        Diagnostic nonsense =
                failure(build(component("one", "echo nonsense > one.wasm")).getFirst());
        Diagnostic nothing = failure(build(component("two", ":")).getFirst());

        assertThat(nonsense.code()).isEqualTo(ErrorCode.BUILD_FAILED);
        assertThat(nonsense.message()).contains("`one`", "is no component");
        assertThat(nothing.code()).isEqualTo(ErrorCode.BUILD_FAILED);
        assertThat(nothing.message()).contains("build_command made no", "two.wasm");
    }

    @Test
    void aToolThatIsMissingIsNamedWithTheWayToGetIt() throws Exception {
        Diagnostic failure = failure(build("", toolsOnly()).getFirst());

        assertThat(failure.code()).isEqualTo(ErrorCode.TOOLCHAIN_MISSING);
        assertThat(failure.message()).contains("cargo is missing", "`test`");
        assertThat(failure.help()).contains("rustup.rs");
    }

    @Test
    void aTargetThatRustHasNotIsNamedWithTheWayToGetIt() throws Exception {
        Files.writeString(folder.resolve("Cargo.toml"), "");
        tool("cargo", "exit 0");
        tool("rustc", "echo /no/such/folder");

        Diagnostic failure = failure(build("", toolsOnly()).getFirst());

        assertThat(failure.code()).isEqualTo(ErrorCode.TOOLCHAIN_MISSING);
        assertThat(failure.message()).contains("wasm32-wasip2");
        assertThat(failure.help()).contains("rustup target add wasm32-wasip2");
    }

    @Test
    void cargoIsToldTheProfileTheTargetAndWhatIsSaidBesidesAndItsArtifactIsFound() throws Exception {
        Path crate = Files.writeString(folder.resolve("Cargo.toml"), "").toRealPath();
        tool("cargo", """
                echo "$@" > %1$s/arguments
                echo 'a word of a build script'
                echo '{"reason":"compiler-artifact","manifest_path":"/other/Cargo.toml","filenames":["/other.wasm"]}'
                echo '{"reason":"compiler-artifact","manifest_path":"%2$s","filenames":["%1$s/copy.wasm"]}'
                """.formatted(folder, crate));

        List<Outcome> outcomes = build("""
                [build]
                release = false
                extra_args = ["--offline"]
                """, toolsOnly());

        assertThat(outcomes).singleElement().isInstanceOf(Outcome.Built.class);
        assertThat(folder.resolve("arguments"))
                .hasContent("build --message-format=json-render-diagnostics --target wasm32-wasip2 --offline");
        assertThat(folder.resolve(".torvyn/build/test.wasm")).hasBinaryContent(Guests.bytes("copy"));
    }

    private static String component(String language) {
        return """
                [[component]]
                name = "one"
                path = "one"
                language = "%s"
                """.formatted(language);
    }

    private void source(String file) throws IOException {
        Files.createDirectories(folder.resolve("one/src"));
        Files.writeString(folder.resolve("one").resolve(file), "");
    }

    /** As npm installs it: the compiler, and the list of what was installed. */
    private void npm() throws IOException {
        tool("npm", """
                echo "$@" >> %1$s/npm
                mkdir -p %1$s/node_modules/@bytecodealliance/componentize-js/src
                touch %1$s/node_modules/@bytecodealliance/componentize-js/src/cli.js %1$s/node_modules/.package-lock.json
                """.formatted(folder));
    }

    private void compiler(String name) throws IOException {
        tool(name, """
                echo "$@" > %1$s/arguments
                while [ $# -gt 0 ]; do case $1 in --out*) cp %1$s/copy.wasm "$2";; esac; shift; done
                """.formatted(folder));
    }

    private static Map<String, String> also(Map<String, String> environment) {
        return Map.of("PATH", environment.get("PATH") + ":/usr/bin:/bin", "HOME", environment.get("HOME"));
    }

    @Test
    void javaScriptIsCompiledByWhatThePackageAsksForWhichIsInstalledOnce() throws Exception {
        source("src/component.js");
        Files.writeString(folder.resolve("package.json"), "{}");
        npm();
        compiler("node");

        assertThat(build(component("javascript"), also(toolsOnly())))
                .singleElement()
                .isInstanceOf(Outcome.Built.class);
        build("[capabilities.required]\nwasi-clocks = true\n" + component("javascript"), also(toolsOnly()));

        assertThat(folder.resolve("npm")).content().hasLineCount(1).startsWith("install ");
        assertThat(folder.resolve("arguments"))
                .content()
                .contains("componentize-js/src/cli.js src/component.js --wit wit --out ")
                .endsWith("--disable http random fetch-event\n");
        assertThat(folder.resolve(".torvyn/build/one.wasm")).hasBinaryContent(Guests.bytes("copy"));
    }

    @Test
    void aPackageThatDoesNotAskForTheCompilerOrIsNotThereIsSaid() throws Exception {
        source("src/component.js");
        tool("node", "");
        tool("npm", "");
        assertThat(failure(build(component("javascript"), toolsOnly()).getFirst())
                        .message())
                .contains("there is no package.json in ");

        Files.writeString(folder.resolve("package.json"), "{}");
        Diagnostic failure = failure(build(component("javascript"), toolsOnly()).getFirst());
        assertThat(failure.message()).contains("does not ask for @bytecodealliance/componentize-js");
        assertThat(failure.help()).contains("npm install --save-dev @bytecodealliance/componentize-js@");
    }

    @Test
    void pythonIsCompiledByTheProjectsEnvironmentAndElseByThePath() throws Exception {
        source("src/app.py");
        compiler("componentize-py");
        build(component("python"), also(toolsOnly()));
        assertThat(folder.resolve("arguments"))
                .content()
                .startsWith("--wit-path wit componentize app --output ")
                .endsWith("-p src\n");

        Path packages = Files.createDirectories(folder.resolve(".venv/lib/python3.12/site-packages"));
        Files.createDirectories(folder.resolve(".venv/bin"));
        Files.move(bin.resolve("componentize-py"), folder.resolve(".venv/bin/componentize-py"));
        assertThat(build(component("python"), also(toolsOnly())))
                .singleElement()
                .isInstanceOf(Outcome.Built.class);
        assertThat(folder.resolve("arguments")).content().endsWith("-p src -p " + packages + "\n");
    }

    @ParameterizedTest
    @CsvSource({"javascript, Node.js, nodejs.org", "python, componentize-py, pip install componentize-py=="})
    void theToolsOfOtherLanguagesAreNamedToo(String language, String tool, String remedy) throws Exception {
        Diagnostic failure = failure(build(component(language), toolsOnly()).getFirst());

        assertThat(failure.code()).isEqualTo(ErrorCode.TOOLCHAIN_MISSING);
        assertThat(failure.message()).isEqualTo(tool + " is missing, which builds the component `one`");
        assertThat(failure.help()).contains(remedy);
    }

    @Test
    void ofWhatCompilersSayTheirOwnAffairsAreLeftOut() {
        assertThat(PythonToolchain.business("""
                        Traceback (most recent call last):
                          File "/x/bin/componentize-py", line 8, in <module>
                            sys.exit(script())
                        AssertionError:   File "/0/app.py", line 17
                            def x(:
                        SyntaxError: invalid syntax

                        Caused by:
                            SyntaxError: invalid syntax (app.py, line 17)

                        Stack backtrace:
                           0: <anyhow::Error>::msg::<alloc::string::String>
                        """.lines().toList()))
                .containsExactly("  File \"src/app.py\", line 17", "    def x(:", "SyntaxError: invalid syntax", "");
        assertThat(JavaScriptToolchain.business("""
                        file:///x/node_modules/@bytecodealliance/componentize-js/src/componentize.js:365
                            throw new Error(err);
                                  ^

                        Error: Failed to initialize component:
                        ReferenceError: Error loading module "./nope.js"
                            at componentize (file:///x/componentize.js:365:11)

                        Node.js v20.20.2
                        """.lines().toList()))
                .containsExactly(
                        "Error: Failed to initialize component:",
                        "ReferenceError: Error loading module \"./nope.js\"",
                        "");
        assertThat(PythonToolchain.business(List.of("error: no wit"))).containsExactly("error: no wit");
        assertThat(JavaScriptToolchain.business(List.of("    at home"))).containsExactly("    at home");
    }

    @Test
    void whatAToolLeavesBehindIsNotWaitedFor() throws Exception {
        List<Outcome> outcomes = build(component("one", "sleep 600 & echo $! > pid; cp ../copy.wasm one.wasm"));

        long left = Long.parseLong(Files.readString(folder.resolve("one/pid")).strip());
        ProcessHandle.of(left).ifPresent(ProcessHandle::destroy);
        assertThat(outcomes).singleElement().isInstanceOf(Outcome.Built.class);
    }

    @Test
    void aFolderThatIsNotThereIsSaid() throws Exception {
        Diagnostic failure = failure(
                build("[[component]]\nname = \"gone\"\npath = \"gone\"\n").getFirst());

        assertThat(failure.code()).isEqualTo(ErrorCode.COMPONENT_NOT_FOUND);
        assertThat(failure.message()).contains("`gone`");
    }

    @Test
    void anUnknownComponentIsRefusedWithTheNearest() {
        Manifest manifest = manifest(component("one", ":") + component("two", ":"));

        DiagnosticsException thrown =
                catchThrowableOfType(DiagnosticsException.class, () -> ProjectBuild.component(manifest, "onne"));

        assertThat(thrown.failure().code()).isEqualTo(ErrorCode.USAGE_ERROR);
        assertThat(thrown.failure().help()).contains("`one`");
    }

    @Test
    void whoInterruptsABuildEndsItsTools() throws Exception {
        Manifest manifest = manifest(component("one", "echo $$; exec sleep 600"));
        var pid = new AtomicReference<String>();
        var running = new CountDownLatch(1);
        var interrupted = new AtomicReference<Exception>();
        var build = new ProjectBuild(
                manifest, manifest.build(), new Tools(Map.of("PATH", "/usr/bin:/bin")), folder.resolve("cache"));
        Thread builder = Thread.ofPlatform().start(() -> {
            try {
                build.build(ProjectBuild.components(manifest), new ProjectBuild.Listener() {
                    @Override
                    public void started(ComponentDefinition component) {}

                    @Override
                    public void said(ComponentDefinition component, String line) {
                        if (!line.startsWith("$")) {
                            pid.set(line);
                            running.countDown();
                        }
                    }

                    @Override
                    public void ended(Outcome outcome) {}
                });
            } catch (InterruptedException e) {
                interrupted.set(e);
            }
        });
        running.await();

        builder.interrupt();
        builder.join();

        assertThat(interrupted.get()).isNotNull();
        assertThat(ProcessHandle.of(Long.parseLong(pid.get())).filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
