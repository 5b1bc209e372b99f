package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A resource that a guest implements, outside of that guest: what the host gets when the guest gives one away or lends
 * it. Belongs to the thread of the guest's instance.
 *
 * <p>One that was given away ({@link #isOwned}) is given on or dropped by whoever has it; giving it on leaves this
 * object empty. One that was lent is good for the call that it was lent for.
 */
public final class GuestResource implements HostResource {
    private final GuestResourceType definition;
    private final int rep;
    private State state;
    private int lends;
    /** The last call that it was to be lent in, and to be given away in. */
    @Nullable
    PassedResources lentIn;

    @Nullable
    PassedResources givenIn;

    private enum State {
        OWNED,
        BORROWED,
        GONE
    }

    GuestResource(GuestResourceType definition, int rep, boolean owned) {
        this.definition = definition;
        this.rep = rep;
        this.state = owned ? State.OWNED : State.BORROWED;
    }

    public ResourceType type() {
        return definition.type();
    }

    /** It may be given on, and has to be dropped otherwise. */
    public boolean isOwned() {
        return state == State.OWNED;
    }

    /** Neither given on nor dropped, nor is the call over that it was lent for. */
    public boolean isLive() {
        return state != State.GONE;
    }

    boolean isLent() {
        return lends != 0;
    }

    GuestResourceType definition() {
        return definition;
    }

    int rep() {
        return rep;
    }

    /** The call that it was lent for is over. */
    void expire() {
        state = State.GONE;
    }

    void lend() {
        lends++;
    }

    void unlend() {
        lends--;
    }

    /** It is given on: the same resource for whoever gets it. */
    GuestResource move() {
        state = State.GONE;
        return new GuestResource(definition, rep, true);
    }

    /**
     * Runs the guest's destructor, once; nothing when it is not owned, or the guest's instance is finished.
     *
     * @throws IllegalStateException while it is lent to a call, or the guest's instance is in the middle of one; it is
     *     still there then
     * @throws EngineException when the destructor traps
     */
    @Override
    public void drop() {
        drop(null);
    }

    void drop(@Nullable Instance dropper) {
        if (state != State.OWNED) {
            return;
        }
        if (lends != 0) {
            throw new IllegalStateException("a resource " + type() + " is lent and cannot be dropped");
        }
        if (dropper == null && definition.owner().isEntered()) {
            throw new IllegalStateException(
                    "a resource " + type() + " cannot be dropped while its component is in the middle of a call");
        }
        state = State.GONE;
        definition.destroy(dropper, rep);
    }
}
