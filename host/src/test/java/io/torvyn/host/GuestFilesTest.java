package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.reactor.FlowOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
