package io.torvyn.resources;

import io.torvyn.types.BufferHandle;
import io.torvyn.types.ResourceId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every buffer of the process by slot and generation: how a buffer is found again by its number, and how leaks are
 * found.
 *
 * <p>Safe for use by many threads. A buffer enters when its payload is first allocated and stays for all its lives, so
 * nothing here happens for an element; the generation is the buffer's own and grows with each life.
 */
public final class ResourceTable {
    static final int INITIAL_SLOTS = 1 << 16;

    private @Nullable Buffer[] slots = new @Nullable Buffer[INITIAL_SLOTS];
    private int[] generations = new int[INITIAL_SLOTS];
    private int[] free = new int[16];
    private int freeCount;
    private int next;

    ResourceTable() {}

    /** A new buffer in a slot of its own. */
    synchronized Buffer add(PoolTier tier, int poolSlot, byte[] payload) {
        int index;
        if (freeCount > 0) {
            index = free[--freeCount];
        } else {
            index = next++;
            if (index == slots.length) {
                slots = Arrays.copyOf(slots, index * 2);
                generations = Arrays.copyOf(generations, index * 2);
            }
        }
        var buffer = new Buffer(tier, poolSlot, payload, index, generations[index]);
        slots[index] = buffer;
        return buffer;
    }

    /** The slot serves for something else from now on. */
    synchronized void remove(Buffer buffer) {
        int index = buffer.index();
        slots[index] = null;
        generations[index] = buffer.generation();
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = index;
    }

    /** A new object for the same slot and payload. */
    synchronized Buffer replace(Buffer freed) {
        Buffer successor = freed.successor();
        slots[freed.index()] = successor;
        return successor;
    }

    /**
     * The buffer behind an id.
     *
     * @throws ResourceException E0300 when the slot is unknown or has been used again, E0302 when nobody holds it
     */
    public synchronized Buffer get(ResourceId id) {
        int index = id.index();
        var handle = new BufferHandle(id);
        if (index < 0 || index >= next) {
            throw new ResourceException(new ResourceFailure.StaleHandle(handle, "there is no such slot"));
        }
        Buffer buffer = slots[index];
        int generation = buffer == null ? generations[index] : buffer.generation();
        if (generation != id.generation()) {
            throw new ResourceException(
                    new ResourceFailure.StaleHandle(handle, "its slot is in generation " + generation + " now"));
        }
        if (buffer == null || buffer.owner() == null) {
            throw new ResourceException(new ResourceFailure.NotAllocated(handle));
        }
        return buffer;
    }

    /** Buffers that somebody holds and that are like that; a moment's view of what other flows do. */
    synchronized List<Buffer> live(Predicate<Buffer> which) {
        var found = new ArrayList<Buffer>();
        for (int i = 0; i < next; i++) {
            Buffer buffer = slots[i];
            if (buffer != null && buffer.owner() != null && which.test(buffer)) {
                found.add(buffer);
            }
        }
        return found;
    }

    /** Buffers that somebody holds. Exact when no flow runs. */
    public int live() {
        return live(_ -> true).size();
    }

    /** Slots, used or not. */
    public synchronized int capacity() {
        return slots.length;
    }
}
