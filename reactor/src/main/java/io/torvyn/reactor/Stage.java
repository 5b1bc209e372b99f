package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.observability.ComponentMetrics;
import io.torvyn.resources.BufferOwner;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Failure;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage at work: what it is joined to, whether it may run, and what it has done. Owned by the flow's thread; counters
 * may be read from elsewhere and may be a moment old there.
 */
final class Stage {
    static final long FIRST_PAUSE_NANOS = Duration.ofMillis(10).toNanos();
    static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(160).toNanos();
    private static final BoundedQueue[] NONE = {};

    final String name;
    final ComponentRole role;
    /** Another one after a restart; with several instances, the one that the driver deals with. */
    ComponentInvoker invoker;

    BufferOwner owner;
    /** Its own threads; null when the flow's thread calls it. */
    @Nullable
    Workers workers;

    private @Nullable Worker worker;
    private @Nullable ProcessError takenError;
    final String config;
    final ErrorPolicy errorPolicy;
    final int priority;
    /** What one branch cannot take, others may. */
    final boolean branchesAreIndependent;

    final Duration timeout;
    /** The same object as the invoker, when it is native. */
    final @Nullable NativeStage nativeStage;

    final ComponentMetrics metrics;

    BoundedQueue[] inputs = NONE;
    BoundedQueue[] outputs = NONE;
    /** Its one input when it has one; so for the output. Most stages have, and are spared the loops. */
    @Nullable
    BoundedQueue onlyInput;

    @Nullable
    BoundedQueue onlyOutput;

    /** Where its dead letters go; null when its error policy knows none. */
    @Nullable
    BoundedQueue letters;

    /** The most that one call can bring about. */
    private int lettersPerCall;

    /** Of a router: where it can send an element, and where it sends the one it was asked about last. */
    Route route = new Route(List.of());

    /** Of a router: the queues behind each port, as {@link #route} numbers them. */
    BoundedQueue[][] ports = {};

    /** Of an aggregator: it has been flushed, and this is what it held that is still to go out. */
    final ArrayDeque<Element> held = new ArrayDeque<>();

    boolean flushed;

    private int turn;
    /** What the sources of the flow may still be asked for. */
    Quota quota = new Quota(Long.MAX_VALUE);

    /** It has nothing more to do: a source has ended, or everything before this stage has. */
    boolean ended;
    /** A source whose threads are to finish their calls, and which has ended then. */
    boolean ending;
    /** A source that has to hear of pressure before it is pulled again, as soon as its thread rests. */
    boolean untold;
    /** It gets no more elements, because of an error; {@code complete} and {@code teardown} are still due. */
    boolean stopped;
    /** It is never entered again. */
    boolean finished;
    /** It said that it will never work again, or nobody reads what it writes: no {@code complete}. */
    boolean beyondCompletion;

    boolean initialised;
    /** Its instance is finished, and another one is to be made before the next call. */
    boolean isDown;
    /** It is down, or its circuit is open: something has to be done before it is called, or after. */
    boolean ailing;
    /** Null when it is not restarted. */
    final @Nullable Restarts restarts;

    final CircuitBreaker breaker = new CircuitBreaker();

    private boolean waiting;
    /** A sink that has asked for it. */
    private boolean isPaused;

    private long waitUntil;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    int attempts;
    /** What a source has been told last about pressure. */
    boolean toldToPause;
    /** It answered that it has nothing after it was told to pause: it is not asked again before it is told to go on. */
    boolean holdsBack;

    /** The pace of its last burst; unknown at first, and then a burst is one element. */
    long nanosPerElement = FlowDriver.QUANTUM_NANOS;

    /** Of the flow's thread. */
    long busyNanos;
    /** Within calls that other threads have made. */
    long workedNanos;

    long invocations;
    long emitted;
    long dropped;
    long errors;
    long skipped;
    long deadLettered;
    long lost;
    /** By instances that are finished. */
    private long fuelBefore;

    Stage(StageDefinition definition, ComponentMetrics metrics) {
        this.metrics = metrics;
        name = definition.name();
        role = definition.role();
        invoker = definition.invoker();
        owner = definition.owner();
        config = definition.config();
        errorPolicy = definition.errorPolicy();
        priority = definition.priority();
        branchesAreIndependent = definition.demand() == Demand.INDEPENDENT_PER_BRANCH && role.isProducer();
        timeout = definition.invocationTimeout();
        nativeStage = invoker instanceof NativeStage n ? n : null;
        restarts = definition.restart().map(Restarts::new).orElse(null);
    }

