package io.torvyn.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStageTest {
    @TempDir
    private Path directory;

    private final Buffers buffers = new Buffers();

    private NativeStageContext context(String path, String more) {
        return new NativeStageContext(
                "node",
                "{\"path\": \"%s\"%s}".formatted(path, more),
                directory,
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream());
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TorvynException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.IO_ERROR);
            assertThat(e.failure().message()).startsWith("'node' cannot use " + message);
        });
    }

    private void write(String path, String more, String text) throws Exception {
        var sink = new FileStage().sink(context(path, more));
        var element = buffers.element(text.getBytes());
        sink.push(element);
        sink.complete();
        sink.close();
    }

    @Test
    void aRelativePathStartsFromTheManifest() throws Exception {
        Files.createDirectory(directory.resolve("logs"));
        write("logs/out.txt", "", "hello");
        assertThat(directory.resolve("logs/out.txt")).hasContent("hello");

        var source = new FileStage().source(context("logs/out.txt", ""));
        var woken = new CountDownLatch(1);
        source.onReady(woken::countDown);
        while (!source.ready()) {
            woken.await(10, TimeUnit.SECONDS);
        }
        assertThat(buffers.take(source.pull(buffers))).asString().isEqualTo("hello");
        source.close();
    }

    @Test
    void anAbsolutePathStaysWhereItIs() throws Exception {
        write(directory.resolve("absolute.txt").toString(), "", "x");
        assertThat(directory.resolve("absolute.txt")).hasContent("x");
    }

    @Test
    void anOutputFileIsReplacedOrAddedTo() throws Exception {
        write("out.txt", "", "a long first text");
        write("out.txt", "", "short");
        assertThat(directory.resolve("out.txt")).hasContent("short");
        write("out.txt", ", \"append\": true", ", and more");
        assertThat(directory.resolve("out.txt")).hasContent("short, and more");
        write("new.txt", ", \"append\": true", "x");
        assertThat(directory.resolve("new.txt")).hasContent("x");
    }

    @Test
    void anOutputFileIsNotTouchedBeforeThereIsSomethingToWrite() throws Exception {
        Path file = Files.writeString(directory.resolve("out.txt"), "what was there");
        var unused = new FileStage().sink(context("out.txt", ""));
        unused.close();
        assertThat(file).hasContent("what was there");

        new FileStage().sink(context("new.txt", "")).close();
        assertThat(directory.resolve("new.txt")).doesNotExist();
    }

    @Test
    void aFlowThatCompletesWithoutElementsLeavesAnEmptyFile() throws Exception {
        Path file = Files.writeString(directory.resolve("out.txt"), "what was there");
        var sink = new FileStage().sink(context("out.txt", ""));
        sink.complete();
        sink.close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void whatIsNotThereIsSaid() {
        refused(() -> new FileStage().source(context("missing.log", "")), "missing.log: no such file or directory");
        refused(
                () -> new FileStage().sink(context("missing/out.txt", "")),
                "missing/out.txt: no such file or directory");
    }

    @Test
    void aDirectoryIsNoFile() throws Exception {
        Files.createDirectory(directory.resolve("logs"));
        refused(() -> new FileStage().source(context("logs", "")), "logs: it is a directory");
        refused(() -> new FileStage().source(context("", "")), ": it is a directory");
        refused(() -> new FileStage().sink(context("logs", "")), "logs: it is a directory");
    }

    @Test
    void aNameThatCannotBeIsRefused() {
        refused(() -> new FileStage().source(context("a\\u0000b", "")), "a\u0000b: Nul character not allowed");
        refused(() -> new FileStage().sink(context("a\\u0000b", "")), "a\u0000b: Nul character not allowed");
    }

    @Test
    void whatMayNotBeReadOrWrittenIsSaid() throws Exception {
        assumeFalse(System.getProperty("user.name").equals("root"), "root may do everything");
        Path file = Files.writeString(directory.resolve("secret"), "x");
        assertThat(file.toFile().setReadable(false) && file.toFile().setWritable(false))
                .isTrue();
        refused(() -> new FileStage().source(context("secret", "")), "secret: permission denied");
        refused(() -> new FileStage().sink(context("secret", "")), "secret: permission denied");
    }
}
