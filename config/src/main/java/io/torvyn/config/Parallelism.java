package io.torvyn.config;

/** Which thread a stage runs on. */
public enum Parallelism {
    /** Its flow's. */
    FLOW,
    /** One of its own. */
    STAGE
}
