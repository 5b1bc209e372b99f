package io.torvyn.host;

import java.util.Collection;

/** A router that is a few lines of Java. Its flow's thread calls it, and waits for it. */
@FunctionalInterface
public interface ElementRouter {
    /**
     * Where an element goes, as it is: to each of these ports, once.
     *
     * @return names of ports, as they stand in the edges that leave the node ({@code node:port}); none drops the element. One
     *     that no edge leaves is an error (E0209), about which the node's error policy decides
     * @throws Exception as in {@link ElementFunction#apply}
     */
    Collection<String> route(FlowElement element) throws Exception;
}
