package io.torvyn.reactor;

import io.torvyn.types.CancellationReason;
import io.torvyn.types.Defaults;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs flows, side by side, each on a virtual thread of its own. Safe for use by many threads.
 *
 * <p>Closing it ends every flow.
 */
public final class Reactor implements AutoCloseable {
    private final Map<FlowId, Flow> running = new ConcurrentHashMap<>();
    private final ActiveFlows active = new ActiveFlows();
    private final Watchdog watchdog = new Watchdog("torvyn-watchdog", active);
    /** Held while a flow comes to those that run, and while nobody may from then on: a shutdown finds all there are. */
    private final Object joining = new Object();

    private volatile boolean shuttingDown;

    public Reactor() {
        watchdog.start();
    }

    /**
     * Joins the stages of a flow and starts it. Returns at once; {@link Flow#awaitStart} waits for {@code init}.
     *
     * @throws ReactorException E0410 when the definition is no flow, E0414 when the reactor is shutting down; the
     *     stages and resources still belong to the caller then
     */
    public Flow create(FlowDefinition definition) {
        refuseWhenShuttingDown(definition);
        definition.observer().stateChanged(definition.id(), FlowState.CREATED);
        var driver = new FlowDriver(definition, Topology.of(definition), active, this::ended);
        definition.observer().stateChanged(definition.id(), FlowState.VALIDATED);
        var flow = new Flow(driver);
        synchronized (joining) {
            refuseWhenShuttingDown(definition);
            if (running.putIfAbsent(definition.id(), flow) != null) {
                throw new IllegalArgumentException(definition.id() + " is running already");
            }
        }
        watchdog.add(driver);
        Thread.ofVirtual().name(definition.name()).start(driver);
        return flow;
    }

    private void refuseWhenShuttingDown(FlowDefinition definition) {
        if (shuttingDown) {
            throw new ReactorException(new ReactorFailure.ShuttingDown(definition.name()));
        }
    }

    private void ended(FlowDriver driver) {
        watchdog.remove(driver);
        running.remove(driver.definition().id());
    }

    /** Flows that have not ended. */
    public List<FlowStatus> list() {
        return running.values().stream().map(Flow::status).toList();
    }

    /** A flow that has not ended. */
    public Optional<Flow> query(FlowId id) {
        return Optional.ofNullable(running.get(id));
    }

    /** Changes the priority of a flow that runs; false when there is no such flow. */
    public boolean updatePriority(FlowId id, FlowPriority priority) {
        Flow flow = running.get(id);
        if (flow != null) {
            flow.priority(priority);
        }
        return flow != null;
    }

    /** Asks a flow to end; false when there is no such flow or it is ending already. */
    public boolean cancel(FlowId id, CancellationReason reason) {
        Flow flow = running.get(id);
        return flow != null && flow.cancel(reason);
    }

    /**
     * Refuses new flows, asks all others to end, and waits for them. Whoever has not ended by then is left behind.
     * Called again, it finds nothing to do.
     */
    public ShutdownReport shutdown(Duration timeout) throws InterruptedException {
        synchronized (joining) {
            shuttingDown = true;
        }
        List<Flow> flows = List.copyOf(running.values());
        long end = System.nanoTime() + timeout.toNanos();
        flows.forEach(flow -> flow.cancel(new CancellationReason.OperatorRequest("shutdown")));
        int completed = 0;
        int cancelled = 0;
        int failed = 0;
        int timedOut = 0;
        for (Flow flow : flows) {
            Optional<FlowOutcome> outcome = flow.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (outcome.isEmpty()) {
                flow.driver().abandon();
                timedOut++;
                continue;
            }
            switch (outcome.get().state()) {
                case COMPLETED -> completed++;
                case CANCELLED -> cancelled++;
                case FAILED -> failed++;
                case CREATED, VALIDATED, INSTANTIATED, RUNNING, DRAINING ->
                    throw new IllegalStateException(
                            flow.id() + " has ended in " + outcome.get().state());
            }
        }
        watchdog.close();
        return new ShutdownReport(completed, cancelled, failed, timedOut);
    }

    /** Shuts down with the default time limit; an interruption ends the waiting. */
    @Override
    public void close() {
        try {
            shutdown(Defaults.SHUTDOWN_TIMEOUT);
        } catch (InterruptedException e) {
            watchdog.close();
            Thread.currentThread().interrupt();
        }
    }
}
