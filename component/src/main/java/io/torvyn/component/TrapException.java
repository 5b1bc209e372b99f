package io.torvyn.component;

import org.jspecify.annotations.Nullable;

/**
 * The guest broke a rule of the canonical ABI, or a host function refuses to go on: thrown through the guest's frames
 * to the border, where it becomes an {@link EngineFailure.Trap}. The instance is finished.
 */
public final class TrapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String advice;

    /**
     * @param message what the guest did, as part of a sentence
     */
    public TrapException(String message) {
        super(message);
        this.advice = null;
    }

    /**
     * @param message what the guest did, as part of a sentence
     * @param advice what its user can do about it, as sentences; without it, the guest is taken to be at fault
     */
    public TrapException(String message, String advice) {
        super(message);
        this.advice = advice;
    }

    /**
     * @param message the same
     * @param cause how it was noticed
     */
    public TrapException(String message, Throwable cause) {
        super(message, cause);
        this.advice = null;
    }

    /** What the user can do about it; null where it is the guest that has to change. */
    public @Nullable String advice() {
        return advice;
    }
}
