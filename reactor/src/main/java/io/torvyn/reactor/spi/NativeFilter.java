package io.torvyn.reactor.spi;

import io.torvyn.engine.Element;
import java.io.IOException;

/** A filter in native Java. Its flow's thread calls everything here, and waits for it: no time limit applies. */
public non-sealed interface NativeFilter extends NativeRole {
    /**
     * Whether an element goes on. It goes on as it is: no payload is copied, unless this reads it. The payload is lent for
     * the call.
     *
     * @return false to drop it
     * @throws ElementFailedException when the error policy is to decide about the element
     * @throws IOException ends the flow with E0001
     * @throws io.torvyn.types.TorvynException ends the flow with its own code
     */
    boolean evaluate(Element element) throws IOException;

    @Override
    default void close() throws IOException {}
}
