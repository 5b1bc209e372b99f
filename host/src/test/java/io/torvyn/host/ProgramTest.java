package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.WasmEngine;
import io.torvyn.guests.Guests;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.security.Capability;
import io.torvyn.security.GrantedCapabilities;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import io.torvyn.wasi.DirectoryGrant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Programs by themselves, from real ones, and how they end. */
class ProgramTest {
    private static final WasmEngine ENGINE =
            WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.inMemory());
    private static final GrantedCapabilities STREAMS = capabilities("stdio:stdin", "stdio:stdout", "stdio:stderr");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static GrantedCapabilities capabilities(String... texts) {
        return GrantedCapabilities.of(Stream.of(texts)
                .flatMap(text -> Capability.parseGrant(text).stream())
                .toList());
    }

    private Path guest(String name) throws IOException {
        return Files.write(folder.resolve(name + ".wasm"), Guests.bytes(name));
    }

    private Program files() throws IOException {
        return Program.load(ENGINE, guest("files"), false);
    }

    private Program.Start start(GrantedCapabilities capabilities, String... arguments) {
        return new Program.Start(
                List.of(arguments),
                Map.of(),
                List.of(),
                capabilities,
                new StandardStreams(InputStream.nullInputStream(), out, err),
                false,
                Optional.empty(),
                OptionalLong.empty(),
                1 << 26);
    }

    private Program.Ending run(String... arguments) throws IOException {
        return files().run(start(STREAMS, arguments), (_, _) -> {});
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ErrorCode failure(Program.Ending ending) {
        assertThat(ending).isInstanceOf(Program.Ending.Failed.class);
        return ((Program.Ending.Failed) ending).failure().code();
    }

    @Test
    void theExitCodeIsTheProgramsOwn() throws IOException {
        assertThat(run("hello")).isEqualTo(new Program.Ending.Exited(0));
        assertThat(printed()).isEqualTo("Hello, world!\n");
        assertThat(run("exit", "0")).isEqualTo(new Program.Ending.Exited(0));
        assertThat(run("exit", "7")).isEqualTo(new Program.Ending.Exited(1)); // all that wasi:cli/exit can say
        assertThat(run("cat", "none")).isEqualTo(new Program.Ending.Exited(1));
    }

    @Test
    void aTrapIsAFailureWithABacktrace() throws IOException {
        assertThat(failure(run("panic"))).isEqualTo(ErrorCode.TRAP);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("panicked").contains("as asked");
    }

    @Test
    void argumentsEnvironmentAndInputArrive() throws IOException {
        var start = new Program.Start(
                List.of("env"),
                Map.of("NAME", "value"),
                List.of(),
                STREAMS,
                new StandardStreams(new ByteArrayInputStream("one\ntwo\n".getBytes(StandardCharsets.UTF_8)), out, err),
                false,
                Optional.empty(),
                OptionalLong.empty(),
                1 << 26);
        files().run(start, (_, _) -> {});
        assertThat(printed()).isEqualTo("NAME=value\n");

        out.reset();
        run("args", "--one", "two words");
        assertThat(printed()).isEqualTo("[--one]\n[two words]\n");
    }

    @Test
    void whatIsNotGrantedIsNotThere() throws IOException {
        assertThat(files().run(start(GrantedCapabilities.NONE, "hello"), (_, _) -> {}))
                .isEqualTo(new Program.Ending.Exited(0));
        assertThat(printed()).isEmpty();
    }

    @Test
    void aProgramThatRunsTooLongIsEnded() throws IOException {
        Program.Start usual = start(STREAMS, "spin");
        var short_ = new Program.Start(
                usual.arguments(),
                usual.environment(),
                usual.directories(),
                usual.capabilities(),
                usual.streams(),
                false,
                Optional.of(Duration.ofMillis(300)),
                OptionalLong.empty(),
                usual.maxMemory());
        assertThat(failure(files().run(short_, (_, _) -> {}))).isEqualTo(ErrorCode.INVOCATION_TIMEOUT);
    }

    @Test
    void aProgramThatIsStoppedEnds() throws Exception {
        Program program = files();
        Thread stopper = Thread.ofPlatform().start(program::stop);
        assertThat(program.run(start(STREAMS, "spin"), (_, _) -> {})).isEqualTo(new Program.Ending.Stopped());
        stopper.join();
    }

    @Test
    void aProgramWhoseReaderHasGoneEndsQuietly() throws IOException {
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        var start = new Program.Start(
                List.of("lines", "100000"),
                Map.of(),
                List.of(),
                STREAMS,
                new StandardStreams(InputStream.nullInputStream(), gone, err),
                false,
                Optional.empty(),
                OptionalLong.empty(),
                1 << 26);
        assertThat(files().run(start, (_, _) -> {})).isEqualTo(new Program.Ending.ReaderGone());
        assertThat(err.size()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void grantsForFilesBecomeDirectoriesOfTheSameName() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data/out"));
        Files.writeString(folder.resolve("data/a.txt"), "alpha");
        GrantedCapabilities granted =
                capabilities("stdio:stdout", "filesystem:read:" + folder.resolve("data"), "filesystem:write:" + data);
        assertThat(Grants.wasi(granted, new StandardStreams(InputStream.nullInputStream(), out, err))
                        .directories())
                .containsExactly(
                        new DirectoryGrant(
                                data.getParent().toString(), data.getParent().toString(), true, false),
                        new DirectoryGrant(data.toString(), data.toString(), true, true));

        String from = folder.resolve("data/a.txt").toString();
        files().run(start(granted, "copy", from, data.resolve("b.txt").toString()), (_, _) -> {});
        files().run(start(granted, "copy", from, folder.resolve("data/c.txt").toString()), (_, _) -> {});
        assertThat(data.resolve("b.txt")).hasContent("alpha");
        assertThat(folder.resolve("data/c.txt")).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aGrantedPathThatIsNotThereIsSaidBeforeAnythingRuns() throws IOException {
        GrantedCapabilities granted = capabilities("filesystem:read:" + folder.resolve("none"));
        Program program = files();
        assertThatThrownBy(() -> program.run(start(granted, "hello"), (_, _) -> {}))
                .isInstanceOf(TorvynException.class)
                .hasMessageContaining("[E0810]")
                .hasMessageContaining("there is no such directory");
    }

    @Test
    void whatIsNoProgramIsRefused() throws IOException {
        Path stage = guest("copy");
        assertThatThrownBy(() -> Program.load(ENGINE, stage, false))
                .hasMessageContaining("[E0808]")
                .hasMessageContaining("is not a command: it exports torvyn:streaming/processor@0.1.0");

        assertThatThrownBy(() -> Program.load(ENGINE, folder.resolve("none.wasm"), false))
                .hasMessageContaining("[E0001]")
                .hasMessageContaining("there is no such file");

        Path text = Files.writeString(folder.resolve("text.wasm"), "not a component");
        assertThatThrownBy(() -> Program.load(ENGINE, text, false)).hasMessageContaining("[E0800]");
    }

    /** Whatever lies there is not read before its size is known. */
    @Test
    void aFileThatIsTooLargeOrNoneIsNotRead() throws IOException {
        Path large = folder.resolve("large.wasm");
        try (var file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((1L << 30) + 1); // takes no room on the disk
        }
        assertThatThrownBy(() -> Program.load(ENGINE, large, false))
                .hasMessageContaining("[E0800]")
                .hasMessageContaining("1073741825 bytes");
        assertThatThrownBy(() -> Program.load(ENGINE, folder, false))
                .hasMessageContaining("[E0001]")
                .hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> Program.load(ENGINE, folder.resolve("lost.wasm"), false))
                .hasMessageContaining("[E0001]")
                .hasMessageContaining("there is no such file");
    }
}
