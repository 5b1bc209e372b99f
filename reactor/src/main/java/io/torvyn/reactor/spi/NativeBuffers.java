package io.torvyn.reactor.spi;

import io.torvyn.resources.Buffer;
import io.torvyn.resources.ContentType;

/** Where a native source gets its buffers from. */
public interface NativeBuffers {
    /**
     * A writable buffer, from the flow's pools and on the stage's budget. Give it back from {@link NativeSource#pull},
     * or release it.
     *
     * @param capacity bytes at least, up to 16 MiB
     * @throws io.torvyn.resources.ResourceException E0306, E0307, E0308, E0310 or E0311
     */
    Buffer allocate(int capacity);

    /** For {@link Buffer#contentType(ContentType)}; keep it, it stays the same. */
    ContentType contentType(String text);
}
