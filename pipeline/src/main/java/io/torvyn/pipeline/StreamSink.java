package io.torvyn.pipeline;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.SinkClosedException;
import io.torvyn.resources.Buffer;
import io.torvyn.wasi.SystemError;
import java.io.IOException;
import java.io.OutputStream;

/** Elements as a stream of bytes, one after the other; nothing between them, or each on a line of its own. */
final class StreamSink implements NativeSink {
    private static final int CAPACITY = 1 << 16;

    private final OutputStream stream;
    private final boolean closing;
    /** Whether an element that does not end its line has it ended here. */
    private final boolean lines;

    private final byte[] last = new byte[1];
    private final byte[] pending = new byte[CAPACITY];
    private int length;
    /** Written by one thread; whoever else reads it may be a moment late. */
    private int unwritten;

    /**
     * @param closing whether the stream ends with this sink
     */
    StreamSink(OutputStream stream, boolean closing) {
        this(stream, closing, false);
    }

    private StreamSink(OutputStream stream, boolean closing, boolean lines) {
        this.stream = stream;
        this.closing = closing;
        this.lines = lines;
    }

    /** Each element on a line of its own; the stream goes on after this sink. */
    static StreamSink ofLines(OutputStream stream) {
        return new StreamSink(stream, false, true);
    }

    @Override
    public void push(Element element) throws IOException {
        Buffer payload = element.payload;
        if (payload == null) {
            throw new IllegalArgumentException("an element without a payload");
        }
        int size = payload.length();
        if (size > CAPACITY - length) {
            drain();
        }
        if (size > CAPACITY) {
            try {
                payload.writeTo(stream);
            } catch (IOException e) {
                throw meaning(e);
            }
        } else {
            payload.copyTo(0, pending, length, size);
            length += size;
            unwritten++;
        }
        if (lines) {
            endLine(payload, size);
        }
    }

    private void endLine(Buffer payload, int size) throws IOException {
        if (size > 0) {
            payload.copyTo(size - 1, last, 0, 1);
            if (last[0] == '\n') {
                return;
            }
        }
        if (length == CAPACITY) {
            drain();
        }
        pending[length++] = '\n';
    }

    @Override
    public void flush() throws IOException {
        drain();
        try {
            stream.flush();
        } catch (IOException e) {
            throw meaning(e);
        }
    }

    @Override
    public int unwritten() {
        return unwritten;
    }

    private void drain() throws IOException {
        if (length == 0) {
            return;
        }
        try {
            stream.write(pending, 0, length);
            unwritten = 0;
        } catch (IOException e) {
            throw meaning(e);
        } finally {
            length = 0;
        }
    }

    private static IOException meaning(IOException e) {
        return isReaderGone(e) ? new SinkClosedException("the reader has gone", e) : e;
    }

    static boolean isReaderGone(IOException e) {
        return SystemError.of(e)
                .filter(error -> error == SystemError.BROKEN_PIPE || error == SystemError.CONNECTION_RESET)
                .isPresent();
    }

    @Override
    public void complete() throws IOException {
        flush();
    }

    @Override
    public void close() throws IOException {
        if (closing) {
            stream.close();
        }
    }
}
