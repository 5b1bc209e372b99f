package io.torvyn.wasi;

import io.torvyn.component.CallInterruptedException;
import io.torvyn.component.Result;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Standard input as one component instance reads it, through however many handles.
 *
 * <p>Nothing can interrupt a thread that reads a terminal or a pipe. So another one reads, at most one chunk ahead and
 * only once the guest has asked, and the instance's thread waits for it.
 */
final class GuestInput implements ByteInput {
    /** The most that one call gives, whatever the guest asks for. */
    static final int CHUNK = 1 << 16;

    private static final byte[] NOTHING = {};

    private final InputStream stream;
    private final Runnable asked;
    private final Watchers watchers = new Watchers();
    private final Waitable event = new Event();
    private @Nullable FutureTask<byte[]> reading;
    private byte[] ahead = NOTHING;
    private boolean closed;

    /**
     * @param stream never closed; empty when it was not granted: then it is at its end from the start
     * @param asked called whenever the guest reads, granted or not
     */
    GuestInput(Optional<InputStream> stream, Runnable asked) {
        this.stream = stream.orElseGet(InputStream::nullInputStream);
        this.asked = asked;
        this.closed = stream.isEmpty();
    }

    @Override
    public Result<byte[], Streams.StreamError> take(long length) {
        return ready() ? blockingTake(length) : Result.ok(NOTHING);
    }

    @Override
    public Result<byte[], Streams.StreamError> blockingTake(long length) {
        asked.run();
        if (length == 0 && !closed) {
            return Result.ok(NOTHING);
        }
        try {
            if (ahead.length == 0 && !closed) {
                FutureTask<byte[]> task = reading();
                Pollables.await(List.of(event));
                reading = null;
                ahead = result(task);
                closed = ahead.length == 0;
            }
        } catch (IOException e) {
            closed = true;
            return Result.err(GuestOutput.failure(e));
        }
        if (ahead.length == 0) {
            return Result.err(new Streams.StreamError.Closed());
        }
        int count = length < 0 || length > ahead.length ? ahead.length : (int) length;
        byte[] taken = count == ahead.length ? ahead : Arrays.copyOf(ahead, count);
        ahead = count == ahead.length ? NOTHING : Arrays.copyOfRange(ahead, count, ahead.length);
        return Result.ok(taken);
    }

    private boolean ready() {
        return closed || ahead.length > 0 || reading().isDone();
    }

    /** The next chunk, on its way; an empty one is the end. */
    private FutureTask<byte[]> reading() {
        FutureTask<byte[]> task = reading;
        if (task == null) {
            task = new FutureTask<>(this::readChunk) {
                @Override
                protected void done() {
                    watchers.wakeAll();
                }
            };
            reading = task;
            Thread.ofPlatform().daemon().name("torvyn-guest-stdin").start(task);
        }
        return task;
    }

    private byte[] readChunk() throws IOException {
        var chunk = new byte[CHUNK];
        int count = stream.read(chunk);
        return count < 0 ? NOTHING : Arrays.copyOf(chunk, count);
    }

    private static byte[] result(FutureTask<byte[]> done) throws IOException {
        try {
            return done.get();
        } catch (InterruptedException e) {
            throw new CallInterruptedException();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    @Override
    public Poll.Pollable subscribe() {
        return event;
    }

    /** Bytes, the end, or a failure: the next read tells which. */
    private final class Event implements Watched {
        @Override
        public boolean ready() {
            return GuestInput.this.ready();
        }

        @Override
        public Watchers watchers() {
            return watchers;
        }
    }
}
