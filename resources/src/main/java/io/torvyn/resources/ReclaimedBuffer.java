package io.torvyn.resources;

import io.torvyn.types.ResourceId;

/**
 * A buffer that was taken from its holder by force.
 *
 * @param previousState the state it was in
 * @param previousOwner who held it
 * @param capacity bytes that were charged
 * @param borrows borrows that were cleared
 * @param returnedToPool whether its payload serves again
 */
public record ReclaimedBuffer(
        ResourceId id,
        ResourceState previousState,
        String previousOwner,
        int capacity,
        int borrows,
        boolean returnedToPool) {}
