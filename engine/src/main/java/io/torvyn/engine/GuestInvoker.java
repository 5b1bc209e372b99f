package io.torvyn.engine;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.HandleTable;
import io.torvyn.component.Instance;
import io.torvyn.component.LiftLowerContext;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentType;
import io.torvyn.resources.ContentTypes;
import io.torvyn.resources.CopyLedger;
import io.torvyn.streaming.Aggregator;
import io.torvyn.streaming.Filter;
import io.torvyn.streaming.Lifecycle;
import io.torvyn.streaming.Processor;
import io.torvyn.streaming.Router;
import io.torvyn.streaming.Sink;
import io.torvyn.streaming.Source;
import io.torvyn.streaming.Types;
import io.torvyn.streaming.Types.BackpressureSignal;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls a component's streaming exports. Every element of every stage that is a component goes through {@link #pull},
 * {@link #process}, {@link #evaluate}, {@link #route}, {@link #ingest} or {@link #push}.
 */
final class GuestInvoker implements ComponentInvoker {
    /*
     * These use the flat forms of the generated bindings, with the layouts that bindgen computed, and lift by hand
     * only what the flow needs: nothing is allocated, and a sequence number or timestamp that a guest makes up is never
     * even read (runtime.md: the runtime stamps them). Everything that happens once or twice in a flow uses the typed
     * forms.
     *
     * A payload is lent by this class, for as long as the guest runs; the driver never sees a buffer that is still lent. Only
     * where another thread than the flow's calls the guest, the driver has lent it before.
     */
    /** Sequence and timestamp. */
    private static final int NUMBER_BYTES = 2 * Long.BYTES;

    /** How a {@code string} lies in a list: its address and its length. CanonicalABI.md, "Element Size". */
    private static final int STRING_SIZE = 2 * Integer.BYTES;

    private final ComponentInstance component;
    private final Instance instance;
    private final HandleTable handles;
    private final BufferOwner owner;
    private final CopyLedger ledger;
    private final ContentTypes contentTypes;
    private final FlowContext context;
    private final Source.@Nullable Guest source;
    private final Processor.@Nullable Guest processor;
    private final Filter.@Nullable Guest filter;
    private final Router.@Nullable Guest router;
    private final Aggregator.@Nullable Guest aggregator;
    private final Sink.@Nullable Guest sink;
    private final Lifecycle.@Nullable Guest lifecycle;
    private @Nullable ProcessError lastError;
    /** What raises the time limit of the call under way; read by a watchdog. */
    private volatile String timeLimitKey = TimeLimitKeys.CALL;
    /** An element's payload between its lifting and the end of the call that gave it away. */
    private @Nullable Buffer lifted;

    GuestInvoker(ComponentInstance component, BufferOwner owner, ContentTypes contentTypes, FlowContext context) {
        this.component = component;
        this.instance = component.instance();
        this.handles = instance.handles();
        this.owner = owner;
        this.ledger = owner.ledger();
        this.contentTypes = contentTypes;
        this.context = context;
        this.source = component.hasSource() ? Source.Guest.of(instance) : null;
        this.processor = component.hasProcessor() ? Processor.Guest.of(instance) : null;
        this.filter = component.hasFilter() ? Filter.Guest.of(instance) : null;
        this.router = component.hasRouter() ? Router.Guest.of(instance) : null;
        this.aggregator = component.hasAggregator() ? Aggregator.Guest.of(instance) : null;
        this.sink = component.hasSink() ? Sink.Guest.of(instance) : null;
        this.lifecycle = component.hasLifecycle() ? Lifecycle.Guest.of(instance) : null;
    }

    @Override
    public ComponentId id() {
        return component.id();
    }

    @Override
    public Outcome pull(Element out) {
        Source.Guest guest = exported(source, "source.pull");
        enter("source.pull");
        Outcome outcome;
        try {
            int area = guest.flatPull();
            LiftLowerContext cx = guest.pullContext();
            cx.checkPlace(area, Source.PullArea.ALIGN, Source.PullArea.SIZE);
            CoreMemory memory = cx.memory();
            outcome = switch (memory.readByte(area + Source.PullArea.DISCRIMINANT)) {
                case Source.PullArea.OK ->
                    switch (memory.readByte(area + Source.PullArea.OK_DISCRIMINANT)) {
                        case Source.PullArea.SOME -> liftElement(memory, area + Source.PullArea.OK_PAYLOAD, out);
                        case Source.PullArea.NONE -> Outcome.NOTHING;
                        default -> throw new TrapException("invalid variant discriminant of an option");
                    };
                case Source.PullArea.ERR -> liftError(cx, area + Source.PullArea.PAYLOAD);
                default -> throw new TrapException("invalid variant discriminant of a result");
            };
            guest.pullPostReturn(area);
            instance.exit();
        } catch (Throwable t) {
            throw trapped(t);
        }
        return emitted(outcome, out);
    }

    @Override
    public Outcome process(Element in, Element out) {
        Processor.Guest guest = exported(processor, "processor.process");
        Buffer payload = payload(in);
        Types.Buffer lent = owner.borrow(payload);
        try {
            enter("processor.process");
            return emitted(process(guest, in, lent, out), out);
        } finally {
            owner.giveBack(payload);
        }
    }

    private Outcome process(Processor.Guest guest, Element in, Types.Buffer lent, Element out) {
        try {
            LiftLowerContext cx = guest.processContext();
            long place = lowerType(cx, in);
            int area = guest.flatProcess(
                    in.sequence,
                    in.timestampNanos,
                    LiftLowerContext.address(place),
                    LiftLowerContext.length(place),
                    handles.newBorrow(Types.BUFFER, lent),
                    handles.newBorrow(Types.FLOW_CONTEXT, context));
            cx.checkPlace(area, Processor.ProcessArea.ALIGN, Processor.ProcessArea.SIZE);
            CoreMemory memory = cx.memory();
            int result = area + Processor.ProcessArea.PAYLOAD;
            Outcome outcome =
                    switch (memory.readByte(area + Processor.ProcessArea.DISCRIMINANT)) {
                        case Processor.ProcessArea.OK ->
                            switch (memory.readByte(result + Types.ProcessResultLayout.DISCRIMINANT)) {
                                case Types.ProcessResultLayout.EMIT ->
                                    liftElement(memory, result + Types.ProcessResultLayout.PAYLOAD, out);
                                case Types.ProcessResultLayout.DROP -> Outcome.NOTHING;
                                default -> throw new TrapException("invalid variant discriminant of a process-result");
                            };
                        case Processor.ProcessArea.ERR -> liftError(cx, result);
                        default -> throw new TrapException("invalid variant discriminant of a result");
                    };
            guest.processPostReturn(area);
            instance.exit();
            return outcome;
        } catch (Throwable t) {
            throw trapped(t);
        }
    }

    @Override
    public Outcome evaluate(Element in) {
        Filter.Guest guest = exported(filter, "filter.evaluate");
        Buffer payload = payload(in);
        Types.Buffer lent = owner.borrow(payload);
        try {
            enter("filter.evaluate");
            return evaluate(guest, in, lent);
        } finally {
            owner.giveBack(payload);
        }
    }

    private Outcome evaluate(Filter.Guest guest, Element in, Types.Buffer lent) {
        try {
            LiftLowerContext cx = guest.evaluateContext();
            long place = lowerType(cx, in);
            int area = guest.flatEvaluate(
                    in.sequence,
                    in.timestampNanos,
                    LiftLowerContext.address(place),
                    LiftLowerContext.length(place),
                    handles.newBorrow(Types.BUFFER, lent),
                    handles.newBorrow(Types.FLOW_CONTEXT, context));
            cx.checkPlace(area, Filter.EvaluateArea.ALIGN, Filter.EvaluateArea.SIZE);
            CoreMemory memory = cx.memory();
            int result = area + Filter.EvaluateArea.PAYLOAD;
            Outcome outcome =
                    switch (memory.readByte(area + Filter.EvaluateArea.DISCRIMINANT)) {
                        case Filter.EvaluateArea.OK -> memory.readByte(result) == 0 ? Outcome.NOTHING : Outcome.PASSED;
                        case Filter.EvaluateArea.ERR -> liftError(cx, result);
                        default -> throw new TrapException("invalid variant discriminant of a result");
                    };
            guest.evaluatePostReturn(area);
            instance.exit();
            return outcome;
        } catch (Throwable t) {
            throw trapped(t);
        }
    }

    @Override
    public Outcome route(Element in, Route route) {
        Router.Guest guest = exported(router, "router.route");
        Buffer payload = payload(in);
        Types.Buffer lent = owner.borrow(payload);
        try {
            enter("router.route");
            return route(guest, in, lent, route);
        } finally {
            owner.giveBack(payload);
        }
    }

    private Outcome route(Router.Guest guest, Element in, Types.Buffer lent, Route route) {
        try {
            LiftLowerContext cx = guest.routeContext();
            long place = lowerType(cx, in);
            int area = guest.flatRoute(
                    in.sequence,
                    in.timestampNanos,
                    LiftLowerContext.address(place),
                    LiftLowerContext.length(place),
                    handles.newBorrow(Types.BUFFER, lent),
                    handles.newBorrow(Types.FLOW_CONTEXT, context));
            cx.checkPlace(area, Router.RouteArea.ALIGN, Router.RouteArea.SIZE);
            CoreMemory memory = cx.memory();
            Outcome outcome =
                    switch (memory.readByte(area + Router.RouteArea.DISCRIMINANT)) {
                        case Router.RouteArea.OK ->
                            liftRoute(
                                    cx,
                                    memory.readInt(area + Router.RouteArea.OK_ADDRESS),
                                    memory.readInt(area + Router.RouteArea.OK_LENGTH),
                                    route);
                        case Router.RouteArea.ERR -> liftError(cx, area + Router.RouteArea.PAYLOAD);
                        default -> throw new TrapException("invalid variant discriminant of a result");
                    };
            guest.routePostReturn(area);
            instance.exit();
            return outcome;
        } catch (Throwable t) {
            throw trapped(t);
        }
    }

    private static Outcome liftRoute(LiftLowerContext cx, int start, int count, Route route) {
        route.clear();
        cx.checkList(start, count, Integer.BYTES, STRING_SIZE);
        CoreMemory memory = cx.memory();
        for (int i = 0; i < count; i++) {
            int name = start + i * STRING_SIZE;
            int address = memory.readInt(name);
            int length = memory.readInt(name + Integer.BYTES);
            if (!route.add(memory, address, length)) {
                route.add(cx.loadString(address, length));
            }
        }
        return route.outcome();
    }

    @Override
    public Outcome ingest(Element in, Element out) {
        Aggregator.Guest guest = exported(aggregator, "aggregator.ingest");
        Buffer payload = payload(in);
        Types.Buffer lent = owner.borrow(payload);
        try {
            enter("aggregator.ingest");
            return emitted(ingest(guest, in, lent, out), out);
        } finally {
            owner.giveBack(payload);
        }
    }

    private Outcome ingest(Aggregator.Guest guest, Element in, Types.Buffer lent, Element out) {
        try {
            LiftLowerContext cx = guest.ingestContext();
            long place = lowerType(cx, in);
            int area = guest.flatIngest(
                    in.sequence,
                    in.timestampNanos,
                    LiftLowerContext.address(place),
                    LiftLowerContext.length(place),
                    handles.newBorrow(Types.BUFFER, lent),
                    handles.newBorrow(Types.FLOW_CONTEXT, context));
            cx.checkPlace(area, Aggregator.IngestArea.ALIGN, Aggregator.IngestArea.SIZE);
            CoreMemory memory = cx.memory();
            Outcome outcome =
                    switch (memory.readByte(area + Aggregator.IngestArea.DISCRIMINANT)) {
                        case Aggregator.IngestArea.OK ->
                            switch (memory.readByte(area + Aggregator.IngestArea.OK_DISCRIMINANT)) {
                                case Aggregator.IngestArea.SOME ->
                                    liftElement(memory, area + Aggregator.IngestArea.OK_PAYLOAD, out);
                                case Aggregator.IngestArea.NONE -> Outcome.NOTHING;
                                default -> throw new TrapException("invalid variant discriminant of an option");
                            };
                        case Aggregator.IngestArea.ERR -> liftError(cx, area + Aggregator.IngestArea.PAYLOAD);
                        default -> throw new TrapException("invalid variant discriminant of a result");
                    };
            guest.ingestPostReturn(area);
            instance.exit();
            return outcome;
        } catch (Throwable t) {
            throw trapped(t);
        }
    }

    @Override
    public Outcome flush(Collection<Element> out) {
        owner.enter();
        return switch (exported(aggregator, "aggregator.flush").flush()) {
            case Result.Ok<List<Types.OutputElement>, Types.ProcessError>(var elements) -> {
                elements.forEach(element -> out.add(received(element)));
                yield elements.isEmpty() ? Outcome.NOTHING : Outcome.EMITTED;
            }
            case Result.Err<List<Types.OutputElement>, Types.ProcessError>(var error) -> {
                lastError = error(error);
                yield Outcome.ERROR;
            }
        };
    }

    private Element received(Types.OutputElement element) {
        var buffer = (Buffer) element.payload();
        ContentType type = contentTypes.intern(element.meta().contentType());
        ledger.recordMetadata(type.utf8().length);
        buffer.beginTransfer(owner);
        var received = new Element();
        received.contentType = type == ContentType.NONE ? buffer.type() : type;
        received.payload = buffer;
        return received;
    }

    @Override
    public Outcome push(Element in) {
        Sink.Guest guest = exported(sink, "sink.push");
        Buffer payload = payload(in);
        Types.Buffer lent = owner.borrow(payload);
        try {
            enter("sink.push");
            return push(guest, in, lent);
        } finally {
            owner.giveBack(payload);
        }
    }

    private Outcome push(Sink.Guest guest, Element in, Types.Buffer lent) {
        try {
            LiftLowerContext cx = guest.pushContext();
            long place = lowerType(cx, in);
            int area = guest.flatPush(
                    in.sequence,
                    in.timestampNanos,
                    LiftLowerContext.address(place),
                    LiftLowerContext.length(place),
                    handles.newBorrow(Types.BUFFER, lent),
                    handles.newBorrow(Types.FLOW_CONTEXT, context));
            cx.checkPlace(area, Sink.PushArea.ALIGN, Sink.PushArea.SIZE);
            CoreMemory memory = cx.memory();
            int result = area + Sink.PushArea.PAYLOAD;
            Outcome outcome =
                    switch (memory.readByte(area + Sink.PushArea.DISCRIMINANT)) {
                        case Sink.PushArea.OK ->
                            switch (memory.readByte(result)) {
                                case Types.BackpressureSignalLayout.READY -> Outcome.READY;
                                case Types.BackpressureSignalLayout.PAUSE -> Outcome.PAUSE;
                                default -> throw new TrapException("invalid discriminant of a backpressure-signal");
                            };
                        case Sink.PushArea.ERR -> liftError(cx, result);
                        default -> throw new TrapException("invalid variant discriminant of a result");
                    };
            guest.pushPostReturn(area);
            instance.exit();
            return outcome;
        } catch (Throwable t) {
            throw trapped(t);
        }
    }

    private void enter(String called) {
        instance.enter(called);
        owner.enter();
    }

    private Buffer payload(Element in) {
        Buffer payload = in.payload;
        if (payload == null) {
            throw new IllegalArgumentException("an element without a payload was handed to '" + component.node() + "'");
        }
        return payload;
    }

    /** Where an element's content type lies now in guest memory. */
    private long lowerType(LiftLowerContext cx, Element in) {
        byte[] type = in.contentType.utf8();
        long place = cx.storeBytes(type, 0, type.length);
        ledger.recordMetadata(NUMBER_BYTES + type.length);
        return place;
    }

    private Outcome liftElement(CoreMemory memory, int address, Element out) {
        int meta = address + Types.OutputElementLayout.META;
        int typeLength = memory.readInt(meta + Types.ElementMetaLayout.CONTENT_TYPE_LENGTH);
        ContentType type = contentTypes.intern(
                memory, memory.readInt(meta + Types.ElementMetaLayout.CONTENT_TYPE_ADDRESS), typeLength);
        ledger.recordMetadata(typeLength); // its numbers are not even read
        int handle = memory.readInt(address + Types.OutputElementLayout.PAYLOAD);
        var buffer = (Buffer) handles.removeOwn(handle, Types.BUFFER);
        lifted = buffer;
        out.contentType = type == ContentType.NONE ? buffer.type() : type;
        return Outcome.EMITTED;
    }

    /** Once the guest has returned for good, what it gave away is on its way. */
    private Outcome emitted(Outcome outcome, Element out) {
        if (outcome == Outcome.EMITTED) {
            Buffer buffer = lifted;
            if (buffer != null) {
                buffer.beginTransfer(owner);
                out.payload = buffer;
                lifted = null;
            }
        }
        return outcome;
    }

    /** What had been lifted when the call ended badly stays its owner's, who is reclaimed. */
    private RuntimeException trapped(Throwable thrown) {
        lifted = null;
        return instance.trapped(thrown);
    }

    private Outcome liftError(LiftLowerContext cx, int address) {
        lastError = error(Types.ProcessErrorLayout.load(cx, address));
        return Outcome.ERROR;
    }

    private static ProcessError error(Types.ProcessError error) {
        return switch (error) {
            case Types.ProcessError.InvalidInput(var text) -> new ProcessError(ProcessError.Kind.INVALID_INPUT, text);
            case Types.ProcessError.Unavailable(var text) -> new ProcessError(ProcessError.Kind.UNAVAILABLE, text);
            case Types.ProcessError.Internal(var text) -> new ProcessError(ProcessError.Kind.INTERNAL, text);
            case Types.ProcessError.DeadlineExceeded() -> new ProcessError(ProcessError.Kind.DEADLINE_EXCEEDED, null);
            case Types.ProcessError.Fatal(var text) -> new ProcessError(ProcessError.Kind.FATAL, text);
        };
    }

    @Override
    public void notifyBackpressure(BackpressureSignal signal) {
        owner.enter();
        exported(source, "source.notify-backpressure").notifyBackpressure(signal);
    }

    @Override
    public @Nullable ProcessError init(String config) {
        owner.enter();
        timeLimitKey = TimeLimitKeys.INIT;
        try {
            return lifecycle == null ? null : error(lifecycle.init(config));
        } finally {
            timeLimitKey = TimeLimitKeys.CALL;
        }
    }

    @Override
    public @Nullable ProcessError complete() {
        owner.enter();
        return error(exported(sink, "sink.complete").complete());
    }

    @Override
    public void teardown() {
        if (lifecycle != null) {
            owner.enter();
            timeLimitKey = TimeLimitKeys.TEARDOWN; // the last call
            lifecycle.teardown();
        }
    }

    private static @Nullable ProcessError error(Result<@Nullable Void, Types.ProcessError> result) {
        return switch (result) {
            case Result.Ok<?, Types.ProcessError> _ -> null;
            case Result.Err(var error) -> error(error);
        };
    }

    @Override
    public ProcessError lastError() {
        ProcessError error = lastError;
        if (error == null) {
            throw new IllegalStateException("'" + component.node() + "' has not answered an error");
        }
        return error;
    }

    @Override
    public void timingOut(Duration limit) {
        instance.timingOut(limit, timeLimitKey);
    }

    @Override
    public void cancelling() {
        instance.cancel();
    }

    @Override
    public long memoryBytes() {
        return component.memoryBytes();
    }

    @Override
    public long fuelConsumed() {
        return instance.fuelConsumed();
    }

    @Override
    public void close() {
        owner.reclaim(); // first: what it still holds is known and told; its handles lead nowhere from now on
        try {
            component.close();
        } finally {
            owner.reclaim(); // handles of spent mutable-buffers have been dropped in between
        }
    }

    private <G> G exported(@Nullable G guest, String function) {
        if (guest == null) {
            throw new EngineException(new EngineFailure.ExportNotFound(instance.label(), function));
        }
        return guest;
    }
}
