package io.torvyn.wasi;

/**
 * Is told what a component tried without having been granted it, and what it used: once for each capability of an
 * instance, on the instance's thread.
 */
@FunctionalInterface
public interface DenialListener {
    /**
     * @param capability what would have had to be granted; the name of the interface where no capability covers it
     * @param detail what the component did, as part of a sentence whose subject it is
     */
    void denied(String capability, String detail);

    /**
     * The same of what the libraries of toolchains ask for at every start, so that it may mean nothing.
     *
     * @param capability as in {@link #denied}
     * @param detail likewise
     */
    default void asked(String capability, String detail) {
        denied(capability, detail);
    }

    /**
     * A component used what it had been granted.
     *
     * @param capability the narrowest one that would have been enough
     */
    default void used(String capability) {}
}
