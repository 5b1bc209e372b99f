package io.torvyn.types;

/** How one call of a component ended. */
public enum InvocationStatus {
    OK,
    ERROR,
    TIMEOUT,
    CANCELLED
}
