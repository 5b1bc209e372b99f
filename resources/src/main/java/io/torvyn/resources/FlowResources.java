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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The buffers, the copy ledger and the content types of one flow. Owned by the flow's thread, which sets it up or gets
 * it handed over before the first element; {@link #ledger} alone may be read from elsewhere.
 */
public final class FlowResources implements AutoCloseable {
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
    private final List<BufferLease> leases = new ArrayList<>();
    /** By tier. */
    private final Magazine[] magazines;
    /** Buffers held when the magazines were trimmed last. */
    private long liveBefore;

    private BufferOwner entered;
    private @Nullable FlowReleaseReport report;

    FlowResources(FlowId id, BufferPoolSet pools, ResourceTable table, EventSink sink) {
        this.id = id;
        this.pools = pools;
        this.table = table;
        this.ledger = new CopyLedger(id, sink);
        this.magazines =
                Arrays.stream(TIERS).map(tier -> new Magazine(pools, tier)).toArray(Magazine[]::new);
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
        long live = liveBefore;
        for (Magazine magazine : magazines) {
            live += magazine.outstanding();
        }
        return (int) live;
    }

    /** Where a buffer for so many bytes is to be had. */
    Magazine magazine(int capacity) {
        return magazines[PoolTier.indexFor(capacity)];
    }

    /** A buffer's life is over. */
    void recycle(Buffer buffer) {
        magazines[buffer.tierIndex].put(buffer);
    }

    /** Gives up what the magazines hold. Called before the flow waits for anything. */
    public void trim() {
        liveBefore = liveBuffers();
        for (Magazine magazine : magazines) {
            magazine.trim();
        }
    }

    BufferLease lease(Buffer buffer, Lease kind, BufferOwner holder, long deadlineNanos) {
        buffer.leaseStart(kind);
        var lease = new BufferLease(buffer, kind, holder, deadlineNanos);
        leases.add(lease);
        return lease;
    }

    void forget(BufferLease lease) {
        leases.remove(lease);
    }

    /**
     * Takes back the leases whose time is over. Called between bursts.
     *
     * @param now {@link System#nanoTime()}
     */
    public void endLeases(long now) {
        if (!leases.isEmpty()) {
            endLeases(lease -> lease.isOver(now));
        }
    }

    /** Takes back what somebody has leased. */
    void endLeases(BufferOwner holder) {
        if (!leases.isEmpty()) {
            endLeases(lease -> lease.holder() == holder);
        }
    }

    private void endLeases(Predicate<BufferLease> which) {
        leases.removeIf(lease -> {
            boolean ends = which.test(lease);
            if (ends) {
                lease.takeBack();
            }
            return ends;
        });
    }

    int count(BufferOwner owner) {
        return table.live(buffer -> buffer.owner() == owner).size();
    }

    List<ReclaimedBuffer> reclaim(BufferOwner owner) {
        return reclaimAll(table.live(buffer -> buffer.owner() == owner));
    }

    private List<ReclaimedBuffer> reclaimAll(List<Buffer> taken) {
        var reports = new ArrayList<ReclaimedBuffer>(taken.size());
        for (Buffer buffer : taken) {
            reports.add(buffer.reclaim());
            magazines[buffer.tier.index].countReturn();
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
        endLeases(_ -> true);
        List<ReclaimedBuffer> leaked = liveBuffers() == 0
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
