package io.torvyn.resources;

import io.torvyn.types.Defaults;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The global pools, one for each tier, shared by all flows. Safe for use by many threads.
 *
 * <p>The smallest tier that holds a request serves it. Beyond 1 MiB and up to 16 MiB a buffer of exactly that size is
 * allocated, counted with the huge ones and freed when released. spec: runtime semantics, "Pools".
 */
public final class BufferPoolSet {
    static final int MAX_CAPACITY = Defaults.MAX_BUFFER_SIZE;

    private final ResourceTable table;
    private final PoolSizes sizes;
    private final BufferPool[] pools;

    BufferPoolSet(PoolSizes sizes, ResourceTable table) {
        this.table = table;
        this.sizes = sizes;
        this.pools = Arrays.stream(PoolTier.values())
                .map(tier -> new BufferPool(tier, sizes.of(tier)))
                .toArray(BufferPool[]::new);
    }

    BufferPool pool(PoolTier tier) {
        return pools[tier.index];
    }

    /** A buffer when the free ones have run out: a new one of the pool, else one that belongs to no pool. */
    Buffer create(PoolTier tier, int capacity) {
        BufferPool pool = pool(tier);
        try {
            if (capacity <= tier.capacity()) {
                @Nullable Buffer fresh = pool.create(table);
                if (fresh != null) {
                    return fresh;
                }
                pool.countExhaustion();
                if (sizes.exhaustion() == PoolSizes.Exhaustion.ERROR) {
                    throw new ResourceException(new ResourceFailure.PoolExhausted(tier, capacity, pool.size()));
                }
            }
            pool.countFallback();
            return table.add(tier, -1, new byte[Math.max(capacity, tier.capacity())]);
        } catch (OutOfMemoryError e) {
            throw new ResourceException(
                    new ResourceFailure.AllocationFailed(capacity, "the Java heap is exhausted"), e);
        }
    }

    void free(Buffer unpooled) {
        unpooled.free();
        table.remove(unpooled);
    }

    public PoolStatistics statistics(PoolTier tier) {
        return pool(tier).statistics();
    }

    public List<PoolStatistics> statistics() {
        return Arrays.stream(PoolTier.values()).map(this::statistics).toList();
    }
}
