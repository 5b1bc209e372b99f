package io.torvyn.resources;

import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;

/**
 * The buffers of one process: global pools, resource table, and the door to a flow's own part. Safe for use by many
 * threads.
 */
public final class Resources {
    private final ResourceTable table = new ResourceTable();
    private final BufferPoolSet pools;

    public Resources(PoolSizes sizes) {
        pools = new BufferPoolSet(sizes, table);
    }

    /** What a new flow needs; {@link FlowResources#release} ends it. */
    public FlowResources open(FlowId flow, EventSink sink) {
        return new FlowResources(flow, pools, table, sink);
    }

    public BufferPoolSet pools() {
        return pools;
    }

    public ResourceTable table() {
        return table;
    }

    /** Buffers that somebody holds: 0 when the last flow has ended, or something leaks. */
    public long liveBuffers() {
        return table.live();
    }
}
