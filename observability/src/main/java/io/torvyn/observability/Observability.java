package io.torvyn.observability;

import io.torvyn.types.ComponentId;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The metrics of one host: which flows run, and how much is recorded of them. Any thread may call it; no hot path does,
 * but for reading the level.
 */
public final class Observability {
    private final ConcurrentHashMap<FlowId, FlowMetrics> flows = new ConcurrentHashMap<>();
    private final LongSupplier nanoClock;
    private volatile ObservabilityLevel level;

    public Observability(ObservabilityLevel level) {
        this(level, System::nanoTime);
    }

    /**
     * @param nanoClock what {@link System#nanoTime} is, for tests that own the time
     */
    public Observability(ObservabilityLevel level, LongSupplier nanoClock) {
        this.level = level;
        this.nanoClock = nanoClock;
    }

    public ObservabilityLevel level() {
        return level;
    }

    /** Switches the level for all flows, running ones too. */
    public void level(ObservabilityLevel next) {
        level = next;
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    /**
     * Makes room for the figures of a flow, which counts as active from here on.
     *
     * @param components the names of the flow's nodes, by component
     * @param streams their names, such as {@code source -> sink}
     * @throws IllegalStateException when the flow is registered already
     */
    public FlowMetrics register(
            FlowId flow, String name, Map<ComponentId, String> components, Map<StreamId, String> streams) {
        FlowMetrics metrics = new FlowMetrics(this, flow, name, nanoTime(), components, streams);
        if (flows.putIfAbsent(flow, metrics) != null) {
            throw new IllegalStateException(flow + " is already registered");
        }
        return metrics;
    }

    /**
     * Forgets a flow that has ended.
     *
     * @return its last figures
     * @throws IllegalStateException when the flow is not registered
     */
    public FlowSnapshot deregister(FlowId flow) {
        FlowMetrics metrics = flows.remove(flow);
        if (metrics == null) {
            throw new IllegalStateException(flow + " is not registered");
        }
        return metrics.snapshot();
    }

    /** Empty when the flow is not registered. */
    public Optional<FlowSnapshot> snapshot(FlowId flow) {
        return Optional.ofNullable(flows.get(flow)).map(FlowMetrics::snapshot);
    }

    /** Of all registered flows, by number. */
    public List<FlowSnapshot> snapshots() {
        return flows.values().stream()
                .map(FlowMetrics::snapshot)
                .sorted(Comparator.comparingLong(snapshot -> snapshot.id().value()))
                .toList();
    }

    /** Everything there is under its name in the catalogue. */
    public List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        long components = 0;
        for (FlowMetrics flow : flows.values()) {
            components += flow.componentCount();
        }
        samples.add(Sample.of(Metric.SYSTEM_FLOWS_ACTIVE, Map.of(), flows.size()));
        samples.add(Sample.of(Metric.SYSTEM_COMPONENTS_ACTIVE, Map.of(), components));
        for (FlowSnapshot flow : snapshots()) {
            samples.addAll(flow.samples());
        }
        return samples;
    }
}
