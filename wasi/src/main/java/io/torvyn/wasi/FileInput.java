package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.Result;
import java.lang.foreign.ValueLayout;

/** A file as it is read from some place on. Always ready: what a disk takes to answer is not waited for elsewhere. */
final class FileInput implements ByteInput {
    private final OpenFile file;
    private long position;
    private boolean closed;

    /** @param file released when the guest drops the stream */
    FileInput(OpenFile file, long position) {
        this.file = file;
        this.position = position;
    }

    @Override
    public void drop() {
        file.release();
    }

    @Override
    public Result<ByteSource, Streams.StreamError> read(long length) {
        return switch (next(length)) {
            case Result.Ok(Integer count) ->
                Result.ok(NativeBytes.of(file.calls().buffer(), count));
            case Result.Err(var error) -> Result.err(error);
        };
    }

    @Override
    public Result<ByteSource, Streams.StreamError> blockingRead(long length) {
        return read(length);
    }

    @Override
    public Result<Long, Streams.StreamError> skip(long length) {
        return switch (next(length)) {
            case Result.Ok(Integer count) -> Result.ok((long) count);
            case Result.Err(var error) -> Result.err(error);
        };
    }

    @Override
    public Result<Long, Streams.StreamError> blockingSkip(long length) {
        return skip(length);
    }

    @Override
    public Result<byte[], Streams.StreamError> take(long length) {
        return switch (next(length)) {
            case Result.Ok(Integer count) ->
                Result.ok(file.calls().buffer().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            case Result.Err(var error) -> Result.err(error);
        };
    }

    @Override
    public Result<byte[], Streams.StreamError> blockingTake(long length) {
        return take(length);
    }

    /** The next bytes of the file are in the buffer; none only when none were asked for. */
    private Result<Integer, Streams.StreamError> next(long length) {
        if (closed) {
            return Result.err(new Streams.StreamError.Closed());
        }
        if (length == 0) {
            return Result.ok(0);
        }
        int count;
        try {
            int wanted = length < 0 || length > Syscalls.CHUNK ? Syscalls.CHUNK : (int) length;
            count = file.calls().read(file.number(), wanted, position);
        } catch (ErrnoException e) {
            closed = true;
            return Result.err(FileError.of(e));
        }
        if (count == 0) {
            closed = true;
            return Result.err(new Streams.StreamError.Closed());
        }
        position += count;
        return Result.ok(count);
    }

    @Override
    public Poll.Pollable subscribe() {
        return new Pollables.Ready();
    }
}
