package io.torvyn.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.SinkClosedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSinkTest {
    private final Buffers buffers = new Buffers();
    private final Watched stream = new Watched();

    private static final class Watched extends ByteArrayOutputStream {
        private int writes;
        private int flushes;
        private int closes;

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            writes++;
            super.write(bytes, offset, length);
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    private void push(StreamSink sink, byte[] payload) throws IOException {
        Element element = buffers.element(payload);
        try {
            sink.push(element);
        } finally {
            element.payload.release();
        }
    }

    private void push(StreamSink sink, String payload) throws IOException {
        push(sink, payload.getBytes(US_ASCII));
    }

    @Test
    void smallElementsWaitForEachOther() throws Exception {
        var sink = new StreamSink(stream, true);
        for (int i = 0; i < 1000; i++) {
            push(sink, "line\n");
        }
        assertThat(stream.writes).isZero();
        sink.flush();
        assertThat(stream.toString(US_ASCII)).isEqualTo("line\n".repeat(1000));
        assertThat(stream.writes).isOne();
        assertThat(stream.flushes).isOne();
    }

    @Test
    void whatCouldNotBeWrittenStaysUnwritten() throws Exception {
        var sink = new StreamSink(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                },
                true);
        push(sink, "a\n");
        push(sink, "b\n");
        assertThatThrownBy(sink::flush).hasMessage("No space left on device");
        assertThat(sink.unwritten()).isEqualTo(2);
    }

    @Test
    void whatHasBeenWrittenIsNotUnwritten() throws Exception {
        var sink = new StreamSink(stream, true);
        push(sink, "a\n");
        assertThat(sink.unwritten()).isOne();
        sink.flush();
        assertThat(sink.unwritten()).isZero();
    }

    @Test
    void completionFlushesAndClosingCloses() throws Exception {
        var sink = new StreamSink(stream, true);
        push(sink, "x");
        sink.complete();
        assertThat(stream.toString(US_ASCII)).isEqualTo("x");
        assertThat(stream.flushes).isOne();
        sink.close();
        assertThat(stream.closes).isOne();
    }

    @Test
    void aStandardStreamIsNotClosed() throws Exception {
        new StreamSink(stream, false).close();
        assertThat(stream.closes).isZero();
    }

    @Test
    void orderAndBytesStayWhateverTheSizes() throws Exception {
        var random = new Random(3);
        var expected = new ByteArrayOutputStream();
        var sink = new StreamSink(stream, true);
        int[] sizes = {0, 1, 65_535, 1, 65_536, 65_537, 3, 2 << 20, 0, 5};
        for (int round = 0; round < 3; round++) {
            for (int size : sizes) {
                byte[] payload = new byte[size];
                random.nextBytes(payload);
                expected.write(payload);
                push(sink, payload);
            }
        }
        sink.complete();
        assertThat(stream.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void aLargePayloadIsFlushedToo() throws Exception {
        var sink = new StreamSink(stream, true);
        push(sink, new byte[1 << 20]);
        sink.flush();
        assertThat(stream.flushes).isOne();
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"Broken pipe", "Broken pipe (Write failed)", "Connection reset by peer"})
    void aReaderThatHasGoneIsNoError(String message) throws Exception {
        var sink = new StreamSink(failing(message), true);
        push(sink, "x");
        assertThatThrownBy(sink::flush).isInstanceOf(SinkClosedException.class);
        assertThatThrownBy(() -> push(sink, new byte[1 << 17])).isInstanceOf(SinkClosedException.class);
        sink.complete();
        sink.close();
    }

    @Test
    void anyOtherTroubleIsOne() throws Exception {
        var sink = new StreamSink(failing("No space left on device"), true);
        push(sink, "x");
        assertThatThrownBy(sink::complete)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SinkClosedException.class)
                .hasMessage("No space left on device");
    }
}
