package io.torvyn.resources;

/**
 * How one pool is doing. Flows report what they take and return in batches, so figures lag behind while they run.
 *
 * @param capacity buffers it may have
 * @param available buffers nobody has, counting those that have not been made yet
 * @param allocated buffers handed to flows' components so far
 * @param returned buffers they gave back
 * @param fallbacks buffers allocated outside the pool because it was empty, or too large for any pool
 * @param exhaustions times it was found empty
 */
public record PoolStatistics(
        PoolTier tier, int capacity, int available, long allocated, long returned, long fallbacks, long exhaustions) {}
