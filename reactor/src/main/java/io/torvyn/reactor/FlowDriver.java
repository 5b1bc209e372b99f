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
import java.util.ArrayList;
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
     * Nobody reads a clock around a call: Calls says how the watchdog sees one that takes too long.
     */
    static final long QUANTUM_NANOS = 100_000;
    private static final long PUBLISHING_PERIOD_NANOS = 10_000_000;
    private static final CopyReason[] COPY_REASONS = CopyReason.values();
    private static final long LONGEST_WITHOUT_YIELD_NANOS = 5_000_000;
    /** Faster stages than this share one clock reading between the elements of a burst. */
    private static final long COARSE_STAMP_NANOS = 1_000;

    private static final VarHandle HALT;

    static {
        try {
            HALT = MethodHandles.lookup().findVarHandle(FlowDriver.class, "halt", boolean.class);
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

    /** Those of the flow's own thread. */
    private final Calls calls = new Calls();

    private final Calls[] allCalls;

    private volatile long drainUntil;
    private volatile boolean cancelled;
    private volatile long cancelledAt;
    private volatile boolean draining;
    /** Nothing but the last calls of each stage is left: {@code complete} and {@code teardown}. */
    private volatile boolean finishing;

    private long runningSince;
    private long wallOffset;
    private long wallOffsetAt;
    private final Quota quota;
    private final long limit;
    private long nextSequence;
    private long elements;
    private long errors;
    private long discarded;
    private long deadLettered;
    private long lost;
    /** Discarded with a stage whose call outlasted the draining. */
    private long undrained;

    /** In calls by other threads, in this flow's turn. */
    private long worked;

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
        this.quota = new Quota(settings.limit().orElse(Long.MAX_VALUE));
        this.limit = settings.limit().orElse(Long.MAX_VALUE);
        var threads = new ArrayList<Calls>(List.of(calls));
        for (Stage stage : stages) {
            stage.quota = quota;
        }
        for (StageDefinition stage : definition.stages()) {
            if (stage.parallel()) {
                Stage parallel = topology.stage(stage.name());
                var workers = new Workers(
                        parallel, stage.instances(), definition.name() + "/" + stage.name(), active, this::wakeUpOnce);
                parallel.employ(workers);
                for (Worker worker : workers.all()) {
                    threads.add(worker.calls);
                }
            }
        }
        this.allCalls = threads.toArray(Calls[]::new);
    }

    /** The whole life of the flow, from {@code init} to the last buffer given back. */
    @Override
    public void run() {
        thread = Thread.currentThread();
        calls.begin();
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
            for (int i = 0; i < stage.instances(); i++) {
                stage.turnTo(i);
                boolean well = initialise(stage);
                stage.settle();
                if (!well) {
                    return false;
                }
            }
        }
        return reason.get() == null;
    }

    private boolean initialise(Stage stage) {
        ProcessError error;
        try {
            calls.enter(stage, settings.initTimeout());
            error = stage.invoker.init(stage.config);
            calls.returned(stage, settings.initTimeout());
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
        return true;
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
        if (limit == 0) {
            limitReached();
        }
        while (true) {
            if (halt) { // a volatile store costs ten times what looking costs
                halt = false;
            }
            CancellationReason stop = reason.get();
            if (stop != null) {
                if (ended.get()) { // somebody has not waited for it
                    return;
                }
                if (!draining) {
                    startDraining(now);
                }
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
            if (sinceYield >= priority.elementsPerYield() || now - turnAt + worked >= QUANTUM_NANOS) {
                boolean crowded = active.areMoreThanProcessors();
                if (crowded || now - yieldedAt >= LONGEST_WITHOUT_YIELD_NANOS) {
                    if (crowded) {
                        giveWay(now - turnAt + worked);
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
                worked = 0;
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
        if (ailing && stage.isDown) {
            boolean up = isUpAgain(stage);
            stage.settle();
            if (!up) {
                return 0;
            }
        }
        int most = ailing ? 1 : Math.min(scheduler.burst(), priority.elementsPerYield());
        int limit = Math.clamp(QUANTUM_NANOS / Math.max(1, stage.nanosPerElement), 1, most);
        long before = stage.invocations;
        Workers workers = stage.workers;
        if (workers != null) {
            takeOver(stage, workers, most, now);
            if (ailing) {
                lookAfter(stage);
            }
            handOver(stage, workers);
            return (int) (stage.invocations - before);
        }
        boolean answered = false;
        try {
            calls.enter(stage, stage.timeout);
            switch (stage.role) {
                case SOURCE -> pull(stage, Math.min(limit, stage.room()), now);
                case PROCESSOR -> process(stage, Math.min(limit, stage.room()), now);
                case FILTER -> evaluate(stage, Math.min(limit, stage.room()), now);
                case ROUTER -> route(stage, Math.min(limit, stage.room()), now);
                case AGGREGATOR -> aggregate(stage, Math.min(limit, stage.room()), now);
                case SINK -> push(stage, Math.min(limit, stage.room()), now);
            }
            answered = true;
            calls.returned(stage, stage.timeout);
        } catch (NativeStage.ReaderGone e) {
            calls.leave();
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

    /** Meets what the threads of a stage have brought, in the order of the elements, until one of them ends the run. */
    private void takeOver(Stage stage, Workers workers, int most, long now) {
        if (stage.stopped) {
            discardInHand(stage, workers, now);
            return;
        }
        if (stage.isToFlush(workers)) {
            flushOnce(stage, most, now);
            return;
        }
        for (int i = 0; i < most && goesOn() && workers.hasOutcome(); i++) {
            Task task = workers.take();
            if (!met(stage, workers, task, now)) {
                return;
            }
        }
    }

    /** The calls for elements are over, and nobody is in the instance: the flow's thread flushes it. */
    private void flushOnce(Stage stage, int most, long now) {
        try {
            calls.enter(stage, stage.timeout);
            flush(stage, Math.min(most, stage.room()), now);
            calls.returned(stage, stage.timeout);
        } catch (Throwable t) {
            finished(stage, t);
        }
        stage.settle();
    }

    /**
     * What follows from a call that another thread has made is what follows from one of the driver's own.
     *
     * @return whether those behind it may be met
     */
    private boolean met(Stage stage, Workers workers, Task task, long now) {
        boolean ended = workers.endsTheRun(task);
        Worker worker = task.worker;
        if (worker == null) {
            throw new IllegalStateException("nobody has made a call of '" + stage.name + "' that is over");
        }
        stage.turnTo(worker);
        stage.invocations++;
        stage.workedNanos += task.nanos;
        worked += task.nanos;
        measured = timed;
        timed = detailed;
        if (measured) {
            stage.metrics.processed(task.nanos);
        }
        if (ended) {
            workers.withhold();
            worker.decided = true;
        }
        BoundedQueue input = task.input;
        long removed = input == null ? 0 : input.removed();
        boolean goesOn = brought(stage, task, now);
        if (input == null) {
            settlePulls(stage, workers, task);
        } else if (input.removed() == removed) {
            if (stage.stopped) {
                discard(input, input.remove());
            } else {
                workers.putBack(task);
            }
        }
        stage.settle();
        return goesOn;
    }

    private boolean brought(Stage stage, Task task, long now) {
        Throwable thrown = task.thrown;
        BoundedQueue input = task.input;
        if (thrown != null) {
            Buffer half = task.out.take();
            if (half != null) {
                giveBack(half);
            }
            finished(stage, thrown, input, task.tookTooLong ? stage : null, task.wasToEnd);
            return false;
        }
        ComponentInvoker.Outcome outcome = task.outcome;
        if (outcome == null) {
            throw new IllegalStateException("a call of '" + stage.name + "' has brought nothing");
        }
        stage.taken(task.error);
        Element out = apart;
        if (outcome == ComponentInvoker.Outcome.EMITTED) {
            out = stage.stopped ? apart : place(stage);
            out.set(task.out);
            task.out.payload = null;
        }
        if (input == null) {
            return pulled(stage, out, outcome, wallOffset + task.endedAt, now);
        }
        Element in = input.head();
        return switch (stage.role) {
            case PROCESSOR -> processed(stage, input, in, out, outcome, now);
            case FILTER -> evaluated(stage, input, in, outcome, now);
            case ROUTER -> routed(stage, input, in, task.route, outcome, now);
            case AGGREGATOR -> ingested(stage, input, out, outcome, now);
            case SINK -> {
                if (measured && outcome != ComponentInvoker.Outcome.ERROR) {
                    metrics.latency(Math.max(0, wallOffset + task.endedAt - in.timestampNanos));
                }
                yield pushed(stage, input, outcome, now);
            }
            case SOURCE -> throw unexpected(stage, outcome);
        };
    }

    /** After a pull: what was asked for and did not come may be asked of others, and what had to wait for it is done. */
    private void settlePulls(Stage stage, Workers workers, Task task) {
        if (task.outcome != ComponentInvoker.Outcome.EMITTED) {
            quota.giveBack(1);
            quota.giveBack(workers.forgetPulls());
        }
        if (workers.inHand() == 0) {
            if (stage.untold) {
                stage.untold = false;
                pressureChanged = true;
            }
            if (stage.ending && !stage.ended) {
                stage.end();
            }
        }
    }

    /** Gives the threads of a stage as many calls as there is room for what they bring. */
    private void handOver(Stage stage, Workers workers) {
        if (stage.stopped || stage.isDown || stage.isWaiting(System.nanoTime())) {
            return;
        }
        int more =
                stage.ailing ? Math.min(1 - workers.inHand(), stage.mayBeHanded(workers)) : stage.mayBeHanded(workers);
        for (int i = 0; i < more; i++) {
            if (stage.role == ComponentRole.SOURCE) {
                quota.take();
                workers.assignPull();
            } else {
                BoundedQueue input = stage.nextToHand();
                shown(input, input.lent());
                workers.assign(input);
            }
        }
        workers.hand(stage.ailing ? 1 : Integer.MAX_VALUE);
    }

    /** Of a stage that is called no more: gives up what its threads had in hand. None of them is in a call. */
    private void discardInHand(Stage stage, Workers workers, long now) {
        while (workers.inHand() > 0) {
            boolean done = workers.hasOutcome();
            Task task = workers.take();
            BoundedQueue input = task.input;
            long removed = input == null ? 0 : input.removed();
            if (done) {
                broughtInVain(stage, task, now);
            }
            if (input == null) {
                if (task.outcome != ComponentInvoker.Outcome.EMITTED) {
                    quota.giveBack(1);
                }
            } else if (input.removed() == removed) {
                discard(input, input.remove());
            }
        }
        discardQueued(stage);
    }

    private void broughtInVain(Stage stage, Task task, long now) {
        Worker worker = task.worker;
        if (worker != null) {
            stage.turnTo(worker);
        }
        stage.invocations++;
        stage.workedNanos += task.nanos;
        if (task.outcome == ComponentInvoker.Outcome.ERROR || task.outcome == ComponentInvoker.Outcome.UNKNOWN_PORT) {
            countError(stage);
        } else {
            brought(stage, task, now);
        }
        stage.settle();
    }

    /** Makes the stage that is down a fresh instance, and initialises it. The watchdog looks at both. */
    private boolean isUpAgain(Stage stage) {
        Restarts restarts = stage.restarts;
        if (restarts == null) {
            throw new IllegalStateException("'" + stage.name + "' is down, and has nothing to come up with");
        }
        ProcessError error;
        try {
            calls.enter(stage, Duration.ZERO); // an instantiation has its own limit
            ComponentInvoker fresh = restarts.instance(stage.owner);
            calls.leave();
            stage.invoker = fresh;
            stage.comeUp();
            calls.enter(stage, settings.initTimeout());
            error = fresh.init(stage.config);
            calls.returned(stage, settings.initTimeout());
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
            if (i > 0 && (pressureChanged || stage.isLaden() || !stage.hasSomethingToGive() || quota.left() == 0)) {
                return;
            }
            Element out = place(stage);
            long start = beginCall(stage);
            ComponentInvoker.Outcome outcome = stage.invoker.pull(out);
            endCall(stage, start);
            if (outcome == ComponentInvoker.Outcome.EMITTED) {
                quota.take();
            }
            if (!pulled(stage, out, outcome, coarse ? timestamp : 0, now)) {
                return;
            }
        }
    }

    /**
     * @param timestamp 0 when the clock is to be asked
     * @return whether the burst goes on, as with all that follows
     */
    private boolean pulled(Stage stage, Element out, ComponentInvoker.Outcome outcome, long timestamp, long now) {
        return switch (outcome) {
            case EMITTED -> {
                out.sequence = nextSequence++;
                out.timestampNanos = timestamp != 0 ? timestamp : wallOffset + System.nanoTime();
                stage.attempts = 0;
                emit(stage, out, now);
                if (nextSequence == limit) {
                    limitReached();
                    yield false;
                }
                yield true;
            }
            case NOTHING -> {
                if (stage.toldToPause) {
                    stage.holdsBack = true;
                } else {
                    stage.end();
                }
                yield false;
            }
            case ERROR -> answered(stage, "pull", null, now);
            case PASSED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
        };
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
            if (!processed(stage, input, in, out, outcome, now)) {
                return;
            }
        }
    }

    private boolean processed(
            Stage stage, BoundedQueue input, Element in, Element out, ComponentInvoker.Outcome outcome, long now) {
        return switch (outcome) {
            case EMITTED -> {
                out.sequence = in.sequence;
                out.timestampNanos = in.timestampNanos;
                consume(stage, input, now);
                emit(stage, out, now);
                yield true;
            }
            case NOTHING -> {
                stage.dropped++;
                elements++;
                consume(stage, input, now);
                yield true;
            }
            case ERROR -> answered(stage, "process", input, now);
            case PASSED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
        };
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
            if (!evaluated(stage, input, in, outcome, now)) {
                return;
            }
        }
    }

    private boolean evaluated(Stage stage, BoundedQueue input, Element in, ComponentInvoker.Outcome outcome, long now) {
        return switch (outcome) {
            case PASSED -> {
                stage.emitted++;
                forward(stage, in, stage.outputs, now);
                consume(stage, input, now);
                yield true;
            }
            case NOTHING -> {
                stage.dropped++;
                elements++;
                consume(stage, input, now);
                yield true;
            }
            case ERROR -> answered(stage, "evaluate", input, now);
            case EMITTED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
        };
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
            if (!routed(stage, input, in, route, outcome, now)) {
                return;
            }
        }
    }

    private boolean routed(
            Stage stage, BoundedQueue input, Element in, Route route, ComponentInvoker.Outcome outcome, long now) {
        return switch (outcome) {
            case PASSED -> {
                stage.emitted++;
                for (int port = 0; port < route.size(); port++) {
                    forward(stage, in, stage.ports[route.port(port)], now);
                }
                consume(stage, input, now);
                yield true;
            }
            case NOTHING -> {
                stage.dropped++;
                elements++;
                consume(stage, input, now);
                yield true;
            }
            case UNKNOWN_PORT -> wentAstray(stage, route, input, now);
            case ERROR -> answered(stage, "route", input, now);
            case EMITTED, READY, PAUSE -> throw unexpected(stage, outcome);
        };
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
            if (!ingested(stage, input, out, outcome, now)) {
                return;
            }
        }
    }

    private boolean ingested(Stage stage, BoundedQueue input, Element out, ComponentInvoker.Outcome outcome, long now) {
        return switch (outcome) {
            case EMITTED -> {
                number(stage, out, now);
                consume(stage, input, now);
                emit(stage, out, now);
                yield true;
            }
            case NOTHING -> {
                elements++;
                consume(stage, input, now);
                yield true;
            }
            case ERROR -> answered(stage, "ingest", input, now);
            case PASSED, UNKNOWN_PORT, READY, PAUSE -> throw unexpected(stage, outcome);
        };
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
            if (!pushed(stage, input, outcome, now)) {
                return;
            }
        }
    }

    private boolean pushed(Stage stage, BoundedQueue input, ComponentInvoker.Outcome outcome, long now) {
        return switch (outcome) {
            case READY -> {
                delivered(input);
                consume(stage, input, now);
                if (stage.isPaused()) {
                    resume(stage, now);
                }
                yield true;
            }
            case PAUSE -> {
                delivered(input);
                consume(stage, input, now);
                if (draining) {
                    yield true;
                }
                stage.pause(now);
                for (BoundedQueue paused : stage.inputs) {
                    settlePressure(paused, now);
                }
                yield false;
            }
            case ERROR -> answered(stage, "push", input, now);
            case EMITTED, NOTHING, PASSED, UNKNOWN_PORT -> throw unexpected(stage, outcome);
        };
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
        return received(input.head());
    }

    /** The same for one that so many others stand before. */
    private void shown(BoundedQueue input, int before) {
        received(input.at(before));
    }

    private Element received(Element in) {
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
        return output.isOpen() && !stage.stopped && (!stage.branchesAreIndependent || output.room() > 0);
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
        if (output.isClosed() || stage.stopped) {
            discard(output, payload);
            return false;
        }
        return switch (output.policy) {
            case BackpressurePolicy.DropOldest _ -> {
                boolean oneWaits = output.waiting() > 0; // those that are in a call do not
                discard(output, oneWaits ? output.removeWaiting() : payload);
                if (output.lent() == 0) {
                    output.consumer.attempts = 0; // it may have been about to try that one again
                }
                yield oneWaits;
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
            Workers workers = stage.workers;
            if (workers != null) {
                stage.untold = pause != stage.toldToPause && isInCall(workers);
            }
            if (pause != stage.toldToPause && !stage.untold) {
                stage.toldToPause = pause;
                stage.holdsBack = false;
                try {
                    calls.enter(stage, stage.timeout);
                    stage.invoker.notifyBackpressure(pause ? BackpressureSignal.PAUSE : BackpressureSignal.READY);
                    calls.returned(stage, stage.timeout);
                } catch (Throwable t) {
                    finished(stage, t);
                }
            }
        }
    }

    /** Takes the pulls back that nobody has begun, and says whether one is under way still, or over and not taken over. */
    private boolean isInCall(Workers workers) {
        quota.giveBack(workers.forgetPulls());
        return workers.inHand() > 0;
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
        ProcessError error = stage.lastError();
        return met(stage, error, stage.failure(call, error), input, now);
    }

    /** A router named a port that it does not have: an error of its own, and none of the others gets the element. */
    private boolean wentAstray(Stage stage, Route route, BoundedQueue input, long now) {
        String port = route.unknown();
        if (port == null) {
            throw new IllegalStateException("'" + stage.name + "' named no port that it does not have");
        }
        var failure = new ReactorFailure.UnknownPort(stage.name, port, route.ports());
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
        Workers workers = stage.workers;
        if (workers == null) {
            discardQueued(stage);
        } else {
            workers.withhold();
            if (workers.inHand() == 0) { // else when its threads rest
                discardQueued(stage);
            }
        }
        for (BoundedQueue input : stage.inputs) {
            input.close();
            if (input.producer.outputsClosed()) {
                stop(input.producer);
            }
        }
    }

    private void discardQueued(Stage stage) {
        for (BoundedQueue input : stage.inputs) {
            while (!input.isEmpty()) {
                discard(input, input.remove());
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
        Stage late = calls.overrun();
        boolean wasToEnd = calls.isInterrupted() && late == null;
        calls.leaveInterrupted();
        finished(stage, thrown, input, late, wasToEnd);
    }

    /**
     * @param late whose call took too long, if one did
     * @param wasToEnd the call was stopped because the flow has to end
     */
    private void finished(
            Stage stage, Throwable thrown, @Nullable BoundedQueue input, @Nullable Stage late, boolean wasToEnd) {
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
        if (isItsOwn && thrown instanceof TorvynException && !isCancelled && !wasToEnd && !stage.stopped) {
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
                Workers workers = stage.workers;
                stage.ending = workers != null && isInCall(workers);
                if (!stage.ending) {
                    stage.end();
                }
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
            Workers workers = stage.workers;
            if (!stage.ended || (workers != null && workers.inHand() > 0)) {
                return false;
            }
        }
        return true;
    }

    /** Something that is not ready now may become so before the time for draining is over. */
    private boolean canBeDrained(long now) {
        return nanosToTimer(now) < drainUntil - now || waitsForNativeStage() || areWorkersAtWork();
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
        boolean atWork = areWorkersAtWork();
        if (!atWork) {
            resources.trim();
        }
        publish(now);
        long stagesTimer = nanosToTimer(now);
        if (stagesTimer == Long.MAX_VALUE && !draining && !atWork && !waitsForNativeStage() && !halt) {
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

    private boolean areWorkersAtWork() {
        for (Stage stage : stages) {
            Workers workers = stage.workers;
            if (workers != null && workers.areAtWork()) {
                return true;
            }
        }
        return false;
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
        calls.next();
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

    /** Ends the flow in order: sinks complete, everything is torn down, every buffer goes back. */
    private void finish() {
        calls.leave();
        long left = undrained + giveUpInHand();
        finishing = true;
        Thread.interrupted();
        CancellationReason why = reason();
        boolean ran = state == FlowState.RUNNING || state == FlowState.DRAINING;
        if (state == FlowState.RUNNING) {
            become(FlowState.DRAINING);
        }
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
            for (int instance = 0; instance < stages[i].instances(); instance++) {
                stages[i].turnTo(instance);
                tearDown(stages[i]);
            }
        }
        for (Stage stage : stages) {
            for (int instance = 0; instance < stage.instances(); instance++) {
                stage.turnTo(instance);
                if (!stage.finished) {
                    closeQuietly(stage);
                }
            }
        }
        FlowReleaseReport leaked = resources.release();
        end(why, completion, leaked);
    }

    /**
     * Has the threads of all stages end, after the calls that are under way: the watchdog sees to it that they are over. What
     * they have brought counts; what they have not begun is discarded.
     *
     * @return how many elements were discarded
     */
    private long giveUpInHand() {
        for (Stage stage : stages) {
            Workers workers = stage.workers;
            if (workers != null) {
                workers.withhold();
            }
        }
        if (!draining && areWorkersAtWork()) {
            drainUntil = System.nanoTime();
            draining = true;
        }
        long before = discarded;
        for (Stage stage : stages) {
            Workers workers = stage.workers;
            if (workers == null) {
                continue;
            }
            woken = false;
            while (!workers.areAtRest()) {
                LockSupport.park(this);
                Thread.interrupted();
                woken = false;
            }
            workers.dismiss();
            long now = System.nanoTime();
            while (!stage.stopped && workers.hasOutcome() && met(stage, workers, workers.take(), now)) {
                // what has been done is done
            }
            stop(stage);
            discardInHand(stage, workers, now);
        }
        return discarded - before;
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
            calls.enter(stage, stage.timeout);
            ProcessError error = stage.invoker.complete();
            calls.returned(stage, stage.timeout);
            if (error != null && !hasLostItsReader(stage)) {
                failure = new ReactorFailure.ComponentError(stage.name, "complete", error);
            }
        } catch (NativeStage.ReaderGone e) {
            calls.leave();
        } catch (Throwable t) {
            calls.leaveInterrupted();
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
            calls.enter(stage, settings.teardownTimeout());
            stage.invoker.teardown();
            calls.returned(stage, settings.teardownTimeout());
        } catch (NativeStage.ReaderGone e) {
            calls.leave();
        } catch (Throwable t) {
            calls.leaveInterrupted();
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

    /** The same for those who do so often: nothing happens while it is known that somebody has. */
    private void wakeUpOnce() {
        if (!woken) {
            wakeUp();
        }
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
        if (!isCurrentThread()) {
            for (Calls each : allCalls) {
                each.cancelled();
            }
        }
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

    /** Of each thread that calls stages of the flow. */
    Calls[] calls() {
        return allCalls;
    }

    /** Whether the flow has been asked to end, and how long ago. */
    long nanosSinceCancelled(long now) {
        return cancelled ? now - cancelledAt : -1;
    }

    boolean isDrainOver(long now) {
        return draining && now - drainUntil >= 0;
    }

    boolean isFinishing() {
        return finishing;
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

    /** The stage whose call is under way; the flow where none is. For other threads. */
    private String whoIsCalled() {
        for (Calls each : allCalls) {
            Stage stage = each.stage();
            if (each.isInside() && stage != null) {
                return stage.name;
            }
        }
        return definition.name();
    }

    /** The call under way cannot be stopped: the flow is declared over without it. */
    void abandon() {
        String node = whoIsCalled();
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
