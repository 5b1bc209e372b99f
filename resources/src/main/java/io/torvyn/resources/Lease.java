package io.torvyn.resources;

/** What the holder of a lease may do. */
public enum Lease {
    /** Reads, beside other readers. */
    READ,
    /** Writes, alone. */
    WRITE
}
