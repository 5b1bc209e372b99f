package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.reactor.spi.ElementFailedException;
import io.torvyn.reactor.spi.NativeAggregator;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeFilter;
import io.torvyn.reactor.spi.NativeProcessor;
import io.torvyn.reactor.spi.NativeRole;
import io.torvyn.reactor.spi.NativeRouter;
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
import io.torvyn.types.Failure;
import io.torvyn.types.ProcessError;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage in native Java, called like any other stage and bound to the same rules: its buffers are on its own account, what
 * it is given is lent.
 */
public final class NativeStage implements ComponentInvoker, NativeBuffers {
    private final ComponentId id;
    private final String node;
    private final NativeRole role;
    private final @Nullable NativeSource source;
    private final @Nullable NativeProcessor processor;
    private final @Nullable NativeFilter filter;
    private final @Nullable NativeRouter router;
    private final @Nullable NativeAggregator aggregator;
    private final @Nullable NativeSink sink;
    private final BufferOwner owner;
    private final ContentTypes contentTypes;
    private @Nullable ElementFailedException lastFailed;
    private boolean unflushed;
    private boolean closed;

    private NativeStage(ComponentId id, String node, NativeRole role, BufferOwner owner, ContentTypes contentTypes) {
        this.id = id;
        this.node = node;
        this.role = role;
        this.source = role instanceof NativeSource its ? its : null;
        this.processor = role instanceof NativeProcessor its ? its : null;
        this.filter = role instanceof NativeFilter its ? its : null;
        this.router = role instanceof NativeRouter its ? its : null;
        this.aggregator = role instanceof NativeAggregator its ? its : null;
        this.sink = role instanceof NativeSink its ? its : null;
        this.owner = owner;
        this.contentTypes = contentTypes;
    }

    /** @param owner the account that its buffers are charged to */
    public static NativeStage of(
            ComponentId id, String node, NativeRole role, BufferOwner owner, ContentTypes contentTypes) {
        return new NativeStage(id, node, role, owner, contentTypes);
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

    /** What it is, if it is what it is called as. */
    private <T> T as(@Nullable T its, String what) {
        if (its == null) {
            throw new IllegalStateException("'" + node + "' is not " + what);
        }
        return its;
    }

    @Override
    public Outcome pull(Element out) {
        owner.enter();
        Buffer payload;
        try {
            payload = as(source, "a source").pull(this);
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
        NativeProcessor its = as(processor, "a processor");
        Buffer payload = lent(in);
        Buffer made;
        try {
            made = its.process(in, this);
        } catch (ElementFailedException e) {
            return answered(e);
        } catch (IOException e) {
            throw failed("processing", e);
        } finally {
            givenBack(payload);
        }
        return handedOn(made, out);
    }

    @Override
    public Outcome evaluate(Element in) {
        NativeFilter its = as(filter, "a filter");
        Buffer payload = lent(in);
        try {
            return its.evaluate(in) ? Outcome.PASSED : Outcome.NOTHING;
        } catch (ElementFailedException e) {
            return answered(e);
        } catch (IOException e) {
            throw failed("processing", e);
        } finally {
            givenBack(payload);
        }
    }

    @Override
    public Outcome route(Element in, Route route) {
        NativeRouter its = as(router, "a router");
        Buffer payload = lent(in);
        route.clear();
        try {
            its.route(in, route);
        } catch (ElementFailedException e) {
            return answered(e);
        } catch (IOException e) {
            throw failed("processing", e);
        } finally {
            givenBack(payload);
        }
        return route.outcome();
    }

    @Override
    public Outcome ingest(Element in, Element out) {
        NativeAggregator its = as(aggregator, "an aggregator");
        Buffer payload = lent(in);
        Buffer made;
        try {
            made = its.ingest(in, this);
        } catch (ElementFailedException e) {
            return answered(e);
        } catch (IOException e) {
            throw failed("processing", e);
        } finally {
            givenBack(payload);
        }
        return handedOn(made, out);
    }

    @Override
    public Outcome flush(Collection<Element> out) {
        NativeAggregator its = as(aggregator, "an aggregator");
        owner.enter();
        List<Buffer> left;
        try {
            left = its.flush(this);
        } catch (ElementFailedException e) {
            return answered(e);
        } catch (IOException e) {
            throw failed("processing", e);
        }
        for (Buffer made : left) {
            var element = new Element();
            handedOn(made, element);
            out.add(element);
        }
        return left.isEmpty() ? Outcome.NOTHING : Outcome.EMITTED;
    }

    @Override
    public Outcome push(Element in) {
        NativeSink its = as(sink, "a sink");
        unflushed = true;
        Buffer payload = lent(in);
        try {
            its.push(in);
        } catch (ElementFailedException e) {
            return answered(e);
        } catch (IOException e) {
            throw failed("writing", e);
        } finally {
            givenBack(payload);
        }
        return Outcome.READY;
    }

    private Outcome answered(ElementFailedException failed) {
        lastFailed = failed;
        return Outcome.ERROR;
    }

    private ElementFailedException lastFailed() {
        ElementFailedException last = lastFailed;
        if (last == null) {
            throw new IllegalStateException("'" + node + "' has handled every element so far");
        }
        return last;
    }

    /** What the flow fails with, if it does because of the last {@link Outcome#ERROR}. */
    Failure lastFailure() {
        return lastFailed().failure();
    }

    @Override
    public ProcessError lastError() {
        return lastFailed().error();
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
                as(sink, "a sink").flush();
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
    public @Nullable ProcessError init(String config) {
        return null; // configured when it was made
    }

    @Override
    public void teardown() {
        close();
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
            role.close();
        } catch (IOException e) {
            throw failed("closing", e);
        }
    }
}
