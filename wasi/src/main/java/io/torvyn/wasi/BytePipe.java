package io.torvyn.wasi;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way between a guest and a thread of the host: whoever is faster waits. The thread of the host waits
 * here, the guest in {@link Pollables}. Any thread.
 */
final class BytePipe implements Watched {
    /** Bytes that may be on their way. */
    private static final int CAPACITY = 1 << 20;
    /** The same for all pipes of an instance together. */
    private static final long CAPACITY_OF_ALL = 8 << 20;

    private final Watchers watchers = new Watchers();
    private final AtomicLong held;
    private final Queue<byte[]> chunks = new ArrayDeque<>();
    private int queued;
    /** Of the first chunk. */
    private int taken;

    private boolean ended;
    private boolean discarding;
    private HttpTypes.@Nullable ErrorCode failure;

    /** @param held by all pipes of the instance together */
    BytePipe(AtomicLong held) {
        this.held = held;
    }

    /** Bytes that the guest may add now. */
    synchronized int room() {
        return (int) Math.max(0, Math.min(CAPACITY - queued, CAPACITY_OF_ALL - held.get()));
    }

    /** The guest adds a chunk, for which there is room; false when nobody takes any more. */
    synchronized boolean offer(byte[] bytes) {
        if (isOver()) {
            return false;
        }
        if (!discarding) {
            add(bytes);
        }
        return true;
    }

    private void add(byte[] bytes) {
        chunks.add(bytes);
        queued += bytes.length;
        held.addAndGet(bytes.length);
        notifyAll();
        watchers.wakeAll();
    }

    private void removed(int count) {
        queued -= count;
        held.addAndGet(-count);
        notifyAll();
        watchers.wakeAll();
    }

    /** The host's thread adds a chunk when the last one has been taken; false when nobody takes any more. */
    synchronized boolean put(byte[] bytes) throws InterruptedException {
        while (queued > 0 && !discarding && failure == null) {
            wait();
        }
        if (failure != null) {
            return false;
        }
        if (!discarding) {
            add(bytes);
        }
        return true;
    }

    /** The host's thread takes the next chunk; null at the end, when it has failed, and when nobody wants any. */
    synchronized byte @Nullable [] next() throws InterruptedException {
        while (chunks.isEmpty() && !isOver() && !discarding) {
            wait();
        }
        byte[] next = failure == null ? chunks.poll() : null;
        if (next != null) {
            removed(next.length);
        }
        return next;
    }

    /** The guest takes at most so many bytes; none when none are there. */
    synchronized byte[] take(int most) {
        byte[] first = chunks.peek();
        if (first == null) {
            return new byte[0];
        }
        int count = Math.min(most, first.length - taken);
        byte[] part = count == first.length ? first : Arrays.copyOfRange(first, taken, taken + count);
        taken += count;
        if (taken == first.length) {
            chunks.remove();
            taken = 0;
        }
        removed(count);
        return part;
    }

    /** Nothing comes after what is there. */
    synchronized void end() {
        ended = true;
        notifyAll();
        watchers.wakeAll();
    }

    /** Nothing more comes, or goes, for that reason; the first one counts. */
    synchronized void fail(HttpTypes.ErrorCode why) {
        if (failure == null && !(ended && chunks.isEmpty())) {
            failure = why;
        }
        notifyAll();
        watchers.wakeAll();
    }

    /** The same, and nobody wants what is there. */
    synchronized void abandon(HttpTypes.ErrorCode why) {
        fail(why);
        clear();
    }

    /** What comes from now on is nobody's, and taken all the same. */
    synchronized void discard() {
        discarding = true;
        clear();
    }

    private void clear() {
        chunks.clear();
        taken = 0;
        removed(queued);
    }

    /** Nothing is there and nothing comes, or it has failed. */
    synchronized boolean isOver() {
        return (ended && chunks.isEmpty()) || failure != null;
    }

    synchronized HttpTypes.@Nullable ErrorCode failure() {
        return failure;
    }

    /** For who reads: there are bytes, or there will not be any. */
    @Override
    public synchronized boolean ready() {
        return !chunks.isEmpty() || isOver();
    }

    @Override
    public Watchers watchers() {
        return watchers;
    }
}
