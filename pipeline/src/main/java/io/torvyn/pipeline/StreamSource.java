package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.resources.Buffer;
import io.torvyn.types.TorvynException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A stream of bytes as elements: lines with their terminators, or chunks as they were read. */
final class StreamSource implements NativeSource {
    private final String node;
    private final String input;
    private final InputStream stream;
    private final NativeStageConfig config;
    private @Nullable ReadAhead reader;
    private final @Nullable LineSplitter lines;
    private ReadAhead.@Nullable Chunk chunk;
    private boolean lineFound;
    private boolean ended;

    /**
     * @param input what messages call the stream
     * @param stream closed with this source; one that can be resumed gets back what was read of it too early
     */
    StreamSource(String node, String input, InputStream stream, NativeStageConfig config) {
        this.node = node;
        this.input = input;
        this.stream = stream;
        this.config = config;
        this.lines = config.framing() == NativeStageConfig.Framing.LINES ? new LineSplitter(config.maxLine()) : null;
    }

    @Override
    public void onReady(Runnable wakeUp) {
        reader = new ReadAhead(node, stream, wakeUp);
    }

    private ReadAhead reader() {
        ReadAhead r = reader;
        if (r == null) {
            throw new IllegalStateException("'" + node + "' has not been told whom to wake");
        }
        return r;
    }

    @Override
    public boolean ready() {
        LineSplitter splitter = lines;
        if (splitter == null) {
            return chunk != null || (chunk = reader().poll()) != null;
        }
        while (!lineFound && !ended) {
            if (splitter.next()) {
                lineFound = true;
            } else if (splitter.isTooLong()) {
                return true;
            } else {
                ReadAhead.Chunk more = reader().poll();
                if (more == null) {
                    return false;
                }
                accept(splitter, more);
            }
        }
        return true;
    }

    private void accept(LineSplitter splitter, ReadAhead.Chunk more) {
        if (more.failure() != null) {
            chunk = more;
            ended = true;
        } else if (more.length() >= 0) {
            splitter.feed(more.bytes(), more.length());
            reader().recycle(more);
        } else {
            ended = true;
            lineFound = splitter.last();
        }
    }

    @Override
    public @Nullable Buffer pull(NativeBuffers buffers) throws IOException {
        if (!ready()) {
            throw new IllegalStateException("nothing has been read yet");
        }
        if (chunk != null && chunk.failure() != null) {
            throw chunk.failure();
        }
        return lines == null ? nextChunk(buffers) : nextLine(lines, buffers);
    }

    private @Nullable Buffer nextLine(LineSplitter splitter, NativeBuffers buffers) {
        if (splitter.isTooLong()) {
            throw new TorvynException(new StageFailure.LineTooLong(
                    node, input, splitter.lineNumber(), splitter.byteOffset(), config.maxLine()));
        }
        if (!lineFound) {
            return null;
        }
        Buffer buffer = buffers.allocate(splitter.length());
        buffer.append(splitter.array(), splitter.offset(), splitter.length());
        splitter.consume();
        lineFound = false;
        return buffer;
    }

    private @Nullable Buffer nextChunk(NativeBuffers buffers) {
        ReadAhead.Chunk next = chunk;
        if (ended || next == null) {
            return null;
        }
        if (next.length() < 0) {
            ended = true;
            return null;
        }
        Buffer buffer = buffers.allocate(next.length());
        buffer.append(next.bytes(), 0, next.length());
        reader().recycle(next);
        chunk = null;
        return buffer;
    }

    @Override
    public void close() throws IOException {
        ReadAhead r = reader;
        if (r == null) {
            stream.close();
        } else {
            r.close();
            if (stream instanceof ResumableInput shared) {
                giveBack(shared, r);
            }
        }
    }

    /** What was read ahead and made no element, in the order in which it came. */
    private void giveBack(ResumableInput shared, ReadAhead ended) {
        try {
            ended.awaitEnd();
        } catch (InterruptedException e) { // its thread goes on to its end all the same, and what it holds is lost
            Thread.currentThread().interrupt();
        }
        var unused = new ByteArrayOutputStream();
        if (lines != null) {
            unused.writeBytes(lines.rest());
        }
        for (ReadAhead.Chunk next = chunk == null ? ended.poll() : chunk; next != null; next = ended.poll()) {
            unused.write(next.bytes(), 0, Math.max(0, next.length()));
        }
        chunk = null;
        shared.unread(unused.toByteArray());
    }
}
