package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeProcessor;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
        private final AtomicLong demand = new AtomicLong(Long.MAX_VALUE);
        private volatile Runnable wakeUp = () -> {};
        private final List<byte[]> elements = Collections.synchronizedList(new ArrayList<>());
        private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        private CountDownLatch flushed = new CountDownLatch(1);
        private int closeAfter = Integer.MAX_VALUE;
        private int unwritten;
        private @Nullable IOException failure;

        void request(long more) {
            demand.addAndGet(more);
            wakeUp.run();
        }

        @Override
        public boolean ready() {
            return demand.get() > 0;
        }

        @Override
        public void onReady(Runnable toCall) {
            wakeUp = toCall;
        }

        @Override
        public void push(Element element) throws IOException {
            demand.decrementAndGet();
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

    private TestFlow wired(NativeProcessor processor) {
        TestFlow wired = wired();
        var id = new ComponentId(3);
        NativeStage stage =
                NativeStage.of(id, "middle", processor, flow.flow.owner(id, "middle"), flow.flow.contentTypes());
        flow.stages.add(1, StageDefinition.of("middle", ComponentRole.PROCESSOR, stage, stage.owner(), ""));
        flow.streams.clear();
        return wired.chained();
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

    @Test
    void aSinkIsGivenNoMoreThanItsReaderHasAskedFor() throws Exception {
        sink.demand.set(0);
        for (int i = 0; i < 100; i++) {
            source.feed(new byte[] {(byte) i});
        }
        source.end();
        Flow running = wired().start();
        running.awaitStart();
        assertThat(sink.elements).isEmpty();
        for (int asked = 1; asked <= 100; asked++) {
            sink.request(1);
            while (sink.elements.size() < asked) {
                Thread.onSpinWait();
            }
            assertThat(sink.elements).hasSize(asked);
        }
        FlowOutcome outcome = flow.ended(running);
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.discarded()).isZero();
    }

    @Test
    void aReaderWhoAsksForNothingMoreIsWaitedForUntilTheDrainTimeout() throws Exception {
        flow.settings = flow.settings.withDrainTimeout(Duration.ofMillis(50));
        sink.demand.set(1);
        source.feed(new byte[] {1});
        source.feed(new byte[] {2});
        Flow running = wired().start();
        running.awaitStart();
        while (running.status().pulled() < 2) {
            Thread.onSpinWait();
        }
        running.cancel(new CancellationReason.OperatorRequest("Ctrl-C"));
        FlowOutcome outcome = flow.ended(running);
        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(outcome.elements()).isOne();
        assertThat(outcome.discarded()).isOne();
    }

    @Test
    void aNativeProcessorReadsOneBufferAndFillsAnother() throws Exception {
        for (byte i = 0; i < 10; i++) {
            source.feed(new byte[] {i});
        }
        source.end();
        FlowOutcome outcome = wired((element, buffers) -> {
                    byte value = element.payload.toArray()[0];
                    if (value % 2 == 1) {
                        return null;
                    }
                    Buffer made = buffers.allocate(2);
                    made.append(new byte[] {value, value}, 0, 2);
                    return made;
                })
                .run();
        assertThat(sink.elements).hasSize(5).contains(new byte[] {8, 8});
        assertThat(outcome.copies().copies()).isEqualTo(10 + 10 + 5 + 5);
        assertThat(outcome.elements()).isEqualTo(10);
        assertThat(outcome.leaked().reclaimed()).isEmpty();
    }

    @Test
    void aNativeProcessorCannotHandOnWhatItWasLent() throws Exception {
        source.feed(new byte[] {1});
        FlowOutcome outcome = wired((element, _) -> element.payload).run();
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.NOT_OWNER);
        assertThat(outcome.discarded()).isOne();
    }

    /** As when the watchdog strikes just as a call returns. Whoever is interrupted cannot park, and would run for ever. */
    @Test
    @Timeout(30)
    void aThreadThatIsInterruptedBehindItsCallRestsAllTheSame() throws Exception {
        var threads = new LinkedBlockingQueue<Thread>();
        var upper = new Stages.Upper(3, "upper", new ArrayList<>()) {
            @Override
            public Outcome process(Element in, Element out) {
                Outcome outcome = super.process(in, out);
                Thread.currentThread().interrupt();
                threads.add(Thread.currentThread());
                return outcome;
            }
        };
        wired();
        StageDefinition last = flow.stages.removeLast();
        flow.parallel(ComponentRole.PROCESSOR, upper);
        flow.stages.add(last);
        flow.streams.clear();
        Flow running = flow.chained().start();

        source.feed("one".getBytes(StandardCharsets.UTF_8));
        Thread worker = threads.take();
        while (worker.getState() != Thread.State.WAITING) {
            assertThat(Thread.currentThread().isInterrupted())
                    .as("it takes too long")
                    .isFalse();
        }
        source.feed("two".getBytes(StandardCharsets.UTF_8));
        source.end();
        assertThat(flow.ended(running).elements()).isEqualTo(2);
    }
}
