package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The handles that one component instance holds: CanonicalABI.md, "Table State" and "Resource State".
 *
 * <p>Owned by the instance's thread. Index 0 is never handed out. Freed indices are used again, last one first.
 */
public final class HandleTable {
    /*
     * One slot object for each index, made when the index is first used and used again for ever: adding and removing
     * allocates nothing, which is what a streaming guest does several times for each element, and a look-up is one array
     * access. Resources of the host are objects; those of guests are the i32 that the guest chose.
     */
    /** The specification allows 2^28 - 1; these here take some 40 MiB. */
    static final int MAX_LENGTH = 1 << 20;

    private static final class Slot {
        final int handle;
        /** Null while the slot is free. */
        @Nullable
        ResourceType type;

        @Nullable
        HostResource hostRep;

        int guestRep;
        boolean owned;
        int lends;
        /** Of a free slot: the one that was freed before it; 0 for none. */
        int nextFree;

        Slot(int handle) {
            this.handle = handle;
        }
    }

    private @Nullable Slot[] slots = new @Nullable Slot[16];
    private int free;
    private int next = 1;
    private int borrows;
    private int live;

    /** Of the resource types, for messages: those that are not the host's. */
    private final Set<ResourceType> guestDefined;

    /** @param guestDefined grows later on */
    HandleTable(Set<ResourceType> guestDefined) {
        this.guestDefined = guestDefined;
    }

    /** Adds an owned handle to a resource of the host. */
    public int newOwn(ResourceType type, HostResource rep) {
        int handle = add(type, true);
        present(handle).hostRep = rep;
        return handle;
    }

    /** Lends a resource of the host until {@link #borrowCount} is 0 again, which the callee has to see to. */
    public int newBorrow(ResourceType type, HostResource rep) {
        int handle = add(type, false);
        present(handle).hostRep = rep;
        borrows++;
        return handle;
    }

    int newOwn(ResourceType type, int rep) {
        int handle = add(type, true);
        present(handle).guestRep = rep;
        return handle;
    }

    int newBorrow(ResourceType type, int rep) {
        int handle = add(type, false);
        present(handle).guestRep = rep;
        borrows++;
        return handle;
    }

    private int add(ResourceType type, boolean own) {
        int handle = free;
        Slot slot = slots[handle];
        if (slot == null) { // there is none at index 0
            handle = grow();
            slot = present(handle);
        } else {
            free = slot.nextFree;
        }
        slot.type = type;
        slot.owned = own;
        slot.lends = 0;
        live++;
        return handle;
    }

    private int grow() {
        if (next == slots.length) {
            if (slots.length == MAX_LENGTH) {
                throw new TrapException("too many handles: " + live + " are in use");
            }
            slots = Arrays.copyOf(slots, slots.length * 2);
        }
        slots[next] = new Slot(next);
        return next++;
    }

    /** The host resource behind a handle, owned or borrowed; the handle stays. Lifts {@code borrow<T>}. */
    public HostResource rep(int handle, ResourceType type) {
        return hostRep(slot(handle, type));
    }

    private static HostResource hostRep(Slot slot) {
        HostResource rep = slot.hostRep;
        if (rep == null) {
            throw new TrapException("handle " + slot.handle + " is not one of the host's");
        }
        return rep;
    }

    int guestRep(int handle, ResourceType type) {
        return slot(handle, type).guestRep;
    }

    /** Takes an owned handle to a host resource out of the table. Lifts {@code own<T>}. */
    public HostResource removeOwn(int handle, ResourceType type) {
        Slot slot = slot(handle, type);
        HostResource rep = hostRep(slot);
        checkOwnUnlent(slot);
        remove(handle, slot);
        return rep;
    }

    int removeGuestOwn(int handle, ResourceType type) {
        Slot slot = slot(handle, type);
        checkOwnUnlent(slot);
        remove(handle, slot);
        return slot.guestRep;
    }

    private static void checkOwnUnlent(Slot slot) {
        if (!slot.owned) {
            throw new TrapException("handle " + slot.handle + " is a borrow and cannot be given away");
        }
        if (slot.lends != 0) {
            throw stillLent(slot, "given away");
        }
    }

