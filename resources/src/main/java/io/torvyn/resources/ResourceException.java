package io.torvyn.resources;

import io.torvyn.types.TorvynException;

/** Carries a {@link ResourceFailure}. */
public final class ResourceException extends TorvynException {
    private static final long serialVersionUID = 1L;

    public ResourceException(ResourceFailure failure) {
        super(failure);
    }

    public ResourceException(ResourceFailure failure, Throwable cause) {
        super(failure, cause);
    }

    @Override
    public ResourceFailure failure() {
        return (ResourceFailure) super.failure();
    }
}
