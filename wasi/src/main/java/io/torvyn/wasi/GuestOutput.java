package io.torvyn.wasi;

import io.torvyn.component.CallInterruptedException;
import io.torvyn.component.GuestBytes;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * One handle to an output stream of the process. It writes through at once and blocks where the process would: so it is
 * always ready, and has nothing of its own to flush.
 */
final class GuestOutput implements Streams.OutputStream {
    /** What {@code check-write} allows. */
    static final int PERMIT = 1 << 16;
    /** wasi:io/streams, {@code blocking-write-and-flush}. */
    static final int BLOCKING_PERMIT = 4096;

    private static final Result<Long, Streams.StreamError> PERMITTED = Result.ok((long) PERMIT);

    private final OutputStream stream;
    /** What the guest writes is on its way here; grows with the largest write. */
    private byte[] chunk = {};

    private int permit;
    private boolean closed;

    /** @param stream stays open when the guest drops its handle */
    GuestOutput(OutputStream stream) {
        this.stream = stream;
    }

    @Override
    public Result<Long, Streams.StreamError> checkWrite() {
        if (closed) {
            return Result.err(new Streams.StreamError.Closed());
        }
        permit = PERMIT;
        return PERMITTED;
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> write(GuestBytes contents) {
        spend(contents.length());
        return attempt(() -> pass(contents));
    }

    private void pass(GuestBytes contents) throws IOException {
        int length = contents.length();
        if (length > chunk.length) {
            chunk = new byte[length];
        }
        contents.copyTo(chunk, 0);
        stream.write(chunk, 0, length);
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> writeZeroes(long length) {
        spend(length);
        return attempt(() -> stream.write(new byte[(int) length]));
    }

    private void spend(long length) {
        if (length < 0 || length > permit) {
            throw new TrapException("it wrote " + Long.toUnsignedString(length)
                    + " bytes to an output stream where check-write had left it " + permit);
        }
        permit -= (int) length;
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> blockingWriteAndFlush(GuestBytes contents) {
        checkBlocking("blocking-write-and-flush", contents.length());
        return attempt(() -> {
            pass(contents);
            stream.flush();
        });
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> blockingWriteZeroesAndFlush(long length) {
        checkBlocking("blocking-write-zeroes-and-flush", length);
        return attempt(() -> {
            stream.write(new byte[(int) length]);
            stream.flush();
        });
    }

    static void checkBlocking(String function, long length) {
        if (length < 0 || length > BLOCKING_PERMIT) {
            throw new TrapException("it passed " + Long.toUnsignedString(length) + " bytes to " + function
                    + ", which takes at most " + BLOCKING_PERMIT);
        }
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> flush() {
        return attempt(stream::flush);
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> blockingFlush() {
        return attempt(stream::flush);
    }

    @Override
    public Poll.Pollable subscribe() {
        return new Pollables.Ready();
    }

    @Override
    public Result<Long, Streams.StreamError> splice(Streams.InputStream source, long length) {
        return closed
                ? Result.err(new Streams.StreamError.Closed())
                : pass(ByteInput.of(source).take(length));
    }

    @Override
    public Result<Long, Streams.StreamError> blockingSplice(Streams.InputStream source, long length) {
        return closed
                ? Result.err(new Streams.StreamError.Closed())
                : pass(ByteInput.of(source).blockingTake(length));
    }

    private Result<Long, Streams.StreamError> pass(Result<byte[], Streams.StreamError> taken) {
        return switch (taken) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var bytes) ->
                switch (attempt(() -> stream.write(bytes))) {
                    case Result.Err(var error) -> Result.err(error);
                    case Result.Ok(var _) -> Result.ok((long) bytes.length);
                };
        };
    }

    private interface Operation {
        void run() throws IOException;
    }

    private Result<@Nullable Void, Streams.StreamError> attempt(Operation operation) {
        if (closed) {
            return Result.err(new Streams.StreamError.Closed());
        }
        try {
            operation.run();
            return Result.ok();
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw new CallInterruptedException();
        } catch (IOException e) {
            closed = true;
            return Result.err(SystemError.isBrokenPipe(e) ? new Streams.StreamError.Closed() : failure(e));
        }
    }

    static Streams.StreamError failure(IOException e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        return new Streams.StreamError.LastOperationFailed(() -> text);
    }

    /** What an output stream that was granted writes to. */
    static final class Told extends OutputStream {
        private final OutputStream stream;
        private final Runnable used;

        /** @param used called whenever something is written */
        Told(OutputStream stream, Runnable used) {
            this.stream = stream;
            this.used = used;
        }

        @Override
        public void write(int b) throws IOException {
            used.run();
            stream.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                used.run();
            }
            stream.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }
    }

    /** What an output stream that was not granted writes to. */
    static final class Discarding extends OutputStream {
        private final Runnable denied;

        /** @param denied called whenever something is discarded */
        Discarding(Runnable denied) {
            this.denied = denied;
        }

        @Override
        public void write(int b) {
            denied.run();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (length > 0) {
                denied.run();
            }
        }
    }
}
