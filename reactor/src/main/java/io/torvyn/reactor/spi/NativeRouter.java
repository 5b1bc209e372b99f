package io.torvyn.reactor.spi;

import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import java.io.IOException;

/** A router in native Java. Its flow's thread calls everything here, and waits for it: no time limit applies. */
public non-sealed interface NativeRouter extends NativeRole {
    /**
     * Says where an element goes, by {@link Route#add(String)}: to all that are named, as it is, without a copy. When none
     * is, the element is dropped; a port that no edge leaves is an error (E0209), about which the error policy decides. The
     * payload is lent for the call.
     *
     * @param route empty
     * @throws ElementFailedException when the error policy is to decide about the element
     * @throws IOException ends the flow with E0001
     * @throws io.torvyn.types.TorvynException ends the flow with its own code
     */
    void route(Element element, Route route) throws IOException;

    @Override
    default void close() throws IOException {}
}
