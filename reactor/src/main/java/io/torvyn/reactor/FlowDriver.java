package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.observability.FlowMetrics;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.FlowReleaseReport;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.ReclaimedBuffer;
import io.torvyn.resources.ResourceException;
import io.torvyn.streaming.Types.BackpressureSignal;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.ProcessError;
import io.torvyn.types.TorvynException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves the elements of one flow from its sources to its sinks, on one virtual thread.
 *
 * <p>Owned by that thread: of the methods that are not private only {@link #cancel}, {@link #status} and those for the
 * {@link Watchdog} may be called from another. Every buffer that enters a flow is given back by it, whatever ends it.
 */
final class FlowDriver implements Runnable {
    /*
     * A flow is one thread, so its queues need no synchronisation and a guest is never entered twice. The thread picks a
     * ready stage, has it handle a burst of elements, and looks around: at the clock, at other threads' wishes, at
     * pressure that has changed. Everything that costs more than a few nanoseconds happens between bursts: a clock
     * reading alone is 20 to 25 ns, as much as all of our work on an element.
     *
     * A burst is at most 32 elements, fewer in a flow that is to give way sooner, and at most QUANTUM_NANOS by the pace of
     * the stage's last one.
     *
     * An element stays in its queue until the stage that it was shown to is done with it. So it is still there to be
     * tried again, and when a guest traps it is among what is discarded and counted.
     *
     * Nobody reads a clock around a call. The driver counts calls (`calls`, odd while inside a burst), the watchdog looks
     * at that count now and then: the same odd number for longer than the limit is a call that takes too long. When the
     * watchdog strikes just as the call returns, its interruption hits what comes next; `overrun` says whose it was, and
     * the driver looks at it before it believes any failure.
     */
    static final long QUANTUM_NANOS = 100_000;
    private static final long PUBLISHING_PERIOD_NANOS = 10_000_000;
    private static final CopyReason[] COPY_REASONS = CopyReason.values();
    private static final long LONGEST_WITHOUT_YIELD_NANOS = 5_000_000;
    /** Faster stages than this share one clock reading between the elements of a burst. */
    private static final long COARSE_STAMP_NANOS = 1_000;

    private static final VarHandle CALLS;
    private static final VarHandle CURRENT;
    private static final VarHandle HALT;

    static {
        try {
            var lookup = MethodHandles.lookup();
            CALLS = lookup.findVarHandle(FlowDriver.class, "calls", long.class);
            HALT = lookup.findVarHandle(FlowDriver.class, "halt", boolean.class);
            CURRENT = lookup.findVarHandle(FlowDriver.class, "current", Stage.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final FlowDefinition definition;
    private final FlowSettings settings;
    private final FlowResources resources;
    private final BufferOwner host;
    private final FlowMetrics metrics;
    private final FlowObserver observer;
    private final Stage[] stages;
    private final BoundedQueue[] queues;
    private final BoundedQueue[] rateLimited;
    private final Scheduler scheduler;
    private final DeadLetters deadLetters;
    private final ActiveFlows active;
    private final ProcessorShare share;
    private final Consumer<FlowDriver> whenEnded;
    /** What a stage makes, when it does not go to one queue that has room for it. */
    private final Element apart = new Element();

    private final AtomicReference<@Nullable CancellationReason> reason = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<FlowOutcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private final long createdAt = System.nanoTime();
    private volatile FlowState state = FlowState.VALIDATED;
    private volatile FlowPriority priority;
    private volatile @Nullable Thread thread;
    /** Leave the burst and look around. */
    private volatile boolean halt;
    /** Something may have become ready since the stages were looked at. */
    private volatile boolean woken;

    /** The watchdog has interrupted this thread. */
    private volatile boolean interrupted;
    /** Whose call took too long; null when it was interrupted for another reason. */
    private volatile @Nullable Stage overrun;

    private volatile @Nullable Stage current;
    private volatile long limitNanos;
    private volatile long drainUntil;
    private volatile boolean cancelled;
    private volatile long cancelledAt;
    /** The call that was under way when another thread asked the flow to end; even when none was. */
    private volatile long cancelledCall;

    private volatile boolean draining;
    /** Nothing but the last calls of each stage is left: {@code complete} and {@code teardown}. */
    private volatile boolean finishing;

    /**
     * Within a burst it is written plainly, as {@code halt} is read: a store is not held back beyond a safepoint, and a
     * call that takes long passes many.
     */
    private long calls;

    private long runningSince;
    private long wallOffset;
    private long wallOffsetAt;
    private long remaining;
    private long nextSequence;
    private long elements;
    private long errors;
    private long discarded;
    private long deadLettered;
    private long lost;
    /** Discarded with a stage whose call outlasted the draining. */
    private long undrained;

    private boolean pressureChanged;
    private boolean recorded;
    private boolean detailed;
    /** The next call is to be measured. */
    private boolean timed;
    /** The call under way, or the last one, is measured. */
    private boolean measured;

    private long publishedAt;
    private @Nullable Failure drainFailure;
    private @Nullable Throwable defect;

    FlowDriver(FlowDefinition definition, Topology topology, ActiveFlows active, Consumer<FlowDriver> whenEnded) {
        this.definition = definition;
        this.settings = definition.settings();
        this.priority = settings.priority();
        this.resources = definition.resources();
        this.host = resources.host();
        this.metrics = definition.metrics();
        this.observer = definition.observer();
        this.stages = topology.stages;
        this.queues = topology.queues;
        this.rateLimited =
                Arrays.stream(queues).filter(BoundedQueue::isRateLimited).toArray(BoundedQueue[]::new);
        this.scheduler = Scheduler.of(settings.scheduling());
        this.deadLetters = new DeadLetters(host, resources.contentTypes(), definition.trace());
        this.active = active;
        this.share = new ProcessorShare(active, System.nanoTime());
        this.whenEnded = whenEnded;
        this.remaining = settings.limit().orElse(Long.MAX_VALUE);
    }

    /** The whole life of the flow, from {@code init} to the last buffer given back. */
    @Override
    public void run() {
        thread = Thread.currentThread();
        active.enter();
        try {
            if (initialise()) {
                become(FlowState.INSTANTIATED);
                become(FlowState.RUNNING);
                started.complete(true);
                drive();
            }
        } catch (Throwable t) { // a defect of ours: no guest's failure gets here
            fail(t);
        }
        try {
            finish();
        } catch (Throwable t) { // nobody may wait for ever, whatever is broken
            fail(t);
            endBrokenly(t);
        }
        active.leave();
    }

    private void fail(Throwable t) {
        defect = t;
        Failure failure = t instanceof TorvynException e
                ? e.failure()
                : new ReactorFailure.Internal(definition.name(), t.toString());
        cancel(new CancellationReason.ResourceExhaustion(failure));
    }

    private boolean initialise() {
        for (Stage stage : stages) {
            if (reason.get() != null) {
                return false;
            }
            NativeStage nativeStage = stage.nativeStage;
            if (nativeStage != null) {
                nativeStage.onReady(this::wakeUp);
            }
            ProcessError error;
            try {
                enterCall(stage, settings.initTimeout());
                error = stage.invoker.init(stage.config);
                returned(stage, settings.initTimeout());
            } catch (Throwable t) {
                finished(stage, t);
                return false;
            }
            if (error != null) {
                stage.errors++;
                errors++;
                stage.beyondCompletion = true;
                cancel(failed(stage, new ReactorFailure.ComponentError(stage.name, "init", error)));
                return false;
            }
            stage.initialised = true;
        }
        return reason.get() == null;
    }

    /** Running and draining: until nothing is left to do. */
    private void drive() {
        long now = System.nanoTime();
        runningSince = now;
        long yieldedAt = now;
        long turnAt = now;
        int sinceYield = 0;
        publishedAt = now;
        definition.deadline().start(now);
        anchorWallClock(now);
        for (BoundedQueue queue : queues) {
            queue.start(now);
        }
        if (remaining == 0) {
            limitReached();
        }
        while (true) {
            if (halt) { // a volatile store costs ten times what looking costs
                halt = false;
            }
            CancellationReason stop = reason.get();
            if (stop != null && !draining) {
                startDraining(now);
            }
            if (draining && now - drainUntil >= 0) {
                return;
            }
            if (woken) {
                woken = false;
            }
            Stage stage = scheduler.next(stages, now);
            if (stage == null) {
                if (letIn(now) || endWhatIsComplete()) {
                    continue;
                }
                if (allEnded()) {
                    cancel(new CancellationReason.SourceComplete());
                    return;
                }
                if (draining && !canBeDrained(now)) {
                    return;
                }
                sleep(now);
                now = System.nanoTime();
                anchorWallClock(now);
                lookAtTheClock(now);
                share.rejoin();
                yieldedAt = now;
                turnAt = now;
                sinceYield = 0;
                continue;
            }

            int handled = burst(stage, now);

            if (pressureChanged) {
                tellSources();
            }
            long before = now;
            now = System.nanoTime();
            stage.busyNanos += now - before;
            if (handled > 0) {
                stage.nanosPerElement = (now - before) / handled;
            }
            sinceYield += handled;
            if (sinceYield >= priority.elementsPerYield() || now - turnAt >= QUANTUM_NANOS) {
                boolean crowded = active.areMoreThanProcessors();
                if (crowded || now - yieldedAt >= LONGEST_WITHOUT_YIELD_NANOS) {
                    if (crowded) {
                        giveWay(now - turnAt);
                    } else {
                        LockSupport.parkNanos(this, 1); // yielding would let nobody in but flows
                        share.rejoin();
                    }
                    observer.yielded(definition.id(), sinceYield);
                    now = System.nanoTime();
                    yieldedAt = now;
                }
                turnAt = now;
                sinceYield = 0;
            }
            lookAtTheClock(now);
        }
    }

    /**
     * Lets other flows run until they have had their share. Virtual threads are not time-shared: a flow that never waits
     * does so of its own accord.
     *
     * @param used time since its turn began
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private void giveWay(long used) {
        share.charge(used, priority);
        do {
            long pause = share.pauseNanos(System.nanoTime());
            if (pause == 0) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(this, pause);
            }
        } while (!share.isNext() && !halt);
    }

    private void lookAtTheClock(long now) {
        if (now - wallOffsetAt >= 1_000_000_000L) {
            anchorWallClock(now);
        }
        for (BoundedQueue queue : rateLimited) {
            queue.refill(now);
        }
        resources.endLeases(now);
        if (now - publishedAt >= PUBLISHING_PERIOD_NANOS) {
            publish(now);
        }
        if (definition.deadline().nanosLeft(now) <= 0) {
            deadlinePassed(now);
        }
    }

    /** Shows the counters to whoever watches the flow. */
    private void publish(long now) {
        publishedAt = now;
        var ledger = resources.ledger();
        for (CopyReason reason : COPY_REASONS) {
            metrics.copies(reason, ledger.copies(reason), ledger.bytes(reason));
        }
        if (metrics.level() == ObservabilityLevel.OFF) {
            return;
        }
        metrics.totals(elements, errors);
        for (Stage stage : stages) {
            stage.publish();
        }
        for (BoundedQueue queue : queues) {
            queue.publish();
        }
    }

    /** Has one stage handle what it can, and meets whatever comes out of it. */
    private int burst(Stage stage, long now) {
        ObservabilityLevel level = metrics.level();
        recorded = level != ObservabilityLevel.OFF;
        detailed = level == ObservabilityLevel.DIAGNOSTIC;
        timed = recorded; // the first call of a burst, and at Diagnostic every one
        resources.observe();
        boolean ailing = stage.ailing;
        if (ailing && stage.isDown && !isUpAgain(stage)) {
            return 0;
        }
        int most = ailing ? 1 : Math.min(scheduler.burst(), priority.elementsPerYield());
        int limit = Math.clamp(QUANTUM_NANOS / Math.max(1, stage.nanosPerElement), 1, most);
        long before = stage.invocations;
        boolean answered = false;
        try {
            enterCall(stage, stage.timeout);
            switch (stage.role) {
                case SOURCE -> pull(stage, Math.min(limit, stage.room()), now);
                case PROCESSOR -> process(stage, Math.min(limit, stage.room()), now);
                case FILTER -> evaluate(stage, Math.min(limit, stage.room()), now);
                case ROUTER -> route(stage, Math.min(limit, stage.room()), now);
                case AGGREGATOR -> aggregate(stage, Math.min(limit, stage.room()), now);
                case SINK -> push(stage, Math.min(limit, stage.room()), now);
            }
            answered = true;
            returned(stage, stage.timeout);
        } catch (NativeStage.ReaderGone e) {
            leaveCall();
            stage.beyondCompletion = true;
            stop(stage);
            cancel(new CancellationReason.SinkClosed(stage.name));
        } catch (Throwable t) {
            finished(stage, t, answered || !stage.role.isConsumer() ? null : stage.nextInput());
        }
        if (ailing) {
            lookAfter(stage);
        }
        return (int) (stage.invocations - before);
    }

    /** Makes the stage that is down a fresh instance, and initialises it. The watchdog looks at both. */
    private boolean isUpAgain(Stage stage) {
        Restarts restarts = stage.restarts;
        if (restarts == null) {
            throw new IllegalStateException("'" + stage.name + "' is down, and has nothing to come up with");
        }
        ProcessError error;
        try {
            enterCall(stage, Duration.ZERO); // an instantiation has its own limit
            ComponentInvoker fresh = restarts.instance();
            leaveCall();
            stage.invoker = fresh;
            stage.comeUp();
            enterCall(stage, settings.initTimeout());
            error = fresh.init(stage.config);
            returned(stage, settings.initTimeout());
        } catch (Throwable t) {
            finished(stage, t);
            return false;
        }
        if (error != null) {
            countError(stage);
            closeQuietly(stage);
            stage.finished = true;
            replace(stage, new ReactorFailure.ComponentError(stage.name, "init", error), null);
            return false;
        }
        if (stage.role == ComponentRole.SOURCE) {
            tellSources(); // before it is pulled
        }
        return !stage.isDown && !stage.stopped;
    }

    /** After a call of a stage that was ailing: its circuit may be closed again. */
    private void lookAfter(Stage stage) {
        if (stage.breaker.closes(stage.invocations)) {
            observer.circuitClosed(definition.id(), stage.name);
        }
        stage.ailing = stage.isDown || stage.breaker.isOpen();
    }

    private void countError(Stage stage) {
        stage.errors++;
        errors++;
    }

    private void pull(Stage stage, int limit, long now) {
        boolean coarse = stage.nanosPerElement < COARSE_STAMP_NANOS;
        long timestamp = wallOffset + now;
        for (int i = 0; i < limit && goesOn(); i++) {
            if (i > 0 && (pressureChanged || stage.isLaden() || !stage.hasSomethingToGive())) {
                return;
            }
            Element out = place(stage);
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.pull(out);
            endCall(stage, start);
            switch (outcome) {
                case EMITTED -> {
                    out.sequence = nextSequence++;
                    out.timestampNanos = coarse ? timestamp : wallOffset + System.nanoTime();
                    stage.attempts = 0;
                    emit(stage, out, now);
                    if (--remaining == 0) {
                        limitReached();
                        return;
                    }
                }
                case NOTHING -> {
                    if (stage.toldToPause) {
                        stage.holdsBack = true;
                    } else {
                        stage.end();
                    }
                    return;
                }
                case ERROR -> {
                    if (!answered(stage, "pull", null, now)) {
                        return;
                    }
                }
                case PASSED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
            }
        }
    }

    /** Nobody has asked for the burst to end; good enough to be asked between elements. */
    private boolean goesOn() {
        return !(boolean) HALT.get(this);
    }

    private void limitReached() {
        cancel(new CancellationReason.LimitReached(settings.limit().orElseThrow()));
    }

    private void process(Stage stage, int limit, long now) {
        for (int i = 0; i < limit && goesOn(); i++) {
            BoundedQueue input = stage.nextInput();
            if (input == null || (i > 0 && stage.isLaden())) {
                return;
            }
            Element in = shown(input);
            Element out = place(stage);
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.process(in, out);
            endCall(stage, start);
            switch (outcome) {
                case EMITTED -> {
                    out.sequence = in.sequence;
                    out.timestampNanos = in.timestampNanos;
                    consume(stage, input, now);
                    emit(stage, out, now);
                }
                case NOTHING -> {
                    stage.dropped++;
                    elements++;
                    consume(stage, input, now);
                }
                case ERROR -> {
                    if (!answered(stage, "process", input, now)) {
                        return;
                    }
                }
                case PASSED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
            }
        }
    }

    private void evaluate(Stage stage, int limit, long now) {
        for (int i = 0; i < limit && goesOn(); i++) {
            BoundedQueue input = stage.nextInput();
            if (input == null || (i > 0 && stage.isLaden())) {
                return;
            }
            Element in = shown(input);
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.evaluate(in);
            endCall(stage, start);
            switch (outcome) {
                case PASSED -> {
                    stage.emitted++;
                    forward(stage, in, stage.outputs, now);
                    consume(stage, input, now);
                }
                case NOTHING -> {
                    stage.dropped++;
                    elements++;
                    consume(stage, input, now);
                }
                case ERROR -> {
                    if (!answered(stage, "evaluate", input, now)) {
                        return;
                    }
                }
                case EMITTED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
            }
        }
    }

    private void route(Stage stage, int limit, long now) {
        Route route = stage.route;
        for (int i = 0; i < limit && goesOn(); i++) {
            BoundedQueue input = stage.nextInput();
            if (input == null || (i > 0 && stage.isLaden())) {
                return;
            }
            Element in = shown(input);
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.route(in, route);
            endCall(stage, start);
            switch (outcome) {
                case PASSED -> {
                    stage.emitted++;
                    for (int port = 0; port < route.size(); port++) {
                        forward(stage, in, stage.ports[route.port(port)], now);
                    }
                    consume(stage, input, now);
                }
                case NOTHING -> {
                    stage.dropped++;
                    elements++;
                    consume(stage, input, now);
                }
                case UNKNOWN_PORT -> {
                    if (!wentAstray(stage, input, now)) {
                        return;
                    }
                }
                case ERROR -> {
                    if (!answered(stage, "route", input, now)) {
                        return;
                    }
                }
                case EMITTED, READY, PAUSE -> throw unexpected(stage, outcome);
            }
        }
    }

    /** Has an aggregator take in what has come, or, when nothing comes any more, give out what it holds. */
    private void aggregate(Stage stage, int limit, long now) {
        if (stage.nextInput() != null) {
            ingest(stage, limit, now);
        } else {
            flush(stage, limit, now);
        }
    }

    private void ingest(Stage stage, int limit, long now) {
        for (int i = 0; i < limit && goesOn(); i++) {
            BoundedQueue input = stage.nextInput();
            if (input == null || (i > 0 && stage.isLaden())) {
                return;
            }
            Element in = shown(input);
            Element out = place(stage);
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.ingest(in, out);
            endCall(stage, start);
            switch (outcome) {
                case EMITTED -> {
                    number(stage, out, now);
                    consume(stage, input, now);
                    emit(stage, out, now);
                }
                case NOTHING -> {
                    elements++;
                    consume(stage, input, now);
                }
                case ERROR -> {
                    if (!answered(stage, "ingest", input, now)) {
                        return;
                    }
                }
                case PASSED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
            }
        }
    }

    /** Once for each aggregator, however many bursts it takes until all that it held has found room. */
    private void flush(Stage stage, int limit, long now) {
        if (!stage.flushed) {
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.flush(stage.held);
            endCall(stage, start);
            switch (outcome) {
                case EMITTED, NOTHING -> stage.attempts = 0;
                case ERROR -> {
                    if (!answered(stage, "flush", null, now)) {
                        return;
                    }
                }
                case PASSED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
            }
            stage.flushed = true;
        }
        for (int i = 0; i < limit && !stage.held.isEmpty() && (i == 0 || !stage.isLaden()); i++) {
            Element out = place(stage);
            out.set(stage.held.remove());
            number(stage, out, now);
            emit(stage, out, now);
        }
        if (stage.held.isEmpty()) {
            stage.end();
        }
    }

    /** What an aggregator makes is none of the elements that went into it: it is counted from 0, and new. */
    private void number(Stage stage, Element out, long now) {
        out.sequence = stage.emitted;
        out.timestampNanos = wallOffset + now;
    }

    private void push(Stage stage, int limit, long now) {
        for (int i = 0; i < limit && goesOn(); i++) {
            BoundedQueue input = stage.nextInput();
            if (input == null || (i > 0 && !stage.takesMore())) {
                return;
            }
            Element in = shown(input);
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.push(in);
            long end = endCall(stage, start);
            if (measured && outcome != ComponentInvoker.Outcome.ERROR) {
                metrics.latency(Math.max(0, wallOffset + end - in.timestampNanos));
            }
            switch (outcome) {
                case READY -> {
                    delivered(input);
                    consume(stage, input, now);
                    if (stage.isPaused()) {
                        resume(stage, now);
                    }
                }
                case PAUSE -> {
                    delivered(input);
                    consume(stage, input, now);
                    if (!draining) {
                        stage.pause(now);
                        for (BoundedQueue paused : stage.inputs) {
                            settlePressure(paused, now);
                        }
                        return;
                    }
                }
                case ERROR -> {
                    if (!answered(stage, "push", input, now)) {
                        return;
                    }
                }
                case EMITTED, NOTHING, PASSED, UNKNOWN_PORT -> throw unexpected(stage, outcome);
            }
        }
    }

    /** A sink has taken an element; when it is a letter, the element that failed is accounted for now. */
    private void delivered(BoundedQueue input) {
        elements += input.weight;
        deadLettered += 1 - input.weight;
    }

    private static IllegalStateException unexpected(Stage stage, ComponentInvoker.Outcome outcome) {
        return new IllegalStateException("'" + stage.name + "', a " + stage.role + ", answered " + outcome);
    }

    /** The element that a stage is to handle; it stays in its queue. */
    private Element shown(BoundedQueue input) {
        Element in = input.head();
        Buffer payload = in.payload;
        if (payload != null && payload.isInTransit()) {
            payload.completeTransfer(host);
        }
        return in;
    }

    /** Where a stage is to put what it makes: where it will stand in its queue, if there is one queue that takes it. */
    private Element place(Stage stage) {
        BoundedQueue only = stage.onlyOutput;
        return only != null && only.isOpen() ? only.tail() : apart;
    }

    /** The stage is done with the element that it was shown. */
    private void consume(Stage stage, BoundedQueue input, long now) {
        if (recorded) {
            long enqueuedAt = input.oldestEnqueuedAt();
            if (enqueuedAt != 0) {
                input.metrics.waited(Math.max(0, (detailed ? System.nanoTime() : now) - enqueuedAt));
            }
        }
        input.remove().release();
        stage.served(input);
        if (input.pressure() && input.isReliefDue()) {
            settlePressure(input, now);
        }
    }

    /** Puts what a stage made on all its outputs. */
    private void emit(Stage stage, Element out, long now) {
        Buffer payload = out.payload;
        if (payload == null) {
            throw new IllegalStateException("'" + stage.name + "' emitted nothing");
        }
        stage.emitted++;
        BoundedQueue only = stage.onlyOutput;
        if (only != null && out != apart) {
            append(only, payload, now);
            return;
        }
        payload.share(stage.outputs.length - 1);
        spread(stage, out, payload, stage.outputs, now);
        apart.payload = null;
    }

    /** Puts an element that a stage was shown on more queues, as it is. It stays where it was, too. */
    private void forward(Stage stage, Element in, BoundedQueue[] outputs, long now) {
        Buffer payload = in.payload;
        if (payload == null) {
            throw new IllegalStateException("'" + stage.name + "' was shown nothing");
        }
        payload.share(outputs.length);
        spread(stage, in, payload, outputs, now);
    }

    private void spread(Stage stage, Element element, Buffer payload, BoundedQueue[] outputs, long now) {
        for (BoundedQueue output : outputs) {
            if (takes(stage, output) || makeRoom(stage, output, element, payload, now)) {
                output.tail().set(element);
                append(output, payload, now);
            }
        }
    }

    /** It has a place for an element that has been made: an independent branch only if it may have more. */
    private static boolean takes(Stage stage, BoundedQueue output) {
        return output.isOpen() && (!stage.branchesAreIndependent || output.room() > 0);
    }

    /** What stands in the queue's tail is its newest element. */
    private void append(BoundedQueue output, Buffer payload, long now) {
        output.add(payload, measured ? detailed ? System.nanoTime() : now : 0);
        if (detailed) {
            output.metrics.depth(output.size());
        }
        if (output.isPressureDue()) {
            settlePressure(output, now);
        }
    }

    /** What the policy of a full queue says; false when the new element has been given up. */
    private boolean makeRoom(Stage stage, BoundedQueue output, Element element, Buffer payload, long now) {
        if (output.isClosed()) {
            discard(output, payload);
            return false;
        }
        return switch (output.policy) {
            case BackpressurePolicy.DropOldest _ -> {
                discard(output, output.remove());
                output.consumer.attempts = 0; // it may have been about to try that one again
                yield true;
            }
            case BackpressurePolicy.DropNewest _ -> {
                discard(output, payload);
                yield false;
            }
            case BackpressurePolicy.Fail _ -> {
                overflowed(stage, output, element, payload, now);
                yield false;
            }
            case BackpressurePolicy.BlockProducer _, BackpressurePolicy.RateLimit _ -> {
                if (stage.branchesAreIndependent) {
                    discard(output, payload);
                    yield false;
                }
                throw new IllegalStateException("'" + stage.name + "' ran although " + output.id + " was full");
            }
        };
    }

    /** E0405: the error policy decides, but an element that has been made cannot be made again. */
    private void overflowed(Stage stage, BoundedQueue output, Element element, Buffer payload, long now) {
        errors++;
        var failure = new ReactorFailure.QueueFull(definition.name(), output.id.toString(), output.capacity);
        switch (stage.errorPolicy) {
            case ErrorPolicy.SkipElement _, ErrorPolicy.LogAndContinue _ -> {
                stage.skipped++;
                discard(output, payload);
            }
            case ErrorPolicy.DeadLetter _ -> {
                sendLetter(stage, element, failure, now);
                output.countDrop();
                giveBack(payload);
            }
            case ErrorPolicy.FailFast _, ErrorPolicy.Retry _ -> {
                discard(output, payload);
                cancel(failed(stage, failure));
            }
        }
    }

    /** The element becomes a letter, which the stage has left room for; the element itself is still to be released. */
    private void sendLetter(Stage stage, Element failed, Failure failure, long now) {
        BoundedQueue letters = stage.letters;
        if (letters == null) {
            throw new IllegalStateException("'" + stage.name + "' has no place for dead letters");
        }
        if (letters.isClosed()) {
            letters.countDrop();
            discarded++;
            return;
        }
        Buffer payload;
        try {
            payload = deadLetters.write(stage.name, failure, failed, letters.tail());
        } catch (ResourceException e) {
            discarded++;
            cancel(new CancellationReason.ResourceExhaustion(e.failure()));
            return;
        }
        stage.deadLettered++;
        append(letters, payload, now);
    }

    private void discard(BoundedQueue queue, Buffer payload) {
        queue.countDrop();
        discarded++;
        giveBack(payload);
    }

    private void giveBack(Buffer payload) {
        if (payload.isInTransit()) {
            payload.completeTransfer(host);
        }
        payload.release();
    }

    /** Begins or ends the pressure on a queue if that is due. */
    private void settlePressure(BoundedQueue queue, long now) {
        boolean active = queue.isPressureDue();
        if (!active && !queue.isReliefDue()) {
            return;
        }
        queue.pressure(active, now);
        pressureChanged = true;
        if (active && recorded) {
            queue.metrics.pressureBegins(now);
        } else if (!active) {
            queue.metrics.pressureEnds(now); // at every level: it may have begun at a higher one
        }
        observer.backpressureChanged(definition.id(), queue.id, active, queue.size());
    }

    /** Advises the sources whose outputs have come under pressure or out of it, before they are pulled again. */
    private void tellSources() {
        pressureChanged = false;
        for (Stage stage : stages) {
            if (stage.role != ComponentRole.SOURCE || stage.ended || stage.stopped || stage.isDown) {
                continue;
            }
            boolean pause = false;
            for (BoundedQueue output : stage.outputs) {
                pause |= output.pressure();
            }
            if (pause != stage.toldToPause) {
                stage.toldToPause = pause;
                stage.holdsBack = false;
                try {
                    enterCall(stage, stage.timeout);
                    stage.invoker.notifyBackpressure(pause ? BackpressureSignal.PAUSE : BackpressureSignal.READY);
                    returned(stage, stage.timeout);
                } catch (Throwable t) {
                    finished(stage, t);
                }
            }
        }
    }

    private static CancellationReason failed(Stage stage, Failure failure) {
        return new CancellationReason.DownstreamError(stage.name, failure);
    }

    /**
     * A stage answered an error: its policy decides.
     *
     * @param input where the element is that it could not handle; null when there is none
     * @return whether the burst goes on
     */
    private boolean answered(Stage stage, String call, @Nullable BoundedQueue input, long now) {
        if (hasLostItsReader(stage)) {
            stage.beyondCompletion = true;
            stop(stage);
            return false;
        }
        ProcessError error = stage.invoker.lastError();
        return met(stage, error, stage.failure(call, error), input, now);
    }

    /** A router named a port that it does not have: an error of its own, and none of the others gets the element. */
    private boolean wentAstray(Stage stage, BoundedQueue input, long now) {
        String port = stage.route.unknown();
        if (port == null) {
            throw new IllegalStateException("'" + stage.name + "' named no port that it does not have");
        }
        var failure = new ReactorFailure.UnknownPort(stage.name, port, stage.route.ports());
        return met(stage, new ProcessError(ProcessError.Kind.INTERNAL, failure.message()), failure, input, now);
    }

    private boolean met(Stage stage, ProcessError error, Failure failure, @Nullable BoundedQueue input, long now) {
        countError(stage);
        observer.componentError(
                definition.id(), stage.name, error, input == null ? -1 : input.head().sequence, stage.errorPolicy);
        if (error.isFatal()) {
            stage.beyondCompletion = true;
            replace(stage, failure, input);
            return false;
        }
        boolean goesOn = decided(stage, error, failure, input, now);
        if (error.kind() == ProcessError.Kind.UNAVAILABLE && !stage.stopped && stage.breaker.trips(stage.invocations)) {
            stage.ailing = true;
            stage.restFor(CircuitBreaker.REST.toNanos(), System.nanoTime());
            observer.circuitOpened(
                    definition.id(),
                    stage.name,
                    new ReactorFailure.CircuitOpen(stage.name, stage.breaker.row(), CircuitBreaker.REST));
            return false;
        }
        return goesOn;
    }

    /** What the policy of a stage makes of an error that leaves its component as it was. */
    private boolean decided(Stage stage, ProcessError error, Failure failure, @Nullable BoundedQueue input, long now) {
        return switch (stage.errorPolicy) {
            case ErrorPolicy.FailFast _ -> {
                stop(stage);
                cancel(failed(stage, failure));
                yield false;
            }
            case ErrorPolicy.SkipElement _, ErrorPolicy.LogAndContinue _ -> {
                stage.skipped++;
                if (input != null) {
                    discarded++;
                    consume(stage, input, now);
                }
                yield true;
            }
            case ErrorPolicy.DeadLetter _ -> {
                if (input == null) {
                    stage.skipped++;
                } else {
                    sendItsLetter(stage, input, failure, now);
                }
                yield true;
            }
            case ErrorPolicy.Retry retry -> {
                stage.attempts++;
                if (stage.attempts > retry.maxRetries()) {
                    stop(stage);
                    cancel(failed(stage, new ReactorFailure.RetriesExhausted(stage.name, stage.attempts, error)));
                } else {
                    if (input != null) {
                        stage.staysWith(input);
                    }
                    stage.waitFor(retry.pauseNanos(stage.attempts), System.nanoTime());
                }
                yield false;
            }
        };
    }

    /** The element that a stage was shown goes on as a letter, if that is the stage's policy, and leaves its queue. */
    private void sendItsLetter(Stage stage, BoundedQueue input, Failure failure, long now) {
        if (stage.errorPolicy instanceof ErrorPolicy.DeadLetter) {
            sendLetter(stage, input.head(), failure, now);
            consume(stage, input, now);
        }
    }

    /** That its output leads nowhere is no error of a stage: it is why the flow ends. */
    private boolean hasLostItsReader(Stage stage) {
        return reason.get() instanceof CancellationReason.SinkClosed(var node) && node.equals(stage.name);
    }

    /** A stage gets no more elements. Those on their way to it, and to nobody else, are discarded. */
    private void stop(Stage stage) {
        if (stage.stopped) {
            return;
        }
        stage.stopped = true;
        stage.end();
        discardHeld(stage);
        for (BoundedQueue input : stage.inputs) {
            while (!input.isEmpty()) {
                discard(input, input.remove());
            }
            input.close();
            if (input.producer.outputsClosed()) {
                stop(input.producer);
            }
        }
    }

    private int discardHeld(Stage stage) {
        int count = stage.held.size();
        for (Element element : stage.held) {
            Buffer payload = element.take();
            if (payload != null) {
                discarded++;
                giveBack(payload);
            }
        }
        stage.held.clear();
        return count;
    }

    private void finished(Stage stage, Throwable thrown) {
        finished(stage, thrown, null);
    }

    /**
     * A stage has trapped, was stopped by the watchdog, or met a defect: it is never entered again, its buffers go back.
     *
     * @param input where the element is that it was shown; null when there is none
     */
    private void finished(Stage stage, Throwable thrown, @Nullable BoundedQueue input) {
        Stage late = overrun;
        boolean wasToEnd = interrupted && late == null;
        leaveInterrupted();
        Failure failure;
        if (late != null && late != stage) {
            failure = new ReactorFailure.ComponentTimeout(late.name, late.timeout);
        } else if (thrown instanceof TorvynException e) {
            failure = e.failure();
        } else {
            defect = thrown;
            failure =
                    new ReactorFailure.Internal(definition.name(), "stage '" + stage.name + "' failed with " + thrown);
        }
        stage.finished = true;
        stage.beyondCompletion = true;
        boolean isCancelled = failure.code() == ErrorCode.FLOW_CANCELLED;
        if (!isCancelled) {
            countError(stage);
        }
        Buffer half = place(stage).take();
        if (half != null) {
            giveBack(half);
        }
        closeQuietly(stage);
        boolean isItsOwn = late == null || late == stage;
        if (isItsOwn && thrown instanceof TorvynException && !isCancelled && !wasToEnd) {
            replace(stage, failure, input);
        } else {
            long before = discarded;
            stop(stage);
            if (wasToEnd && isDrainOver(System.nanoTime())) {
                undrained += discarded - before;
            }
            cancel(failed(stage, failure));
        }
    }

    /**
     * A component is finished, or has said that it will not go on. The element that did it goes on as a letter if it may; a
     * fresh instance takes the component's place if it may, and otherwise the flow fails.
     */
    private void replace(Stage stage, Failure failure, @Nullable BoundedQueue input) {
        long now = System.nanoTime();
        long sequence = input == null ? -1 : input.head().sequence;
        boolean isALetter = stage.errorPolicy instanceof ErrorPolicy.DeadLetter;
        if (input != null && isALetter) {
            sendItsLetter(stage, input, failure, now);
        }
        Restarts restarts = stage.initialised ? stage.restarts : null;
        long pause = restarts == null ? Restarts.REFUSED : restarts.grant(now, stage.invocations);
        if (restarts != null) {
            observer.componentFinished(definition.id(), stage.name, failure, sequence, pause != Restarts.REFUSED);
        }
        if (pause == Restarts.REFUSED) {
            stop(stage);
            cancel(failed(stage, failure));
            return;
        }
        if (input != null && !isALetter) {
            stage.lost++;
            lost++;
            consume(stage, input, now);
        }
        if (!stage.finished) { // it has said fatal, and may say good-bye
            tearDown(stage);
            closeQuietly(stage);
        }
        stage.goDown(pause, now);
    }

    private void closeQuietly(Stage stage) {
        try {
            stage.invoker.close();
        } catch (TorvynException e) {
            observer.cleanupFailed(definition.id(), stage.name, e.failure());
        } catch (NativeStage.ReaderGone e) {
            // What it held back cannot be written any more; the flow knows that its reader has gone.
        } catch (RuntimeException e) {
            observer.cleanupFailed(
                    definition.id(),
                    stage.name,
                    new ReactorFailure.Internal(definition.name(), "closing failed with " + e));
        }
        stage.owner.reclaim();
        List<ReclaimedBuffer> taken = stage.owner.reclaimed();
        if (!taken.isEmpty()) {
            observer.reclaimed(definition.id(), stage.name, taken);
        }
    }

    private void startDraining(long now) {
        draining = true;
        drainUntil = now + settings.drainTimeout().toNanos();
        become(FlowState.DRAINING);
        for (Stage stage : stages) {
            if (stage.role == ComponentRole.SOURCE) {
                stage.end();
            } else if (stage.isPaused()) {
                resume(stage, now);
            }
        }
    }

    private void resume(Stage sink, long now) {
        sink.resume();
        for (BoundedQueue input : sink.inputs) {
            settlePressure(input, now);
        }
    }

    /** Ends the pressure before sinks that have paused long enough, and could be asked if there were an element. */
    private boolean letIn(long now) {
        boolean any = false;
        for (Stage stage : stages) {
            if (!stage.ended && stage.isHungry(now)) {
                stage.letIn();
                for (BoundedQueue input : stage.inputs) {
                    settlePressure(input, now);
                }
                any = true;
            }
        }
        if (pressureChanged) {
            tellSources();
        }
        return any;
    }

    /** @return whether there was any: what comes after it may be complete now, or about to be flushed */
    private boolean endWhatIsComplete() {
        boolean any = false;
        for (Stage stage : stages) {
            if (!stage.ended && endsWithItsInputs(stage) && stage.inputsComplete()) {
                stage.end();
                any = true;
            }
        }
        return any;
    }

    /** Sources have none, and an aggregator ends when it has been flushed. */
    private static boolean endsWithItsInputs(Stage stage) {
        return switch (stage.role) {
            case PROCESSOR, FILTER, ROUTER, SINK -> true;
            case SOURCE, AGGREGATOR -> false;
        };
    }

    private boolean allEnded() {
        for (Stage stage : stages) {
            if (!stage.ended) {
                return false;
            }
        }
        return true;
    }

    /** Something that is not ready now may become so before the time for draining is over. */
    private boolean canBeDrained(long now) {
        return nanosToTimer(now) < drainUntil - now || waitsForNativeStage();
    }

    private long nanosToTimer(long now) {
        long shortest = Long.MAX_VALUE;
        for (Stage stage : stages) {
            shortest = Math.min(shortest, stage.nanosToTimer(now));
        }
        return shortest;
    }

    /** Nothing is ready: gives up what others can use, and sleeps until something may be. */
    private void sleep(long now) {
        for (Stage stage : stages) {
            NativeStage nativeStage = stage.nativeStage;
            if (nativeStage != null && !stage.stopped) {
                try {
                    nativeStage.flush();
                } catch (NativeStage.ReaderGone e) {
                    stage.beyondCompletion = true;
                    stop(stage);
                    cancel(new CancellationReason.SinkClosed(stage.name));
                } catch (Throwable t) {
                    finished(stage, t);
                }
            }
        }
        resources.trim();
        publish(now);
        long stagesTimer = nanosToTimer(now);
        if (stagesTimer == Long.MAX_VALUE && !draining && !waitsForNativeStage() && !halt) {
            throw new IllegalStateException("no stage can ever become ready again");
        }
        long end = draining ? drainUntil - now : definition.deadline().nanosLeft(now);
        long timer = Math.min(stagesTimer, end);
        active.leave();
        // No waiting of any other kind may come between this look and parking: it could use up the wake-up.
        if (!woken && !halt && timer > 0) {
            if (timer == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, timer);
            }
        }
        active.enter();
        Thread.interrupted(); // whatever it was meant for is over
    }

    /** Whether another thread may make a stage ready: what feeds a native source, or who reads a native sink. */
    private boolean waitsForNativeStage() {
        for (Stage stage : stages) {
            if (stage.isWokenFromOutside()) {
                return true;
            }
        }
        return false;
    }

    void deadlinePassed(long now) {
        cancel(new CancellationReason.Timeout(Duration.ofNanos(now - runningSince)));
    }

    private void anchorWallClock(long now) {
        Instant wall = Instant.now();
        wallOffset = wall.getEpochSecond() * 1_000_000_000L + wall.getNano() - now;
        wallOffsetAt = now;
    }

    /**
     * A guest is about to be called.
     *
     * @return when, if this is a call that is measured
     */
    private long beginCall(Stage stage) {
        calls += 2;
        stage.invocations++;
        measured = timed;
        timed = detailed;
        return measured ? System.nanoTime() : 0;
    }

    /**
     * The call is over.
     *
     * @return when, if it was measured
     */
    private long endCall(Stage stage, long start) {
        if (!measured) {
            return 0;
        }
        long end = System.nanoTime();
        stage.metrics.processed(end - start);
        return end;
    }

    /** The watchdog looks from here on. */
    private void enterCall(Stage stage, Duration limit) {
        CURRENT.setRelease(this, stage);
        long nanos = limit.toNanos();
        if (limitNanos != nanos) {
            limitNanos = nanos;
        }
        CALLS.setRelease(this, calls | 1);
    }

    private void leaveCall() {
        CALLS.setRelease(this, (calls | 1) + 1);
    }

    /** The call has ended badly, by an interruption perhaps, which must not hit the next one. */
    private void leaveInterrupted() {
        leaveCall();
        overrun = null;
        interrupted = false;
        Thread.interrupted();
    }

    /** The call is over. An interruption that came a moment too late must not hit the next one. */
    private void returned(Stage stage, Duration limit) {
        leaveCall();
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
            if (overrun != null) {
                throw new ReactorException(new ReactorFailure.ComponentTimeout(stage.name, limit));
            }
        }
    }

    /** Ends the flow in order: sinks complete, everything is torn down, every buffer goes back. */
    private void finish() {
        leaveCall();
        finishing = true;
        Thread.interrupted();
        CancellationReason why = reason();
        boolean ran = state == FlowState.RUNNING || state == FlowState.DRAINING;
        if (state == FlowState.RUNNING) {
            become(FlowState.DRAINING);
        }
        long left = undrained;
        for (BoundedQueue queue : queues) {
            left += queue.size();
            while (!queue.isEmpty()) {
                discard(queue, queue.remove());
            }
        }
        for (Stage stage : stages) {
            left += discardHeld(stage);
        }
        if (left > 0 && draining) {
            drainFailure = new ReactorFailure.DrainTimeout(definition.name(), settings.drainTimeout(), left);
        }
        Failure completion = null;
        if (ran) {
            for (Stage stage : stages) {
                if (stage.role == ComponentRole.SINK && !stage.beyondCompletion) {
                    Failure failure = complete(stage);
                    if (completion == null) {
                        completion = failure;
                    } else if (failure != null) {
                        observer.cleanupFailed(definition.id(), stage.name, failure);
                    }
                }
            }
        }
        for (int i = stages.length - 1; i >= 0; i--) {
            tearDown(stages[i]);
        }
        for (Stage stage : stages) {
            if (!stage.finished) {
                closeQuietly(stage);
            }
        }
        FlowReleaseReport leaked = resources.release();
        end(why, completion, leaked);
    }

    /** Why the flow has ended. */
    private CancellationReason reason() {
        CancellationReason why = reason.get();
        if (why == null) {
            throw new IllegalStateException("the flow ended without a reason");
        }
        return why;
    }

    private void endBrokenly(Throwable thrown) {
        FlowReleaseReport leaked = resources.release();
        ended.set(true);
        if (!outcome.isDone()) {
            var failure = new ReactorFailure.Internal(definition.name(), "cleaning up failed with " + thrown);
            state = FlowState.FAILED;
            metrics.state(FlowState.FAILED);
            whenEnded.accept(this);
            outcome.complete(outcome(FlowState.FAILED, reason(), failure, leaked, System.nanoTime()));
            started.complete(false);
        }
    }

    private @Nullable Failure complete(Stage stage) {
        Failure failure = null;
        try {
            enterCall(stage, stage.timeout);
            ProcessError error = stage.invoker.complete();
            returned(stage, stage.timeout);
            if (error != null && !hasLostItsReader(stage)) {
                failure = new ReactorFailure.ComponentError(stage.name, "complete", error);
            }
        } catch (NativeStage.ReaderGone e) {
            leaveCall();
        } catch (Throwable t) {
            leaveInterrupted();
            stage.finished = true;
            failure = t instanceof TorvynException e
                    ? e.failure()
                    : new ReactorFailure.Internal(definition.name(), "stage '" + stage.name + "' failed with " + t);
            closeQuietly(stage);
        }
        if (failure != null) {
            stage.errors++;
            errors++;
        }
        return failure;
    }

    private void tearDown(Stage stage) {
        if (!stage.initialised || stage.finished) {
            return;
        }
        try {
            enterCall(stage, settings.teardownTimeout());
            stage.invoker.teardown();
            returned(stage, settings.teardownTimeout());
        } catch (NativeStage.ReaderGone e) {
            leaveCall();
        } catch (Throwable t) {
            leaveInterrupted();
            observer.cleanupFailed(
                    definition.id(),
                    stage.name,
                    t instanceof TorvynException e
                            ? e.failure()
                            : new ReactorFailure.Internal(definition.name(), "teardown failed with " + t));
        }
    }

    private void end(CancellationReason why, @Nullable Failure completion, FlowReleaseReport leaked) {
        FlowState last = why.terminalState();
        Failure failure = failureOf(why);
        if (last == FlowState.COMPLETED) {
            failure = completion != null ? completion : drainFailure;
            last = failure == null ? FlowState.COMPLETED : FlowState.FAILED;
        } else {
            for (Failure lesser : new @Nullable Failure[] {completion, drainFailure}) {
                if (lesser != null) {
                    observer.cleanupFailed(definition.id(), definition.name(), lesser);
                }
            }
        }
        FlowState before = state;
        if (before == FlowState.VALIDATED || before == FlowState.INSTANTIATED) {
            last = last == FlowState.COMPLETED ? FlowState.CANCELLED : last;
        }
        long now = System.nanoTime();
        for (BoundedQueue queue : queues) {
            queue.end(now);
            queue.metrics.pressureEnds(now);
        }
        publish(now);
        if (!claimTheEnd()) {
            return; // the watchdog has not waited for us
        }
        become(last);
        tell(outcome(last, why, failure, leaked, now));
    }

    private FlowOutcome outcome(
            FlowState last, CancellationReason why, @Nullable Failure failure, FlowReleaseReport leaked, long now) {
        return new FlowOutcome(
                definition.id(),
                definition.name(),
                last,
                why,
                last == FlowState.FAILED ? Optional.ofNullable(failure) : Optional.empty(),
                Duration.ofNanos(now - createdAt),
                nextSequence,
                elements,
                errors,
                deadLettered,
                lost,
                discarded + unwritten(),
                resources.ledger().snapshot(),
                Arrays.stream(stages).map(Stage::report).toList(),
                Arrays.stream(queues).map(queue -> queue.report(now)).toList(),
                leaked);
    }

    /** What native sinks have taken and not passed on; lost, now that the flow is over. */
    private long unwritten() {
        long sum = 0;
        for (Stage stage : stages) {
            NativeStage nativeStage = stage.nativeStage;
            sum += nativeStage == null ? 0 : nativeStage.unwritten();
        }
        return sum;
    }

    /** Whoever gets true says how the flow ended: its own thread, or the one that gave up waiting for it. */
    private boolean claimTheEnd() {
        return ended.compareAndSet(false, true);
    }

    private void tell(FlowOutcome result) {
        whenEnded.accept(this);
        try {
            observer.ended(result);
        } finally {
            outcome.complete(result);
            started.complete(false);
        }
    }

    private @Nullable Failure failureOf(CancellationReason why) {
        return switch (why) {
            case CancellationReason.DownstreamError(var _, var failure) -> failure;
            case CancellationReason.ResourceExhaustion(var failure) -> failure;
            case CancellationReason.Timeout(var elapsed) ->
                new ReactorFailure.DeadlineExceeded(
                        definition.name(), definition.deadline().duration().orElse(elapsed), elapsed);
            case CancellationReason.OperatorRequest(var detail) ->
                new ReactorFailure.FlowCancelled(definition.name(), detail);
            case CancellationReason.SourceComplete _,
                    CancellationReason.LimitReached _,
                    CancellationReason.TimeReached _,
                    CancellationReason.SinkClosed _ -> null;
        };
    }

    private void become(FlowState next) {
        state = state.to(next);
        metrics.state(next);
        observer.stateChanged(definition.id(), next);
    }

    private void wakeUp() {
        woken = true;
        Thread t = thread;
        if (t != null) {
            LockSupport.unpark(t);
        }
    }

    /**
     * Has the flow end. The first reason wins.
     *
     * @return whether this was the first
     */
    boolean cancel(CancellationReason why) {
        if (!reason.compareAndSet(null, why)) {
            return false;
        }
        cancelledAt = System.nanoTime();
        cancelledCall = isCurrentThread() ? 0 : calls();
        cancelled = true;
        halt = true;
        wakeUp();
        return true;
    }

    FlowDefinition definition() {
        return definition;
    }

    void priority(FlowPriority other) {
        priority = other;
    }

    FlowState state() {
        return state;
    }

    CompletableFuture<FlowOutcome> outcome() {
        return outcome;
    }

    /** Completes with whether the flow has come to run. */
    CompletableFuture<Boolean> started() {
        return started;
    }

    Optional<Throwable> defect() {
        return Optional.ofNullable(defect);
    }

    FlowStatus status() {
        long now = System.nanoTime();
        return new FlowStatus(
                definition.id(),
                definition.name(),
                state,
                Duration.ofNanos(now - createdAt),
                nextSequence,
                elements,
                errors,
                Arrays.stream(stages).map(Stage::report).toList(),
                Arrays.stream(queues).map(queue -> queue.report(now)).toList());
    }

    /** Counts the calls; odd while the flow is inside one. */
    long calls() {
        return (long) CALLS.getAcquire(this);
    }

    /** How long the call under way may take; 0 for ever. */
    long limitNanos() {
        return limitNanos;
    }

    /** Whether the flow has been asked to end, and how long ago. */
    long nanosSinceCancelled(long now) {
        return cancelled ? now - cancelledAt : -1;
    }

    /** Whether that call, which is under way, was so when another thread asked the flow to end. */
    boolean wasCancelledIn(long call) {
        return cancelled && call == cancelledCall;
    }

    boolean isDrainOver(long now) {
        return draining && now - drainUntil >= 0;
    }

    boolean isFinishing() {
        return finishing;
    }

    /** The call under way is a guest's: what it waits in, if it waits, is a function of the host. */
    boolean isInGuest() {
        Stage stage = current;
        return stage != null && stage.nativeStage == null;
    }

    boolean isDeadlineOver(long now) {
        return !draining && state == FlowState.RUNNING && definition.deadline().nanosLeft(now) <= 0;
    }

    /** Has it leave its burst. */
    void halt() {
        halt = true;
    }

    boolean isCurrentThread() {
        return Thread.currentThread().equals(thread);
    }

    Thread.@Nullable State threadState() {
        Thread t = thread;
        return t == null ? null : t.getState();
    }

    StackTraceElement[] stackTrace() {
        Thread t = thread;
        return t == null ? new StackTraceElement[0] : t.getStackTrace();
    }

    /** Stops the call under way, because it has taken longer than its limit or because the flow has to end. */
    void interrupt(boolean tookTooLong) {
        Stage stage = current;
        Thread t = thread;
        if (stage == null || t == null) {
            return;
        }
        if (tookTooLong) {
            stage.invoker.timingOut(Duration.ofNanos(limitNanos));
            overrun = stage;
        } else {
            stage.invoker.cancelling();
        }
        interrupted = true;
        t.interrupt();
    }

    /** The call under way cannot be stopped: the flow is declared over without it. */
    void abandon() {
        Stage stage = current;
        String node = stage == null ? definition.name() : stage.name;
        var stuck = new ReactorFailure.Internal(
                definition.name(),
                "'" + node + "' neither returned nor could be interrupted; its thread was left behind");
        cancel(new CancellationReason.DownstreamError(node, stuck));
        if (!claimTheEnd()) {
            return;
        }
        CancellationReason why = reason();
        Failure failure = why.terminalState() == FlowState.FAILED ? failureOf(why) : stuck;
        state = FlowState.FAILED;
        metrics.state(FlowState.FAILED);
        for (BoundedQueue queue : queues) {
            discarded += queue.size(); // nobody comes back for them
        }
        tell(outcome(FlowState.FAILED, why, failure, new FlowReleaseReport(List.of()), System.nanoTime()));
    }
}
