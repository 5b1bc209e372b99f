package io.torvyn.types;

/** Carries a {@link Failure} up the stack. Whatever is thrown on purpose is one of these. */
public class TorvynException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // failures are records of plain values; nobody serialises these
    private final Failure failure;

    public TorvynException(Failure failure) {
        super(failure.text());
        this.failure = failure;
    }

    public TorvynException(Failure failure, Throwable cause) {
        super(failure.text(), cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
