package io.torvyn.reactor.spi;

import io.torvyn.engine.Element;
import io.torvyn.resources.Buffer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregator in native Java: makes elements of several others. What it makes is numbered from 0, and new. Its flow's
 * thread calls everything here, and waits for it: no time limit applies.
 */
public non-sealed interface NativeAggregator extends NativeRole {
    /**
     * Takes in an element. The payload is lent for the call: what is needed of it later has to be copied.
     *
     * @return a buffer from {@code buffers} when a result is ready; null when none is
     * @throws ElementFailedException when the error policy is to decide about the element
     * @throws IOException ends the flow with E0001
     * @throws io.torvyn.types.TorvynException ends the flow with its own code
     */
    @Nullable
    Buffer ingest(Element element, NativeBuffers buffers) throws IOException;

    /**
     * No element will follow: gives out what is left, in order. Called once, or again where the error policy is to retry.
     * Errors as in {@link #ingest}.
     *
     * @return buffers from {@code buffers}
     */
    List<Buffer> flush(NativeBuffers buffers) throws IOException;

    @Override
    default void close() throws IOException {}
}
