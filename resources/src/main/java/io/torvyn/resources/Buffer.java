package io.torvyn.resources;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.streaming.Types;
import io.torvyn.types.BufferHandle;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ResourceId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A payload in host memory, and the record of who holds it. The object is a slot that lives many lives: whoever has
 * released it must not touch it again.
 *
 * <table>
 * <caption>What may happen to a buffer</caption>
 * <tr><th>from</th><th>by</th><th>to</th><th>when</th></tr>
 * <tr><td>pooled</td><td>{@link BufferOwner#acquire}, {@link BufferOwner#allocate}</td><td>owned</td><td>within
 * budget</td></tr>
 * <tr><td>owned, borrowed</td><td>{@link #borrowStart}</td><td>borrowed</td><td>always</td></tr>
 * <tr><td>borrowed</td><td>{@link #borrowEnd}</td><td>owned</td><td>it was the last borrow</td></tr>
 * <tr><td>owned, leased</td><td>{@link #leaseStart}</td><td>leased</td><td>readers share, a writer is alone</td></tr>
 * <tr><td>leased</td><td>{@link #leaseEnd}, or its {@linkplain BufferLease deadline}, or the end of its
 * holder</td><td>owned</td><td>it was the last lease</td></tr>
 * <tr><td>owned</td><td>{@link #beginTransfer}</td><td>transit</td><td>by the owner</td></tr>
 * <tr><td>transit</td><td>{@link #completeTransfer}</td><td>owned</td><td>within the new owner's budget</td></tr>
 * <tr><td>owned</td><td>{@link #release}</td><td>pooled</td><td>it was the last consumer; one that is not may be done while
 * another has borrowed it</td></tr>
 * <tr><td>any</td><td>{@link BufferOwner#reclaim}, end of the flow</td><td>freed</td><td>always</td></tr>
 * </table>
 *
 * <p>Everything else is refused with the failure of the situation (E0300–E0305). While it is out of its pool a buffer
 * belongs to one flow and to that flow's thread, or to the thread of the component that holds it. spec: runtime semantics, "Ownership states".
 */
@SuppressWarnings("EnumOrdinal") // of a state, within this class only
public final class Buffer implements Types.Buffer, ByteSource {
    /*
     * Stale bytes cannot be read. A life starts with length 0; bytes get in through append and write only, which refuse
     * an offset beyond the length, so every byte below the length has been written in this life; bytes get out through
     * read, copyTo and writeTo only, all of which stop at the length. Therefore a buffer that stays within its flow is
     * not cleared between two lives, which would cost 1 to 2 us at 64 KiB. It is cleared, up to the most that any of its
     * lives has written, when it leaves the flow for the global pools.
     *
     * A buffer that is taken away by force may still stand in some guest's handle table. It is therefore never used
     * again: its payload goes back to the pool under a new object, and this one stays FREED, where drop() does nothing.
     *
     * State and owner are numbers, not references: they change a dozen times in a life, and storing a reference to one old
     * object in another costs a memory fence under G1, and a write to its card table under Serial. References here, and in the queues of the reactor, made an
     * element of three stages 18 ns slower under G1 than under Serial, which has no such fence; now it is 7.
     */
    private static final ResourceState[] STATES = ResourceState.values();
    private static final int POOLED = ResourceState.POOLED.ordinal();
    private static final int OWNED = ResourceState.OWNED.ordinal();
    private static final int BORROWED = ResourceState.BORROWED.ordinal();
    private static final int LEASED = ResourceState.LEASED.ordinal();
    private static final int IN_TRANSIT = ResourceState.TRANSIT.ordinal();
    private static final int FREED = ResourceState.FREED.ordinal();
    private static final int WRITE_LEASE = -1;
    private static final int NOBODY = -1;

    final PoolTier tier;
    final int tierIndex;
    /** Its place in its tier's pool; -1 when it is not pooled. */
    final int poolSlot;

    private final byte[] bytes;
    /** Of the bytes; asking the array would bring a second cache line in for every element. */
    private final int capacity;

    private final int index;
    private int generation;
    private int length;
    private int dirty;
    private ContentType type = ContentType.NONE;
    private int state = POOLED;
    private int borrows;
    private int leases;
    private int consumers;
    private boolean frozen;
    /** The flow of this life, and of the last one while it stays in that flow's magazine. */
    private @Nullable FlowResources flow;

    private int holder = NOBODY;

    Buffer(PoolTier tier, int poolSlot, byte[] bytes, int index, int generation) {
        this.tier = tier;
        this.tierIndex = tier.index;
        this.poolSlot = poolSlot;
        this.bytes = bytes;
        this.capacity = bytes.length;
        this.index = index;
        this.generation = generation;
    }

    /** Its successor in the same slots, after this object has been freed by force. */
    Buffer successor() {
        clear();
        return new Buffer(tier, poolSlot, bytes, index, generation);
    }

    /** Starts a life. The owner has been charged. */
    void begin(BufferOwner newOwner) {
        generation++;
        FlowResources its = newOwner.flow();
        if (flow != its) {
            flow = its;
        }
        holder = newOwner.slot;
        consumers = 1;
        state = OWNED;
    }

    /** Ends a life; the bytes stay, unreachable, until {@link #clear}. */
    private void end(int last) {
        if (length > dirty) {
            dirty = length;
        }
        length = 0;
        if (type != ContentType.NONE) {
            type = ContentType.NONE;
        }
        frozen = false;
        holder = NOBODY;
        state = last;
    }

    /** It leaves its flow. */
    void clear() {
        Arrays.fill(bytes, 0, dirty, (byte) 0);
        dirty = 0;
        flow = null;
    }

    int index() {
        return index;
    }

    int generation() {
        return generation;
    }

    public ResourceId id() {
        return new ResourceId(index, generation);
    }

    public BufferHandle handle() {
        return new BufferHandle(id());
    }

    public ResourceState state() {
        return STATES[state];
    }

    /** In the hands of an owner, and neither lent nor leased. */
    boolean isOwned() {
        return state == OWNED;
    }

    /** Between two owners. */
    public boolean isInTransit() {
        return state == IN_TRANSIT;
    }

    /** Null while nobody holds it. */
    public @Nullable BufferOwner owner() {
        FlowResources its = flow;
        int number = holder;
        return its == null || number == NOBODY ? null : its.owner(number);
    }

    private BufferOwner owner(String operation) {
        BufferOwner held = owner();
        if (held == null) {
            throw refused(operation);
        }
        return held;
    }

    /** The bytes charged to its owner. */
    public int capacity() {
        return capacity;
    }

    /** The bytes written in this life. */
    @Override
    public int length() {
        return length;
    }

    public ContentType type() {
        return type;
    }

    /** Nobody writes it any more in this life. */
    public boolean isFrozen() {
        return frozen;
    }

    boolean isPooled() {
        return poolSlot >= 0;
    }

    /** Lends it for reading. Free of charge. */
    public void borrowStart() {
        if (state != OWNED && state != BORROWED) {
            throw refused("lent");
        }
        borrows++;
        state = BORROWED;
    }

    public void borrowEnd() {
        if (state != BORROWED) {
            throw outOfPlace("given back by a borrower");
        }
        if (--borrows == 0) {
            state = OWNED;
        }
    }

    /** Hands it out beyond one call; the host ends the lease. */
    public void leaseStart(Lease lease) {
        if (lease == Lease.WRITE && frozen && state == OWNED) {
            throw isFrozenNow();
        }
        boolean anotherReader = state == LEASED && leases > 0 && lease == Lease.READ;
        if (state != OWNED && !anotherReader) {
            throw refused("leased");
        }
        leases = lease == Lease.WRITE ? WRITE_LEASE : leases + 1;
        state = LEASED;
    }

    public void leaseEnd() {
        if (state != LEASED) {
            throw outOfPlace("given back by a leaseholder");
        }
        leases = leases == WRITE_LEASE ? 0 : leases - 1;
        if (leases == 0) {
            state = OWNED;
        }
    }

    /** Takes it out of its owner's hands, and off its budget. It cannot be written any more. */
    public void beginTransfer(BufferOwner from) {
        if (state != OWNED) {
            throw refused("moved");
        }
        requireOwner(from);
        from.discharge(this);
        frozen = true;
        holder = FlowResources.TRANSIT;
        state = IN_TRANSIT;
    }

    /**
     * Puts it into other hands.
     *
     * @throws ResourceException E0306 or E0311 when they may not hold it; it is still in transit then
     */
    public void completeTransfer(BufferOwner to) {
        if (state != IN_TRANSIT) {
            throw outOfPlace("received");
        }
        if (flow != to.flow()) {
            throw new IllegalArgumentException(handle() + " cannot leave its flow for " + to);
        }
        to.charge(this);
        holder = to.slot;
        state = OWNED;
    }

    /** Has it wait for so many more calls of {@link #release}: it stands in so many more queues than it did. */
    public void share(int moreConsumers) {
        if (moreConsumers < 0) {
            throw new IllegalArgumentException("a buffer gets more consumers, not " + moreConsumers);
        }
        consumers += moreConsumers;
    }

    /** One consumer is done; when it was the last, the buffer goes back to where it came from. */
    public void release() {
        if (state != OWNED) {
            releaseLent();
            return;
        }
        if (--consumers > 0) {
            return;
        }
        FlowResources its = flow;
        if (its == null) {
            throw refused("released");
        }
        Partition partition = its.main;
        if (holder >= FlowResources.FIRST_COMPONENT) {
            BufferOwner held = owner("released");
            held.discharge(this);
            partition = held.partition;
        }
        end(POOLED);
        partition.recycle(this);
    }

    /** Only one of several consumers may be done while another one has borrowed it. */
    private void releaseLent() {
        if (state != BORROWED || consumers <= 1) {
            throw refused("released");
        }
        consumers--;
    }

    /**
     * The same, for somebody who has to prove that it is theirs.
     *
     * @throws ResourceException E0301 when it is not
     */
    public void release(BufferOwner caller) {
        if (state == OWNED) {
            requireOwner(caller);
        }
        release();
    }

    /** The guest has dropped the handle that owned it. */
    @Override
    public void drop() {
        if (state != FREED) {
            release();
        }
    }

    /** Takes it from whoever holds it, in any state. */
    ReclaimedBuffer reclaim() {
        BufferOwner held = owner("reclaimed");
        var report = new ReclaimedBuffer(id(), state(), held.toString(), capacity(), borrows, isPooled());
        held.discharge(this);
        borrows = 0;
        leases = 0;
        end(FREED);
        return report;
    }

    /** It was allocated for this life only. */
    void free() {
        end(FREED);
    }

    private void requireOwner(BufferOwner caller) {
        if (holder != caller.slot || flow != caller.flow()) {
            throw new ResourceException(
                    new ResourceFailure.NotOwner(handle(), String.valueOf(owner()), caller.toString()));
        }
    }

    /** Why the operation cannot be done in the state that the buffer is in. */
    private ResourceException refused(String operation) {
        return new ResourceException(
                switch (state()) {
                    case POOLED, FREED -> new ResourceFailure.NotAllocated(handle());
                    case BORROWED -> new ResourceFailure.BorrowsOutstanding(handle(), borrows);
                    case LEASED ->
                        leases == WRITE_LEASE
                                ? new ResourceFailure.MutableLeaseActive(handle())
                                : new ResourceFailure.ReadOnlyLeasesActive(handle(), leases);
                    case TRANSIT, OWNED -> wrongState(operation);
                });
    }

    /** What would end has not begun. */
    private ResourceException outOfPlace(String operation) {
        return new ResourceException(
                switch (state()) {
                    case POOLED, FREED -> new ResourceFailure.NotAllocated(handle());
                    case OWNED, BORROWED, LEASED, TRANSIT -> wrongState(operation);
                });
    }

    private ResourceFailure wrongState(String operation) {
        String now =
                switch (state()) {
                    case TRANSIT -> "on its way between owners";
                    case BORROWED -> "lent";
                    case LEASED -> "leased";
                    case OWNED -> "only owned";
                    case POOLED, FREED -> "nobody's";
                };
        return new ResourceFailure.StaleHandle(handle(), "it is " + now + " and cannot be " + operation);
    }

    void freeze() {
        frozen = true;
    }

    /** Room for a write, or the reason why there is none; changes nothing. */
    boolean holds(int offset, int count) {
        return count <= capacity - offset;
    }

    byte[] array() {
        return bytes;
    }

    /** Bytes up to {@code end} have been written. */
    void written(int end) {
        if (end > length) {
            length = end;
        }
    }

    void setType(ContentType newType) {
        type = newType;
    }

    private BufferOwner writer() {
        if (frozen || (state != OWNED && leases != WRITE_LEASE)) {
            throw frozen && state == OWNED ? isFrozenNow() : refused("written");
        }
        return owner("written");
    }

    private ResourceException isFrozenNow() {
        return new ResourceException(new ResourceFailure.StaleHandle(handle(), "it is frozen"));
    }

    /**
     * Adds bytes from the host's side: one copy, entered in the ledger like a guest's write.
     *
     * @throws ResourceException E0308 when they do not fit; nothing is written then
     */
    public void append(byte[] source, int offset, int count) {
        BufferOwner by = writer();
        Objects.checkFromIndexSize(offset, count, source.length);
        requireRoom(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        by.ledger().record(CopyReason.COMPONENT_TO_HOST, count, by);
    }

    /** The same for what a byte buffer still has. */
    public void append(ByteBuffer source) {
        BufferOwner by = writer();
        int count = source.remaining();
        requireRoom(count);
        source.get(bytes, length, count);
        length += count;
        by.ledger().record(CopyReason.COMPONENT_TO_HOST, count, by);
    }

    /**
     * Fills it with what the host itself has to say. Not entered: the ledger is of what passes the border of a sandbox.
     *
     * @throws ResourceException E0308 when it does not fit; nothing is written then
     */
    public void compose(byte[] document) {
        writer();
        requireRoom(document.length);
        System.arraycopy(document, 0, bytes, length, document.length);
        length += document.length;
    }

    /** The content, for the host itself to read where it lies. Good until the buffer is released; not entered either. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, length).asReadOnlyBuffer();
    }

    private void requireRoom(int count) {
        if (!holds(length, count)) {
            throw new ResourceException(new ResourceFailure.CapacityExceeded(
                    handle().toString(), bytes.length, Long.toString((long) length + count)));
        }
    }

    /** Sets the media type hint, before it is frozen. */
    public void contentType(ContentType newType) {
        writer();
        type = newType;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public String contentType() {
        return type.text();
    }

    @Override
    public ByteSource readAll() {
        return this;
    }

    /** Both arguments unsigned; short past the end, never an error. The answer is good until the next read. */
    @Override
    public ByteSource read(long offset, long count) {
        int from = start(offset);
        return reader().slice(this, from, count(from, count));
    }

    /** Where a read begins that is to begin there. */
    int start(long offset) {
        return offset < 0 || offset > length ? length : (int) offset;
    }

    /** How many bytes it gets. */
    int count(int from, long wanted) {
        int available = length - from;
        return wanted < 0 || wanted > available ? available : (int) wanted;
    }

    /** Of the thread that may read it: the flow's, or that of the component that holds it. */
    private Partition reader() {
        FlowResources its = flow;
        if (its == null || holder == NOBODY) {
            throw refused("read");
        }
        return holder >= FlowResources.FIRST_COMPONENT ? owner("read").partition : its.main;
    }

    /** Copies everything into guest memory, and enters the copy. */
    @Override
    public void writeTo(CoreMemory memory, int address) {
        writeTo(memory, address, 0, length);
    }

    void writeTo(CoreMemory memory, int address, int from, int count) {
        memory.write(address, bytes, from, count);
        recordRead(count);
    }

    /** Copies a part of it into an array of the host: one copy, entered like a guest's read. */
    public void copyTo(int from, byte[] target, int offset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        System.arraycopy(bytes, from, target, offset, count);
        recordRead(count);
    }

    /** Copies everything to where the byte buffer stands; there must be room. */
    public void copyTo(ByteBuffer target) {
        target.put(bytes, 0, length);
        recordRead(length);
    }

    /** Writes everything to a stream: one copy, entered when the stream has taken it. */
    public void writeTo(OutputStream target) throws IOException {
        target.write(bytes, 0, length);
        recordRead(length);
    }

    /** The content in an array of its own. Entered like any other read. */
    public byte[] toArray() {
        byte[] copy = new byte[length];
        copyTo(0, copy, 0, length);
        return copy;
    }

    private void recordRead(int count) {
        reader().recordRead(count);
    }

    @Override
    public String toString() {
        return handle() + " (" + state() + ", " + length + " of " + bytes.length + " bytes)";
    }
}
