package io.torvyn.wasi;

import static io.torvyn.wasi.Programs.readOnly;
import static io.torvyn.wasi.Programs.readWrite;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways out of a directory that a real program tries. {@code docs/wasi.md} lists them. */
@EnabledOnOs(OS.LINUX)
class SandboxTest {
    private static final String NOT_PERMITTED = "error PermissionDenied 63\n";

    @TempDir
    private Path root;

    private Path data;
    private Path outside;
    private final Denials denials = new Denials();
    private final Programs programs = new Programs(denials);

    @BeforeEach
    void aSecretBesideTheDirectory() throws IOException {
        data = Files.createDirectories(root.resolve("data"));
        outside = Files.createDirectories(root.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "outside");
        Files.createDirectories(data.resolve("dir"));
        Files.writeString(data.resolve("a.txt"), "alpha");
    }

    private String run(String... arguments) {
        return programs.run(List.of(readWrite(data, "/data")), arguments);
    }

    private void assertEscapeIsReported() {
        assertThat(denials.all).contains(new Denials.Denial("filesystem:read:<path>", "tried to leave /data"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/secret", "dir/../../outside/secret", "..", "dir/../..", "./../data/a.txt"})
    void dotsLeadNoFurtherUpThanTheDirectory(String path) {
        assertThat(run("raw-open", "/data", path)).isEqualTo(NOT_PERMITTED);
        assertEscapeIsReported();
    }

    @Test
    void absolutePathsAreNotPermitted() {
        assertThat(run("raw-open", "/data", outside.resolve("secret").toString()))
                .isEqualTo(NOT_PERMITTED);
        assertThat(run("raw-open", "/data", "/")).isEqualTo(NOT_PERMITTED);
        assertThat(run("raw-open", "/data", "//data/a.txt")).isEqualTo(NOT_PERMITTED);
        assertEscapeIsReported();
    }

    @Test
    void pathsThatNoGrantNamesLeadNowhere() {
        assertThat(run("cat", "/etc/passwd")).startsWith("error ");
        assertThat(run("cat", outside.resolve("secret").toString())).startsWith("error ");
    }

    /** Letters of another case, characters that look alike, and what is a path elsewhere: all ordinary names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "A.TXT",
                "..\\outside\\secret",
                "..%2foutside%2fsecret",
                "...",
                ".. ",
                "\u2025/outside/secret",
                "\uff0e\uff0e/outside/secret",
                "..\u2215outside",
                "C:/outside"
            })
    void whatOnlyLooksLikeAWayOutIsANameLikeAnyOther(String path) {
        assertThat(run("raw-open", "/data", path)).isEqualTo("error NotFound 44\n");
    }

    @Test
    void aDirectoryIsKnownByItsNameInThatCaseOnly() {
        assertThat(run("cat", "/Data/a.txt")).startsWith("error ");
    }

    @Test
    void symbolicLinksToTheOutsideAreNotFollowed() throws IOException {
        Files.createSymbolicLink(data.resolve("absolute"), outside.resolve("secret"));
        Files.createSymbolicLink(data.resolve("relative"), Path.of("../outside/secret"));
        Files.createSymbolicLink(data.resolve("way"), outside);
        Files.createSymbolicLink(data.resolve("dir/up"), Path.of("../../outside"));

        for (String path : List.of("absolute", "relative", "way/secret", "dir/up/secret", "way", "way/", "way/.")) {
            assertThat(run("cat", "/data/" + path)).as(path).isEqualTo(NOT_PERMITTED);
            assertThat(run("stat", "/data/" + path)).as(path).isEqualTo(NOT_PERMITTED);
        }
        assertThat(run("write", "/data/way/new", "x")).isEqualTo(NOT_PERMITTED);
        assertThat(run("write", "/data/absolute", "x")).isEqualTo(NOT_PERMITTED);
        assertThat(run("mkdir", "/data/way/new")).isEqualTo(NOT_PERMITTED);
        assertThat(run("rm", "/data/way/secret")).isEqualTo(NOT_PERMITTED);
        assertThat(run("mv", "/data/way/secret", "/data/got")).isEqualTo(NOT_PERMITTED);
        assertThat(run("mv", "/data/a.txt", "/data/way/a.txt")).isEqualTo(NOT_PERMITTED);
        assertThat(run("ln", "/data/way/secret", "/data/got")).isEqualTo(NOT_PERMITTED);
        assertThat(run("ls", "/data/way")).isEqualTo(NOT_PERMITTED);
        assertThat(run("readlink", "/data/absolute")).isEqualTo(NOT_PERMITTED);
        assertThat(tree(outside)).containsOnlyKeys("secret").containsValue("outside");
        assertEscapeIsReported();
    }

    @Test
    void chainsOfLinksLeadNoFurtherThanOne() {
        assertThat(run("symlink", "two", "/data/one")).isEmpty();
        assertThat(run("symlink", "dir/three", "/data/two")).isEmpty();
        assertThat(run("symlink", "../../outside/secret", "/data/dir/three")).isEmpty();
        assertThat(run("cat", "/data/one")).isEqualTo(NOT_PERMITTED);

        assertThat(run("rm", "/data/dir/three")).isEmpty();
        assertThat(run("symlink", "../a.txt", "/data/dir/three")).isEmpty();
        assertThat(run("cat", "/data/one")).isEqualTo("alpha");
    }

    @Test
    void aLinkToTheOutsideCannotBeMadeWithAnAbsoluteText() {
        assertThat(run("symlink", outside.toString(), "/data/way")).isEqualTo(NOT_PERMITTED);
        assertThat(data.resolve("way")).doesNotExist();
    }

    @Test
    void aDanglingLinkToTheOutsideMakesNothingThere() {
        assertThat(run("symlink", "../outside/new", "/data/dangling")).isEmpty();
        assertThat(run("write", "/data/dangling", "x")).isEqualTo(NOT_PERMITTED);
        assertThat(run("create-new", "/data/dangling")).isEqualTo("error AlreadyExists 20\n");
        assertThat(outside.resolve("new")).doesNotExist();
    }

    @Test
    void loopsOfLinksEnd() {
        assertThat(run("symlink", "loop", "/data/loop")).isEmpty();
        assertThat(run("symlink", "pong", "/data/ping")).isEmpty();
        assertThat(run("symlink", "ping", "/data/pong")).isEmpty();
        assertThat(run("cat", "/data/loop")).isEqualTo("error FilesystemLoop 32\n");
        assertThat(run("cat", "/data/ping/x")).isEqualTo("error FilesystemLoop 32\n");
    }

    @Test
    void deepPathsEnd() {
        assertThat(run("raw-open", "/data", "dir/../".repeat(500) + "a.txt")).isEqualTo("opened\n");
        assertThat(run("raw-open", "/data", "d/".repeat(3000))).isEqualTo("error InvalidFilename 37\n");
    }

    /** A directory on the way is exchanged for a link to the outside, again and again, while the guest goes through it. */
    @Test
    void aLinkThatIsPutThereBetweenCheckAndUseIsNotFollowed() throws Exception {
        Path swap = Files.createDirectories(data.resolve("swap"));
        Files.writeString(swap.resolve("secret"), "inside");
        var swapping = new Swapping(swap, data.resolve("aside"), outside);
        try {
            assertThat(run("race", "/data/swap/secret", "3000")).isEqualTo("inside some true outside 0\n");
            assertThat(run("race-write", "/data/swap/new", "1000")).isEqualTo("made some true\n");
            assertThat(swapping.count()).isPositive();
        } finally {
            swapping.end();
        }
        assertThat(tree(outside)).containsOnlyKeys("secret").containsValue("outside");
    }

    private static final class Swapping {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Thread thread;
        private volatile int count;

        Swapping(Path place, Path aside, Path target) {
            thread = Thread.ofPlatform().start(() -> {
                try {
                    while (!ended.get()) {
                        Files.move(place, aside);
                        Files.createSymbolicLink(place, target);
                        count = count + 1;
                        Files.delete(place);
                        Files.move(aside, place);
                        Thread.yield();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        int count() {
            return count;
        }

        void end() throws InterruptedException {
            ended.set(true);
            thread.join();
        }
    }

    @Test
    void noHardLinkGivesARightThatANameDoesNotHave() throws IOException {
        Path shelf = Files.createDirectories(root.resolve("shelf"));
        Files.writeString(shelf.resolve("book"), "read only");
        List<DirectoryGrant> both = List.of(readOnly(shelf, "/shelf"), readWrite(data, "/data"));

        assertThat(programs.run(both, "ln", "/shelf/book", "/data/book")).isEqualTo(NOT_PERMITTED);
        assertThat(programs.run(both, "ln", "/data/a.txt", "/shelf/a.txt")).isEqualTo(NOT_PERMITTED);
        assertThat(run("ln", "/data/../outside/secret", "/data/got")).startsWith("error ");
        assertThat(tree(shelf)).isEqualTo(Map.of("book", "read only"));
        assertThat(data.resolve("book")).doesNotExist();
    }

    @Test
    void renamingBetweenDirectoriesNeedsTheRightToBoth() throws IOException {
        Path shelf = Files.createDirectories(root.resolve("shelf"));
        Path other = Files.createDirectories(root.resolve("other"));
        Files.writeString(shelf.resolve("book"), "read only");
        List<DirectoryGrant> all =
                List.of(readOnly(shelf, "/shelf"), readWrite(data, "/data"), readWrite(other, "/other"));

        assertThat(programs.run(all, "mv", "/shelf/book", "/data/book")).isEqualTo(NOT_PERMITTED);
        assertThat(programs.run(all, "mv", "/data/a.txt", "/shelf/a.txt")).isEqualTo(NOT_PERMITTED);
        assertThat(programs.run(all, "mv", "/data/a.txt", "/other/a.txt")).isEmpty();
        assertThat(other.resolve("a.txt")).hasContent("alpha");
        assertThat(tree(shelf)).isEqualTo(Map.of("book", "read only"));
    }

    @Test
    void nothingBeneathADirectoryThatIsReadOnlyChanges() throws IOException {
        Files.setLastModifiedTime(data.resolve("a.txt"), FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
        Map<String, String> before = tree(data);
        List<DirectoryGrant> granted = List.of(readOnly(data, "/data"));

        for (List<String> attempt : List.of(
                List.of("write", "/data/new", "x"),
                List.of("write", "/data/a.txt", "x"),
                List.of("append", "/data/a.txt", "x"),
                List.of("create-new", "/data/new"),
                List.of("truncate", "/data/a.txt", "0"),
                List.of("patch", "/data/a.txt", "0", "x"),
                List.of("times", "/data/a.txt", "1", "1"),
                List.of("mkdir", "/data/new"),
                List.of("rmdir", "/data/dir"),
                List.of("rm", "/data/a.txt"),
                List.of("mv", "/data/a.txt", "/data/b.txt"),
                List.of("ln", "/data/a.txt", "/data/b.txt"),
                List.of("symlink", "a.txt", "/data/b.txt"))) {
            assertThat(programs.run(granted, attempt.toArray(String[]::new)))
                    .as(attempt.toString())
                    .isEqualTo(NOT_PERMITTED);
        }

        assertThat(programs.run(granted, "cat", "/data/a.txt")).isEqualTo("alpha");
        assertThat(tree(data)).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(data.resolve("a.txt")).toInstant())
                .isEqualTo(Instant.ofEpochSecond(1_000_000_000));
        assertThat(denials.all).contains(new Denials.Denial("filesystem:write:/data", "tried to change files in it"));
    }

    @Test
    void whatMayOnlyBeWrittenIsNotRead() {
        List<DirectoryGrant> granted = List.of(new DirectoryGrant(data.toString(), "/data", false, true));

        assertThat(programs.run(granted, "write", "/data/new", "x")).isEmpty();
        assertThat(programs.run(granted, "cat", "/data/a.txt")).isEqualTo(NOT_PERMITTED);
        assertThat(programs.run(granted, "ls", "/data")).isEqualTo(NOT_PERMITTED);
    }

    /** The links there lead to open files, to the root and to wherever the process is, whatever their text says. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/root/etc/passwd", "/proc/self/cwd/pom.xml", "/proc/self/exe"})
    void linksOfTheKernelAreNotFollowed(String path) {
        assertThat(programs.run(List.of(readOnly(Path.of("/proc"), "/proc")), "cat", path))
                .isEqualTo(NOT_PERMITTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero", "null", "tty", "random"})
    void devicesAreNotOpened(String device) {
        List<DirectoryGrant> granted = List.of(readWrite(Path.of("/dev"), "/dev"));

        assertThat(programs.run(granted, "cat", "/dev/" + device)).isEqualTo(NOT_PERMITTED);
        assertThat(programs.run(granted, "append", "/dev/" + device, "x")).isEqualTo(NOT_PERMITTED);
    }

    /** Opening a pipe waits for its other end, which never comes. */
    @Test
    void pipesAreNotOpened() throws Exception {
        Process made = new ProcessBuilder("mkfifo", data.resolve("pipe").toString()).start();
        assertThat(made.waitFor()).isZero();

        assertThat(run("cat", "/data/pipe")).isEqualTo(NOT_PERMITTED);
        assertThat(run("append", "/data/pipe", "x")).isEqualTo(NOT_PERMITTED);
        assertThat(run("lstat", "/data/pipe")).isEqualTo("other\n");
    }

    /** Numbers of files are each instance's own: what is open elsewhere in the process cannot be guessed. */
    @Test
    void filesOfOthersCannotBeReachedByNumber() {
        for (int number = 4; number < 12; number++) {
            assertThat(run("fd", Integer.toString(number))).startsWith("error ");
        }
    }

    @Test
    void environmentAndArgumentsAreThoseThatWereGiven() {
        assertThat(System.getenv()).isNotEmpty();
        assertThat(run("env")).isEmpty();
        assertThat(run("args", "one", "two")).isEqualTo("[one]\n[two]\n");
    }

    /** Files and their contents, directories with none, by name. */
    private static Map<String, String> tree(Path folder) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.filter(each -> !each.equals(folder)).toList()) {
                tree.put(folder.relativize(path).toString(), Files.isRegularFile(path) ? Files.readString(path) : "");
            }
        }
        return tree;
    }
}
