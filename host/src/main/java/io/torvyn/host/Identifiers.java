package io.torvyn.host;

import io.torvyn.types.ComponentId;
import io.torvyn.types.FlowId;
import io.torvyn.types.StreamId;
import java.util.concurrent.atomic.AtomicLong;

/** Hands out numbers that are never used again within one host. Safe for use by many threads. */
final class Identifiers {
    private final AtomicLong flows = new AtomicLong();
    private final AtomicLong components = new AtomicLong();
    private final AtomicLong streams = new AtomicLong();

    FlowId nextFlow() {
        return new FlowId(flows.incrementAndGet());
    }

    ComponentId nextComponent() {
        return new ComponentId(components.incrementAndGet());
    }

    StreamId nextStream() {
        return new StreamId(streams.incrementAndGet());
    }
}
