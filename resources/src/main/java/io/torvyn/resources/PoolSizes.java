package io.torvyn.resources;

/**
 * How many buffers the pools keep, and what happens when one of them is empty.
 *
 * @param small buffers of 256 B
 * @param medium buffers of 4 KiB
 * @param large buffers of 64 KiB
 * @param huge buffers of 1 MiB
 */
public record PoolSizes(int small, int medium, int large, int huge, Exhaustion exhaustion) {
    public static final PoolSizes DEFAULT = new PoolSizes(4096, 1024, 256, 32, Exhaustion.FALLBACK_ALLOC);

    /** What an empty pool does. */
    public enum Exhaustion {
        /** Allocates a buffer that its flow keeps while it is busy, and that is freed then instead of pooled. */
        FALLBACK_ALLOC,
        /** Refuses with E0310. */
        ERROR
    }

    public PoolSizes {
        if (Math.min(Math.min(small, medium), Math.min(large, huge)) < 0) {
            throw new IllegalArgumentException("a pool cannot have a negative number of buffers");
        }
    }

    int of(PoolTier tier) {
        return switch (tier) {
            case SMALL -> small;
            case MEDIUM -> medium;
            case LARGE -> large;
            case HUGE -> huge;
        };
    }
}
