package io.torvyn.systemtests;

import static io.torvyn.systemtests.Project.config;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.guests.Guests;
import io.torvyn.systemtests.TorvynProcess.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong before the first element: one clear error, its place, the mend, exit code 2, and nothing done. */
class BadInputTest {
    private static final String SOUND = """
            [torvyn]
            name = "system-test"
            version = "0.1.0"
            contract_version = "0.1.0"

            [flow.main.nodes.in]
            component = "native:stdin"
            interface = "torvyn:streaming/source"

            [flow.main.nodes.out]
            component = "native:stdout"
            interface = "torvyn:streaming/sink"

            [[flow.main.edges]]
            from = "in"
            to = "out"
            """;
    /** A module with the right magic and version, and nothing in it. */
    private static final byte[] CORE_MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir
    private Path directory;

    /**
     * @param code of the one error
     * @param said what its text has besides the code: the place, the offending thing
     */
    private record Case(String name, Consumer<Project> project, List<String> arguments, String code, String... said) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case manifest(String name, String from, String to, String code, String... said) {
        assertThat(SOUND).contains(from);
        return new Case(name, project -> project.writeManifest(SOUND.replace(from, to)), List.of(), code, said);
    }

    private static Case component(String name, byte[] bytes, String code, String... said) {
        return new Case(
                name,
                project -> project.file("it.wasm", bytes)
                        .source("in", "native:stdin")
                        .processor("broken", "it.wasm")
                        .sink("out", "native:stdout")
                        .write(),
                List.of(),
                code,
                said);
    }

    private static Case sound(String name, List<String> arguments, String code, String... said) {
        return new Case(name, project -> project.writeManifest(SOUND), arguments, code, said);
    }

