package io.torvyn.projects;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.projects.ProjectFiles.Stamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a flow is made of, and what has to be built because of them. */
class ProjectFilesTest {
    private static final String MANIFEST = """
            [torvyn]
            name = "test"
            version = "0.1.0"
            contract_version = "0.1.0"

            [[component]]
            name = "mine"
            path = "mine"

            [[component]]
            name = "unused"
            path = "unused"

            [[component]]
            name = "bought"
            path = "bought"

            [flow.main.nodes.in]
            component = "mine"
            interface = "torvyn:streaming/source"

            [flow.main.nodes.same]
            component = "bought"
            interface = "torvyn:streaming/processor"

            [flow.main.nodes.out]
            component = "native:file"
            interface = "torvyn:streaming/sink"
            config = '{"path": "mine/out.log"}'

            [[flow.main.edges]]
            from = "in"
            to = "same"
            [[flow.main.edges]]
            from = "same"
            to = "out"
            """;

    @TempDir
    private Path folder;

    private Manifest manifest;
    private ProjectFiles files;

    @BeforeEach
    void aProject() throws IOException {
        folder = folder.toRealPath();
        write("mine/Cargo.toml");
        write("mine/src/lib.rs");
        write("unused/Cargo.toml");
        write("bought/bought.wasm");
        Files.writeString(folder.resolve("Torvyn.toml"), MANIFEST);
        manifest = new ManifestLoader(_ -> null).parse(folder.resolve("Torvyn.toml"), MANIFEST);
        files = ProjectFiles.of(manifest, manifest.flow("main").orElseThrow());
    }

    private Path write(String file) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(Optional.ofNullable(path.getParent()).orElseThrow());
        return Files.writeString(path, "");
    }

    private List<String> seen() {
        return files.look().keySet().stream()
                .map(file -> folder.relativize(file).toString())
                .sorted()
                .toList();
    }

    private List<String> stale(Set<Path> changed) {
        return files.stale(manifest, files.look(), changed).stream()
                .map(ComponentDefinition::name)
                .toList();
    }

    @Test
    void theManifestTheSourcesOfItsComponentsAndTheComponentsOfOthersAreWhatAFlowIsMadeOf() throws IOException {
        write("README.md");

        assertThat(seen()).containsExactly("Torvyn.toml", "bought/bought.wasm", "mine/Cargo.toml", "mine/src/lib.rs");
        write("pipeline.toml");
        assertThat(seen()).contains("pipeline.toml");
    }

    @Test
    void whatIsMadeOfTheSourcesIsNoSource() throws IOException {
        List<String> before = seen();
        write("mine/target/release/deps/mine.d");
        write("mine/mine.wasm");
        write("mine/out.log");
        write("mine/.torvyn/work/x");
        write("mine/src/.lib.rs.swp");
        write("mine/src/lib.rs~");
        write("mine/node_modules/a/index.js");
        write("mine/Cargo.lock");
        write(".torvyn/build/mine.wasm");

        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void aGitignoreIsObeyed() throws IOException {
        Files.writeString(folder.resolve("mine/.gitignore"), """
                # what comes out
                *.gen
                !kept.gen
                out/
                /top
                deep/**/x
                [broken
                """);
        write("mine/a.gen");
        write("mine/src/b.gen");
        write("mine/src/kept.gen");
        write("mine/src/out/c");
        write("mine/top");
        write("mine/src/top");
        write("mine/deep/er/x");
        write("mine/deep/er/y");

        assertThat(seen())
                .contains("mine/src/kept.gen", "mine/src/top", "mine/deep/er/y")
                .doesNotContain("mine/a.gen", "mine/src/b.gen", "mine/src/out/c", "mine/top", "mine/deep/er/x");
    }

    @Test
    void whatCameWentOrBecameAnotherHasChanged() throws IOException {
        Map<Path, Stamp> before = files.look();
        Path edited = folder.resolve("mine/src/lib.rs");
        Files.writeString(edited, "pub fn f() {}");
        Path added = write("mine/src/more.rs");
        Path deleted = folder.resolve("mine/Cargo.toml");
        Files.delete(deleted);

        assertThat(ProjectFiles.changed(before, files.look())).containsExactly(deleted, edited, added);
        assertThat(ProjectFiles.changed(before, before)).isEmpty();
    }

    @Test
    void aComponentIsStaleWhenItIsNotThereOrOlderThanItsSourcesOrOneOfThemHasChanged() throws IOException {
        assertThat(stale(Set.of())).containsExactly("mine");

        Path built = write(".torvyn/build/mine.wasm");
        Files.setLastModifiedTime(built, FileTime.fromMillis(2_000_000_000_000L));
        assertThat(stale(Set.of())).isEmpty();
        assertThat(stale(Set.of(folder.resolve("mine/src/lib.rs")))).containsExactly("mine");
        assertThat(stale(Set.of(folder.resolve("mine/src/deleted.rs")))).containsExactly("mine");
        assertThat(stale(Set.of(folder.resolve("Torvyn.toml")))).isEmpty();

        Files.setLastModifiedTime(built, FileTime.fromMillis(0));
        assertThat(stale(Set.of())).containsExactly("mine");
    }

    @Test
    void whatAllComponentsHaveInCommonIsTheSourceOfEach() throws IOException {
        Path built = write(".torvyn/build/mine.wasm");
        Files.setLastModifiedTime(built, FileTime.fromMillis(2_000_000_000_000L));
        Path workspace = write("Cargo.toml");
        Path contract = write("wit/deps/other.wit");

        assertThat(seen()).contains("Cargo.toml", "wit/deps/other.wit");
        assertThat(stale(Set.of(workspace))).containsExactly("mine");
        assertThat(stale(Set.of(contract))).containsExactly("mine");
    }

    @Test
    void ofAManifestThatCannotBeReadItsPlaceIsKnown() {
        assertThat(ProjectFiles.of(folder.resolve("Torvyn.toml")).look())
                .containsOnlyKeys(folder.resolve("Torvyn.toml"));
    }
}
