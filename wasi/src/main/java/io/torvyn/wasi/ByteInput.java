package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.Result;

/** An input stream of this host: two ways to take bytes, from which all that guests can call follows. */
interface ByteInput extends Streams.InputStream {
    /**
     * What is there already, perhaps nothing.
     *
     * @param length unsigned; more than is given at once is fine
     */
    Result<byte[], Streams.StreamError> take(long length);

    /** At least one byte, unless none was asked for. */
    Result<byte[], Streams.StreamError> blockingTake(long length);

    /** What a guest splices from: every input stream of this host is one. */
    static ByteInput of(Streams.InputStream stream) {
        if (stream instanceof ByteInput input) {
            return input;
        }
        throw new IllegalArgumentException("not an input stream of this host: " + stream);
    }

    @Override
    default Result<ByteSource, Streams.StreamError> read(long length) {
        return bytes(take(length));
    }

    @Override
    default Result<ByteSource, Streams.StreamError> blockingRead(long length) {
        return bytes(blockingTake(length));
    }

    @Override
    default Result<Long, Streams.StreamError> skip(long length) {
        return count(take(length));
    }

    @Override
    default Result<Long, Streams.StreamError> blockingSkip(long length) {
        return count(blockingTake(length));
    }

    private static Result<ByteSource, Streams.StreamError> bytes(Result<byte[], Streams.StreamError> taken) {
        return switch (taken) {
            case Result.Ok(var bytes) -> Result.ok(ByteSource.of(bytes));
            case Result.Err(var error) -> Result.err(error);
        };
    }

    private static Result<Long, Streams.StreamError> count(Result<byte[], Streams.StreamError> taken) {
        return switch (taken) {
            case Result.Ok(var bytes) -> Result.ok((long) bytes.length);
            case Result.Err(var error) -> Result.err(error);
        };
    }
}
