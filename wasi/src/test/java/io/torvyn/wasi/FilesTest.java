package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a program may do, and the errors that it gets from the system. */
@EnabledOnOs(OS.LINUX)
class FilesTest {
    @TempDir
    private Path root;

    private final Denials denials = new Denials();
    private final Programs programs = new Programs(denials);

    private String run(String... arguments) {
        return programs.run(List.of(Programs.readWrite(root, "/data")), arguments);
    }

    @BeforeEach
    void someFiles() throws IOException {
        Files.createDirectories(root.resolve("dir/below"));
        Files.writeString(root.resolve("a.txt"), "alpha");
        Files.writeString(root.resolve("dir/b.txt"), "beta\n");
    }

    @Test
    void filesAreReadWrittenAppendedToAndCut() throws IOException {
        assertThat(run("cat", "/data/a.txt")).isEqualTo("alpha");
        assertThat(run("write", "/data/new.txt", "one")).isEmpty();
        assertThat(run("append", "/data/new.txt", " two")).isEmpty();
        assertThat(root.resolve("new.txt")).hasContent("one two");
        assertThat(run("patch", "/data/new.txt", "4", "TWO!")).isEqualTo("one TWO!");
        assertThat(run("truncate", "/data/new.txt", "3")).isEmpty();
        assertThat(root.resolve("new.txt")).hasContent("one");
        assertThat(run("truncate", "/data/new.txt", "5")).isEmpty();
        assertThat(Files.readAllBytes(root.resolve("new.txt"))).containsExactly('o', 'n', 'e', 0, 0);
        assertThat(run("copy", "/data/a.txt", "/data/copy.txt")).isEqualTo("5\n");
        assertThat(root.resolve("copy.txt")).hasContent("alpha");
    }

    /** On a flow's thread another one waits for the disk. */
    @Test
    void whatIsWrittenIsOnDiskForVirtualThreadsToo() throws Exception {
        CompletableFuture<String> text =
                CompletableFuture.supplyAsync(() -> run("patch", "/data/a.txt", "1", "LPH"), task -> Thread.ofVirtual()
                        .start(task));
        assertThat(text.get()).isEqualTo("aLPHa");
        assertThat(root.resolve("a.txt")).hasContent("aLPHa");
    }

    @Test
    void moreThanOneChunkComesAndGoesWhole() throws IOException {
        int size = 3 * Syscalls.CHUNK + 17;

        assertThat(run("write-all", "/data/large", Integer.toString(size))).isEmpty();

        byte[] written = Files.readAllBytes(root.resolve("large"));
        assertThat(written).hasSize(size);
        for (int i = 0; i < size; i++) {
            assertThat(Byte.toUnsignedInt(written[i])).isEqualTo(i % (1 << 16) % 251);
        }
        assertThat(run("read-all", "/data/large")).startsWith(size + " ");
    }

    @Test
    void directoriesAreListedMadeAndRemoved() {
        assertThat(run("walk", "/data")).isEqualTo("""
                        file /data/a.txt
                        directory /data/dir
                        file /data/dir/b.txt
                        directory /data/dir/below
                        """);
        assertThat(run("mkdir", "/data/made")).isEmpty();
        assertThat(root.resolve("made")).isDirectory();
        assertThat(run("rmdir", "/data/made")).isEmpty();
        assertThat(run("rm-all", "/data/dir")).isEmpty();
        assertThat(run("ls", "/data")).isEqualTo("file /data/a.txt\n");
    }

    /** More names than the kernel gives at once. */
    @Test
    void aLargeDirectoryIsListedWhole() throws IOException {
        for (int i = 0; i < 1500; i++) {
            Files.createFile(root.resolve("dir/below/name-%04d-%s".formatted(i, "x".repeat(30))));
        }
        assertThat(run("ls", "/data/dir/below").lines()).hasSize(1500).doesNotHaveDuplicates();
    }

