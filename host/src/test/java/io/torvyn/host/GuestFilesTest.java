package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.reactor.FlowOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Components of a flow that read and write files, as far as the manifest grants it. */
@EnabledOnOs(OS.LINUX)
class GuestFilesTest {
    @TempDir
    private Path folder;

    private Project flow() {
        return new Project(folder)
                .flow("main")
                .source("file-source", "in.txt")
                .processor("copy", "")
                .sink("file-sink", "out.txt");
    }

    private static String grant(String node, String... capabilities) {
        return "[security.grants.%s]\ncapabilities = [\"%s\"]\n".formatted(node, String.join("\", \"", capabilities));
    }

    @Test
    void aFileGoesFromOneGrantedDirectoryToAnother() throws Exception {
        Path from = Files.createDirectories(folder.resolve("from"));
        Path to = Files.createDirectories(folder.resolve("to"));
        String text = "0123456789".repeat(1000);
        Files.writeString(from.resolve("in.txt"), text);
        Project project = flow().more(grant("source", "filesystem:read:" + from))
                .more(grant("sink", "filesystem:write:" + to, "stdio:stdout"));

        try (TorvynHost host = project.host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main"));
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.elements()).isEqualTo(3);
        }
        assertThat(to.resolve("out.txt")).hasContent(text);
        assertThat(project.out()).isEqualTo("10000 bytes\n");
    }

    @Test
    void withoutAGrantAComponentLinksAndFindsNoDirectory() throws Exception {
        try (TorvynHost host = flow().host().build()) {
            assertThatThrownBy(() -> host.startFlow("main")).hasMessageContaining("no directory is granted");
        }
    }

    @Test
    void aGrantForADirectoryThatIsNotThereKeepsTheFlowFromStarting() throws Exception {
        Path none = folder.resolve("none");
        Project project = flow().more(grant("source", "filesystem:read:" + none));
        try (TorvynHost host = project.host().build()) {
            assertThatThrownBy(() -> host.startFlow("main"))
                    .hasMessageContaining("E0810")
                    .hasMessageContaining("the directory " + none)
                    .hasMessageContaining("there is no such directory");
        }
    }

    /** C with wasi-libc and the adapter of preview 1, then Rust without its standard library, then Rust with it. */
    private Project ofToolchains(Path from, Path to) {
        return new Project(folder)
                .flow("main")
                .source("line-source", from.resolve("in.txt").toString())
                .processor("stamp", "PATH")
                .sink("journal-sink", to.resolve("journal.txt").toString());
    }

    @Test
    void guestsOfThreeToolchainsReadStampAndWrite() throws Exception {
        Path from = Files.createDirectories(folder.resolve("from"));
        Path to = Files.createDirectories(folder.resolve("to"));
        Files.writeString(from.resolve("in.txt"), "one\n\nthree lines, the last without an end");
        Project project = ofToolchains(from, to)
                .more(grant("source", "filesystem:read:" + from))
                .more(grant("stamp", "environment:read:PATH", "clock:wall", "random:crypto", "stdio:stderr"))
                .more(grant("sink", "filesystem:read:" + to, "filesystem:write:" + to, "stdio:stdout"));

        try (TorvynHost host = project.host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main"));
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.elements()).isEqualTo(3);
        }
        String stamp = " \\| " + Pattern.quote(System.getenv("PATH")) + " \\d{10,}\\.\\d{9} [0-9a-f]{16}";
        assertThat(Files.readString(to.resolve("journal.txt")))
                .matches("one" + stamp + "\n" + stamp + "\nthree lines, the last without an end" + stamp + "\n");
        assertThat(project.out())
                .matches("0: \\d+ bytes of text/plain\n1: \\d+ bytes of text/plain\n"
                        + "2: \\d+ bytes of text/plain\n3 lines, " + Files.size(to.resolve("journal.txt"))
                        + " bytes\n");
        assertThat(project.err()).isEqualTo("stamped 0\nstamped 1\nstamped 2\n");
    }

    @Test
    void aLibraryFindsNoFileThatIsNotGranted() throws Exception {
        Path from = Files.createDirectories(folder.resolve("from"));
        Files.writeString(from.resolve("in.txt"), "one\n");
        try (TorvynHost host = ofToolchains(from, from).host().build()) {
            assertThatThrownBy(() -> host.startFlow("main"))
                    .hasMessageContaining(from.resolve("in.txt") + ": Capabilities insufficient");
        }
    }
}