    static Stream<Case> cases() {
        byte[] copy = Guests.bytes("copy");
        return Stream.of(
                manifest(
                        "unknown key",
                        "[flow.main.nodes.in]",
                        "[flow.main]\ndescripton = \"none\"\n[flow.main.nodes.in]",
                        "E0707",
                        "Torvyn.toml:7:1",
                        "did you mean `description`"),
                manifest(
                        "unknown table",
                        "[torvyn]",
                        "[observabilty]\n[torvyn]",
                        "E0707",
                        "Torvyn.toml:1:",
                        "observability"),
                manifest(
                        "wrong type",
                        "name = \"system-test\"",
                        "name = 1",
                        "E0703",
                        "Torvyn.toml:2:8",
                        "`torvyn.name`"),
                manifest("syntax error", "name = \"system-test\"", "name = \"system-test", "E0701", "Torvyn.toml:2:"),
                manifest("missing field", "name = \"system-test\"", "", "E0702", "name"),
                manifest("unknown node in an edge", "to = \"out\"", "to = \"owt\"", "E0", "Torvyn.toml:16:", "owt"),
                manifest(
                        "unknown native stage",
                        "native:stdin",
                        "native:stdinn",
                        "E0",
                        "Torvyn.toml:7:",
                        "stdinn",
                        "stdin"),
                manifest(
                        "native stage in the wrong role",
                        "native:stdin",
                        "native:stdout",
                        "E0",
                        "Torvyn.toml:8:",
                        "native:stdout",
                        "sink"),
                manifest(
                        "native config with an unknown key",
                        "streaming/source\"",
                        "streaming/source\"\nconfig = '{\"frame\": 1}'",
                        "E0703",
                        "'in'",
                        "frame"),
                manifest(
                        "native config with a wrong value",
                        "streaming/source\"",
                        "streaming/source\"\nconfig = '{\"max_line\": 0}'",
                        "E0703",
                        "'in'",
                        "max_line"),
                manifest(
                        "native config that is no JSON",
                        "streaming/source\"",
                        "streaming/source\"\nconfig = 'lines'",
                        "E0703",
                        "'in'",
                        "JSON"),
                new Case(
                        "cycle",
                        project -> project.source("in", "native:stdin")
                                .processor("a", "copy")
                                .processor("b", "upper")
                                .edge("b", "a")
                                .sink("out", "native:stdout")
                                .write(),
                        List.of(),
                        "E0203",
                        "a",
                        "b"),
                new Case(
                        "missing component file",
                        project -> project.source("in", "native:stdin")
                                .processor("gone", "gone.wasm")
                                .sink("out", "native:stdout")
                                .write(),
                        List.of(),
                        "E0210",
                        "Torvyn.toml:11:",
                        "gone.wasm"),
                component("empty file", new byte[0], "E0204", "Torvyn.toml:11:", "E0800", "it.wasm", "empty"),
                component(
                        "text file",
                        "hello, world\n".getBytes(StandardCharsets.UTF_8),
                        "E0204",
                        "Torvyn.toml:11:",
                        "E0800"),
                component("core module", CORE_MODULE, "E0204", "Torvyn.toml:11:", "E0800", "core module"),
                component(
                        "component cut short",
                        Arrays.copyOf(copy, copy.length / 2),
                        "E0204",
                        "Torvyn.toml:11:",
                        "E0800"),
                component(
                        "component of another world",
                        Guests.bytes("sink"),
                        "E0",
                        "Torvyn.toml:1",
                        "torvyn:streaming/processor"),
                component(
                        "component that wants what nobody has",
                        Guests.bytes("missing-import"),
                        "E0",
                        "acme:nowhere/thing@1.0.0"),
                sound("unknown flow", List.of("mian"), "E0005", "mian", "main"),
                sound("flow named twice", List.of("main", "--flow", "other"), "E0004", "other"),
                sound("missing input", List.of("--input", "gone.log"), "E0001", "gone.log"),
                sound("output in a missing folder", List.of("--output", "gone/out.txt"), "E0001", "gone/out.txt"),
                sound("output that is a folder", List.of("--output", "."), "E0001", "directory"),
                sound("override of nothing", List.of("--config", "nowhere.x=1"), "E0004", "nowhere"),
                new Case("missing manifest", project -> {}, List.of(), "E0700", "Torvyn.toml"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneClearErrorWithCodePlaceAndMend(Case given) {
        given.project.accept(Project.in(directory));
        String[] arguments =
                Stream.concat(Stream.of("run"), given.arguments.stream()).toArray(String[]::new);
        Ended ended = torvyn(arguments)
                .in(directory)
                .shortLived()
                .stdin("must not come out\n")
                .run()
                .exitsWith(2);
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.stderr())
                .startsWith("error[" + given.code)
                .containsOnlyOnce("error[")
                .contains(given.said)
                .contains("  help: ")
                .doesNotContain("\tat ", "Exception", "Summary");
    }

    @ParameterizedTest
    @MethodSource
    void wrongUsageIsAnsweredWithTheUsage(List<String> arguments, String said) {
        Ended ended =
                torvyn(arguments.toArray(String[]::new)).shortLived().run().exitsWith(2);
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.stderr())
                .startsWith("error[E0004]: ")
                .contains(said, "help: ")
                .doesNotContain("\tat ", "Exception");
    }

    static Stream<Arguments> wrongUsageIsAnsweredWithTheUsage() {
        return Stream.of(
                Arguments.of(List.of("run", "--no-such-flag"), "--no-such-flag"),
                Arguments.of(List.of("run", "--verbose", "--quiet"), "--quiet"),
                Arguments.of(List.of("--verbose", "run", "-q"), "--quiet"),
                Arguments.of(List.of("run", "--limit", "few"), "few"),
                Arguments.of(List.of("run", "--timeout", "3"), "ms"),
                Arguments.of(List.of("rnu"), "rnu"),
                Arguments.of(List.of(), "command"));
    }

    @Test
    void verboseAlsoTellsWhereInTorvynAFailureCameFrom() {
        Ended ended =
                torvyn("run", "--verbose").in(directory).shortLived().run().exitsWith(2);
        assertThat(ended.stderr()).contains("error[E0700]", "\tat io.torvyn.");
    }

    @Test
    void aDistributionThatDoesNotFitTogetherIsADefectAndToldAsOne() throws IOException {
        Path broken = directory.resolve("broken");
        SourceTree.copyAll(TorvynProcess.LAUNCHER.getParent().getParent().resolve("lib"), broken.resolve("lib"));
        try (FileSystem jar = FileSystems.newFileSystem(broken.resolve("lib/torvyn-resources-0.1.0.jar"))) {
            Files.delete(jar.getPath("io/torvyn/resources/Resources.class"));
        }
        SourceTree.copyAll(TorvynProcess.LAUNCHER.getParent(), broken.resolve("bin"));
        Ended ended = TorvynProcess.bash("\"$PWD/broken/bin/torvyn\" run \"" + SourceTree.example("hello-world") + "\"")
                .in(directory)
                .shortLived()
                .run()
                .exitsWith(1);
        assertThat(ended.stderr())
                .startsWith("error[E0099]: ")
                .contains("io/torvyn/resources/Resources", "report it", "--verbose")
                .doesNotContain("\tat ", "Exception in thread");
    }

    @Test
    void asJsonAFailureIsOneDocumentWithCodeAndPlace() {
        Project.in(directory).writeManifest(SOUND.replace("[torvyn]", "[torvyn]\nlicence = \"none\""));
        Ended ended = torvyn("run", "--format", "json")
                .in(directory)
                .shortLived()
                .run()
                .exitsWith(2);
        var json = ended.json();
        assertThat(json.get("success").booleanValue()).isFalse();
        assertThat(json.get("error").booleanValue()).isTrue();
        assertThat(json.get("category").stringValue()).isEqualTo("config");
        assertThat(json.get("exit_code").intValue()).isEqualTo(2);
        var first = json.get("errors").get(0);
        assertThat(first.get("code").stringValue()).isEqualTo("E0707");
        assertThat(first.get("locations").get(0).get("line").intValue()).isEqualTo(2);
        assertThat(ended.stderr()).isEmpty();
    }

    @Test
    void allFindingsInAManifestAreTold() {
        Project.in(directory)
                .writeManifest(SOUND.replace("from = \"in\"", "form = \"in\"").replace("name =", "nmae ="));
        Ended ended = torvyn("run").in(directory).shortLived().run().exitsWith(2);
        assertThat(ended.stderr())
                .contains(
                        "unknown key `torvyn.nmae`",
                        "`torvyn.name` is missing",
                        "unknown key `flow.main.edges[0].form`");
    }

    @Test
    void whatCannotStartLeavesItsOutputAlone() {
        Project project = Project.in(directory)
                .file("kept.txt", "kept".getBytes(StandardCharsets.UTF_8))
                .source("in", "native:stdin")
                .processor("grep", "grep", config("{\"pattern\": 5}"))
                .sink("out", "native:stdout");
        project.write();
        for (String output : List.of("kept.txt", "new.txt")) {
            Ended ended = torvyn("run", "--output", output)
                    .in(directory)
                    .shortLived()
                    .stdin("x\n")
                    .run()
                    .exitsWith(2);
            assertThat(ended.stderr())
                    .contains("error[E", "grep", "pattern", "help:")
                    .doesNotContain("\tat ");
        }
        assertThat(directory.resolve("kept.txt")).hasContent("kept");
        assertThat(directory.resolve("new.txt")).doesNotExist();
    }
}
