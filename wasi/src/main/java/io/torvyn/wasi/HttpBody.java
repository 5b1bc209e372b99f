package io.torvyn.wasi;

import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The body of a request: written by the guest, sent by a thread of its {@link HttpExchange}. */
final class HttpBody implements HttpTypes.OutgoingBody {
    private final BytePipe pipe;
    private final long announced;
    private final HttpBodyOutput output;
    private boolean given;
    private volatile List<HttpMessage.Field> trailers = List.of();

    /**
     * @param announced what its header says that it has; negative: nothing
     * @param held by all bodies of the instance together
     */
    HttpBody(long announced, AtomicLong held) {
        this.announced = announced;
        this.pipe = new BytePipe(held);
        this.output = new HttpBodyOutput(pipe, announced);
    }

    BytePipe pipe() {
        return pipe;
    }

    long announced() {
        return announced;
    }

    /** Once the pipe has ended. */
    List<HttpMessage.Field> trailers() {
        return trailers;
    }

    @Override
    public Result<Streams.OutputStream, @Nullable Void> write() {
        if (given) {
            return Result.err();
        }
        given = true;
        return Result.ok(output);
    }

    Result<@Nullable Void, HttpTypes.ErrorCode> finish(Optional<HttpTypes.Fields> last) {
        if (given && !output.isDropped()) {
            throw new TrapException("it finished a body whose stream it has not dropped");
        }
        if (announced >= 0 && output.written() != announced) {
            var wrong = new HttpTypes.ErrorCode.HttpRequestBodySize(Optional.of(output.written()));
            pipe.abandon(wrong);
            return Result.err(wrong);
        }
        if (last.isPresent() && last.get() instanceof HttpFields fields) {
            trailers = fields.all();
            fields.release();
        }
        pipe.end();
        return Result.ok(); // whether it got there, the response tells
    }

    /** It will never be whole. */
    void abandon() {
        pipe.abandon(new HttpTypes.ErrorCode.HttpProtocolError());
    }

    @Override
    public void drop() {
        abandon();
    }
}
