package io.torvyn.resources;

import org.jspecify.annotations.Nullable;

/** The free buffers of one tier that a flow keeps to itself, in front of the global pool. Owned by the flow's thread. */
final class Magazine {
    /*
     * It starts empty, is filled and emptied by half a magazine at a time, and is given up when the flow goes to sleep, so
     * that ten thousand idle flows hold nothing. In the steady state of a flow no atomic is touched.
     *
     * 64 is a default queue's depth: the number of buffers that swings between the stages of a busy flow. A batch is
     * what is taken from the pool's free ones at once; new payloads are made one by one, since a flow that needs one
     * should not cost 32. A flow keeps no more than a quarter of a pool to itself, so that a small pool is not found
     * empty while its buffers lie idle in one flow's magazine.
     *
     * Buffers of no pool that were made because theirs was empty are kept like the others. A thousand busy flows need
     * more than a pool has: else each of their elements would take a slot of the process's one table and give it back,
     * under its lock.
     */
    private static final int[] SIZE = {64, 64, 64, 4};
    private static final int[] BATCH = {32, 16, 4, 1};

    private final BufferPoolSet pools;
    private final PoolTier tier;
    private final int tierCapacity;
    private final int size;
    private final int batch;
    private @Nullable Buffer[] buffers = {};
    private int free;
    /** Since the pool was told last; so is the other one. */
    private long allocated;

    private long returned;

    Magazine(BufferPoolSet pools, PoolTier tier) {
        this.pools = pools;
        this.tier = tier;
        this.tierCapacity = tier.capacity();
        this.size = Math.clamp(pools.pool(tier).size() / 4, 1, SIZE[tier.index]);
        this.batch = Math.min(BATCH[tier.index], size);
    }

    /** The capacity that a request of so many bytes gets here, and is charged. */
    int chargeFor(int bytes) {
        return Math.max(bytes, tierCapacity);
    }

    /** A buffer of that capacity; one of its own when no pool has that large ones. */
    Buffer take(int capacity) {
        Buffer buffer = capacity > tierCapacity ? pools.create(tier, capacity) : pooled();
        allocated++;
        return buffer;
    }

    private Buffer pooled() {
        int n = free;
        if (n == 0) {
            return refilled();
        }
        Buffer buffer = buffers[--n];
        free = n;
        if (buffer == null) {
            throw hole(n);
        }
        return buffer;
    }

    private Buffer refilled() {
        if (buffers.length == 0) {
            buffers = new @Nullable Buffer[size];
        }
        int n = pools.pool(tier).take(buffers, 0, batch);
        Buffer buffer = n == 0 ? null : buffers[n - 1];
        free = Math.max(0, n - 1);
        return buffer == null ? pools.create(tier, tier.capacity()) : buffer;
    }

    /** A buffer's life is over. */
    void put(Buffer buffer) {
        returned++;
        if (buffer.capacity() != tierCapacity) {
            pools.free(buffer);
            return;
        }
        int n = free;
        if (n == buffers.length) {
            n = makeRoom();
        }
        buffers[n] = buffer;
        free = n + 1;
    }

    private int makeRoom() {
        if (buffers.length == 0) {
            buffers = new @Nullable Buffer[size];
            return 0;
        }
        // The oldest ones go: their bytes have left the caches.
        int half = Math.max(1, free / 2);
        giveBack(half);
        System.arraycopy(buffers, half, buffers, 0, free - half);
        return free - half;
    }

    private void giveBack(int count) {
        int pooled = 0;
        for (int i = 0; i < count; i++) {
            Buffer buffer = buffers[i];
            if (buffer == null) {
                throw hole(i);
            }
            buffers[i] = null;
            if (buffer.isPooled()) {
                buffer.clear();
                buffers[pooled++] = buffer;
            } else {
                pools.free(buffer);
            }
        }
        pools.pool(tier).put(buffers, 0, pooled);
    }

    private IllegalStateException hole(int at) {
        return new IllegalStateException("a magazine of " + tier.label() + " buffers has a hole at " + at);
    }

    /** A buffer's life was ended by force, and it does not come back here. */
    void countReturn() {
        returned++;
    }

    /** How many more buffers have been taken than put back since the last {@link #trim}; may be negative. */
    long outstanding() {
        return allocated - returned;
    }

    /** Gives up what is free, and tells the pool what has been taken and put back. */
    void trim() {
        if (free > 0) {
            giveBack(free);
            free = 0;
        }
        if ((allocated | returned) != 0) {
            pools.pool(tier).count(allocated, returned);
            allocated = 0;
            returned = 0;
        }
    }
}
