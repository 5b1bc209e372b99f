package io.torvyn.resources;

/** Who may do what with a buffer (see {@link Buffer} for the moves between these). */
public enum ResourceState {
    /** In a pool; nobody holds it. */
    POOLED,
    /** One owner, who may read, move and free it, and write it until it is frozen. */
    OWNED,
    /** Lent to at least one reader; the owner is unchanged. */
    BORROWED,
    /** Held by readers or by one writer beyond a call; the owner is unchanged. */
    LEASED,
    /** Between two owners, in the host's hands. */
    TRANSIT,
    /** Taken from its owner by force, or too large for a pool; this object is never used again. */
    FREED
}