    void addInput(BoundedQueue input) {
        inputs = with(inputs, input);
        onlyInput = inputs.length == 1 ? input : null;
    }

    void addOutput(BoundedQueue output, String port) {
        outputs = with(outputs, output);
        onlyOutput = outputs.length == 1 ? output : null;
        if (role == ComponentRole.ROUTER) {
            int number = route.ports().indexOf(port);
            if (number < 0) {
                number = ports.length;
                var names = new ArrayList<>(route.ports());
                names.add(port);
                route = new Route(names);
                ports = Arrays.copyOf(ports, number + 1);
                ports[number] = NONE;
            }
            ports[number] = with(ports[number], output);
        }
    }

    /** Once all its outputs are there. */
    void addLetters(BoundedQueue queue) {
        letters = queue;
        lettersPerCall = mostLetters(outputs);
    }

    /** The most letters that one call can bring about: one for each output that refuses what it has no room for. */
    static int mostLetters(BoundedQueue[] outputs) {
        int refusing = 0;
        for (BoundedQueue output : outputs) {
            if (output.policy instanceof BackpressurePolicy.Fail) {
                refusing++;
            }
        }
        return Math.max(1, refusing);
    }

    /** Edges into it; dead letters come by none. */
    int edgesIn() {
        int edges = 0;
        for (BoundedQueue input : inputs) {
            if (!input.isOfDeadLetters()) {
                edges++;
            }
        }
        return edges;
    }

    /** The most queues behind any of its output ports. */
    int widestPort() {
        int widest = role == ComponentRole.ROUTER ? 0 : outputs.length;
        for (BoundedQueue[] port : ports) {
            widest = Math.max(widest, port.length);
        }
        return widest;
    }

    private static BoundedQueue[] with(BoundedQueue[] queues, BoundedQueue added) {
        BoundedQueue[] more = Arrays.copyOf(queues, queues.length + 1);
        more[queues.length] = added;
        return more;
    }

    /** Has it called by other threads, each with an instance of its own. */
    void employ(Workers its) {
        workers = its;
        worker = its.all()[0];
    }

    int instances() {
        Workers its = workers;
        return its == null ? 1 : its.all().length;
    }

    /** The driver deals with another of its instances. */
    void turnTo(int instance) {
        Workers its = workers;
        if (its != null) {
            turnTo(its.all()[instance]);
        }
    }

    void turnTo(Worker other) {
        Worker before = worker;
        if (before == null || before == other) {
            return;
        }
        before.invoker = invoker;
        before.initialised = initialised;
        before.finished = finished;
        worker = other;
        owner = other.owner;
        invoker = other.invoker;
        initialised = other.initialised;
        finished = other.finished;
    }

    /** What the call answered that the driver has just taken over; null when it answered no error. */
    void taken(@Nullable ProcessError error) {
        takenError = error;
    }

    ProcessError lastError() {
        ProcessError error = takenError;
        return error == null ? invoker.lastError() : error;
    }

    boolean isWaiting(long now) {
        return waiting && now - waitUntil < 0;
    }

    /** Writes down what has become of the instance that the driver has dealt with. */
    void settle() {
        Worker its = worker;
        if (its != null) {
            its.invoker = invoker;
            its.initialised = initialised;
            its.finished = finished;
        }
    }

    /** The same for a stage whose calls other threads make. */
    private boolean isReady(Workers its, long now) {
        if (stopped) {
            return its.inHand() > 0 && its.areAtRest();
        }
        if (waiting && now - waitUntil < 0) {
            return false;
        }
        if (isDown) {
            return its.inHand() > 0 || mayBeHanded(its) > 0;
        }
        return its.hasOutcome()
                || its.canHand(ailing ? 1 : Integer.MAX_VALUE)
                || ((!ailing || its.inHand() == 0) && mayBeHanded(its) > 0)
                || (isToFlush(its) && outputsCanTake());
    }

    boolean isToFlush(Workers its) {
        return role == ComponentRole.AGGREGATOR && !ended && its.inHand() == 0 && inputsComplete();
    }

    /** How many more calls it may be handed, as far as its outputs and its inputs go. */
    int mayBeHanded(Workers its) {
        if (ended || ending || untold || !outputsCanTake()) {
            return 0;
        }
        int more = Math.min(its.window(), room()) - its.inHand();
        if (more <= 0) {
            return 0;
        }
        if (role == ComponentRole.SOURCE) {
            return hasSomethingToGive() ? (int) Math.min(more, quota.left()) : 0;
        }
        int waits = 0;
        for (BoundedQueue input : inputs) {
            waits += input.waiting();
        }
        return Math.min(more, waits);
    }

