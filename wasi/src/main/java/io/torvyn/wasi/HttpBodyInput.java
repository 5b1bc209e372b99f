package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.util.List;

/** The bytes of a response, as they come. On the instance's thread. */
final class HttpBodyInput implements ByteInput {
    private final BytePipe pipe;
    private boolean told;
    private boolean dropped;

    HttpBodyInput(BytePipe pipe) {
        this.pipe = pipe;
    }

    @Override
    public Result<byte[], Streams.StreamError> take(long length) {
        byte[] bytes = pipe.take(length < 0 || length > ByteOutput.CHUNK ? ByteOutput.CHUNK : (int) length);
        if (bytes.length > 0 || !pipe.isOver()) {
            return Result.ok(bytes);
        }
        HttpTypes.ErrorCode failure = pipe.failure();
        if (failure == null || told) {
            return Result.err(new Streams.StreamError.Closed());
        }
        told = true;
        return Result.err(HttpFailure.stream(failure));
    }

    @Override
    public Result<byte[], Streams.StreamError> blockingTake(long length) {
        if (length != 0) {
            Pollables.await(List.of(pipe));
        }
        return take(length);
    }

    @Override
    public Poll.Pollable subscribe() {
        return pipe;
    }

    @Override
    public void drop() {
        dropped = true;
    }

    boolean isDropped() {
        return dropped;
    }
}
