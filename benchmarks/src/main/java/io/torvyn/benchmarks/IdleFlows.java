package io.torvyn.benchmarks;

import io.torvyn.observability.FlowMetrics;
import io.torvyn.observability.Observability;
import io.torvyn.reactor.Deadline;
import io.torvyn.reactor.FlowDefinition;
import io.torvyn.reactor.FlowObserver;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.FlowSettings;
import io.torvyn.reactor.Reactor;
import io.torvyn.reactor.StageDefinition;
import io.torvyn.reactor.StreamDefinition;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import io.torvyn.types.TraceContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The runtime without its guests: whole flows whose stages do nothing but hand a pooled buffer on, a fresh one from the
 * source, a fresh one from each processor. What such an element takes is the driver's, the queues', the ownership's and
 * the counters'. Every flow is checked: all elements arrived, and no buffer is held.
 */
final class IdleFlows implements SideBySide.Variant {
    /** Enough for a flow's start and end not to show. */
    static final int ELEMENTS = 1_000_000;

    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final Reactor reactor = new Reactor();
    private final Observability observability;
    private final int processors;
    private long ids;

    IdleFlows(ObservabilityLevel level, int processors) {
        observability = new Observability(level);
        this.processors = processors;
    }

    /** As many whole flows as begin within the time. */
    @Override
    public SideBySide.Slice run(int payload, long millis) throws InterruptedException {
        SideBySide.Reading start = SideBySide.Reading.now();
        long end = System.nanoTime() + millis * 1_000_000;
        long elements = 0;
        do {
            elements += run(payload).elements();
        } while (System.nanoTime() - end < 0);
        return SideBySide.Reading.now().since(start, elements);
    }

    /** One flow of {@link #ELEMENTS}, whose buffers have room for so many bytes and hold none. */
    FlowOutcome run(int capacity) throws InterruptedException {
        var id = new FlowId(++ids);
        Map<ComponentId, String> names = new LinkedHashMap<>();
        names.put(new ComponentId(++ids), "source");
        for (int i = 0; i < processors; i++) {
            names.put(new ComponentId(++ids), "processor" + i);
        }
        names.put(new ComponentId(++ids), "sink");
        List<StreamDefinition> streams = new ArrayList<>();
        String last = null;
        for (String name : names.values()) {
            if (last != null) {
                streams.add(StreamDefinition.of(new StreamId(++ids), last, name));
            }
            last = name;
        }
        FlowMetrics metrics = observability.register(
                id,
                "idle",
                names,
                streams.stream().collect(Collectors.toMap(StreamDefinition::id, stream -> "a stream")));
        FlowResources buffers = resources.open(id, metrics);
        List<StageDefinition> stages = new ArrayList<>();
        names.forEach((component, name) -> stages.add(stage(buffers.owner(component, name), name, capacity)));
        FlowOutcome outcome = reactor.create(new FlowDefinition(
                        id,
                        "idle",
                        stages,
                        streams,
                        buffers,
                        metrics,
                        FlowObserver.NONE,
                        FlowSettings.DEFAULT.withLimit(ELEMENTS),
                        Deadline.none(),
                        TraceContext.NONE))
                .await();
        observability.deregister(id);
        if (outcome.elements() != ELEMENTS || outcome.failure().isPresent() || resources.liveBuffers() != 0) {
            throw new IllegalStateException(
                    "the flow went wrong, with " + resources.liveBuffers() + " buffers held: " + outcome);
        }
        return outcome;
    }

    private static StageDefinition stage(BufferOwner owner, String name, int capacity) {
        ComponentRole role =
                switch (name) {
                    case "source" -> ComponentRole.SOURCE;
                    case "sink" -> ComponentRole.SINK;
                    default -> ComponentRole.PROCESSOR;
                };
        return StageDefinition.of(name, role, new IdleStage(owner, capacity), owner, "");
    }

    @Override
    public void close() {
        reactor.close();
    }
}
