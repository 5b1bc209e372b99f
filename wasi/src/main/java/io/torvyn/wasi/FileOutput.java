package io.torvyn.wasi;

import io.torvyn.component.GuestBytes;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** A file as it is written from some place on, or at its end. Writes through at once, and so is always ready. */
final class FileOutput implements Streams.OutputStream {
    /** What {@code check-write} allows. */
    static final int PERMIT = 1 << 20;

    private static final Result<Long, Streams.StreamError> PERMITTED = Result.ok((long) PERMIT);

    private static final long END = -1;

    private final OpenFile file;
    private long position;
    private int permit;
    private boolean closed;

    private FileOutput(OpenFile file, long position) {
        this.file = file;
        this.position = position;
    }

    /** @param file released when the guest drops the stream */
    static FileOutput at(OpenFile file, long position) throws ErrnoException {
        if (position < 0) {
            file.release();
            throw new ErrnoException(Errno.EINVAL);
        }
        return new FileOutput(file, position);
    }

    /** The same, writing where the file ends by then. */
    static FileOutput atEnd(OpenFile file) {
        return new FileOutput(file, END);
    }

    @Override
    public void drop() {
        file.release();
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
        return writeThrough(contents);
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> writeZeroes(long length) {
        spend(length);
        return writeThrough(new byte[(int) length]);
    }

    private void spend(long length) {
        if (length < 0 || length > permit) {
            throw new TrapException("it wrote " + Long.toUnsignedString(length)
                    + " bytes to a file where check-write had left it " + permit);
        }
        permit -= (int) length;
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> blockingWriteAndFlush(GuestBytes contents) {
        GuestOutput.checkBlocking("blocking-write-and-flush", contents.length());
        return writeThrough(contents);
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> blockingWriteZeroesAndFlush(long length) {
        GuestOutput.checkBlocking("blocking-write-zeroes-and-flush", length);
        return writeThrough(new byte[(int) length]);
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> flush() {
        return closed ? Result.err(new Streams.StreamError.Closed()) : Result.ok();
    }

    @Override
    public Result<@Nullable Void, Streams.StreamError> blockingFlush() {
        return flush();
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
                switch (writeThrough(bytes)) {
                    case Result.Err(var error) -> Result.err(error);
                    case Result.Ok(var _) -> Result.ok((long) bytes.length);
                };
        };
    }

    private Result<@Nullable Void, Streams.StreamError> writeThrough(GuestBytes contents) {
        if (closed) {
            return Result.err(new Streams.StreamError.Closed());
        }
        int length = contents.length();
        try {
            for (int from = 0; from < length; from += Syscalls.CHUNK) {
                int count = Math.min(length - from, Syscalls.CHUNK);
                contents.copyTo(from, file.calls().buffer(), 0, count);
                writeBuffer(count);
            }
            return Result.ok();
        } catch (ErrnoException e) {
            return failed(e);
        }
    }

    private Result<@Nullable Void, Streams.StreamError> writeThrough(byte[] bytes) {
        if (closed) {
            return Result.err(new Streams.StreamError.Closed());
        }
        try {
            for (int from = 0; from < bytes.length; from += Syscalls.CHUNK) {
                int count = Math.min(bytes.length - from, Syscalls.CHUNK);
                MemorySegment.copy(bytes, from, file.calls().buffer(), ValueLayout.JAVA_BYTE, 0, count);
                writeBuffer(count);
            }
            return Result.ok();
        } catch (ErrnoException e) {
            return failed(e);
        }
    }

    private Result<@Nullable Void, Streams.StreamError> failed(ErrnoException e) {
        closed = true;
        return Result.err(FileError.of(e));
    }

    private void writeBuffer(int length) throws ErrnoException {
        Syscalls calls = file.calls();
        for (int from = 0; from < length; ) {
            if (position == END) {
                from += calls.append(file.number(), from, length - from);
            } else {
                int count = calls.write(file.number(), from, length - from, position);
                from += count;
                position += count;
            }
        }
    }
}
