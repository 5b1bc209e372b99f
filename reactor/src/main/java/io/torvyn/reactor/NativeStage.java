package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeProcessor;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.SinkClosedException;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentType;
import io.torvyn.resources.ContentTypes;
import io.torvyn.resources.ResourceState;
import io.torvyn.streaming.Types.BackpressureSignal;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ProcessError;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A native source, processor or sink, called like any other stage and bound to the same rules: its buffers are on its own account,
 * what it is given is lent.
 */
public final class NativeStage implements ComponentInvoker, NativeBuffers {
    private final ComponentId id;
    private final String node;
    private final @Nullable NativeSource source;
    private final @Nullable NativeProcessor processor;
    private final @Nullable NativeSink sink;
    private final BufferOwner owner;
    private final ContentTypes contentTypes;
    private boolean unflushed;
    private boolean closed;

    private NativeStage(
            ComponentId id,
            String node,
            @Nullable NativeSource source,
            @Nullable NativeProcessor processor,
            @Nullable NativeSink sink,
            BufferOwner owner,
            ContentTypes contentTypes) {
        this.id = id;
        this.node = node;
        this.source = source;
        this.processor = processor;
        this.sink = sink;
        this.owner = owner;
        this.contentTypes = contentTypes;
    }

    /** @param owner the account that its buffers are charged to */
    public static NativeStage of(
            ComponentId id, String node, NativeSource source, BufferOwner owner, ContentTypes contentTypes) {
        return new NativeStage(id, node, source, null, null, owner, contentTypes);
    }

    public static NativeStage of(
            ComponentId id, String node, NativeSink sink, BufferOwner owner, ContentTypes contentTypes) {
        return new NativeStage(id, node, null, null, sink, owner, contentTypes);
    }

    public static NativeStage of(
            ComponentId id, String node, NativeProcessor processor, BufferOwner owner, ContentTypes contentTypes) {
        return new NativeStage(id, node, null, processor, null, owner, contentTypes);
    }

    /** Nobody reads any more what a sink writes. Thrown through {@link ComponentInvoker}, which knows no such outcome. */
    static final class ReaderGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReaderGone(SinkClosedException cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }

    @Override
    public ComponentId id() {
        return id;
    }

    boolean ready() {
        return source != null ? source.ready() : sink == null || sink.ready();
    }

    /** Elements that it has taken and not passed on. From any thread. */
    int unwritten() {
        return sink == null ? 0 : sink.unwritten();
    }

    BufferOwner owner() {
        return owner;
    }

    void onReady(Runnable wakeUp) {
        if (source != null) {
            source.onReady(wakeUp);
        }
        if (sink != null) {
            sink.onReady(wakeUp);
        }
    }

    @Override
    public Buffer allocate(int capacity) {
        return owner.acquire(capacity);
    }

    @Override
    public ContentType contentType(String text) {
        return contentTypes.intern(text);
    }

    private NativeSource source() {
        if (source == null) {
            throw new IllegalStateException("'" + node + "' is not a source");
        }
        return source;
    }

    private NativeSink sink() {
        if (sink == null) {
            throw new IllegalStateException("'" + node + "' is not a sink");
        }
        return sink;
    }

    @Override
    public Outcome pull(Element out) {
        owner.enter();
        Buffer payload;
        try {
            payload = source().pull(this);
        } catch (IOException e) {
            throw failed("reading", e);
        }
        return handedOn(payload, out);
    }

    /** What a source or a processor has made, if anything, belongs to the driver now. */
    private Outcome handedOn(@Nullable Buffer made, Element out) {
        if (made == null) {
            return Outcome.NOTHING;
        }
        made.beginTransfer(owner);
        out.payload = made;
        out.contentType = made.type();
        return Outcome.EMITTED;
    }

    @Override
    public Outcome process(Element in, Element out) {
        if (processor == null) {
            throw isNoSuchThing();
        }
        Buffer payload = lent(in);
        Buffer made;
        try {
            made = processor.process(in, this);
        } catch (IOException e) {
            throw failed("processing", e);
        } finally {
            givenBack(payload);
        }
        return handedOn(made, out);
    }

    @Override
    public Outcome push(Element in) {
        unflushed = true;
        Buffer payload = lent(in);
        try {
            sink().push(in);
        } catch (IOException e) {
            throw failed("writing", e);
        } finally {
            givenBack(payload);
        }
        return Outcome.READY;
    }

    /** The stage may read the element's payload until it is {@link #givenBack}. */
    private Buffer lent(Element in) {
        Buffer payload = in.payload;
        if (payload == null) {
            throw new IllegalStateException("an element without a payload reached '" + node + "'");
        }
        owner.enter();
        payload.borrowStart();
        return payload;
    }

    private static void givenBack(Buffer payload) {
        if (payload.state() == ResourceState.BORROWED) {
            payload.borrowEnd();
        }
    }

    /** The flow has nothing to do for now. */
    void flush() {
        if (unflushed) {
            unflushed = false;
            try {
                sink().flush();
            } catch (IOException e) {
                throw failed("writing", e);
            }
        }
    }

    @Override
    public @Nullable ProcessError complete() {
        if (sink != null) {
            try {
                sink.complete();
            } catch (IOException e) {
                throw failed("writing", e);
            }
        }
        return null;
    }

    private RuntimeException failed(String action, IOException e) {
        if (e instanceof SinkClosedException gone) {
            return new ReaderGone(gone);
        }
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new ReactorException(new ReactorFailure.NativeIo(node, action, reason), e);
    }

    @Override
    public void notifyBackpressure(BackpressureSignal signal) {
        // A native source is simply not asked while there is pressure.
    }

    @Override
    public Outcome evaluate(Element in) {
        throw isNoSuchThing();
    }

    @Override
    public Outcome route(Element in, Route route) {
        throw isNoSuchThing();
    }

    @Override
    public Outcome ingest(Element in, Element out) {
        throw isNoSuchThing();
    }

    @Override
    public Outcome flush(Collection<Element> out) {
        throw isNoSuchThing();
    }

    private IllegalStateException isNoSuchThing() {
        return new IllegalStateException(
                "'" + node + "' is a native stage, and those are sources, processors and sinks");
    }

    @Override
    public @Nullable ProcessError init(String config) {
        return null; // configured when it was made
    }

    @Override
    public void teardown() {
        close();
    }

    @Override
    public ProcessError lastError() {
        throw new IllegalStateException("native stages throw their errors");
    }

    @Override
    public void timingOut(Duration limit) {
        // No time limit applies to native stages.
    }

    @Override
    public void cancelling() {
        // What it waits in ends by the interruption itself.
    }

    @Override
    public long memoryBytes() {
        return 0;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (source != null) {
                source.close();
            }
            if (processor != null) {
                processor.close();
            }
            if (sink != null) {
                sink.close();
            }
        } catch (IOException e) {
            throw failed("closing", e);
        }
    }
}