    /** The input whose turn it is to be handed over; something waits in one. */
    BoundedQueue nextToHand() {
        for (int i = turn; i < turn + inputs.length; i++) {
            BoundedQueue input = inputs[i < inputs.length ? i : i - inputs.length];
            if (input.waiting() > 0) {
                pass(input);
                return input;
            }
        }
        throw new IllegalStateException("nothing waits for '" + name + "'");
    }

    /** It could do something now. */
    boolean isReady(long now) {
        Workers its = workers;
        if (its != null) {
            return isReady(its, now);
        }
        if (ended || stopped || (waiting && now - waitUntil < 0)) {
            return false;
        }
        return switch (role) {
            case SOURCE -> outputsCanTake() && hasSomethingToGive() && quota.left() > 0;
            case PROCESSOR, FILTER, ROUTER -> nextInput() != null && outputsCanTake();
            case AGGREGATOR -> (nextInput() != null || inputsComplete()) && outputsCanTake();
            case SINK -> nextInput() != null && takesMore() && outputsCanTake();
        };
    }

    boolean hasSomethingToGive() {
        return nativeStage == null ? !holdsBack : nativeStage.ready();
    }

    /** Of a sink: a guest takes what it is given, a native one may have a reader who has not asked for more. */
    boolean takesMore() {
        return nativeStage == null || nativeStage.ready();
    }

    /**
     * It is native, and was not ready for a reason that another thread ends. That may have happened since, so nobody asks
     * it again.
     */
    boolean isWokenFromOutside() {
        if (nativeStage == null || ended || stopped) {
            return false;
        }
        return switch (role) {
            case SOURCE -> true;
            case SINK -> nextInput() != null;
            case PROCESSOR, FILTER, ROUTER, AGGREGATOR -> false;
        };
    }

    boolean outputsCanTake() {
        BoundedQueue itsLetters = letters;
        if (itsLetters != null && !(itsLetters.canTake() && itsLetters.room() >= lettersPerCall)) {
            return false;
        }
        for (BoundedQueue output : outputs) {
            if (output.canTake() == branchesAreIndependent) {
                return branchesAreIndependent;
            }
        }
        return !branchesAreIndependent;
    }

    /** Elements that it may emit before its outputs have to be asked again, were they of no size. */
    int room() {
        int room = branchesAreIndependent ? 0 : Integer.MAX_VALUE;
        for (BoundedQueue output : outputs) {
            room = branchesAreIndependent ? Math.max(room, output.room()) : Math.min(room, output.room());
        }
        BoundedQueue itsLetters = letters;
        return itsLetters == null ? room : Math.min(room, itsLetters.room() / lettersPerCall);
    }

    boolean isLaden() {
        BoundedQueue only = onlyOutput;
        if (only != null) {
            return only.isLaden();
        }
        for (BoundedQueue output : outputs) {
            if (output.isLaden() != branchesAreIndependent) {
                return !branchesAreIndependent;
            }
        }
        return branchesAreIndependent;
    }

    /** The input whose turn it is among those that hold something; null when none does. */
    @Nullable
    BoundedQueue nextInput() {
        BoundedQueue only = onlyInput;
        if (only != null) {
            return only.isEmpty() ? null : only;
        }
        BoundedQueue[] queues = inputs;
        int first = turn;
        if (!queues[first].isEmpty()) {
            return queues[first];
        }
        for (int i = first + 1; i < first + queues.length; i++) {
            BoundedQueue input = queues[i < queues.length ? i : i - queues.length];
            if (!input.isEmpty()) {
                return input;
            }
        }
        return null;
    }

    /** An element of that input is done; another input has its turn. */
    void served(BoundedQueue input) {
        attempts = 0;
        if (onlyInput == null) {
            pass(input);
        }
    }

    private void pass(BoundedQueue input) {
        BoundedQueue[] queues = inputs;
        for (int i = 0; i < queues.length; i++) {
            if (queues[i] == input) {
                turn = i + 1 == queues.length ? 0 : i + 1;
            }
        }
    }

