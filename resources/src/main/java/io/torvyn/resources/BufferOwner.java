package io.torvyn.resources;

import io.torvyn.component.Result;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.ComponentId;
import io.torvyn.types.CopyReason;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who holds buffers, a component or the host, with what they may hold. For a component it is also the {@code
 * buffer-allocator} that the component imports. Owned by the flow's thread, or by the one that calls the component for it.
 *
 * <p>Charged is a buffer's capacity, while it is owned and not lent. Handles are those a guest can have: a
 * mutable-buffer until it is dropped, spent or not, and a frozen buffer until it is given away.
 */
public final class BufferOwner implements BufferAllocator {
    private static final Result<Types.MutableBuffer, Types.BufferError> TOO_LARGE =
            Result.err(new Types.BufferError.CapacityExceeded());

    /** Its number in its flow. */
    final int slot;

    private final FlowResources flow;
    /** Of the thread that it is used by. */
    final Partition partition;
    /** How it sees what it is lent; null when it is used by the flow's own thread. */
    private final @Nullable LentBuffer lent;

    private final ComponentId id;
    private final String label;
    private final long budgetBytes;
    private final int handleLimit;
    /** Components are; the host and the way between two owners are not. */
    private final boolean accountable;

    private long heldBytes;
    private int heldHandles;
    private MutableBuffer[] spare = new MutableBuffer[8];
    private int spareCount;
    private List<ReclaimedBuffer> reclaimed = List.of();

    BufferOwner(
            FlowResources flow,
            Partition partition,
            int slot,
            ComponentId id,
            String label,
            long budgetBytes,
            int handleLimit) {
        this.flow = flow;
        this.partition = partition;
        this.lent = partition == flow.main ? null : new LentBuffer(partition);
        this.slot = slot;
        this.accountable = slot >= FlowResources.FIRST_COMPONENT;
        this.id = id;
        this.label = label;
        this.budgetBytes = budgetBytes;
        this.handleLimit = handleLimit;
    }

    public ComponentId id() {
        return id;
    }

    FlowResources flow() {
        return flow;
    }

    /** This owner is about to run: copies out of buffers are its own from now on. */
    public void enter() {
        partition.enter(this);
    }

    /** The ledger of its flow, or the part of it that is its thread's. */
    public CopyLedger ledger() {
        return partition.ledger;
    }

    /** The content types of its thread. */
    public ContentTypes contentTypes() {
        return partition.contentTypes;
    }

    /** Whether another thread than the flow's uses it. */
    public boolean isElsewhere() {
        return lent != null;
    }

    /**
     * A buffer of the flow's as this owner's component may see it until {@link #giveBack}. On another thread than the flow's
     * it is the flow that has it lent meanwhile: borrows are counted by that thread alone.
     */
    public Types.Buffer borrow(Buffer buffer) {
        LentBuffer view = lent;
        if (view == null) {
            buffer.borrowStart();
            return buffer;
        }
        view.begin(buffer);
        return view;
    }

    /** Ends what {@link #borrow} began. */
    public void giveBack(Buffer buffer) {
        LentBuffer view = lent;
        if (view == null) {
            buffer.borrowEnd();
        } else {
            view.end();
        }
    }

    /** Bytes of capacity held; not kept for the host. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Buffers held. Looks through all that there are. */
    public int heldBuffers() {
        return flow.count(this);
    }

    /** {@code allocate}: at least {@code capacityHint} bytes, unsigned. */
    @Override
    public Result<Types.MutableBuffer, Types.BufferError> allocate(long capacityHint) {
        if (capacityHint < 0 || capacityHint > BufferPoolSet.MAX_CAPACITY) {
            return TOO_LARGE;
        }
        Buffer buffer;
        try {
            buffer = acquire((int) capacityHint);
        } catch (ResourceException e) {
            return Result.err(new Types.BufferError.AllocationFailed(e.failure().text()));
        }
        return writer(buffer).allocated;
    }

