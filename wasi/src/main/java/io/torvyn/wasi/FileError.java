package io.torvyn.wasi;

/** What {@code filesystem-error-code} finds behind a stream that failed. */
record FileError(FilesystemTypes.ErrorCode code) implements IoError.Error {
    static Streams.StreamError of(ErrnoException e) {
        return new Streams.StreamError.LastOperationFailed(new FileError(e.code()));
    }

    @Override
    public String toDebugString() {
        return "a file operation failed: " + code;
    }
}
