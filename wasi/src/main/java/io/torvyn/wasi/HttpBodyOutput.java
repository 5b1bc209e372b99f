package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of a request, as the guest writes them. On the instance's thread. */
final class HttpBodyOutput extends ByteOutput implements Waitable {
    private final BytePipe pipe;
    /** What the guest has said that the body has; negative: nothing. */
    private final long announced;

    private long written;
    private boolean told;
    private boolean dropped;

    HttpBodyOutput(BytePipe pipe, long announced) {
        this.pipe = pipe;
        this.announced = announced;
    }

    long written() {
        return written;
    }

    @Override
    Result<Integer, Streams.StreamError> room() {
        if (!pipe.isOver()) {
            return Result.ok(pipe.room());
        }
        HttpTypes.ErrorCode failure = pipe.failure();
        if (failure == null || told) {
            return Result.err(new Streams.StreamError.Closed());
        }
        told = true;
        return Result.err(HttpFailure.stream(failure));
    }

    @Override
    Result<@Nullable Void, Streams.StreamError> take(byte[] chunk) {
        written += chunk.length;
        if (announced >= 0 && written > announced) {
            pipe.fail(new HttpTypes.ErrorCode.HttpRequestBodySize(Optional.of(written)));
        }
        if (pipe.offer(chunk)) {
            return Result.ok();
        }
        return switch (room()) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var _) -> throw new IllegalStateException("a chunk was written where there was no room");
        };
    }

    @Override
    Waitable event() {
        return this;
    }

    @Override
    public boolean ready() {
        return pipe.room() > 0 || pipe.isOver();
    }

    @Override
    public void watch(Waker waker) {
        pipe.watch(waker);
    }

    @Override
    public void unwatch(Waker waker) {
        pipe.unwatch(waker);
    }

    @Override
    public void drop() {
        dropped = true;
    }

    boolean isDropped() {
        return dropped;
    }
}
