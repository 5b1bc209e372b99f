package io.torvyn.component;

/**
 * The guest broke a rule of the canonical ABI, or a host function refuses to go on: thrown through the guest's frames
 * to the border, where it becomes an {@link EngineFailure.Trap}. The instance is finished.
 */
public final class TrapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what the guest did, as part of a sentence
     */
    public TrapException(String message) {
        super(message);
    }

    /**
     * @param message the same
     * @param cause how it was noticed
     */
    public TrapException(String message, Throwable cause) {
        super(message, cause);
    }
}
