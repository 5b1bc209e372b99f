package io.torvyn.component;

/**
 * A host function was waiting, and its thread was interrupted: the call of the guest ends, for the reason that {@link
 * Instance#stop} or {@link Instance#timingOut} gave.
 */
public final class CallInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CallInterruptedException() {
        super("interrupted in a host function");
    }
}
