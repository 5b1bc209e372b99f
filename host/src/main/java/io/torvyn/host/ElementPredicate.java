package io.torvyn.host;

/** A filter that is a few lines of Java. Its flow's thread calls it, and waits for it. */
@FunctionalInterface
public interface ElementPredicate {
    /**
     * Whether an element goes on, as it is.
     *
     * @return false to drop it
     * @throws Exception as in {@link ElementFunction#apply}
     */
    boolean test(FlowElement element) throws Exception;
}
