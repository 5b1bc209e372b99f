package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.SinkClosedException;
import io.torvyn.resources.Buffer;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NativeStageTest {
    private final TestFlow flow = new TestFlow();
    private final Fed source = new Fed();
    private final Written sink = new Written();

    /** Gives what a test feeds it, from another thread. */
    private static final class Fed implements NativeSource {
        private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
        private volatile boolean ended;
        private volatile Runnable wakeUp = () -> {};
        private boolean closed;
        private @Nullable IOException failure;

        void feed(byte[] bytes) {
            waiting.add(bytes);
            wakeUp.run();
        }

        void end() {
            ended = true;
            wakeUp.run();
        }

        @Override
        public boolean ready() {
            return ended || !waiting.isEmpty();
        }

        @Override
        public void onReady(Runnable toCall) {
            wakeUp = toCall;
        }

        @Override
        public @Nullable Buffer pull(NativeBuffers buffers) throws IOException {
            byte[] next = waiting.poll();
            if (next == null) {
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            Buffer buffer = buffers.allocate(next.length);
            buffer.append(next, 0, next.length);
            buffer.contentType(buffers.contentType("application/octet-stream"));
            return buffer;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class Written implements NativeSink {
        private final List<byte[]> elements = Collections.synchronizedList(new ArrayList<>());
        private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        private CountDownLatch flushed = new CountDownLatch(1);
        private int closeAfter = Integer.MAX_VALUE;
        private int unwritten;
        private @Nullable IOException failure;

        @Override
        public void push(Element element) throws IOException {
            if (elements.size() == closeAfter) {
                throw new SinkClosedException("Broken pipe");
            }
            if (failure != null) {
                throw failure;
            }
            elements.add(element.payload.toArray());
        }

        @Override
        public int unwritten() {
            return unwritten;
        }

        @Override
        public void flush() {
            calls.add("flush");
            flushed.countDown();
        }

        @Override
        public void complete() {
            calls.add("complete");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    @Test
    void whatASinkHasTakenAndNotPassedOnIsDiscarded() throws Exception {
        source.feed(new byte[] {1});
        source.feed(new byte[] {2});
        source.end();
        sink.unwritten = 1;
        assertThat(wired().run().discarded()).isOne();
    }

    private TestFlow wired() {
        add(
                ComponentRole.SOURCE,
                NativeStage.of(
                        new ComponentId(1),
                        "in",
                        source,
                        flow.flow.owner(new ComponentId(1), "in"),
                        flow.flow.contentTypes()));
        add(
                ComponentRole.SINK,
                NativeStage.of(
                        new ComponentId(2),
                        "out",
                        sink,
                        flow.flow.owner(new ComponentId(2), "out"),
                        flow.flow.contentTypes()));
        return flow.chained();
    }

    private void add(ComponentRole role, NativeStage stage) {
        flow.stages.add(
                StageDefinition.of(role == ComponentRole.SOURCE ? "in" : "out", role, stage, stage.owner(), ""));
    }

    @Test
    void elementsOfAnySizeUpTo16MebibytesPassWithTwoCopies() throws Exception {
        byte[] large = new byte[16 << 20];
        large[large.length - 1] = 7;
        source.feed(new byte[0]);
        source.feed(new byte[] {1});
        source.feed(large);
        source.end();
        FlowOutcome outcome = wired().run();

        assertThat(sink.elements).hasSize(3);
        assertThat(sink.elements.get(2)).isEqualTo(large);
        assertThat(outcome.copies().copies()).isEqualTo(4); // nothing for the empty one
        assertThat(outcome.copies().bytes()).isEqualTo(2L * (1 + (16 << 20)));
        assertThat(sink.calls).containsExactly("complete", "close");
        assertThat(source.closed).isTrue();
    }

    @Test
    void aWaitingSourceLetsTheFlowSleepAndWakesItAgain() throws Exception {
        Flow running = wired().start();
        running.awaitStart();
        source.feed(new byte[] {1});
        sink.flushed.await(); // idle again: what was held back has gone out
        assertThat(sink.elements).hasSize(1);
        sink.flushed = new CountDownLatch(1);
        source.feed(new byte[] {2});
        sink.flushed.await();
        source.end();
        assertThat(flow.ended(running).elements()).isEqualTo(2);
    }

    @Test
    void cancellingWakesAFlowThatSleeps() throws Exception {
        Flow running = wired().start();
        running.awaitStart();
        running.cancel(new CancellationReason.OperatorRequest("Ctrl-C"));
        FlowOutcome outcome = flow.ended(running);
        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(sink.calls).containsExactly("complete", "close");
    }

    @Test
    void theDeadlineWakesAFlowThatSleeps() throws Exception {
        flow.deadline = Deadline.after(Duration.ofMillis(30));
        assertThat(wired().run().failure().orElseThrow().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void aReaderThatHasGoneEndsTheFlowWell() throws Exception {
        sink.closeAfter = 3;
        for (int i = 0; i < 100; i++) {
            source.feed(new byte[] {(byte) i});
        }
        FlowOutcome outcome = wired().run(); // the source has not ended
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.reason()).isEqualTo(new CancellationReason.SinkClosed("out"));
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.elements()).isEqualTo(3);
        assertThat(sink.calls).containsExactly("close");
        assertThat(source.closed).isTrue();
    }

    @Test
    void aFullDiskFailsTheFlow() throws Exception {
        sink.failure = new IOException("No space left on device");
        source.feed(new byte[] {1});
        FlowOutcome outcome = wired().run();
        assertThat(outcome.failure().orElseThrow().text())
                .isEqualTo("[E0001] Node 'out' failed writing: No space left on device. "
                        + "Check the path, its permissions and the room on the disk.");
        assertThat(sink.calls).containsExactly("close");
    }

    @Test
    void aReadErrorFailsTheFlowAfterWhatWasRead() throws Exception {
        source.feed(new byte[] {1});
        source.failure = new IOException("Input/output error");
        source.end();
        FlowOutcome outcome = wired().run();
        assertThat(outcome.failure().orElseThrow().message()).contains("'in' failed reading: Input/output error");
        assertThat(sink.elements).hasSize(1);
        assertThat(sink.calls).containsExactly("complete", "close");
    }
}
