package io.torvyn.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on a thread of its own, a few chunks ahead, so that a flow never waits inside a read: neither its
 * queued work nor its cancellation would wait with it.
 *
 * <p>{@link #poll} and {@link #recycle} belong to one thread, the flow's.
 */
final class ReadAhead implements AutoCloseable {
    static final int CHUNK = 1 << 16;
    private static final int CHUNKS = 4;

    /** Bytes that have been read; length -1 ends the stream, with the failure if there was one. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, and never compared
    record Chunk(byte[] bytes, int length, @Nullable IOException failure) {}

    private final InputStream in;
    private final Runnable wakeUp;
    private final ArrayBlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS + 1);
    private final ArrayBlockingQueue<byte[]> free = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param in closed in the end, by {@link #close}
     * @param wakeUp called from the reading thread when there is something to {@link #poll}
     */
    ReadAhead(String name, InputStream in, Runnable wakeUp) {
        this.in = in;
        this.wakeUp = wakeUp;
        // A platform thread: a read of a pipe or a terminal would hold a carrier of the flows' virtual threads.
        thread = Thread.ofPlatform().name("torvyn-read-" + name).daemon().unstarted(this::read);
        thread.start();
    }

    private void read() {
        try {
            for (int i = 0; i < CHUNKS; i++) {
                free.put(new byte[CHUNK]);
            }
            while (!closed) {
                byte[] bytes = free.take();
                int length;
                try {
                    length = in.read(bytes);
                } catch (IOException e) {
                    end(bytes, e);
                    return;
                } catch (RuntimeException e) { // a stream that somebody else wrote
                    end(bytes, new IOException(e.toString(), e));
                    return;
                }
                full.add(new Chunk(bytes, length, null)); // there is room for every array that goes around
                wakeUp.run();
                if (length < 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // closed: nobody waits for more
        }
    }

    private void end(byte[] bytes, IOException failure) {
        full.add(new Chunk(bytes, -1, failure));
        wakeUp.run();
    }

    /** The next chunk; null when none has been read yet. Comes back through {@link #recycle}. */
    @Nullable
    Chunk poll() {
        return full.poll();
    }

    void recycle(Chunk chunk) {
        free.add(chunk.bytes());
    }

    /** Waits until nothing more is read, of a stream whose reads can be interrupted; after {@link #close}. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            in.close();
        } catch (IOException e) {
            // nothing was promised about an input that nobody reads any more
        }
    }
}
