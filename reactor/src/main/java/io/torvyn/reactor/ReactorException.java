package io.torvyn.reactor;

import io.torvyn.types.TorvynException;

/** Carries a {@link ReactorFailure}. */
public final class ReactorException extends TorvynException {
    private static final long serialVersionUID = 1L;

    public ReactorException(ReactorFailure failure) {
        super(failure);
    }

    public ReactorException(ReactorFailure failure, Throwable cause) {
        super(failure, cause);
    }
}
