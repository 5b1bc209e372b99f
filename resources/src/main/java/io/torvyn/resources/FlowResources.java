package io.torvyn.resources;

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
 *
 * <p>A component that another thread calls has an {@linkplain #ownerElsewhere account} with free buffers, a part of the
 * ledger and content types of its own, so that the two threads share nothing that is written. What it makes becomes the
 * flow's by {@link Buffer#completeTransfer}, and what it is lent it sees as a {@link LentBuffer}.
 */
public final class FlowResources implements AutoCloseable {
    static final int HOST = 0;
    static final int TRANSIT = 1;
    static final int FIRST_COMPONENT = 2;

    private final FlowId id;
    private final BufferPoolSet pools;
    private final ResourceTable table;
    /** What the flow's own thread works with. */
    final Partition main;

    private final List<Partition> others = new ArrayList<>();
    private @Nullable BufferOwner[] owners = new @Nullable BufferOwner[4];
    private int ownerCount;
    private final BufferOwner host;
    private final List<BufferLease> leases = new ArrayList<>();
    /** Buffers held when the magazines were trimmed last. */
    private long liveBefore;

    private @Nullable FlowReleaseReport report;

    FlowResources(FlowId id, BufferPoolSet pools, ResourceTable table, EventSink sink) {
        this.id = id;
        this.pools = pools;
        this.table = table;
        this.main = new Partition(pools, new CopyLedger(id, sink));
        this.host = add(main, new ComponentId(0), "the host", Long.MAX_VALUE, Integer.MAX_VALUE);
        add(main, new ComponentId(0), "transit", Long.MAX_VALUE, Integer.MAX_VALUE);
        main.enter(host);
    }

    public FlowId id() {
        return id;
    }

    public CopyLedger ledger() {
        return main.ledger;
    }

    public ContentTypes contentTypes() {
        return main.contentTypes;
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

    private BufferOwner add(
            Partition partition, ComponentId component, String label, long budgetBytes, int handleLimit) {
        if (ownerCount == owners.length) {
            owners = Arrays.copyOf(owners, ownerCount * 2);
        }
        var owner = new BufferOwner(this, partition, ownerCount, component, label, budgetBytes, handleLimit);
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
        return add(main, component, component + " ('" + name + "')", budgetBytes, handleLimit);
    }

    /**
     * An account, with the default budget, for a component that another thread than the flow's calls. It is used by one
     * thread at a time, which sees what the one before it has done. Given out before the first element.
     */
    public BufferOwner ownerElsewhere(ComponentId component, String name) {
        var partition = new Partition(pools, main.ledger.part());
        others.add(partition);
        BufferOwner owner = add(
                partition,
                component,
                component + " ('" + name + "')",
                Defaults.COMPONENT_BUFFER_BUDGET,
                Defaults.COMPONENT_HANDLE_LIMIT);
        partition.enter(owner);
        return owner;
    }

    /** The same with the default budget of 64 MiB and 1,024 handles. */
    public BufferOwner owner(ComponentId component, String name) {
        return owner(component, name, Defaults.COMPONENT_BUFFER_BUDGET, Defaults.COMPONENT_HANDLE_LIMIT);
    }

    /** Follows a change of the event sink's level. Called between elements. */
    public void observe() {
        main.ledger.observe();
    }

    /** Buffers that somebody in this flow holds. */
    public int liveBuffers() {
        long live = liveBefore + main.outstanding();
        for (Partition other : others) {
            live += other.outstanding();
        }
        return (int) live;
    }

    /**
     * Gives up what the magazines hold. Called before the flow waits for anything but its other threads, while none of those
     * is at work.
     */
    public void trim() {
        liveBefore = liveBuffers();
        main.trim();
        for (Partition other : others) {
            other.trim();
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
            main.countReturn(buffer);
            if (buffer.isPooled()) {
                pools.pool(buffer.tier).put(new @Nullable Buffer[] {table.replace(buffer)}, 0, 1);
            } else {
                table.remove(buffer);
            }
        }
        return reports;
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