    /** The oldest element of that input is to be tried again: it keeps its turn, whatever comes to the others. */
    void staysWith(BoundedQueue input) {
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i] == input) {
                turn = i;
            }
        }
    }

    boolean inputsComplete() {
        for (BoundedQueue input : inputs) {
            if (!input.isComplete()) {
                return false;
            }
        }
        return true;
    }

    /** No element comes out of it any more. */
    void end() {
        ended = true;
        for (BoundedQueue output : outputs) {
            output.producerDone();
        }
        BoundedQueue itsLetters = letters;
        if (itsLetters != null) {
            itsLetters.producerDone();
        }
    }

    boolean outputsClosed() {
        for (BoundedQueue output : outputs) {
            if (!output.isClosed()) {
                return false;
            }
        }
        return outputs.length > 0;
    }

    /** It runs again only when so much time has passed. */
    void waitFor(long nanos, long now) {
        waiting = true;
        waitUntil = now + nanos;
    }

    /** Its instance is finished; another one comes after a pause. */
    void goDown(long pauseNanos, long now) {
        fuelBefore += invoker.fuelConsumed();
        finished = true;
        beyondCompletion = true;
        isDown = true;
        ailing = true;
        if (isPaused) {
            resume();
        }
        waitFor(pauseNanos, now);
    }

    /** A fresh instance knows nothing of what the one before it was told. */
    void comeUp() {
        finished = false;
        beyondCompletion = false;
        isDown = false;
        ailing = breaker.isOpen();
        toldToPause = false;
        holdsBack = false;
    }

    /** A sink wants no more for now: it is asked again after 10 ms, then after twice as long, up to 160 ms. */
    void pause(long now) {
        isPaused = true;
        waitFor(pauseNanos, now);
        pauseNanos = Math.min(pauseNanos * 2, LONGEST_PAUSE_NANOS);
        for (BoundedQueue input : inputs) {
            input.pauseConsumer(true);
        }
    }

    /** It wants more, or is not asked any more whether it does. */
    void resume() {
        pauseNanos = FIRST_PAUSE_NANOS;
        letIn();
    }

    /** Its pause is over, and there is nothing to ask it with: something has to come. The next pause is longer still. */
    void letIn() {
        waiting = false;
        isPaused = false;
        for (BoundedQueue input : inputs) {
            input.pauseConsumer(false);
        }
    }

    boolean isHungry(long now) {
        return role == ComponentRole.SINK && waiting && now - waitUntil >= 0 && nextInput() == null;
    }

    boolean isPaused() {
        return isPaused;
    }

    /** It waits until then at least. */
    void restFor(long nanos, long now) {
        if (!waiting || waitUntil - now < nanos) {
            waitFor(nanos, now);
        }
    }

    /** Time until it may run again by the clock alone; {@link Long#MAX_VALUE} when the clock does not decide. */
    long nanosToTimer(long now) {
        if (ended || stopped) {
            return Long.MAX_VALUE;
        }
        boolean hasWork =
                switch (role) {
                    case SOURCE -> hasSomethingToGive();
                    case PROCESSOR, FILTER, ROUTER, SINK -> nextInput() != null;
                    case AGGREGATOR -> nextInput() != null || inputsComplete();
                };
        if (waiting && now - waitUntil < 0) {
            boolean asksAnyway = role == ComponentRole.SOURCE || role == ComponentRole.SINK;
            return hasWork || asksAnyway ? waitUntil - now : Long.MAX_VALUE;
        }
        long longest = 0;
        for (BoundedQueue output : outputs) {
            longest = Math.max(longest, output.nanosToToken());
        }
        return longest > 0 && hasWork ? longest : Long.MAX_VALUE;
    }

    /** What an error that it answered is to the flow. */
    Failure failure(String call, ProcessError error) {
        return nativeStage == null ? new ReactorFailure.ComponentError(name, call, error) : nativeStage.lastFailure();
    }

    void publish() {
        metrics.totals(invocations, errors);
        metrics.memory(memoryBytes());
        metrics.fuel(fuelBefore + fuelConsumed());
        Restarts its = restarts;
        if (its != null) {
            metrics.restarts(its.count());
        }
    }

    private long memoryBytes() {
        Workers its = workers;
        if (its == null) {
            return invoker.memoryBytes();
        }
        long sum = 0;
        for (Worker each : its.all()) {
            sum += each.invoker.memoryBytes();
        }
        return sum;
    }

    private long fuelConsumed() {
        Workers its = workers;
        if (its == null) {
            return invoker.fuelConsumed();
        }
        long sum = 0;
        for (Worker each : its.all()) {
            sum += each.invoker.fuelConsumed();
        }
        return sum;
    }

    StageReport report() {
        return new StageReport(
                invoker.id(),
                name,
                role,
                invocations,
                emitted,
                dropped,
                errors,
                skipped,
                deadLettered,
                lost,
                restarts == null ? 0 : restarts.count(),
                breaker.openings(),
                Duration.ofNanos(busyNanos + workedNanos),
                memoryBytes());
    }
}
