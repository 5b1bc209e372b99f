package io.torvyn.reactor.spi;

import io.torvyn.resources.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A source in native Java. Its flow's thread calls everything here.
 *
 * <p>A source that has to wait does so on a thread of its own, says {@link #ready} when {@link #pull} would not wait,
 * and calls what it got from {@link #onReady}: a flow does other work meanwhile, and sleeps when there is none. A source
 * that never waits for long, such as one that reads a local file, is always ready.
 */
public non-sealed interface NativeSource extends NativeRole {
    /** Whether {@link #pull} would answer at once: with an element, with the end, or with an error. */
    default boolean ready() {
        return true;
    }

    /**
     * What to call, from any thread, whenever {@link #ready} has become true. Given once, before the first {@link
     * #ready}.
     */
    default void onReady(Runnable wakeUp) {}

    /**
     * The next element, in a buffer from {@code buffers}: one copy into it is all that is needed. The sequence number
     * and the time are the flow's business.
     *
     * @return null when there will be no more
     * @throws IOException ends the flow with E0001
     * @throws io.torvyn.types.TorvynException ends the flow with its own code
     */
    @Nullable
    Buffer pull(NativeBuffers buffers) throws IOException;

    /** The flow takes no more. Called once, also after an error. */
    @Override
    void close() throws IOException;
}
