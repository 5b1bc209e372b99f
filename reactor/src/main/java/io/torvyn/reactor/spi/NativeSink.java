package io.torvyn.reactor.spi;

import io.torvyn.engine.Element;
import java.io.IOException;

/**
 * A sink in native Java. Its flow's thread calls everything here. Writing may take as long as it takes: no time limit
 * applies, only the flow's own.
 */
public non-sealed interface NativeSink extends NativeRole {
    /**
     * Whether {@link #push} may be called. A sink whose reader decides how much it takes says no until it is asked for
     * more: the flow does other work meanwhile, backpressure goes up to its sources, and it sleeps when there is none.
     * Asked before each element. A flow that is told to end waits for it no longer than its drain timeout.
     */
    default boolean ready() {
        return true;
    }

    /**
     * What to call, from any thread, whenever {@link #ready} has become true. Given once, before the first {@link
     * #ready}.
     */
    default void onReady(Runnable wakeUp) {}

    /**
     * Takes one element. The payload is lent for the call: one copy out of it, by {@link
     * io.torvyn.resources.Buffer#writeTo(java.io.OutputStream)} or {@code copyTo}, is all that is needed.
     *
     * @throws SinkClosedException when nobody reads any more; the flow ends well then
     * @throws ElementFailedException when the error policy is to decide about the element
     * @throws IOException ends the flow with E0001
     */
    void push(Element element) throws IOException;

    /** The flow has nothing to do for now: what is held back should go out. Errors as in {@link #push}. */
    default void flush() throws IOException {}

    /**
     * Elements that it has taken and not passed on yet. When the flow is over they are lost, and counted as discarded.
     * From any thread.
     */
    default int unwritten() {
        return 0;
    }

    /** No element will follow: what is held back must go out. Errors as in {@link #push}. */
    default void complete() throws IOException {}

    /** Called once, after {@link #complete} or instead of it. */
    @Override
    void close() throws IOException;
}
