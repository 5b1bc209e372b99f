package io.torvyn.projects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectFolderTest {
    private static final SequencedMap<String, String> FILES = new LinkedHashMap<>();

    static {
        FILES.put("Torvyn.toml", "manifest\n");
        FILES.put("src/lib.rs", "source\n");
        FILES.put("wit/deps/a/a.wit", "contract\n");
    }

    @TempDir
    private Path parent;

    private static List<String> entries(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static ErrorCode refusal(ProjectFolder folder, boolean among) {
        return catchThrowableOfType(DiagnosticsException.class, () -> folder.write(FILES, among))
                .failure()
                .code();
    }

    @Test
    void aFolderThatIsNotThereIsMadeWhole() throws IOException {
        var written = new ProjectFolder(parent.resolve("new")).write(FILES, false);

        assertThat(written.created()).containsExactly("Torvyn.toml", "src/lib.rs", "wit/deps/a/a.wit");
        assertThat(entries(parent)).containsExactly("new/Torvyn.toml", "new/src/lib.rs", "new/wit/deps/a/a.wit");
        assertThat(parent.resolve("new/src/lib.rs")).hasContent("source");
    }

    @Test
    void anEmptyFolderIsFilledAndARepositoryAloneMakesItNoLessEmpty() throws IOException {
        Files.createDirectories(parent.resolve(".git"));

        new ProjectFolder(parent).write(FILES, false);

        assertThat(entries(parent)).containsExactly("Torvyn.toml", "src/lib.rs", "wit/deps/a/a.wit");
    }

    @Test
    void aFolderThatIsNotEmptyIsRefusedAndLeftAsItWas() throws IOException {
        Files.writeString(parent.resolve("mine"), "mine");

        assertThat(refusal(new ProjectFolder(parent), false)).isEqualTo(ErrorCode.DIRECTORY_EXISTS);
        assertThat(refusal(new ProjectFolder(parent.resolve("mine")), true)).isEqualTo(ErrorCode.DIRECTORY_EXISTS);
        assertThat(entries(parent)).containsExactly("mine");
    }

    @Test
    void amongOtherFilesNoneIsEverChanged() throws IOException {
        Files.createDirectories(parent.resolve("src"));
        Files.writeString(parent.resolve("src/lib.rs"), "mine");

        var written = new ProjectFolder(parent).write(FILES, true);

        assertThat(written.created()).containsExactly("Torvyn.toml", "wit/deps/a/a.wit");
        assertThat(written.kept()).containsExactly("src/lib.rs");
        assertThat(parent.resolve("src/lib.rs")).hasContent("mine");
        assertThat(entries(parent)).containsExactly("Torvyn.toml", "src/lib.rs", "wit/deps/a/a.wit");
    }

    @Test
    void whatCannotBeWrittenWholeIsNotWrittenAtAll() throws IOException {
        Files.writeString(parent.resolve("wit"), "a file where a folder has to be");

        assertThat(refusal(new ProjectFolder(parent), true)).isEqualTo(ErrorCode.IO_ERROR);
        assertThat(entries(parent)).containsExactly("wit");
        assertThat(parent.resolve("src")).doesNotExist();
    }

    @Test
    void insideARepositoryNoOtherIsMade() throws IOException, InterruptedException {
        Files.createDirectories(parent.resolve(".git"));
        var folder = new ProjectFolder(parent.resolve("new"));
        folder.write(FILES, false);

        assertThat(folder.initRepository()).isFalse();
        assertThat(parent.resolve("new/.git")).doesNotExist();
    }
}
