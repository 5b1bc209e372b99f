package io.torvyn.wasi;

/** An error of a stream of a request or response. */
record HttpFailure(HttpTypes.ErrorCode code) implements IoError.Error {
    @Override
    public String toDebugString() {
        return code.toString();
    }

    /** What a stream says that cannot go on for that reason. */
    static Streams.StreamError stream(HttpTypes.ErrorCode code) {
        return new Streams.StreamError.LastOperationFailed(new HttpFailure(code));
    }
}
