package io.torvyn.config;

/** How many elements a flow handles before the next flow has its turn. */
public enum FlowPriority {
    BACKGROUND,
    LOW,
    NORMAL,
    HIGH,
    CRITICAL
}
