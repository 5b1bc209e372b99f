package io.torvyn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.projects.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of a folder, as they really change. */
@Timeout(30)
class FolderChangesTest {
    @TempDir
    private Path folder;

    private Path manifest;
    private ProjectFiles sources;

    @BeforeEach
    void aFolder() throws IOException {
        folder = folder.toRealPath();
        manifest = Files.writeString(folder.resolve("Torvyn.toml"), "");
        Files.createDirectories(folder.resolve("src"));
        sources = new ProjectFiles(Set.of(manifest), Map.of("mine", folder.resolve("src")), Set.of(), Set.of());
    }

    @Test
    void whatChangedTogetherIsToldTogetherAndOnce() throws Exception {
        var changes = new FolderChanges(sources);
        Path one = Files.writeString(folder.resolve("src/one"), "1");
        Path draft = Files.writeString(folder.resolve(".Torvyn.toml.new"), "name");
        Files.move(draft, manifest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(changes.next()).containsExactly(manifest, one);

        Path two = Files.writeString(folder.resolve("src/two"), "2");
        assertThat(changes.next()).containsExactly(two);
        Files.delete(one);
        assertThat(changes.next()).containsExactly(one);
    }

    @Test
    void whatIsLookedAtFromNowOnIsNotNewsAndWhatWasLookedAtBeforeIsNotLost() throws Exception {
        Path old = Files.writeString(folder.resolve("src/old"), "old");
        var changes = new FolderChanges(ProjectFiles.of(manifest));
        Files.writeString(manifest, "changed before");
        changes.watch(sources);
        assertThat(changes.next()).containsExactly(manifest);

        Files.writeString(old, "changed since");
        assertThat(changes.next()).containsExactly(old);
    }
}
