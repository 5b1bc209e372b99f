package io.torvyn.resources;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.types.ComponentId;
import io.torvyn.types.Defaults;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The buffers, the copy ledger and the content types of one flow. Owned by the flow's thread, which sets it up or gets
 * it handed over before the first element; {@link #ledger} alone may be read from elsewhere.
 */
public final class FlowResources implements AutoCloseable {
    /*
     * In front of the global pools a flow has a magazine: for each tier a plain array of free buffers that nobody else
     * touches. It starts empty, is filled and emptied by half a magazine at a time, and is given up when the flow goes to
     * sleep, so that ten thousand idle flows hold nothing. In the steady state of a flow no atomic is touched.
     *
     * 64 is a default queue's depth: the number of buffers that swings between the stages of a busy flow. A batch is
     * what is taken from the pools' free ones at once; new payloads are made one by one, since a flow that needs one
     * should not cost 32.
     */
    private static final int[] MAGAZINE = {64, 64, 64, 4};
    private static final int[] BATCH = {32, 16, 4, 1};
    private static final PoolTier[] TIERS = PoolTier.values();
    static final int HOST = 0;
    static final int TRANSIT = 1;
    static final int FIRST_COMPONENT = 2;

    private final FlowId id;
    private final BufferPoolSet pools;
    private final ResourceTable table;
    private final CopyLedger ledger;
    private final ContentTypes contentTypes = new ContentTypes();
    private @Nullable BufferOwner[] owners = new @Nullable BufferOwner[4];
    private int ownerCount;
    private final BufferOwner host;
    private final Slice slice = new Slice();
    private final @Nullable Buffer[] @Nullable [] magazine = new @Nullable Buffer[PoolTier.COUNT] @Nullable [];
    private final int[] free = new int[PoolTier.COUNT];
    private final long[] allocated = new long[PoolTier.COUNT];
    private final long[] returned = new long[PoolTier.COUNT];
    private int live;
    private BufferOwner entered;
    private @Nullable FlowReleaseReport report;

    FlowResources(FlowId id, BufferPoolSet pools, ResourceTable table, EventSink sink) {
        this.id = id;
        this.pools = pools;
        this.table = table;
        this.ledger = new CopyLedger(id, sink);
        this.host = add(new ComponentId(0), "the host", Long.MAX_VALUE, Integer.MAX_VALUE);
        add(new ComponentId(0), "transit", Long.MAX_VALUE, Integer.MAX_VALUE);
        this.entered = host;
    }

    public FlowId id() {
        return id;
    }

    public CopyLedger ledger() {
        return ledger;
    }

    public ContentTypes contentTypes() {
        return contentTypes;
    }

    /** The host's own account, which has no limits. */
    public BufferOwner host() {
        return host;
    }

    /** Null only for another thread, which sees a buffer in the middle of its way from one flow to another. */
    @Nullable
    BufferOwner owner(int slot) {
        @Nullable BufferOwner[] all = owners;
        return slot < all.length ? all[slot] : null;
    }

    private BufferOwner add(ComponentId component, String label, long budgetBytes, int handleLimit) {
        if (ownerCount == owners.length) {
            owners = Arrays.copyOf(owners, ownerCount * 2);
        }
        var owner = new BufferOwner(this, ownerCount, component, label, budgetBytes, handleLimit);
        owners[ownerCount++] = owner;
        return owner;
    }

    /**
     * An account for a component of this flow. A component without one cannot allocate.
     *
     * @param budgetBytes capacity that it may hold at once
     * @param handleLimit handles that it may hold at once
     */
    public BufferOwner owner(ComponentId component, String name, long budgetBytes, int handleLimit) {
        return add(component, component + " ('" + name + "')", budgetBytes, handleLimit);
    }

    /** The same with the default budget of 64 MiB and 1,024 handles. */
    public BufferOwner owner(ComponentId component, String name) {
        return owner(component, name, Defaults.COMPONENT_BUFFER_BUDGET, Defaults.COMPONENT_HANDLE_LIMIT);
    }

    /** Who is about to run: copies out of buffers are theirs. */
    void enter(BufferOwner owner) {
        if (entered != owner) {
            entered = owner;
        }
    }

    BufferOwner entered() {
        return entered;
    }

    /** Follows a change of the event sink's level. Called between elements. */
    public void observe() {
        ledger.observe();
    }

    /** Buffers that somebody in this flow holds. */
    public int liveBuffers() {
        return live;
    }

    Buffer take(int capacity) {
        PoolTier tier = PoolTier.holding(capacity);
        int t = tier.index;
        Buffer buffer = capacity > tier.capacity() ? pools.create(tier, capacity) : fromMagazine(t);
        allocated[t]++;
        live++;
        return buffer;
    }

    private Buffer fromMagazine(int t) {
        @Nullable Buffer[] buffers = magazine[t];
        if (buffers == null) {
            buffers = new @Nullable Buffer[MAGAZINE[t]];
            magazine[t] = buffers;
        }
        int n = free[t];
        if (n == 0) {
            n = pools.pool(TIERS[t]).take(buffers, 0, BATCH[t]);
            if (n == 0) {
                return pools.create(TIERS[t], TIERS[t].capacity());
            }
        }
        Buffer buffer = buffers[--n];
        free[t] = n;
        if (buffer == null) {
            throw new IllegalStateException("the magazine of " + id + " has a hole at " + n);
        }
        return buffer;
    }

    /** A buffer's life is over. */
    void recycle(Buffer buffer) {
        int t = buffer.tier.index;
        live--;
        returned[t]++;
        if (!buffer.isPooled()) {
            pools.free(buffer);
            return;
        }
        @Nullable Buffer[] buffers = magazine[t];
        if (buffers == null) {
            buffers = new @Nullable Buffer[MAGAZINE[t]];
            magazine[t] = buffers;
        }
        int n = free[t];
        if (n == buffers.length) {
            // The oldest ones go: their bytes have left the caches.
            int half = n / 2;
            giveBack(t, buffers, 0, half);
            System.arraycopy(buffers, half, buffers, 0, n - half);
            n -= half;
        }
        buffers[n] = buffer;
        free[t] = n + 1;
    }

    private void giveBack(int t, @Nullable Buffer[] buffers, int from, int count) {
        for (int i = from; i < from + count; i++) {
            Buffer buffer = buffers[i];
            if (buffer != null) {
                buffer.clear();
            }
        }
        pools.pool(TIERS[t]).put(buffers, from, count);
    }

    /** Gives up what the magazine holds. Called before the flow waits for anything. */
    public void trim() {
        for (int t = 0; t < PoolTier.COUNT; t++) {
            @Nullable Buffer[] buffers = magazine[t];
            if (buffers != null && free[t] > 0) {
                giveBack(t, buffers, 0, free[t]);
                free[t] = 0;
            }
            if ((allocated[t] | returned[t]) != 0) {
                pools.pool(TIERS[t]).count(allocated[t], returned[t]);
                allocated[t] = 0;
                returned[t] = 0;
            }
        }
    }

    List<ReclaimedBuffer> reclaim(BufferOwner owner) {
        return reclaimAll(table.live(buffer -> buffer.owner() == owner));
    }

    private List<ReclaimedBuffer> reclaimAll(List<Buffer> taken) {
        var reports = new ArrayList<ReclaimedBuffer>(taken.size());
        for (Buffer buffer : taken) {
            reports.add(buffer.reclaim());
            live--;
            returned[buffer.tier.index]++;
            if (buffer.isPooled()) {
                pools.pool(buffer.tier).put(new @Nullable Buffer[] {table.replace(buffer)}, 0, 1);
            } else {
                table.remove(buffer);
            }
        }
        return reports;
    }

    /** Part of a buffer, on its way into a guest. One object serves all reads of the flow, one after the other. */
    ByteSource slice(Buffer buffer, int from, int count) {
        slice.buffer = buffer;
        slice.from = from;
        slice.count = count;
        return slice;
    }

    private static final class Slice implements ByteSource {
        private @Nullable Buffer buffer;
        private int from;
        private int count;

        @Override
        public int length() {
            return count;
        }

        @Override
        public void writeTo(CoreMemory memory, int address) {
            Buffer source = buffer;
            if (source == null) {
                throw new IllegalStateException("nothing has been read");
            }
            source.writeTo(memory, address, from, count);
        }
    }

    /** Ends the flow: whatever is still held is taken back and reported. A second call gives the first one's answer. */
    public FlowReleaseReport release() {
        FlowReleaseReport first = report;
        if (first != null) {
            return first;
        }
        List<ReclaimedBuffer> leaked = live == 0
                ? List.of()
                : reclaimAll(table.live(buffer -> {
                    BufferOwner owner = buffer.owner();
                    return owner != null && owner.flow() == this;
                }));
        trim();
        FlowReleaseReport last = new FlowReleaseReport(leaked);
        report = last;
        return last;
    }

    @Override
    public void close() {
        release();
    }
}
