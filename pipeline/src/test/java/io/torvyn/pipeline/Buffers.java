package io.torvyn.pipeline;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentType;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.types.ComponentId;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;

/** Real buffers of a flow that has nothing else. */
final class Buffers implements NativeBuffers {
    final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final FlowResources flow = resources.open(new FlowId(1), EventSink.NOOP);
    private final BufferOwner owner = flow.owner(new ComponentId(1), "stage");

    @Override
    public Buffer allocate(int capacity) {
        return owner.acquire(capacity);
    }

    @Override
    public ContentType contentType(String text) {
        return flow.contentTypes().intern(text);
    }

    Element element(byte[] payload) {
        var element = new Element();
        Buffer buffer = allocate(payload.length);
        buffer.append(payload, 0, payload.length);
        element.payload = buffer;
        return element;
    }

    /** What a buffer holds; it goes back. */
    byte[] take(Buffer buffer) {
        byte[] bytes = buffer.toArray();
        buffer.release();
        return bytes;
    }
}
