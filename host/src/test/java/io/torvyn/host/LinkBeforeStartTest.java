package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.Manifest;
import io.torvyn.guests.Guests;
import io.torvyn.linker.LinkReport;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pipeline that links starts; whatever a start refuses before the first element, linking refuses with the same code. */
@Timeout(60)
class LinkBeforeStartTest {
    @TempDir
    private Path directory;

    private record Broken(String name, BiFunction<Path, Project, Project> project, String... codes) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Broken by what stands in the manifest below the processor. */
    private static Broken setting(String name, String toml, String... codes) {
        return new Broken(name, (_, project) -> flow(project, "upper", toml), codes);
    }

    private static Broken processor(String name, String component, String... codes) {
        return new Broken(name, (_, project) -> flow(project, component, ""), codes);
    }

    /** Broken by the processor's bytes. */
    private static Broken bytes(String name, byte[] wasm, String... codes) {
        return new Broken(
                name,
                (directory, project) -> {
                    flow(project, "upper", "");
                    write(directory.resolve("upper.wasm"), wasm);
                    return project;
                },
                codes);
    }

    private static Project flow(Project project, String component, String toml) {
        return project.flow("main")
                .source("source", "{\"count\": 1}")
                .processor(component, "")
                .more(toml)
                .sink("sink", "");
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] rebuilt(String guest, String from, String to) {
        String text = new String(Guests.bytes(guest), StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    static Stream<Broken> broken() {
        return Stream.of(
                new Broken(
                        "a component that is not there",
                        (directory, project) -> {
                            flow(project, "upper", "");
                            try {
                                Files.delete(directory.resolve("upper.wasm"));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            return project;
                        },
                        "E0210"),
                bytes("text for a component", "this is text".getBytes(StandardCharsets.UTF_8), "E0204"),
                bytes("nothing for a component", new byte[0], "E0204"),
                processor("a sink for a processor", "tally-sink", "E0105"),
                processor("an import that nobody has", "missing-import", "E0200"),
                bytes(
                        "another version of the contract",
                        rebuilt("upper", "@0.1.0", "@0.2.0"),
                        "E0208",
                        "E0208",
                        "E0208"),
                bytes("a newer consumer than its producer", rebuilt("upper", "@0.1.0", "@0.1.9"), "E0208"),
                bytes("another type of a record", rebuilt("upper", "timestamp-ns", "timestamp-ms"), "E0201"),
                bytes("a method that there is not", rebuilt("upper", "buffer.read-all", "buffer.read-alm"), "E0201"),
                setting("a limit below the first memory", "max_memory = \"32KiB\"", "E0806"),
                new Broken(
                        "a native stage that is to have a thread",
                        (_, project) -> project.flow("main")
                                .source("native:generator", "")
                                .more("parallelism = \"stage\"")
                                .sink("sink", ""),
                        "E0704"),
                setting(
                        "a capability that is none",
                        "[security.grants.upper]\ncapabilities = [\"stdio:stdin:x\"]",
                        "E0510"),
                setting("an unknown capability", "[security.grants.upper]\ncapabilities = [\"stdio:stdot\"]", "E0512"),
                setting(
                        "a capability without scope",
                        "[security.grants.upper]\ncapabilities = [\"filesystem:read\"]",
                        "E0511"),
                new Broken(
                        "an edge into a source",
                        (_, project) -> flow(project, "upper", "")
                                .more("[[flow.main.edges]]\nfrom = \"upper\"\nto = \"source\"\n"),
                        "E0203",
                        "E0207"),
                new Broken(
                        "an input file that is not there",
                        (_, project) -> project.flow("main")
                                .source("native:file", "{\"path\": \"none.txt\"}")
                                .sink("sink", ""),
                        "E0001"),
                new Broken(
                        "an input file that is a directory",
                        (_, project) -> project.flow("main")
                                .source("native:file", "{\"path\": \".\"}")
                                .sink("sink", ""),
                        "E0001"),
                new Broken(
                        "an output file in a folder that is not there",
                        (_, project) -> project.flow("main")
                                .source("source", "")
                                .sink("native:file", "{\"path\": \"none/out.txt\"}"),
                        "E0001"),
                new Broken(
                        "a key that a native stage does not take",
                        (_, project) -> project.flow("main")
                                .source("native:stdin", "{\"frame\": \"lines\"}")
                                .sink("native:stdout", "[]"),
                        "E0703",
                        "E0703"),
                new Broken(
                        "a native stage that there is not",
                        (_, project) ->
                                project.flow("main").source("native:stdn", "").sink("sink", ""),
                        "E0210"),
                new Broken(
                        "everything at once",
                        (directory, project) -> {
                            flow(project, "missing-import", "max_memory = \"32KiB\"")
                                    .more("[security.grants.sink]\ncapabilities = [\"nonsense\"]");
                            write(directory.resolve("source.wasm"), new byte[1]);
                            return project;
                        },
                        "E0204",
                        "E0806",
                        "E0200",
                        "E0510"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatAStartRefusesLinkingRefusesWithTheSameCodes(Broken broken) {
        Project project = broken.project().apply(directory, new Project(directory));
        try (TorvynHost host = project.host().build()) {
            LinkReport report = host.link("main");
            List<Diagnostic> refused = new ArrayList<>();
            assertThatThrownBy(() -> host.startFlow("main"))
                    .isInstanceOfSatisfying(DiagnosticsException.class, e -> refused.addAll(e.diagnostics()));

            assertThat(report.errors())
                    .extracting(error -> error.code().id())
                    .containsExactlyInAnyOrder(broken.codes());
            assertThat(refused.subList(0, report.errors().size())).isEqualTo(report.errors());
            assertThat(report.errors()).isSortedAccordingTo(Diagnostic.IN_READING_ORDER);
            assertThat(host.link("main")).isEqualTo(report);
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void aDirectoryThatIsGrantedAndNotThereIsTold() {
        Project project = new Project(directory)
                .flow("main")
                .source("file-source", "")
                .sink("native:stdout", "")
                .more("[security.grants.source]\ncapabilities = [\"filesystem:read:%s/none\"]".formatted(directory));
        try (TorvynHost host = project.host().build()) {
            LinkReport report = host.link("main");

            assertThat(report.errors()).singleElement().satisfies(error -> {
                assertThat(error.code().id()).isEqualTo("E0810");
                assertThat(error.message())
                        .isEqualTo(
                                "the directory %s/none, which is granted, cannot be opened: there is no such directory"
                                        .formatted(directory));
                assertThat(error.locations()).isNotEmpty();
            });
        }
    }

    /** gaps.md, section 4: toolchains import much that is never called. */
    @Test
    void whatToolchainsImportUnaskedNeedsNoGrant() {
        Project project =
                new Project(directory).flow("main").source("source", "").sink("journal-sink", "");
        try (TorvynHost host = project.host().build()) {
            LinkReport report = host.link("main");

            assertThat(report.errors()).isEmpty();
            assertThat(report.warnings()).isEmpty();
        }
    }

    @Test
    void aGrantThatNoImportCanUseIsAWarning() {
        Project project =
                flow(new Project(directory), "upper", "[security.grants.upper]\ncapabilities = [\"clock:wall\"]");
        try (TorvynHost host = project.host().build()) {
            assertThat(host.link("main").warnings()).singleElement().satisfies(warning -> {
                assertThat(warning.code().id()).isEqualTo("W0521");
                assertThat(warning.message()).isEqualTo("upper is granted clock:wall but does not ask for it");
            });
        }
    }

    @Test
    void whatTheProjectRequiresHasToBeGranted() throws IOException {
        Path manifest = Files.writeString(directory.resolve("Torvyn.toml"), """
                [torvyn]
                name = "stamp"
                version = "0.1.0"
                contract_version = "0.1.0"
                [capabilities.required]
                "clock:wall" = true
                "environment:read:LANG" = true
                "stdio:stdin" = false
                [capabilities.optional]
                "random:crypto" = true
                [flow.main.nodes.in]
                component = "native:stdin"
                interface = "torvyn:streaming/source"
                [flow.main.nodes.work]
                component = "stamp"
                interface = "torvyn:streaming/processor"
                [flow.main.nodes.out]
                component = "native:stdout"
                interface = "torvyn:streaming/sink"
                [[flow.main.edges]]
                from = "in"
                to = "work"
                [[flow.main.edges]]
                from = "work"
                to = "out"
                [security.grants.work]
                capabilities = ["environment:read:TZ"]
                """);
        Files.write(directory.resolve("stamp.wasm"), Guests.bytes("stamp"));
        try (TorvynHost host = TorvynHost.builder(Manifest.load(manifest)).build()) {
            LinkReport report = host.link("main");

            assertThat(report.errors())
                    .extracting(Diagnostic::message)
                    .containsExactly(
                            "node `work`: work needs clock:wall, which is not granted",
                            "node `work`: work needs environment:read:LANG, but only environment:read:TZ is granted");
            assertThat(report.errors()).extracting(error -> error.code().id()).containsOnly("E0202");
            assertThat(report.errors())
                    .extracting(error -> error.notes().getFirst())
                    .containsExactly(
                            "[E0520] is what resolving capabilities calls it",
                            "[E0521] is what resolving capabilities calls it");
        }
    }

    @Test
    void allowAllGivesWhatCanBeUsedAndSaysSoLoudly() {
        Project project = new Project(directory)
                .flow("main")
                .source("hello-source", "{\"count\": 1}")
                .sink("hello-sink", "")
                .more("[security]\ndefault_capability_policy = \"allow-all\"");
        try (TorvynHost host = project.host().build()) {
            LinkReport report = host.link("main");

            assertThat(report.orThrow().stages().getLast().grants()).containsExactly("stdio:stdout");
            assertThat(report.warnings()).singleElement().satisfies(warning -> assertThat(warning.message())
                    .isEqualTo("sink may use [stdio:stdout], because default_capability_policy is allow-all"));
        }
    }

    @Test
    void aFlowThatIsNotThereIsToldWithTheNearest() {
        Project project = flow(new Project(directory), "upper", "");
        try (TorvynHost host = project.host().build()) {
            assertThatThrownBy(() -> host.link("mian"))
                    .hasMessageContaining("[E0005]")
                    .hasMessageContaining("Did you mean 'main'?");
        }
    }
}
