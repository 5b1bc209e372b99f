package io.torvyn.observability;

import io.torvyn.types.ComponentId;
import io.torvyn.types.CopyReason;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one flow at one moment. spec: metrics, "Catalogue".
 *
 * @param level what was recorded at that moment; it may have been another before
 * @param activeNanos since the flow was registered
 * @param elements that have left the flow
 * @param errors answered by components, traps and time-outs
 * @param copies of payload bytes, for every reason
 * @param latency from a source to the exit of a sink, of the elements that were measured
 */
public record FlowSnapshot(
        FlowId id,
        String name,
        FlowState state,
        ObservabilityLevel level,
        long activeNanos,
        long elements,
        long errors,
        Map<CopyReason, Copies> copies,
        HistogramSnapshot latency,
        List<Component> components,
        List<Stream> streams) {
    public FlowSnapshot {
        copies = Map.copyOf(copies);
        components = List.copyOf(components);
        streams = List.copyOf(streams);
    }

    public record Copies(long count, long bytes) {
        Copies since(Copies earlier) {
            return new Copies(saturating(count, earlier.count), saturating(bytes, earlier.bytes));
        }
    }

    /**
     * @param name of its node
     * @param restarts fresh instances in place of finished ones
     * @param processingTime of the calls that were measured
     */
    public record Component(
            ComponentId id,
            String name,
            long invocations,
            long errors,
            long restarts,
            HistogramSnapshot processingTime,
            long fuelConsumed,
            long memoryBytes,
            long peakMemoryBytes) {
        /** The share of its calls that was measured, 0 to 1; sampling happens at Production. */
        public double measuredShare() {
            return share(processingTime.count(), invocations);
        }

        Component since(Component earlier) {
            return new Component(
                    id,
                    name,
                    saturating(invocations, earlier.invocations),
                    saturating(errors, earlier.errors),
                    saturating(restarts, earlier.restarts),
                    processingTime.since(earlier.processingTime),
                    saturating(fuelConsumed, earlier.fuelConsumed),
                    memoryBytes,
                    peakMemoryBytes);
        }
    }

    /**
     * @param name such as {@code source -> sink}
     * @param pressureNanos with the time of a pressure that still lasts
     * @param waitTime of the elements that were measured
     */
    public record Stream(
            StreamId id,
            String name,
            long transferred,
            long dropped,
            long depth,
            long peakDepth,
            long pressureEvents,
            long pressureNanos,
            HistogramSnapshot waitTime) {
        /** The share of its elements whose wait was measured, 0 to 1. */
        public double measuredShare() {
            return share(waitTime.count(), transferred);
        }

        Stream since(Stream earlier) {
            return new Stream(
                    id,
                    name,
                    saturating(transferred, earlier.transferred),
                    saturating(dropped, earlier.dropped),
                    depth,
                    peakDepth,
                    saturating(pressureEvents, earlier.pressureEvents),
                    saturating(pressureNanos, earlier.pressureNanos),
                    waitTime.since(earlier.waitTime));
        }
    }

    /** Elements per second of active time; 0 before any time has passed. */
    public double throughput() {
        return activeNanos == 0 ? 0 : elements * 1e9 / activeNanos;
    }

    public long copyCount() {
        return copies.values().stream().mapToLong(Copies::count).sum();
    }

    public long copiedBytes() {
        return copies.values().stream().mapToLong(Copies::bytes).sum();
    }

    /** The share of elements whose latency was measured, 0 to 1. */
    public double measuredShare() {
        return share(latency.count(), elements);
    }

    /**
     * What has happened since an earlier snapshot of the same flow: counters and buckets are differences, never below
     * 0; gauges are as they are now.
     *
     * @throws IllegalArgumentException when {@code earlier} is of another flow
     */
    public FlowSnapshot since(FlowSnapshot earlier) {
        if (!id.equals(earlier.id)) {
            throw new IllegalArgumentException("these are snapshots of " + id + " and of " + earlier.id);
        }
        List<Component> laterComponents = new ArrayList<>();
        for (int i = 0; i < components.size(); i++) {
            laterComponents.add(components.get(i).since(earlier.components.get(i)));
        }
        List<Stream> laterStreams = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            laterStreams.add(streams.get(i).since(earlier.streams.get(i)));
        }
        Map<CopyReason, Copies> laterCopies = new EnumMap<>(CopyReason.class);
        copies.forEach((reason, now) ->
                laterCopies.put(reason, now.since(earlier.copies.getOrDefault(reason, new Copies(0, 0)))));
        return new FlowSnapshot(
                id,
                name,
                state,
                level,
                saturating(activeNanos, earlier.activeNanos),
                saturating(elements, earlier.elements),
                saturating(errors, earlier.errors),
                laterCopies,
                latency.since(earlier.latency),
                laterComponents,
                laterStreams);
    }

    /** Everything here under its name in the catalogue. */
    @SuppressWarnings("EnumOrdinal") // FlowState fixes its numbers for this
    public List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        Map<String, String> flow = Map.of("flow_id", id.toString(), "flow_name", name);
        samples.add(Sample.of(Metric.FLOW_ELEMENTS_TOTAL, flow, elements));
        samples.add(Sample.of(Metric.FLOW_ELEMENTS_ERRORS, flow, errors));
        samples.add(Sample.of(Metric.FLOW_LATENCY, flow, latency));
        samples.add(Sample.of(Metric.FLOW_THROUGHPUT, flow, throughput()));
        samples.add(Sample.of(Metric.FLOW_COPIES_TOTAL, flow, copyCount()));
        samples.add(Sample.of(Metric.FLOW_COPIES_BYTES, flow, copiedBytes()));
        samples.add(Sample.of(Metric.FLOW_ACTIVE_DURATION, flow, activeNanos));
        samples.add(Sample.of(Metric.FLOW_STATE, flow, state.ordinal()));
        for (Component component : components) {
            Map<String, String> labels = Map.of(
                    "flow_id",
                    id.toString(),
                    "flow_name",
                    name,
                    "component_id",
                    component.id.toString(),
                    "component",
                    component.name);
            samples.add(Sample.of(Metric.COMPONENT_INVOCATIONS, labels, component.invocations));
            samples.add(Sample.of(Metric.COMPONENT_ERRORS, labels, component.errors));
            samples.add(Sample.of(Metric.COMPONENT_RESTARTS, labels, component.restarts));
            samples.add(Sample.of(Metric.COMPONENT_PROCESSING_TIME, labels, component.processingTime));
            samples.add(Sample.of(Metric.COMPONENT_FUEL_CONSUMED, labels, component.fuelConsumed));
            samples.add(Sample.of(Metric.COMPONENT_MEMORY_CURRENT, labels, component.memoryBytes));
            samples.add(Sample.of(Metric.COMPONENT_MEMORY_PEAK, labels, component.peakMemoryBytes));
        }
        for (Stream stream : streams) {
            Map<String, String> labels =
                    Map.of("flow_id", id.toString(), "flow_name", name, "stream_id", stream.id.toString());
            samples.add(Sample.of(Metric.STREAM_ELEMENTS_TRANSFERRED, labels, stream.transferred));
            samples.add(Sample.of(Metric.STREAM_ELEMENTS_DROPPED, labels, stream.dropped));
            samples.add(Sample.of(Metric.STREAM_BACKPRESSURE_EVENTS, labels, stream.pressureEvents));
            samples.add(Sample.of(Metric.STREAM_BACKPRESSURE_DURATION_NS, labels, stream.pressureNanos));
            samples.add(Sample.of(Metric.STREAM_QUEUE_CURRENT_DEPTH, labels, stream.depth));
            samples.add(Sample.of(Metric.STREAM_QUEUE_PEAK_DEPTH, labels, stream.peakDepth));
            samples.add(Sample.of(Metric.STREAM_QUEUE_WAIT_TIME, labels, stream.waitTime));
        }
        return samples;
    }

    private static long saturating(long now, long earlier) {
        return Math.max(0, now - earlier);
    }

    private static double share(long measured, long all) {
        return all == 0 ? 0 : Math.min(1, (double) measured / all);
    }
}
