package io.torvyn.config;

/** Which of a flow's ready stages runs next. */
public enum SchedulingKind {
    ROUND_ROBIN,
    WEIGHTED_FAIR,
    PRIORITY
}
