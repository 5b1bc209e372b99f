package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;

/** What comes in on a connection. On the instance's thread. */
final class TcpInput implements ByteInput, Waitable {
    private final SocketChannel channel;
    private final Readiness readiness;
    /** What has been read and not been taken. */
    private final ByteBuffer ahead = ByteBuffer.allocate(ByteOutput.CHUNK).limit(0);

    private boolean over;

    TcpInput(SocketChannel channel, Readiness readiness) {
        this.channel = channel;
        this.readiness = readiness;
    }

    @Override
    public Result<byte[], Streams.StreamError> take(long length) {
        if (over && !ahead.hasRemaining()) {
            return Result.err(new Streams.StreamError.Closed());
        }
        if (length == 0) {
            return Result.ok(new byte[0]);
        }
        try {
            fill();
        } catch (IOException e) {
            over = true;
            return Result.err(SocketErrors.stream(e));
        }
        if (over && !ahead.hasRemaining()) {
            return Result.err(new Streams.StreamError.Closed());
        }
        var bytes = new byte[length < 0 ? ahead.remaining() : (int) Math.min(length, ahead.remaining())];
        ahead.get(bytes);
        return Result.ok(bytes);
    }

    @Override
    public Result<byte[], Streams.StreamError> blockingTake(long length) {
        Result<byte[], Streams.StreamError> taken = take(length);
        while (length != 0 && taken instanceof Result.Ok(var bytes) && bytes.length == 0) {
            Pollables.await(List.of(this));
            taken = take(length);
        }
        return taken;
    }

    private void fill() throws IOException {
        if (!over && !ahead.hasRemaining()) {
            ahead.clear();
            try {
                over = channel.read(ahead) < 0;
            } finally {
                ahead.flip();
            }
        }
    }

    /** Nothing more will be read. */
    void close() {
        over = true;
        ahead.limit(0);
    }

    @Override
    public Poll.Pollable subscribe() {
        return this;
    }

    @Override
    public boolean ready() {
        try {
            fill();
        } catch (IOException e) {
            return true; // the next read meets it again, or the end
        }
        return over || ahead.hasRemaining();
    }

    @Override
    public void watch(Waker waker) {
        readiness.tell(SelectionKey.OP_READ, waker);
    }

    @Override
    public void unwatch(Waker waker) {
        readiness.forget(waker);
    }
}
