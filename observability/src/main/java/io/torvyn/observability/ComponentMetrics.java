package io.torvyn.observability;

import io.torvyn.types.ComponentId;

/**
 * What one component of a flow does. Written by the flow's thread only; nothing here locks or allocates. Read through
 * {@link FlowMetrics#snapshot}.
 */
public final class ComponentMetrics {
    private static final int INVOCATIONS = 0;
    private static final int ERRORS = 1;
    private static final int FUEL = 2;
    private static final int MEMORY = 3;
    private static final int MEMORY_PEAK = 4;
    private static final int RESTARTS = 5;

    private final ComponentId id;
    private final String name;
    private final Totals totals = new Totals(6);
    private final Histogram processingTime = Histogram.ofNanos();

    ComponentMetrics(ComponentId id, String name) {
        this.id = id;
        this.name = name;
    }

    public ComponentId id() {
        return id;
    }

    /** Publishes how many calls there have been so far, and how many of them failed. */
    public void totals(long invocations, long errors) {
        totals.set(INVOCATIONS, invocations);
        totals.set(ERRORS, errors);
    }

    /** Records the wall time of one measured call, without the wait in a queue. */
    public void processed(long nanos) {
        processingTime.record(nanos);
    }

    /** Publishes how many fresh instances have taken the place of finished ones so far. */
    public void restarts(long count) {
        totals.set(RESTARTS, count);
    }

    /** Publishes the fuel used so far. */
    public void fuel(long consumed) {
        totals.set(FUEL, consumed);
    }

    /** Publishes the size of the component's linear memories. */
    public void memory(long bytes) {
        totals.set(MEMORY, bytes);
        totals.raise(MEMORY_PEAK, bytes);
    }

    FlowSnapshot.Component snapshot() {
        return new FlowSnapshot.Component(
                id,
                name,
                totals.get(INVOCATIONS),
                totals.get(ERRORS),
                totals.get(RESTARTS),
                processingTime.snapshot(),
                totals.get(FUEL),
                totals.get(MEMORY),
                totals.get(MEMORY_PEAK));
    }
}
