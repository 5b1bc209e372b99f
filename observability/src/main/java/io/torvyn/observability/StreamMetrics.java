package io.torvyn.observability;

import io.torvyn.types.StreamId;

/**
 * What happens in one stream of a flow. Written by the flow's thread only; nothing here locks or allocates. Read
 * through {@link FlowMetrics#snapshot}.
 */
public final class StreamMetrics {
    private static final int TRANSFERRED = 0;
    private static final int DROPPED = 1;
    private static final int DEPTH = 2;
    private static final int PEAK_DEPTH = 3;
    private static final int PRESSURE_EVENTS = 4;
    private static final int PRESSURE_NANOS = 5;
    private static final int UNDER_PRESSURE = 6;
    private static final int PRESSURE_SINCE = 7;

    private final StreamId id;
    private final String name;
    private final Totals totals = new Totals(8);
    private final Histogram waitTime = Histogram.ofNanos();

    StreamMetrics(StreamId id, String name) {
        this.id = id;
        this.name = name;
    }

    public StreamId id() {
        return id;
    }

    /** Publishes how many elements have been enqueued so far, and how many discarded by policy or at the end. */
    public void totals(long transferred, long dropped) {
        totals.set(TRANSFERRED, transferred);
        totals.set(DROPPED, dropped);
    }

    /** Publishes how many elements are queued now. */
    public void depth(int elements) {
        totals.set(DEPTH, elements);
        totals.raise(PEAK_DEPTH, elements);
    }

    /** Records how long one measured element was queued. */
    public void waited(long nanos) {
        waitTime.record(nanos);
    }

    /** Pressure begins. Said again while it lasts, it changes nothing. */
    public void pressureBegins(long nanos) {
        if (totals.get(UNDER_PRESSURE) == 0) {
            totals.add(PRESSURE_EVENTS, 1);
            totals.set(PRESSURE_SINCE, nanos);
            totals.set(UNDER_PRESSURE, 1);
        }
    }

    /** Pressure ends, or the flow does. Without pressure nothing changes. */
    public void pressureEnds(long nanos) {
        if (totals.get(UNDER_PRESSURE) != 0) {
            totals.set(UNDER_PRESSURE, 0);
            totals.add(PRESSURE_NANOS, Math.max(0, nanos - totals.get(PRESSURE_SINCE)));
        }
    }

    FlowSnapshot.Stream snapshot(long nanos) {
        long ended = totals.get(PRESSURE_NANOS);
        boolean lasting = totals.get(UNDER_PRESSURE) != 0;
        return new FlowSnapshot.Stream(
                id,
                name,
                totals.get(TRANSFERRED),
                totals.get(DROPPED),
                totals.get(DEPTH),
                totals.get(PEAK_DEPTH),
                totals.get(PRESSURE_EVENTS),
                lasting ? ended + Math.max(0, nanos - totals.get(PRESSURE_SINCE)) : ended,
                waitTime.snapshot());
    }
}
