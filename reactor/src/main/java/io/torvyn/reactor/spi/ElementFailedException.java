package io.torvyn.reactor.spi;

import io.torvyn.types.Failure;
import io.torvyn.types.ProcessError;
import io.torvyn.types.TorvynException;

/**
 * What a native stage throws that could not handle an element, and can handle others: its error policy decides, as it does
 * about an error that a component answers. Buffers that it has taken for the element are its own to release before. Anything
 * else that it throws finishes the stage, and takes its buffers back.
 */
public final class ElementFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProcessError.Kind kind;
    private final TorvynException why;

    /** @param why with the code that the flow fails with, when it does */
    public ElementFailedException(ProcessError.Kind kind, TorvynException why) {
        super(why.getMessage(), why, false, false); // it does not leave the stage
        this.kind = kind;
        this.why = why;
    }

    /** As a component would have answered it. */
    public ProcessError error() {
        return new ProcessError(kind, why.failure().message());
    }

    public Failure failure() {
        return why.failure();
    }
}
