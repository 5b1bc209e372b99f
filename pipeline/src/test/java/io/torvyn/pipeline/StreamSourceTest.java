package io.torvyn.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.pipeline.NativeStageConfig.Framing;
import io.torvyn.resources.Buffer;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StreamSourceTest {
    private final Buffers buffers = new Buffers();
    private final Semaphore woken = new Semaphore(0);

    @AfterEach
    void nothingIsHeldBack() {
        assertThat(buffers.resources.liveBuffers()).isZero();
    }

    /** Gives what a test has it read, when the test says so. */
    private static final class Fed extends InputStream {
        private static final byte[] END = {};
        private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
        private final CountDownLatch closed = new CountDownLatch(1);
        private final AtomicInteger reads = new AtomicInteger();

        void feed(String text) {
            pieces.add(text.getBytes(US_ASCII));
        }

        void end() {
            pieces.add(END);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            reads.incrementAndGet();
            try {
                byte[] piece = pieces.take();
                System.arraycopy(piece, 0, target, offset, piece.length);
                return piece == END ? -1 : piece.length;
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private StreamSource source(InputStream stream, Framing framing, int maxLine) {
        var source = new StreamSource(
                "input", "some.log", stream, new NativeStageConfig(Optional.empty(), framing, maxLine, false));
        source.onReady(woken::release);
        return source;
    }

    private StreamSource lines(InputStream stream) {
        return source(stream, Framing.LINES, 1 << 20);
    }

    /** As a flow does: asks, sleeps until woken, asks again. */
    private void awaitReady(StreamSource source) throws InterruptedException {
        while (!source.ready()) {
            assertThat(woken.tryAcquire(10, TimeUnit.SECONDS)).as("woken").isTrue();
        }
    }

    private @Nullable String pull(StreamSource source) throws Exception {
        awaitReady(source);
        Buffer buffer = source.pull(buffers);
        return buffer == null ? null : new String(buffers.take(buffer), US_ASCII);
    }

    private List<String> all(StreamSource source) throws Exception {
        List<String> elements = new ArrayList<>();
        for (String next = pull(source); next != null; next = pull(source)) {
            elements.add(next);
        }
        return elements;
    }

    private static InputStream of(String text) {
        return new ByteArrayInputStream(text.getBytes(US_ASCII));
    }

    @Test
    void aSlowStreamIsNotReadyAndWakesTheFlowWhenItIs() throws Exception {
        var stream = new Fed();
        try (var source = lines(stream)) {
            assertThat(source.ready()).isFalse();
            assertThatThrownBy(() -> source.pull(buffers)).isInstanceOf(IllegalStateException.class);

            stream.feed("hel");
            assertThat(woken.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(source.ready()).as("half a line").isFalse();

            stream.feed("lo\nworld");
            assertThat(pull(source)).isEqualTo("hello\n");
            assertThat(source.ready()).isFalse();

            stream.end();
            assertThat(pull(source)).isEqualTo("world");
            assertThat(pull(source)).isNull();
            assertThat(source.ready()).as("at the end it is always ready").isTrue();
            assertThat(source.pull(buffers)).isNull();
        }
    }

    @Test
    void anEmptyStreamEndsAtOnce() throws Exception {
        for (Framing framing : Framing.values()) {
            try (var source = source(InputStream.nullInputStream(), framing, 10)) {
                assertThat(pull(source)).isNull();
                assertThat(pull(source)).isNull();
            }
        }
    }

    @Test
    void asManyElementsAsThereAreLinesComeOutOfOneChunk() throws Exception {
        try (var source = lines(of("a\n\nb\r\nc"))) {
            assertThat(all(source)).containsExactly("a\n", "\n", "b\r\n", "c");
        }
    }

    @Test
    void aFailureComesAfterTheLinesBeforeIt() throws Exception {
        var broken = new InputStream() {
            private final InputStream first = of("one\ntwo\nthr");

            @Override
            public int read() {
                throw new UnsupportedOperationException();
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
        try (var source = lines(broken)) {
            assertThat(pull(source)).isEqualTo("one\n");
            assertThat(pull(source)).isEqualTo("two\n");
            awaitReady(source);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> source.pull(buffers))
                        .isInstanceOf(IOException.class)
                        .hasMessage("the disk is on fire");
            }
        }
    }

    @Test
    void aStreamThatThrowsWhatItShouldNotEndsTheFlowToo() throws Exception {
        var broken = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("not today");
            }
        };
        try (var source = source(broken, Framing.CHUNKS, 10)) {
            awaitReady(source);
            assertThatThrownBy(() -> source.pull(buffers))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not today");
        }
    }

    @Test
    void aLineThatIsTooLongSaysWhereItIs() throws Exception {
        for (String tail : List.of("123456789\nc\n", "123456789", "12345678", "1234567890123")) {
            try (var source = source(of("a\nbb\n" + tail), Framing.LINES, 8)) {
                assertThat(pull(source)).isEqualTo("a\n");
                assertThat(pull(source)).isEqualTo("bb\n");
                if (tail.length() == 8) {
                    assertThat(pull(source)).isEqualTo(tail);
                    continue;
                }
                awaitReady(source);
                assertThatThrownBy(() -> source.pull(buffers)).isInstanceOfSatisfying(TorvynException.class, e -> {
                    assertThat(e.failure()).isEqualTo(new StageFailure.LineTooLong("input", "some.log", 3, 5, 8));
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.CAPACITY_EXCEEDED);
                    assertThat(e.failure().message())
                            .isEqualTo("line 3 of some.log, which starts at byte 5, is longer than the 8 bytes that"
                                    + " 'input' allows");
                });
            }
        }
    }

    @Test
    void aLineWithoutEndIsRefusedWithoutReadingOn() throws Exception {
        var endless = new InputStream() {
            private final AtomicInteger reads = new AtomicInteger();

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                reads.incrementAndGet();
                return length;
            }
        };
        try (var source = source(endless, Framing.LINES, 1 << 20)) {
            awaitReady(source);
            assertThatThrownBy(() -> source.pull(buffers)).isInstanceOf(TorvynException.class);
            assertThat(endless.reads.get()).isLessThanOrEqualTo((1 << 20) / ReadAhead.CHUNK + 1 + 5);
        }
    }

    @Test
    void onlyAFewChunksAreReadAhead() throws Exception {
        var stream = new Fed();
        for (int i = 0; i < 100; i++) {
            stream.feed("x\n");
        }
        try (var source = source(stream, Framing.CHUNKS, 10)) {
            for (int i = 0; i < 4; i++) {
                assertThat(woken.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(woken.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(stream.reads.get()).isEqualTo(4);
            assertThat(pull(source)).isEqualTo("x\n");
            assertThat(woken.tryAcquire(10, TimeUnit.SECONDS)).as("room again").isTrue();
        }
    }

    @Test
    void chunksAreWhatWasRead() throws Exception {
        var stream = new Fed();
        stream.feed("a\nb");
        stream.feed("c");
        stream.end();
        try (var source = source(stream, Framing.CHUNKS, 1)) {
            assertThat(all(source)).containsExactly("a\nb", "c");
        }
    }

    @Test
    void chunksTogetherAreTheInput() throws Exception {
        byte[] input = new byte[1_000_003];
        new Random(7).nextBytes(input);
        var output = new ByteArrayOutputStream();
        try (var source = source(new ByteArrayInputStream(input), Framing.CHUNKS, 1)) {
            awaitReady(source);
            for (Buffer next = source.pull(buffers); next != null; next = source.pull(buffers)) {
                assertThat(next.length()).isLessThanOrEqualTo(1 << 16);
                output.write(buffers.take(next));
                awaitReady(source);
            }
        }
        assertThat(output.toByteArray()).isEqualTo(input);
    }

    @Test
    void closingDoesNotWaitForAReaderThatDoes() throws Exception {
        var stream = new Fed();
        var source = lines(stream);
        while (stream.reads.get() == 0) {
            Thread.onSpinWait();
        }
        long before = System.nanoTime();
        source.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(stream.closed.await(1, TimeUnit.SECONDS)).isTrue();
        Thread reader = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("torvyn-read-input"))
                .findFirst()
                .orElse(null);
        if (reader != null) {
            assertThat(reader.join(Duration.ofSeconds(10)))
                    .as("the reading thread ends")
                    .isTrue();
        }
    }

    @Test
    void aSourceThatNeverRanClosesItsStream() throws Exception {
        var stream = new Fed();
        new StreamSource("input", "x", stream, NativeStageConfig.parse("input", "stdin", "")).close();
        assertThat(stream.closed.getCount()).isZero();
        assertThat(stream.reads.get()).isZero();
    }

    @Test
    void anInputThatIsResumedLosesNothingThatWasReadTooEarly() throws Exception {
        Fed fed = new Fed();
        var shared = new ResumableInput(fed);
        fed.feed("one\ntwo\nthr");
        try (StreamSource first = lines(shared)) {
            assertThat(pull(first)).isEqualTo("one\n");
            awaitReady(first); // it has found the second line, and nobody takes it
        }
        fed.feed("ee\n");
        fed.end();
        try (StreamSource second = lines(shared)) {
            assertThat(all(second)).containsExactly("two\n", "three\n");
        }
    }

    @Test
    void aReaderThatHasGoneTakesNothingMore() throws Exception {
        Fed fed = new Fed();
        var shared = new ResumableInput(fed);
        try (StreamSource first = source(shared, Framing.CHUNKS, 1)) {
            assertThat(first.ready()).isFalse(); // it waits in a read
        }
        fed.feed("for the next");
        fed.end();
        try (StreamSource second = source(shared, Framing.CHUNKS, 1)) {
            assertThat(all(second)).containsExactly("for the next");
        }
        assertThat(fed.closed.getCount()).isEqualTo(1);
    }

    @Test
    void whatWasGivenBackComesBeforeWhatWasNotTaken() throws IOException {
        var shared = new ResumableInput(new ByteArrayInputStream("abcdef".getBytes(US_ASCII)));
        byte[] four = new byte[4];
        assertThat(shared.read(four)).isEqualTo(4);
        shared.unread("cd".getBytes(US_ASCII));

        assertThat(new String(shared.readAllBytes(), US_ASCII)).isEqualTo("cdef");
    }
}
