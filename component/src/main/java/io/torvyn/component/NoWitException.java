package io.torvyn.component;

/** A component is fine, but what crosses its border has no form in WIT. */
final class NoWitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param why as the second half of a sentence about the component
     */
    NoWitException(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
