package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.pipeline.StandardStreams;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowState;
import io.torvyn.types.TorvynException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FlowStartupTest {
    @TempDir
    private Path directory;

    private static List<Diagnostic> refusal(TorvynHost host) {
        var errors = new ArrayList<Diagnostic>();
        assertThatThrownBy(() -> host.startFlow("main"))
                .isInstanceOfSatisfying(DiagnosticsException.class, e -> errors.addAll(e.diagnostics()));
        assertThat(host.liveBuffers()).isZero();
        assertThat(host.listFlows()).isEmpty();
        return errors;
    }

    @ParameterizedTest
    @ValueSource(strings = {"parallelism = \"flow\"", "parallelism = \"stage\"", "instances = 3"})
    void onWhoseThreadAComponentIsCalledDoesNotShow(String setting) throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "{\"count\": 500, \"size\": 64}")
                .processor("copy", "")
                .more(setting);
        project.processor("upper", "").more(setting).sink("native:file", "{\"path\": \"out.txt\"}");
        try (TorvynHost host = project.host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main"));
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.elements()).isEqualTo(500);
            assertThat(outcome.copies().copies()).isEqualTo(6 * 500);
            assertThat(host.liveBuffers()).isZero();
        }
        byte[] written = Files.readAllBytes(directory.resolve("out.txt"));
        Path plainly = Files.createDirectory(directory.resolve("plainly"));
        Project plain = new Project(plainly)
                .flow("main")
                .source("source", "{\"count\": 500, \"size\": 64}")
                .processor("copy", "")
                .processor("upper", "")
                .sink("native:file", "{\"path\": \"out.txt\"}");
        try (TorvynHost host = plain.host().build()) {
            host.await(host.startFlow("main"));
        }
        assertThat(plainly.resolve("out.txt")).hasBinaryContent(written);
    }

    @Test
    void aNativeStageThatAsksForAThreadIsRefused() {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "")
                .sink("native:file", "{\"path\": \"out.txt\"}")
                .more("parallelism = \"stage\"");
        try (TorvynHost host = project.host().build()) {
            assertThat(refusal(host)).singleElement().satisfies(error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.SEMANTIC_ERROR);
                assertThat(error.message())
                        .isEqualTo(
                                "node `sink` is the native stage `file`, and those are called on their flow's thread");
                assertThat(error.locations()).isNotEmpty();
            });
        }
        assertThat(directory.resolve("out.txt")).doesNotExist();
    }

    @Test
    void everyComponentThatIsNotThereOrNoneIsToldAtOnce() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "")
                .processor("copy", "")
                .processor("upper", "")
                .sink("sink", "");
        var manifest = project.manifest();
        Files.delete(directory.resolve("source.wasm"));
        Files.writeString(directory.resolve("copy.wasm"), "this is text");
        Files.write(directory.resolve("upper.wasm"), new byte[0]);
        try (TorvynHost host =
                TorvynHost.builder(manifest).streams(project.streams()).build()) {
            List<Diagnostic> errors = refusal(host);
            assertThat(errors)
                    .extracting(Diagnostic::code)
                    .containsExactly(
                            ErrorCode.COMPONENT_NOT_FOUND,
                            ErrorCode.COMPONENT_NOT_COMPILED,
                            ErrorCode.COMPONENT_NOT_COMPILED);
            assertThat(errors.getFirst().message())
                    .isEqualTo("the component 'source.wasm' of node 'source' is not there");
            assertThat(errors.getFirst().notes()).singleElement().asString().startsWith("looked for ");
            assertThat(errors.get(1).message()).contains("'copy'");
        }
    }

    @Test
    void whatNobodyOffersIsToldBeforeAnythingIsMade() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "")
                .processor("missing-import", "")
                .sink("native:file", "{\"path\": \"out.txt\"}");
        Files.writeString(directory.resolve("out.txt"), "what was there");
        try (TorvynHost host = project.host().build()) {
            assertThat(refusal(host)).singleElement().satisfies(error -> assertThat(error.message())
                    .contains("acme:nowhere/thing"));
        }
        assertThat(directory.resolve("out.txt")).hasContent("what was there");
    }

    @Test
    void aFlowThatCannotInitialiseLeavesItsOutputAsItWas() throws Exception {
        Path out = Files.writeString(directory.resolve("out.txt"), "what was there");
        Project project = new Project(directory)
                .flow("main")
                .source("source", "")
                .processor("faulty", "{\"fault\": \"unreachable\", \"in\": \"init\"}")
                .sink("native:file", "{\"path\": \"out.txt\"}");
        try (TorvynHost host = project.host().build()) {
            assertThatThrownBy(() -> host.startFlow("main"))
                    .isInstanceOfSatisfying(
                            TorvynException.class,
                            e -> assertThat(e.failure().code().id()).isEqualTo("E0804"));
            assertThat(host.liveBuffers()).isZero();
        }
        assertThat(out).hasContent("what was there");
    }

    @Test
    void emptyInputMakesAnEmptyFile() throws Exception {
        Path out = Files.writeString(directory.resolve("out.txt"), "what was there");
        Project project = new Project(directory)
                .flow("main")
                .source("native:stdin", "")
                .sink("native:file", "{\"path\": \"out.txt\"}");
        try (TorvynHost host = project.host().build()) {
            assertThat(host.await(host.startFlow("main")).state()).isEqualTo(FlowState.COMPLETED);
        }
        assertThat(out).isEmptyFile();
    }

    @Test
    void aLineThatIsTooLongEndsTheFlowAfterTheLinesBeforeIt() throws Exception {
        Project project = new Project(directory)
                .input("short\nshort too\n" + "x".repeat(100) + "\nnever\n")
                .flow("main")
                .source("native:stdin", "{\"max_line\": 100}")
                .processor("copy", "")
                .sink("native:stdout", "");
        try (TorvynHost host = project.host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main"));
            assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
            assertThat(outcome.failure()).hasValueSatisfying(failure -> {
                assertThat(failure.code().id()).isEqualTo("E0308");
                assertThat(failure.message()).contains("line 3 of standard input", "byte 16", "100 bytes");
            });
            assertThat(project.out()).isEqualTo("short\nshort too\n");
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void aReaderThatHasGoneEndsTheFlowWell() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "")
                .processor("copy", "")
                .sink("native:stdout", "");
        var closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        var streams = new StandardStreams(InputStream.nullInputStream(), closed, OutputStream.nullOutputStream());
        try (TorvynHost host =
                TorvynHost.builder(project.manifest()).streams(streams).build()) {
            FlowOutcome outcome = host.await(host.startFlow("main"));
            assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
            assertThat(outcome.reason()).isEqualTo(new CancellationReason.SinkClosed("sink"));
            assertThat(outcome.failure()).isEmpty();
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void anInputThatFailsEndsTheFlowWithWhatItSaid() throws Exception {
        var broken = new InputStream() {
            private final InputStream first = new ByteArrayInputStream("one\ntwo".getBytes(StandardCharsets.UTF_8));

            @Override
            public int read() throws IOException {
                int next = first.read();
                if (next < 0) {
                    throw new IOException("the disk is on fire");
                }
                return next;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = first.read(target, offset, length);
                if (count < 0) {
                    throw new IOException("the disk is on fire");
                }
                return count;
            }
        };
        Project project = new Project(directory)
                .input(broken)
                .flow("main")
                .source("native:stdin", "")
                .sink("native:stdout", "");
        try (TorvynHost host = project.host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main"));
            assertThat(outcome.failure()).hasValueSatisfying(failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.IO_ERROR);
                assertThat(failure.message()).contains("source", "the disk is on fire");
            });
            assertThat(project.out()).isEqualTo("one\n");
        }
    }

    @Test
    void whoeverIsInterruptedWhileStartingLeavesNoFlowBehind() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "")
                .processor("faulty", "{\"fault\": \"spin\", \"in\": \"init\"}")
                .sink("sink", "");
        try (TorvynHost host = project.host().build()) {
            var thrown = new CompletableFuture<Throwable>();
            Thread starter = Thread.ofPlatform().start(() -> {
                try {
                    host.startFlow("main");
                    thrown.complete(null);
                } catch (Throwable t) {
                    thrown.complete(t);
                }
            });
            TimeUnit.MILLISECONDS.sleep(700);
            starter.interrupt();
            assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            assertThat(host.listFlows()).isEmpty();
            long before = System.nanoTime();
            assertThat(host.shutdown().timedOut()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            assertThat(host.liveBuffers()).isZero();
        }
    }
}
