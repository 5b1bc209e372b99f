package io.torvyn.observability;

/** The metrics that flows have, by their names in the catalogue. spec: metrics, "Catalogue". */
public enum Metric {
    FLOW_ELEMENTS_TOTAL("flow.elements.total", Kind.COUNTER, "count"),
    FLOW_ELEMENTS_ERRORS("flow.elements.errors", Kind.COUNTER, "count"),
    FLOW_LATENCY("flow.latency", Kind.HISTOGRAM, "ns"),
    FLOW_THROUGHPUT("flow.throughput", Kind.DERIVED, "elements/s"),
    FLOW_COPIES_TOTAL("flow.copies.total", Kind.COUNTER, "count"),
    FLOW_COPIES_BYTES("flow.copies.bytes", Kind.COUNTER, "bytes"),
    FLOW_ACTIVE_DURATION("flow.active_duration", Kind.GAUGE, "ns"),
    FLOW_STATE("flow.state", Kind.GAUGE, ""),
    COMPONENT_INVOCATIONS("component.invocations", Kind.COUNTER, "count"),
    COMPONENT_ERRORS("component.errors", Kind.COUNTER, "count"),
    COMPONENT_RESTARTS("component.restarts", Kind.COUNTER, "count"),
    COMPONENT_PROCESSING_TIME("component.processing_time", Kind.HISTOGRAM, "ns"),
    COMPONENT_FUEL_CONSUMED("component.fuel_consumed", Kind.COUNTER, "units"),
    COMPONENT_MEMORY_CURRENT("component.memory_current", Kind.GAUGE, "bytes"),
    COMPONENT_MEMORY_PEAK("component.memory_peak", Kind.GAUGE, "bytes"),
    STREAM_ELEMENTS_TRANSFERRED("stream.elements.transferred", Kind.COUNTER, "count"),
    STREAM_ELEMENTS_DROPPED("stream.elements.dropped", Kind.COUNTER, "count"),
    STREAM_BACKPRESSURE_EVENTS("stream.backpressure.events", Kind.COUNTER, "count"),
    STREAM_BACKPRESSURE_DURATION_NS("stream.backpressure.duration_ns", Kind.COUNTER, "ns"),
    STREAM_QUEUE_CURRENT_DEPTH("stream.queue.current_depth", Kind.GAUGE, "count"),
    STREAM_QUEUE_PEAK_DEPTH("stream.queue.peak_depth", Kind.GAUGE, "count"),
    STREAM_QUEUE_WAIT_TIME("stream.queue.wait_time", Kind.HISTOGRAM, "ns"),
    SYSTEM_FLOWS_ACTIVE("system.flows.active", Kind.GAUGE, "count"),
    SYSTEM_COMPONENTS_ACTIVE("system.components.active", Kind.GAUGE, "count");

    /** What can be done with its numbers. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        DERIVED
    }

    private final String id;
    private final Kind kind;
    private final String unit;

    Metric(String id, Kind kind, String unit) {
        this.id = id;
        this.kind = kind;
        this.unit = unit;
    }

    /** The dotted name. */
    public String id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    /** Empty for what has none. */
    public String unit() {
        return unit;
    }

    @Override
    public String toString() {
        return id;
    }
}
