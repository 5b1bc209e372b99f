package io.torvyn.observability;

import io.torvyn.types.ComponentId;
import io.torvyn.types.CopyReason;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.InvocationStatus;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one flow. Made by {@link Observability#register} and kept until the flow is deregistered; the hot path
 * reaches it, its components and its streams by reference.
 *
 * <p>Written by the flow's thread only; nothing here locks, allocates or fails. {@link #snapshot} and {@link #level} may
 * be called from any thread.
 *
 * <table>
 * <caption>Two ways in</caption>
 * <tr><th>what</th><th>how</th><th>when</th></tr>
 * <tr><td>counters</td><td>running totals are published: {@link #totals}, {@link #copies}, {@link
 *     ComponentMetrics#totals}, {@link StreamMetrics#totals}</td><td>whenever the driver looks up, and at the end</td></tr>
 * <tr><td>moments</td><td>{@link #latency}, {@link ComponentMetrics#processed}, {@link StreamMetrics#waited}, and the
 *     events of {@link EventSink}</td><td>sampled at Production, all at Diagnostic</td></tr>
 * </table>
 *
 * So a call that is reported as an event is timed, never counted: at Production most calls are not reported. What share
 * was measured stands in the snapshot. spec: metrics, "Rules" and "Event sink".
 */
@SuppressWarnings("EnumOrdinal") // as places in an array of this process; a map would cost the hot path too much
public final class FlowMetrics implements EventSink {
    private static final CopyReason[] REASONS = CopyReason.values();
    private static final FlowState[] STATES = FlowState.values();
    private static final int ELEMENTS = 0;
    private static final int ERRORS = 1;
    private static final int STATE = 2;
    private static final int COPIES = 3;
    private static final int COPIED_BYTES = COPIES + REASONS.length;

    private final Observability observability;
    private final FlowId id;
    private final String name;
    private final long startedAt;
    private final ComponentMetrics[] components;
    private final StreamMetrics[] streams;
    private final Totals totals = new Totals(COPIED_BYTES + REASONS.length);
    private final Histogram latency = Histogram.ofNanos();

    FlowMetrics(
            Observability observability,
            FlowId id,
            String name,
            long startedAt,
            Map<ComponentId, String> components,
            Map<StreamId, String> streams) {
        this.observability = observability;
        this.id = id;
        this.name = name;
        this.startedAt = startedAt;
        this.components = components.entrySet().stream()
                .map(entry -> new ComponentMetrics(entry.getKey(), entry.getValue()))
                .toArray(ComponentMetrics[]::new);
        this.streams = streams.entrySet().stream()
                .map(entry -> new StreamMetrics(entry.getKey(), entry.getValue()))
                .toArray(StreamMetrics[]::new);
    }

    public FlowId id() {
        return id;
    }

    int componentCount() {
        return components.length;
    }

    /**
     * For whoever sets a flow up; the hot path keeps what it gets.
     *
     * @throws IllegalArgumentException when the flow was registered without it
     */
    public ComponentMetrics component(ComponentId component) {
        ComponentMetrics found = find(component);
        if (found == null) {
            throw new IllegalArgumentException(id + " was registered without " + component);
        }
        return found;
    }

    /**
     * For whoever sets a flow up; the hot path keeps what it gets.
     *
     * @throws IllegalArgumentException when the flow was registered without it
     */
    public StreamMetrics stream(StreamId stream) {
        StreamMetrics found = find(stream);
        if (found == null) {
            throw new IllegalArgumentException(id + " was registered without " + stream);
        }
        return found;
    }

    private @Nullable ComponentMetrics find(ComponentId component) {
        for (ComponentMetrics each : components) {
            if (each.id().equals(component)) {
                return each;
            }
        }
        return null;
    }

    private @Nullable StreamMetrics find(StreamId stream) {
        for (StreamMetrics each : streams) {
            if (each.id().equals(stream)) {
                return each;
            }
        }
        return null;
    }

    /** Publishes how many elements have left the flow so far, and how many errors, traps and time-outs there were. */
    public void totals(long elements, long errors) {
        totals.set(ELEMENTS, elements);
        totals.set(ERRORS, errors);
    }

    /** Publishes what the ledger has of copies for one reason. */
    public void copies(CopyReason reason, long copies, long bytes) {
        totals.set(COPIES + reason.ordinal(), copies);
        totals.set(COPIED_BYTES + reason.ordinal(), bytes);
    }

    public void state(FlowState state) {
        totals.set(STATE, state.ordinal());
    }

    /** Records the time between an element's entry and its exit from a sink, for one measured element. */
    public void latency(long nanos) {
        latency.record(nanos);
    }

    /** The level at this moment; it may be switched while the flow runs. */
    @Override
    public ObservabilityLevel level() {
        return observability.level();
    }

    /** Records the time of a measured call. */
    @Override
    public void recordInvocation(
            FlowId flow, ComponentId component, long startNanos, long endNanos, InvocationStatus status) {
        if (level() != ObservabilityLevel.OFF) {
            ComponentMetrics found = find(component);
            if (found != null) {
                found.processed(endNanos - startNanos);
            }
        }
    }

    /** Records the depth of the stream. */
    @Override
    public void recordElementTransfer(FlowId flow, StreamId stream, long sequence, int depth) {
        if (level() != ObservabilityLevel.OFF) {
            StreamMetrics found = find(stream);
            if (found != null) {
                found.depth(depth);
            }
        }
    }

    /** Counts and times pressure. Its end is recorded at every level: it may have begun at a higher one. */
    @Override
    public void recordBackpressure(FlowId flow, StreamId stream, boolean activated, int depth, long nanos) {
        StreamMetrics found = find(stream);
        if (found == null) {
            return;
        }
        if (!activated) {
            found.pressureEnds(nanos);
        } else if (level() != ObservabilityLevel.OFF) {
            found.pressureBegins(nanos);
            found.depth(depth);
        }
    }

    /** Keeps nothing of a single copy: the ledger counts them, at every level, and {@link #copies} publishes it. */
    @Override
    public void recordCopy(FlowId flow, ComponentId component, int bytes, CopyReason reason) {}

    /** May be called from any thread, and while the flow runs; then its figures may be a moment apart. */
    public FlowSnapshot snapshot() {
        long now = observability.nanoTime();
        Map<CopyReason, FlowSnapshot.Copies> copies = new EnumMap<>(CopyReason.class);
        for (CopyReason reason : REASONS) {
            copies.put(
                    reason,
                    new FlowSnapshot.Copies(
                            totals.get(COPIES + reason.ordinal()), totals.get(COPIED_BYTES + reason.ordinal())));
        }
        List<FlowSnapshot.Component> ofComponents = new ArrayList<>();
        for (ComponentMetrics component : components) {
            ofComponents.add(component.snapshot());
        }
        List<FlowSnapshot.Stream> ofStreams = new ArrayList<>();
        for (StreamMetrics stream : streams) {
            ofStreams.add(stream.snapshot(now));
        }
        return new FlowSnapshot(
                id,
                name,
                STATES[(int) totals.get(STATE)],
                level(),
                Math.max(0, now - startedAt),
                totals.get(ELEMENTS),
                totals.get(ERRORS),
                copies,
                latency.snapshot(),
                ofComponents,
                ofStreams);
    }
}
