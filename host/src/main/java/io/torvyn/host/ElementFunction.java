package io.torvyn.host;

import org.jspecify.annotations.Nullable;

/** A processor that is a few lines of Java. Its flow's thread calls it, and waits for it. */
@FunctionalInterface
public interface ElementFunction {
    /**
     * Makes one element of another, which keeps its sequence number and time.
     *
     * @return null to drop it
     * @throws Exception an error that is answered for this element: the node's error policy decides. Where that is to fail,
     *     the flow does with E0420, or with the exception's own code when it has one. An {@link Error}, such as an assertion
     *     that failed, fails the flow whatever the policy
     */
    @Nullable
    FlowElement apply(FlowElement element) throws Exception;
}