    /** {@code clone-into-mutable}: one copy, host to host; the content type comes along. */
    @Override
    public Result<Types.MutableBuffer, Types.BufferError> cloneIntoMutable(Types.Buffer source) {
        Buffer original = source instanceof LentBuffer view ? view.buffer() : (Buffer) source;
        int length = original.length();
        Buffer buffer;
        try {
            buffer = acquire(length);
        } catch (ResourceException e) {
            return Result.err(new Types.BufferError.AllocationFailed(e.failure().text()));
        }
        System.arraycopy(original.array(), 0, buffer.array(), 0, length);
        buffer.written(length);
        buffer.setType(original.type());
        partition.ledger.record(CopyReason.CROSS_COMPONENT, length, this);
        return writer(buffer).allocated;
    }

    private MutableBuffer writer(Buffer buffer) {
        MutableBuffer writer = spareCount > 0 ? spare[--spareCount] : new MutableBuffer(this);
        return writer.fill(buffer);
    }

    void recycle(MutableBuffer writer) {
        if (spareCount == spare.length) {
            spare = Arrays.copyOf(spare, spareCount * 2);
        }
        spare[spareCount++] = writer;
    }

    /**
     * A buffer to be filled by the host, on this owner's account.
     *
     * @param capacity bytes at least; 0 is fine
     * @throws ResourceException E0306, E0307, E0308, E0310 or E0311
     */
    public Buffer acquire(int capacity) {
        if (capacity < 0 || capacity > BufferPoolSet.MAX_CAPACITY) {
            throw new ResourceException(new ResourceFailure.CapacityExceeded(
                    "a buffer", BufferPoolSet.MAX_CAPACITY, Integer.toUnsignedString(capacity)));
        }
        if (heldHandles >= handleLimit) {
            throw new ResourceException(new ResourceFailure.HandleLimitExceeded(label, handleLimit));
        }
        Magazine magazine = partition.magazine(capacity);
        int charge = magazine.chargeFor(capacity);
        if (heldBytes + charge > budgetBytes) {
            throw new ResourceException(new ResourceFailure.BudgetExceeded(label, heldBytes, charge, budgetBytes));
        }
        Buffer buffer = magazine.take(charge);
        buffer.begin(this);
        if (accountable) {
            heldBytes += charge;
            heldHandles++;
        }
        return buffer;
    }

    /**
     * Leases a buffer of this flow, whoever owns it, until a moment or until the end of this owner at the latest.
     *
     * @param deadlineNanos by {@link System#nanoTime}
     * @throws ResourceException E0302 to E0305 when the buffer is in a state that forbids it
     */
    public BufferLease lease(Buffer buffer, Lease kind, long deadlineNanos) {
        return flow.lease(buffer, kind, this, deadlineNanos);
    }

    /** The buffer comes into these hands. */
    void charge(Buffer buffer) {
        if (!accountable) {
            return;
        }
        if (heldHandles >= handleLimit) {
            throw new ResourceException(new ResourceFailure.HandleLimitExceeded(label, handleLimit));
        }
        if (heldBytes + buffer.capacity() > budgetBytes) {
            throw new ResourceException(
                    new ResourceFailure.BudgetExceeded(label, heldBytes, buffer.capacity(), budgetBytes));
        }
        heldBytes += buffer.capacity();
        heldHandles++;
    }

    /** It leaves them. */
    void discharge(Buffer buffer) {
        if (accountable) {
            heldBytes -= buffer.capacity();
            heldHandles--;
        }
    }

    /** A frozen buffer has come to stand beside its spent mutable-buffer. */
    void handleAdded() {
        heldHandles++;
    }

    /** A spent mutable-buffer has been dropped. */
    void handleRemoved() {
        heldHandles--;
    }

    /**
     * Takes everything back from a component that is finished: borrows and leases are cleared, every buffer it owns goes
     * back, nothing is charged to it any more. What it has leased from others ends, too.
     */
    public List<ReclaimedBuffer> reclaim() {
        flow.endLeases(this);
        List<ReclaimedBuffer> taken = heldBytes == 0 ? List.of() : flow.reclaim(this);
        heldBytes = 0;
        heldHandles = 0;
        if (!taken.isEmpty()) {
            reclaimed = Stream.concat(reclaimed.stream(), taken.stream()).toList();
        }
        return taken;
    }

    /** What has been taken back from it since this was asked last, for whoever tells people. */
    public List<ReclaimedBuffer> reclaimed() {
        List<ReclaimedBuffer> taken = reclaimed;
        reclaimed = List.of();
        return taken;
    }

    @Override
    public String toString() {
        return label;
    }
}
