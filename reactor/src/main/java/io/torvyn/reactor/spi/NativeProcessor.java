package io.torvyn.reactor.spi;

import io.torvyn.engine.Element;
import io.torvyn.resources.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A processor in native Java. Its flow's thread calls everything here, and waits for it: no time limit applies, only the
 * flow's own.
 */
public non-sealed interface NativeProcessor extends NativeRole {
    /**
     * Makes one element of another. The payload that comes in is lent for the call, and is not to be handed on; what goes
     * out is a buffer from {@code buffers}. The sequence number and the time stay those of the element that came in.
     *
     * @return null to drop the element
     * @throws ElementFailedException when the error policy is to decide about the element
     * @throws IOException ends the flow with E0001
     * @throws io.torvyn.types.TorvynException ends the flow with its own code
     */
    @Nullable
    Buffer process(Element element, NativeBuffers buffers) throws IOException;

    @Override
    default void close() throws IOException {}
}
