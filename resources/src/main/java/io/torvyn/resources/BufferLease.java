package io.torvyn.resources;

/**
 * A buffer that somebody may read or write beyond a call, while its owner stays the same. Owned by the flow's thread.
 *
 * <p>It ends when its holder closes it, and the host takes it back at its deadline, when its holder or the buffer's owner
 * is finished, and at the end of the flow. Whoever uses it then is refused (E0300). spec: runtime semantics, "Ownership
 * states".
 *
 * <p>For host code that has a buffer of its own on an account and lets somebody at it beyond one call: one who reads a
 * block in pieces, or fills it piece by piece, while the owner can neither move nor release it. No stage of ours takes one.
 * What a stage is given is lent for its call, and a lent buffer cannot be leased; what leaves a flow for an application is
 * copied into an array of its own, since an application may keep it longer than any flow runs, and on threads that are not
 * the flow's.
 */
public final class BufferLease implements AutoCloseable {
    private final Buffer buffer;
    private final Lease kind;
    private final BufferOwner holder;
    private final long deadlineNanos;
    private boolean ended;

    BufferLease(Buffer buffer, Lease kind, BufferOwner holder, long deadlineNanos) {
        this.buffer = buffer;
        this.kind = kind;
        this.holder = holder;
        this.deadlineNanos = deadlineNanos;
    }

    public Lease kind() {
        return kind;
    }

    BufferOwner holder() {
        return holder;
    }

    boolean isOver(long now) {
        return now - deadlineNanos >= 0;
    }

    /** Whether the buffer may still be used. */
    public boolean isActive() {
        return !ended && buffer.state() == ResourceState.LEASED;
    }

    /**
     * The leased buffer, to be read, and to be written under {@link Lease#WRITE}; not to be kept.
     *
     * @throws ResourceException E0300 when the lease has ended
     */
    public Buffer buffer() {
        if (!isActive()) {
            throw new ResourceException(
                    new ResourceFailure.StaleHandle(buffer.handle(), "the lease of " + holder + " has ended"));
        }
        return buffer;
    }

    /** Gives it back; nothing happens when it has been taken back. */
    @Override
    public void close() {
        if (isActive()) {
            buffer.leaseEnd();
        }
        ended = true;
        holder.flow().forget(this);
    }

    /** The host takes it back. */
    void takeBack() {
        if (isActive()) {
            buffer.leaseEnd();
        }
        ended = true;
    }
}