    /**
     * {@code canon resource.drop} for resources of the host: CanonicalABI.md, "canon resource.drop".
     */
    public void drop(int handle, ResourceType type) {
        drop(handle, type, null);
    }

    /** @param dropper the instance whose core code drops; null when it is the host */
    void drop(int handle, ResourceType type, @Nullable Instance dropper) {
        Slot slot = slot(handle, type);
        HostResource rep = hostRep(slot);
        removeUnlent(handle, slot);
        if (!slot.owned) {
            borrows--;
        } else if (rep instanceof GuestResource guest) {
            guest.drop(dropper);
        } else {
            rep.drop();
        }
    }

    /**
     * Removes a guest resource's handle.
     *
     * @return true when it was an owned one, whose destructor the caller runs
     */
    boolean removeForDrop(int handle, ResourceType type) {
        Slot slot = slot(handle, type);
        removeUnlent(handle, slot);
        if (!slot.owned) {
            borrows--;
        }
        return slot.owned;
    }

    private void removeUnlent(int handle, Slot slot) {
        if (slot.lends != 0) {
            throw stillLent(slot, "dropped");
        }
        remove(handle, slot);
    }

    private static TrapException stillLent(Slot slot, String action) {
        return new TrapException("cannot remove owned resource while borrowed: handle " + slot.handle
                + " is lent and cannot be " + action);
    }

    void lend(int handle) {
        present(handle).lends++;
    }

    void unlend(int handle) {
        present(handle).lends--;
    }

    private Slot present(int handle) {
        Slot slot = slots[handle];
        if (slot == null) {
            throw new IllegalArgumentException("no handle " + handle + " was ever handed out");
        }
        return slot;
    }

    private Slot slot(int handle, ResourceType type) {
        // The common case straight down; what is wrong is found out afterwards.
        @Nullable Slot[] all = slots;
        if (handle >= 0 && handle < all.length) { // index 0 is always null
            Slot slot = all[handle];
            if (slot != null && type.equals(slot.type)) {
                return slot;
            }
        }
        throw wrongHandle(handle, type);
    }

    private TrapException wrongHandle(int handle, ResourceType type) {
        Slot slot = handle > 0 && handle < next ? slots[handle] : null;
        ResourceType found = slot == null ? null : slot.type;
        if (slot == null || found == null) {
            return new TrapException("unknown handle index " + Integer.toUnsignedString(handle));
        }
        String expectedKind = kind(guestDefined.contains(type));
        String foundKind = kind(slot.hostRep == null || slot.hostRep instanceof GuestResource);
        return new TrapException("handle index " + handle + " used with the wrong type, expected " + expectedKind
                + " but found a " + (expectedKind.equals(foundKind) ? "different " : "") + foundKind + " (" + found
                + " instead of " + type + ")");
    }

    private static String kind(boolean ofGuest) {
        return ofGuest ? "guest-defined resource" : "host-defined resource";
    }

    private void remove(int handle, Slot slot) {
        slot.type = null;
        slot.hostRep = null;
        slot.nextFree = free;
        free = handle;
        live--;
    }

    /** Drops all that are borrowed. */
    void endBorrows() {
        for (int handle = 1; handle < next && borrows != 0; handle++) {
            Slot slot = slots[handle];
            if (slot != null && slot.type != null && !slot.owned) {
                remove(handle, slot);
                borrows--;
            }
        }
    }

    /** Borrowed handles that have not been dropped. */
    public int borrowCount() {
        return borrows;
    }

    /** Handles in the table. */
    public int size() {
        return live;
    }

    /**
     * Drops whatever the table still holds, for an instance that is finished. All of it, also when one of the drops
     * throws; the first such exception is thrown on at the end.
     */
    public void clear() {
        RuntimeException failed = null;
        for (int handle = 1; handle < next; handle++) {
            Slot slot = slots[handle];
            if (slot != null && slot.type != null) {
                HostResource rep = slot.hostRep;
                remove(handle, slot);
                if (slot.owned && rep != null) {
                    try {
                        rep.drop();
                    } catch (RuntimeException e) {
                        if (failed == null) {
                            failed = e;
                        } else {
                            failed.addSuppressed(e);
                        }
                    }
                }
            }
        }
        borrows = 0;
        if (failed != null) {
            throw failed;
        }
    }
}
