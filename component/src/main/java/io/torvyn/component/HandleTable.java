package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The handles that one component instance holds: CanonicalABI.md, "Table State" and "Resource State".
 *
 * <p>Owned by the instance's thread. Index 0 is never handed out. Freed indices are used again, last one first.
 */
public final class HandleTable {
    /*
     * Parallel arrays instead of an object for each handle: adding and removing allocates nothing, which is what a
     * streaming guest does several times for each element. Resources of the host are objects; those of guests are the
     * i32 that the guest chose.
     */
    /** The specification allows 2^28 - 1; these here take 22 MiB. */
    static final int MAX_LENGTH = 1 << 20;

    private @Nullable ResourceType[] types = new @Nullable ResourceType[16];
    private @Nullable HostResource[] hostReps = new @Nullable HostResource[16];
    private int[] guestReps = new int[16];
    private boolean[] owned = new boolean[16];
    private int[] lends = new int[16];
    private int[] free = new int[16];
    private int freeCount;
    private int next = 1;
    private int borrows;
    private int live;

    HandleTable() {}

    /** Adds an owned handle to a resource of the host. */
    public int newOwn(ResourceType type, HostResource rep) {
        int handle = add(type, true);
        hostReps[handle] = rep;
        return handle;
    }

    /** Lends a resource of the host until {@link #borrowCount} is 0 again, which the callee has to see to. */
    public int newBorrow(ResourceType type, HostResource rep) {
        int handle = add(type, false);
        hostReps[handle] = rep;
        borrows++;
        return handle;
    }

    int newOwn(ResourceType type, int rep) {
        int handle = add(type, true);
        guestReps[handle] = rep;
        return handle;
    }

    int newBorrow(ResourceType type, int rep) {
        int handle = add(type, false);
        guestReps[handle] = rep;
        borrows++;
        return handle;
    }

    private int add(ResourceType type, boolean own) {
        int handle;
        if (freeCount > 0) {
            handle = free[--freeCount];
        } else {
            handle = next;
            if (handle == types.length) {
                grow();
            }
            next++;
        }
        types[handle] = type;
        owned[handle] = own;
        lends[handle] = 0;
        live++;
        return handle;
    }

    private void grow() {
        if (types.length == MAX_LENGTH) {
            throw new TrapException("too many handles: " + live + " are in use");
        }
        int length = types.length * 2;
        types = Arrays.copyOf(types, length);
        hostReps = Arrays.copyOf(hostReps, length);
        guestReps = Arrays.copyOf(guestReps, length);
        owned = Arrays.copyOf(owned, length);
        lends = Arrays.copyOf(lends, length);
        free = Arrays.copyOf(free, length);
    }

    /** The host resource behind a handle, owned or borrowed; the handle stays. Lifts {@code borrow<T>}. */
    public HostResource rep(int handle, ResourceType type) {
        check(handle, type);
        HostResource rep = hostReps[handle];
        if (rep == null) {
            throw new TrapException("handle " + Integer.toUnsignedString(handle) + " is not one of the host's");
        }
        return rep;
    }

    int guestRep(int handle, ResourceType type) {
        check(handle, type);
        return guestReps[handle];
    }

    /** Takes an owned handle to a host resource out of the table. Lifts {@code own<T>}. */
    public HostResource removeOwn(int handle, ResourceType type) {
        HostResource rep = rep(handle, type);
        checkOwnUnlent(handle);
        remove(handle);
        return rep;
    }

    int removeGuestOwn(int handle, ResourceType type) {
        check(handle, type);
        checkOwnUnlent(handle);
        int rep = guestReps[handle];
        remove(handle);
        return rep;
    }

    private void checkOwnUnlent(int handle) {
        if (!owned[handle]) {
            throw new TrapException("handle " + handle + " is a borrow and cannot be given away");
        }
        if (lends[handle] != 0) {
            throw new TrapException("handle " + handle + " is lent and cannot be given away");
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
        HostResource rep = rep(handle, type);
        if (lends[handle] != 0) {
            throw new TrapException("handle " + handle + " is lent and cannot be dropped");
        }
        boolean own = owned[handle];
        remove(handle);
        if (!own) {
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
        check(handle, type);
        if (lends[handle] != 0) {
            throw new TrapException("handle " + handle + " is lent and cannot be dropped");
        }
        boolean own = owned[handle];
        if (!own) {
            borrows--;
        }
        remove(handle);
        return own;
    }

    void lend(int handle) {
        lends[handle]++;
    }

    void unlend(int handle) {
        lends[handle]--;
    }

    private void check(int handle, ResourceType type) {
        // One comparison decides the common case; what is wrong is found out afterwards.
        if (handle <= 0 || handle >= next || types[handle] != type) {
            throw wrongHandle(handle, type);
        }
    }

    private TrapException wrongHandle(int handle, ResourceType type) {
        ResourceType found = handle > 0 && handle < next ? types[handle] : null;
        return new TrapException(
                found == null
                        ? "unknown handle index " + Integer.toUnsignedString(handle)
                        : "handle index " + handle + " used with the wrong type, expected " + type + " but found "
                                + found);
    }

    private void remove(int handle) {
        types[handle] = null;
        hostReps[handle] = null;
        free[freeCount++] = handle;
        live--;
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
            if (types[handle] != null) {
                HostResource rep = hostReps[handle];
                boolean own = owned[handle];
                remove(handle);
                if (own && rep != null) {
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
