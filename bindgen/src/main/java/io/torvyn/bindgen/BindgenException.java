package io.torvyn.bindgen;

import io.torvyn.types.TorvynException;

/** Carries a {@link BindgenFailure}. */
public final class BindgenException extends TorvynException {
    private static final long serialVersionUID = 1L;

    public BindgenException(BindgenFailure failure) {
        super(failure);
    }
}
