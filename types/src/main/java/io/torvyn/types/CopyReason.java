package io.torvyn.types;

/** Why payload bytes were copied. */
public enum CopyReason {
    /** A guest read a buffer. */
    HOST_TO_COMPONENT,
    /** A guest wrote a buffer. */
    COMPONENT_TO_HOST,
    /** One host buffer was copied into another. */
    CROSS_COMPONENT,
    /** A buffer's bytes were copied on its way back to a pool. */
    POOL_RETURN
}
