package io.torvyn.component;

import io.torvyn.types.TorvynException;

/** Carries an {@link EngineFailure} out of the component model: errors.md, "Engine". */
public final class EngineException extends TorvynException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // failures are records of plain values; nobody serialises these
    private final EngineFailure failure;

    public EngineException(EngineFailure failure) {
        super(failure);
        this.failure = failure;
    }

    public EngineException(EngineFailure failure, Throwable cause) {
        super(failure, cause);
        this.failure = failure;
    }

    @Override
    public EngineFailure failure() {
        return failure;
    }
}
