package io.torvyn.reactor.spi;

import java.io.IOException;

/** Whoever read what a sink wrote has gone, such as {@code head} at the end of a pipe. Not an error. */
public final class SinkClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    public SinkClosedException(String message) {
        super(message);
    }

    public SinkClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
