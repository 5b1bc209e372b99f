package io.torvyn.component.spi;

/** A core module cannot be run by this engine. */
public final class CoreModuleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what is wrong with it
     */
    public CoreModuleException(String message) {
        super(message);
    }

    public CoreModuleException(String message, Throwable cause) {
        super(message, cause);
    }
}
