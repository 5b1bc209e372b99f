package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on a connection. What the operating system does not take at once follows when it can, whatever the guest
 * does in the meantime: so this is shared by the instance's thread and the one that watches sockets.
 */
final class TcpOutput extends ByteOutput implements Watched {
    /** How long what was written may still be on its way when the guest has dropped its socket. */
    private static final long LINGER_SECONDS = 10;

    private final SocketChannel channel;
    private final Readiness readiness;
    private final Watchers watchers = new Watchers();
    private final Runnable drain = this::drain;

    private @Nullable ByteBuffer pending;
    private @Nullable IOException failure;
    private boolean closed;
    /** What is to be done once nothing is pending; null: nothing. */
    private @Nullable Runnable afterwards;

    TcpOutput(SocketChannel channel, Readiness readiness) {
        this.channel = channel;
        this.readiness = readiness;
    }

    @Override
    synchronized Result<Integer, Streams.StreamError> room() {
        IOException failed = failure;
        if (failed != null) {
            failure = null;
            return Result.err(SocketErrors.stream(failed));
        }
        return closed ? Result.err(new Streams.StreamError.Closed()) : Result.ok(pending == null ? CHUNK : 0);
    }

    @Override
    synchronized Result<@Nullable Void, Streams.StreamError> take(byte[] chunk) {
        if (!closed) {
            pending = ByteBuffer.wrap(chunk);
            drain();
        }
        return switch (room()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var _) -> Result.ok();
        };
    }

    private synchronized void drain() {
        ByteBuffer rest = pending;
        if (rest == null) {
            return;
        }
        try {
            channel.write(rest);
        } catch (IOException e) {
            failure = closed ? null : e;
            closed = true;
            rest.position(rest.limit());
        }
        if (rest.hasRemaining()) {
            readiness.tell(SelectionKey.OP_WRITE, drain);
            return;
        }
        pending = null;
        readiness.forget(drain);
        finish();
        watchers.wakeAll();
    }

    private void finish() {
        Runnable last = afterwards;
        afterwards = null;
        if (last != null) {
            last.run();
        }
    }

    /** Takes nothing more, and tells the peer so after what it has taken. */
    synchronized void shutDown() {
        closeAfterwards(() -> {
            try {
                channel.shutdownOutput();
            } catch (ClosedChannelException e) {
                // Then the peer knows already.
            } catch (IOException e) {
                failure = e;
            }
        });
    }

    /** Takes nothing more; {@code end} closes the channel once what was taken is on its way, or after a while. */
    synchronized void close(Runnable end) {
        closeAfterwards(end);
        if (pending != null) {
            CompletableFuture.delayedExecutor(LINGER_SECONDS, TimeUnit.SECONDS).execute(end);
        }
    }

    private void closeAfterwards(Runnable last) {
        closed = true;
        afterwards = last;
        if (pending == null) {
            finish();
        }
        watchers.wakeAll();
    }

    @Override
    Waitable event() {
        return this;
    }

    @Override
    public synchronized boolean ready() {
        return pending == null;
    }

    @Override
    public Watchers watchers() {
        return watchers;
    }
}
