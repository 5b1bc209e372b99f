package io.torvyn.resources;

import io.torvyn.component.GuestBytes;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import io.torvyn.streaming.Types;
import io.torvyn.types.CopyReason;
import org.jspecify.annotations.Nullable;

/**
 * The right to fill a buffer, as a guest holds it: allocate, write, freeze, drop. After {@link #freeze} it is spent, and
 * anything but {@link #drop} traps.
 *
 * <p>The object is recycled when its handle is dropped, not when its buffer is: a guest may keep a spent handle while
 * the buffer has long been with somebody else. Owned by the thread of its owner.
 */
public final class MutableBuffer implements Types.MutableBuffer {
    private static final Result<@Nullable Void, Types.BufferError> WRITTEN = Result.ok();
    private static final Result<@Nullable Void, Types.BufferError> OUT_OF_BOUNDS =
            Result.err(new Types.BufferError.OutOfBounds());
    private static final Result<@Nullable Void, Types.BufferError> CAPACITY_EXCEEDED =
            Result.err(new Types.BufferError.CapacityExceeded());

    /** The answer of {@code allocate}, made once. */
    final Result<Types.MutableBuffer, Types.BufferError> allocated = Result.ok(this);

    private final BufferOwner owner;
    private @Nullable Buffer buffer;
    private boolean dropped;

    MutableBuffer(BufferOwner owner) {
        this.owner = owner;
    }

    MutableBuffer fill(Buffer empty) {
        buffer = empty;
        dropped = false;
        return this;
    }

    private Buffer unfrozen() {
        Buffer b = buffer;
        if (b == null) {
            throw new TrapException("[E0300] mutable-buffer used after freeze; only dropping it is allowed then");
        }
        if (!b.isOwned()) {
            throw new TrapException("[E0302] " + b.handle() + " has been taken from " + owner);
        }
        return b;
    }

    @Override
    public Result<@Nullable Void, Types.BufferError> write(long offset, GuestBytes source) {
        Buffer b = unfrozen();
        if (offset < 0 || offset > b.length()) {
            return OUT_OF_BOUNDS;
        }
        return store(b, (int) offset, source);
    }

    @Override
    public Result<@Nullable Void, Types.BufferError> append(GuestBytes source) {
        Buffer b = unfrozen();
        return store(b, b.length(), source);
    }

    private Result<@Nullable Void, Types.BufferError> store(Buffer b, int offset, GuestBytes source) {
        int count = source.length();
        if (!b.holds(offset, count)) {
            return CAPACITY_EXCEEDED;
        }
        source.copyTo(b.array(), offset);
        b.written(offset + count);
        owner.ledger().record(CopyReason.COMPONENT_TO_HOST, count, owner);
        return WRITTEN;
    }

    @Override
    public long size() {
        return unfrozen().length();
    }

    @Override
    public long capacity() {
        return unfrozen().capacity();
    }

    @Override
    public void setContentType(String contentType) {
        unfrozen().setType(owner.contentTypes().intern(contentType));
    }

    /** The same without a string; see {@link ContentTypes#intern(io.torvyn.component.spi.CoreMemory, int, int)}. */
    public void setContentType(ContentType contentType) {
        unfrozen().setType(contentType);
    }

    /** The same bytes in the same slot, no longer writable: nothing is copied. */
    @Override
    public Buffer freeze() {
        Buffer b = unfrozen();
        b.freeze();
        owner.handleAdded();
        buffer = null;
        return b;
    }

    /** Releases the buffer unless it was frozen, and is ready to be handed out again. */
    @Override
    public void drop() {
        if (dropped) {
            throw new IllegalStateException("a mutable-buffer was dropped twice");
        }
        dropped = true;
        Buffer b = buffer;
        buffer = null;
        if (b == null) {
            owner.handleRemoved();
        } else {
            b.drop();
        }
        owner.recycle(this);
    }
}
