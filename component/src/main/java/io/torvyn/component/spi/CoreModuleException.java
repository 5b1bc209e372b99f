package io.torvyn.component.spi;

/** A core module cannot be run by this engine. */
public final class CoreModuleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int offset;

    /**
     * @param message what is wrong with it
     */
    public CoreModuleException(String message) {
        this(message, 0);
    }

    /**
     * @param offset of the byte in the module that is to blame
     */
    public CoreModuleException(String message, int offset) {
        super(message);
        this.offset = offset;
    }

    public CoreModuleException(String message, Throwable cause) {
        super(message, cause);
        this.offset = 0;
    }

    /** Of the byte in the module that is to blame; 0 where nobody knows. */
    public int offset() {
        return offset;
    }
}
