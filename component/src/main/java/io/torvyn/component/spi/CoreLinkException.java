package io.torvyn.component.spi;

/** An argument of a core instantiation does not fit the import it stands for. */
public final class CoreLinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CoreLinkException(String message) {
        super(message);
    }

    public CoreLinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
