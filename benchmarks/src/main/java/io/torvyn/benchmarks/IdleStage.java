package io.torvyn.benchmarks;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentType;
import io.torvyn.streaming.Types.BackpressureSignal;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A stage without any work: what is left of an element's time is the runtime's. Emits empty pooled buffers. */
final class IdleStage implements ComponentInvoker {
    private final BufferOwner owner;
    private final int capacity;

    IdleStage(BufferOwner owner, int capacity) {
        this.owner = owner;
        this.capacity = capacity;
    }

    private Outcome emit(Element out) {
        Buffer buffer = owner.acquire(capacity);
        buffer.beginTransfer(owner);
        out.payload = buffer;
        out.contentType = ContentType.NONE;
        return Outcome.EMITTED;
    }

    @Override
    public ComponentId id() {
        return owner.id();
    }

    @Override
    public Outcome pull(Element out) {
        return emit(out);
    }

    @Override
    public Outcome process(Element in, Element out) {
        return emit(out);
    }

    @Override
    public Outcome evaluate(Element in) {
        return Outcome.PASSED;
    }

    @Override
    public Outcome route(Element in, Route route) {
        return Outcome.NOTHING;
    }

    @Override
    public Outcome ingest(Element in, Element out) {
        return emit(out);
    }

    @Override
    public Outcome flush(Collection<Element> out) {
        return Outcome.NOTHING;
    }

    @Override
    public Outcome push(Element in) {
        return Outcome.READY;
    }

    @Override
    public void notifyBackpressure(BackpressureSignal signal) {}

    @Override
    public @Nullable ProcessError init(String config) {
        return null;
    }

    @Override
    public @Nullable ProcessError complete() {
        return null;
    }

    @Override
    public void teardown() {}

    @Override
    public ProcessError lastError() {
        throw new IllegalStateException("it never fails");
    }

    @Override
    public void timingOut(Duration limit) {}

    @Override
    public void cancelling() {}

    @Override
    public long memoryBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
