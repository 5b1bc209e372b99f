package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.Result;
import java.lang.foreign.ValueLayout;

/** A file as it is read from some place on. Always ready: what a disk takes to answer is not waited for elsewhere. */
final class FileInput implements ByteInput {
    private static final int OVER = -1;

    private final OpenFile file;
    private final NativeBytes bytes;
    /** What a read answers; the bytes are others each time. */
    private final Result<ByteSource, Streams.StreamError> read;

    private long position;
    private boolean closed;
    /** Why nothing more comes, for who has not been told. */
    private Streams.StreamError reason = new Streams.StreamError.Closed();

    /** @param file released when the guest drops the stream */
    FileInput(OpenFile file, long position) {
        this.file = file;
        this.position = position;
        this.bytes = new NativeBytes(file.calls().buffer());
        this.read = Result.ok(bytes);
    }

    @Override
    public void drop() {
        file.release();
    }

    @Override
    public Result<ByteSource, Streams.StreamError> read(long length) {
        int count = next(length);
        if (count == OVER) {
            return over();
        }
        bytes.first(count);
        return read;
    }

    @Override
    public Result<ByteSource, Streams.StreamError> blockingRead(long length) {
        return read(length);
    }

    @Override
    public Result<Long, Streams.StreamError> skip(long length) {
        int count = next(length);
        return count == OVER ? over() : Result.ok((long) count);
    }

    @Override
    public Result<Long, Streams.StreamError> blockingSkip(long length) {
        return skip(length);
    }

    @Override
    public Result<byte[], Streams.StreamError> take(long length) {
        int count = next(length);
        return count == OVER
                ? over()
                : Result.ok(file.calls().buffer().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public Result<byte[], Streams.StreamError> blockingTake(long length) {
        return take(length);
    }

    /** Puts the next bytes of the file into the buffer; none only when none were asked for. */
    private int next(long length) {
        if (closed) {
            return OVER;
        }
        if (length == 0) {
            return 0;
        }
        int wanted = length < 0 || length > Syscalls.CHUNK ? Syscalls.CHUNK : (int) length;
        int count;
        try {
            count = file.calls().read(file.number(), wanted, position);
        } catch (ErrnoException e) {
            closed = true;
            reason = FileError.of(e);
            return OVER;
        }
        if (count == 0) {
            closed = true;
            return OVER;
        }
        position += count;
        return count;
    }

    private <T> Result<T, Streams.StreamError> over() {
        Streams.StreamError why = reason;
        reason = new Streams.StreamError.Closed();
        return Result.err(why);
    }

    @Override
    public Poll.Pollable subscribe() {
        return new Pollables.Ready();
    }
}
