package io.torvyn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.config.Layers;
import io.torvyn.config.ManifestLoader;
import io.torvyn.guests.Guests;
import io.torvyn.host.FlowOptions;
import io.torvyn.pipeline.ResumableInput;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.projects.ProjectFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real flows and real builds; only when files have changed is said by the test. */
@Timeout(60)
class WatchSessionTest {
    private static final String PROJECT = """
            [torvyn]
            name = "watched"
            version = "0.1.0"
            contract_version = "0.1.0"

            [[component]]
            name = "mine"
            path = "mine"
            build_command = "cp source.txt mine.wasm"

            [flow.main.nodes.in]
            component = "native:stdin"
            interface = "torvyn:streaming/source"

            [flow.main.nodes.work]
            component = "mine"
            interface = "torvyn:streaming/processor"

            [flow.main.nodes.out]
            component = "native:stdout"
            interface = "torvyn:streaming/sink"

            [[flow.main.edges]]
            from = "in"
            to = "work"
            [[flow.main.edges]]
            from = "work"
            to = "out"
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What is written, for whoever waits for it. */
    private static final class Heard extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int told;

        @Override
        public synchronized void write(int b) {
            bytes.write(b);
            notifyAll();
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
            notifyAll();
        }

        /** Waits for a text behind the one that was waited for last. */
        synchronized void await(String text) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            for (int at = at(text); at < 0; at = at(text)) {
                long millis = (end - System.nanoTime()) / 1_000_000;
                assertThat(millis).as("'%s' never came, but: %s", text, text()).isPositive();
                wait(millis);
            }
            told = at(text) + text.length();
        }

        private int at(String text) {
            return text().indexOf(text, told);
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private final class Told implements WatchSession.Changes {
        private final BlockingQueue<Set<Path>> told = new LinkedBlockingQueue<>();

        void tell(String... files) {
            told.add(Set.of(files).stream().map(folder::resolve).collect(java.util.stream.Collectors.toSet()));
        }

        @Override
        public void watch(ProjectFiles files) {}

        @Override
        public Set<Path> next() throws InterruptedException {
            return told.take();
        }
    }

    @TempDir
    private Path folder;

    private final Heard out = new Heard();
    private final Heard err = new Heard();
    private final PipedOutputStream typed = new PipedOutputStream();
    private final Told changes = new Told();
    private final CompletableFuture<Integer> answer = new CompletableFuture<>();
    private Thread session = new Thread();

    @BeforeEach
    void aProject() throws IOException {
        folder = folder.toRealPath();
        Files.createDirectories(folder.resolve("mine"));
        component("upper");
        manifest(PROJECT);
    }

    @AfterEach
    void nothingGoesOn() throws InterruptedException {
        session.interrupt();
        session.join();
    }

    private void manifest(String text) throws IOException {
        Files.writeString(folder.resolve("Torvyn.toml"), text);
    }

    private void component(String guest) throws IOException {
        Files.write(folder.resolve("mine/source.txt"), Guests.bytes(guest));
    }

    private void start() throws IOException {
        var streams = new StandardStreams(new ResumableInput(new PipedInputStream(typed)), out, err);
        var plan = new WatchSession.Plan(
                folder.resolve("Torvyn.toml"),
                Optional.empty(),
                new ManifestLoader(Layers.of(folder.resolve("none"), Map.of())),
                FlowOptions.NONE);
        var audience = new WatchSession.Audience(
                GlobalOptions.NONE,
                new PrintWriter(err, true, StandardCharsets.UTF_8),
                streams,
                new LogLines(new PrintWriter(err, true, StandardCharsets.UTF_8), Style.PLAIN, LogLevel.error),
                _ -> {});
        var watching = new WatchSession(plan, audience, changes);
        session = Thread.ofPlatform().start(() -> answer.complete(watching.run(OptionalInt::empty)));
    }

    private void type(String text) {
        try {
            typed.write(text.getBytes(StandardCharsets.UTF_8));
            typed.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void runs() throws InterruptedException {
        err.await("runs; it starts anew");
    }

    @Test
    void aComponentWhoseSourcesChangeIsBuiltAndTakesOverWhereTheOldOneLeftOff() throws Exception {
        start();
        runs();
        type("one\ntwo\n");
        out.await("ONE\nTWO\n");

        component("copy");
        changes.tell("mine/source.txt");
        err.await("mine/source.txt changed");
        err.await("Built mine");
        err.await("drained after 2 elements");
        runs();
        type("three\n");
        out.await("three\n");

        assertThat(out.text()).isEqualTo("ONE\nTWO\nthree\n");
    }

    @Test
    void whatIsBrokenIsToldAndTheFlowGoesOn() throws Exception {
        start();
        runs();
        manifest(PROJECT.replace("native:stdout", "native:stdut"));
        changes.tell("Torvyn.toml");
        err.await("error[E0210]");
        err.await("goes on as it was");

        manifest(PROJECT + "[broken");
        changes.tell("Torvyn.toml");
        err.await("error[E0701]");
        err.await("goes on as it was");

        manifest(PROJECT.replace("cp source.txt mine.wasm", "echo no good >&2; exit 3"));
        changes.tell("Torvyn.toml", "mine/source.txt");
        err.await("no good");
        err.await("error[E0006]");
        err.await("goes on as it was");

        type("still here\n");
        out.await("STILL HERE\n");
        assertThat(err.text()).doesNotContain("drained");
    }

    @Test
    void filesThatSayTheSameAgainChangeNothing() throws Exception {
        start();
        runs();
        changes.tell("mine/source.txt");
        err.await("Built mine");
        err.await("goes on as it was");

        type("x\n");
        out.await("X\n");
        assertThat(err.text()).doesNotContain("drained");
    }

    @Test
    void whatCannotStartAtFirstStartsWhenItIsMended() throws Exception {
        manifest("[torvyn");
        start();
        err.await("error[E0701]");
        err.await("Waiting for a change");

        manifest(PROJECT);
        changes.tell("Torvyn.toml");
        runs();
    }

    @Test
    void aFlowThatHasEndedStartsAnewWithTheNextChange() throws Exception {
        manifest(PROJECT.replace("native:stdin", "native:generator"));
        start();
        runs();
        err.await("main, completed");
        err.await("Waiting for a change");

        component("copy");
        changes.tell("mine/source.txt");
        out.await("HELLO, TORVYN! (1000)");
        runs();
        err.await("main, completed");
        assertThat(out.text()).contains("(1000)Hello, Torvyn! (1)Hello");
    }

    @Test
    void anInterruptionDrainsTheFlowAndEnds() throws Exception {
        start();
        runs();
        type("one\nhalf");
        out.await("ONE\n");

        session.interrupt();

        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(err.text()).contains("main, cancelled").doesNotContain("error", "Discarded");
    }

    @Test
    void anInterruptionEndsABuild() throws Exception {
        manifest(PROJECT.replace("cp source.txt mine.wasm", "exec sleep 600"));
        Path scratch = folder.resolve(".torvyn/work/mine");
        start();
        while (!Files.exists(scratch)) {
            Thread.onSpinWait();
        }
        session.interrupt();

        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(out.text()).isEmpty();
    }
}
