package io.torvyn.wasi;

import io.torvyn.component.GuestBytes;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output stream of this host that takes one chunk at a time, and the next one when that has been passed on. So there
 * is room exactly when there is nothing left to flush.
 */
abstract class ByteOutput implements Streams.OutputStream {
    /** The most that it takes at once. */
    static final int CHUNK = 1 << 16;

    private int permit;

    /** Bytes that it takes now: 0 as long as the last chunk is on its way. */
    abstract Result<Integer, Streams.StreamError> room();

    /** Takes a chunk, for which there is room. */
    abstract Result<@Nullable Void, Streams.StreamError> take(byte[] chunk);

    /** Ready when there is room, or an error. */
    abstract Waitable event();

    @Override
    public final Poll.Pollable subscribe() {
        return event();
    }

    @Override
    public final Result<Long, Streams.StreamError> checkWrite() {
        return switch (room()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var room) -> {
                permit = room;
                yield Result.ok((long) permit);
            }
        };
    }

    @Override
    public final Result<@Nullable Void, Streams.StreamError> write(GuestBytes contents) {
        spend(contents.length());
        return contents.length() == 0 ? Result.ok() : take(contents.toArray());
    }

    @Override
    public final Result<@Nullable Void, Streams.StreamError> writeZeroes(long length) {
        spend(length);
        return length == 0 ? Result.ok() : take(new byte[(int) length]);
    }

    private void spend(long length) {
        if (length < 0 || length > permit) {
            throw new TrapException("it wrote " + Long.toUnsignedString(length)
                    + " bytes to an output stream where check-write had left it " + permit);
        }
        permit = 0;
    }

    @Override
    public final Result<@Nullable Void, Streams.StreamError> blockingWriteAndFlush(GuestBytes contents) {
        GuestOutput.checkBlocking("blocking-write-and-flush", contents.length());
        return writeAndFlush(contents.toArray());
    }

    @Override
    public final Result<@Nullable Void, Streams.StreamError> blockingWriteZeroesAndFlush(long length) {
        GuestOutput.checkBlocking("blocking-write-zeroes-and-flush", length);
        return writeAndFlush(new byte[(int) length]);
    }

    private Result<@Nullable Void, Streams.StreamError> writeAndFlush(byte[] contents) {
        return switch (awaitRoom()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var _) when contents.length == 0 -> Result.ok();
            case Result.Ok(var _) ->
                switch (take(contents)) {
                    case Result.Err(var error) -> Result.err(error);
                    case Result.Ok(var _) -> blockingFlush();
                };
        };
    }

    private Result<Integer, Streams.StreamError> awaitRoom() {
        Pollables.await(List.of(event()));
        return room();
    }

    @Override
    public final Result<@Nullable Void, Streams.StreamError> flush() {
        return switch (room()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var _) -> Result.ok();
        };
    }

    @Override
    public final Result<@Nullable Void, Streams.StreamError> blockingFlush() {
        return switch (awaitRoom()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var _) -> Result.ok();
        };
    }

    @Override
    public final Result<Long, Streams.StreamError> splice(Streams.InputStream source, long length) {
        return splice(source, length, false);
    }

    @Override
    public final Result<Long, Streams.StreamError> blockingSplice(Streams.InputStream source, long length) {
        return switch (awaitRoom()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var _) -> splice(source, length, true);
        };
    }

    private Result<Long, Streams.StreamError> splice(Streams.InputStream source, long length, boolean waiting) {
        return switch (room()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var room) -> {
                ByteInput input = ByteInput.of(source);
                long most = length < 0 ? room : Math.min(length, room);
                yield switch (waiting ? input.blockingTake(most) : input.take(most)) {
                    case Result.Err(var error) -> Result.err(error);
                    case Result.Ok(var bytes) when bytes.length == 0 -> Result.ok(0L);
                    case Result.Ok(var bytes) ->
                        switch (take(bytes)) {
                            case Result.Err(var error) -> Result.err(error);
                            case Result.Ok(var _) -> Result.ok((long) bytes.length);
                        };
                };
            }
        };
    }
}
