package io.torvyn.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream that several flows read, one after the other, none losing what another has taken too early: {@code
 * native:stdin} gives back what it had read ahead when its flow ends. Never closed; one thread reads at a time.
 *
 * <p>A reader that waits can be interrupted, which an input of the system cannot: behind this a daemon thread waits, and
 * what it has read is there for the next.
 */
public final class ResumableInput extends InputStream {
    private static final int CHUNK = 1 << 16;

    private final InputStream stream;
    private final Deque<byte[]> ready = new ArrayDeque<>();
    private int offset;
    private boolean asked;
    private boolean begun;
    private boolean ended;
    private @Nullable IOException failure;

    /** @param stream read by a thread of its own as soon as somebody reads this */
    public ResumableInput(InputStream stream) {
        this.stream = stream;
    }

    /** Reads as much as was asked for and no further: whoever starts us may read on when we have ended. */
    private void pump() {
        byte[] bytes = new byte[CHUNK];
        try {
            while (!ended) {
                awaitReader();
                int length = stream.read(bytes);
                came(bytes, length, null);
            }
        } catch (IOException e) {
            came(bytes, -1, e);
        } catch (InterruptedException e) {
            // nobody but the process's end does that
        }
    }

    private synchronized void awaitReader() throws InterruptedException {
        while (!asked) {
            wait();
        }
    }

    private synchronized void came(byte[] bytes, int length, @Nullable IOException why) {
        asked = false;
        if (length < 0) {
            ended = true;
            failure = why;
        } else {
            ready.addLast(Arrays.copyOf(bytes, length));
        }
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws InterruptedIOException when interrupted; nothing has been taken then */
    @Override
    public synchronized int read(byte[] bytes, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        try {
            while (ready.isEmpty()) {
                if (ended) {
                    if (failure != null) {
                        throw failure;
                    }
                    return -1;
                }
                asked = true;
                if (!begun) {
                    begun = true;
                    Thread.ofPlatform().daemon().name("torvyn-input").start(this::pump);
                }
                notifyAll();
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        byte[] first = ready.getFirst();
        int taken = Math.min(length, first.length - offset);
        System.arraycopy(first, offset, bytes, at, taken);
        offset += taken;
        if (offset == first.length) {
            ready.removeFirst();
            offset = 0;
        }
        return taken;
    }

    /** Gives back what was read last and not used; it is what is read next. */
    synchronized void unread(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        byte[] first = ready.peekFirst();
        if (first != null && offset > 0) {
            ready.removeFirst();
            ready.addFirst(Arrays.copyOfRange(first, offset, first.length));
        }
        offset = 0;
        ready.addFirst(bytes);
    }
}
