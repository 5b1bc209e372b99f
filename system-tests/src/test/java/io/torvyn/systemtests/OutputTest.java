package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torvyn.systemtests.TorvynProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be read or written. */
class OutputTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void writeProject() {
        Project.in(directory)
                .source("in", "native:stdin")
                .processor("same", "copy")
                .sink("out", "native:stdout")
                .write();
    }

    @Test
    void aFullDeviceFailsTheRunAndIsNamed() {
        assumeTrue(Files.exists(Path.of("/dev/full")));
        Ended ended = torvyn("run", "--output", "/dev/full")
                .in(directory)
                .stdin("a line\n")
                .run()
                .exitsWith(1);
        assertThat(ended.stderr())
                .contains("error[E0001]", "'out'", "No space left on device", "help:", "main, failed")
                .doesNotContain("\tat ");
    }

    @Test
    void aFullDeviceAsStandardOutputFailsTheRunToo() {
        assumeTrue(Files.exists(Path.of("/dev/full")));
        Ended ended = TorvynProcess.bash("echo a line | \"$torvyn\" run > /dev/full")
                .in(directory)
                .run()
                .exitsWith(1);
        assertThat(ended.stderr())
                .contains("error[E0001]", "No space left on device")
                .doesNotContain("\tat ");
    }

    @Test
    void filesWithoutPermissionAreRefusedBeforeTheStart() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret.txt"), "kept");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(secret), "the superuser may read everything");
        assertThat(torvyn("run", "--input", "secret.txt")
                        .in(directory)
                        .run()
                        .exitsWith(2)
                        .stderr())
                .contains("error[E0001]", "secret.txt", "permission denied");
        assertThat(torvyn("run", "--output", "secret.txt")
                        .in(directory)
                        .run()
                        .exitsWith(2)
                        .stderr())
                .contains("error[E0001]", "secret.txt", "permission denied");
    }

    @Test
    void aFlowWithoutElementsLeavesAnEmptyFile() {
        torvyn("run", "--output", "out.txt").in(directory).stdin("").run().exitsWith(0);
        assertThat(directory.resolve("out.txt")).exists().isEmptyFile();
    }

    @Test
    void aDirectoryAsStandardInputIsAnErrorOfTheRun() {
        Ended ended = TorvynProcess.bash("\"$torvyn\" run < .").in(directory).run();
        assertThat(ended.exitCode()).isIn(1, 2);
        assertThat(ended.stderr()).contains("error[E0001]", "'in'", "help:").doesNotContain("\tat ");
    }
}