    @Test
    void namesAreGivenTakenAndLookedAt() throws IOException {
        assertThat(run("ln", "/data/a.txt", "/data/hard")).isEmpty();
        assertThat(run("symlink", "dir/b.txt", "/data/soft")).isEmpty();
        assertThat(run("cat", "/data/soft")).isEqualTo("beta\n");
        assertThat(run("readlink", "/data/soft")).isEqualTo("dir/b.txt\n");
        assertThat(run("lstat", "/data/soft")).isEqualTo("link\n");
        assertThat(run("stat", "/data/soft")).isEqualTo("file 5\n");
        assertThat(run("stat", "/data/dir/")).isEqualTo("directory\n");
        assertThat(run("mv", "/data/hard", "/data/dir/moved")).isEmpty();
        assertThat(run("rm", "/data/a.txt")).isEmpty();
        assertThat(root.resolve("dir/moved")).hasContent("alpha");
    }

    @Test
    void timesAreSet() {
        assertThat(run("times", "/data/a.txt", "1000000000", "1234567890")).isEqualTo("1000000000 1234567890\n");
    }

    @Test
    void pathsGoUpAsFarAsTheyBegin() {
        assertThat(run("cat", "/data/dir/below/../../dir/../a.txt")).isEqualTo("alpha");
        assertThat(run("cat", "/data//dir/./b.txt")).isEqualTo("beta\n");
    }

    @Test
    void errorsAreThoseOfTheSystem() {
        assertThat(run("cat", "/data/none")).isEqualTo("error NotFound 44\n");
        assertThat(run("cat", "/data/a.txt/x")).isEqualTo("error NotADirectory 54\n");
        assertThat(run("cat", "/data/dir")).isEqualTo("error IsADirectory 31\n");
        assertThat(run("write", "/data/dir", "x")).isEqualTo("error IsADirectory 31\n");
        assertThat(run("mkdir", "/data/dir")).isEqualTo("error AlreadyExists 20\n");
        assertThat(run("create-new", "/data/a.txt")).isEqualTo("error AlreadyExists 20\n");
        assertThat(run("rmdir", "/data/dir")).isEqualTo("error Uncategorized 55\n");
        assertThat(run("rmdir", "/data/a.txt")).isEqualTo("error NotADirectory 54\n");
        assertThat(run("rm", "/data/dir")).isEqualTo("error IsADirectory 31\n");
        assertThat(run("cat", "/data/" + "n".repeat(300))).isEqualTo("error InvalidFilename 37\n");
        assertThat(run("readlink", "/data/a.txt")).isEqualTo("error InvalidInput 28\n");
        assertThat(run("mv", "/data/dir", "/data/dir/below/inside")).isEqualTo("error InvalidInput 28\n");
    }

    @Test
    void whatIsOpenIsCountedAndClosedWithTheInstance() throws IOException {
        long before = openHere();

        assertThat(run("hoard", "/data/a.txt", "1000")).isEqualTo("refused 255 QuotaExceeded\nagain true\n");

        assertThat(openHere()).isEqualTo(before);
    }

    private static long openHere() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void severalDirectoriesAreKnownByTheirLongestName() throws IOException {
        Files.createDirectories(root.resolve("out"));
        List<DirectoryGrant> nested =
                List.of(Programs.readOnly(root, "/data"), Programs.readWrite(root.resolve("out"), "/data/out"));

        assertThat(programs.run(nested, "write", "/data/out/x", "written")).isEmpty();
        assertThat(programs.run(nested, "cat", "/data/out/x")).isEqualTo("written");
        assertThat(programs.run(nested, "write", "/data/x", "no")).isEqualTo("error PermissionDenied 63\n");
    }

    @Test
    void aDirectoryThatIsNotThereIsAnErrorBeforeAnythingRuns() {
        assertThatThrownBy(() -> programs.run(List.of(Programs.readOnly(root.resolve("none"), "/x")), "ls", "/x"))
                .isInstanceOf(TorvynException.class)
                .hasMessageStartingWith("[E0810] the directory " + root.resolve("none")
                        + ", which is granted, cannot be opened: there is no such directory");
        assertThatThrownBy(() -> programs.run(List.of(Programs.readOnly(root.resolve("a.txt"), "/x")), "ls", "/x"))
                .hasMessageContaining("it is not a directory");
    }

    @Test
    void withoutAGrantThereAreNoDirectories() {
        assertThat(programs.run(List.of(), "cat", "/data/a.txt")).startsWith("error ");
        assertThat(denials.all).contains(new Denials.Denial("filesystem:read:<path>", "asked for its directories"));
    }
}
