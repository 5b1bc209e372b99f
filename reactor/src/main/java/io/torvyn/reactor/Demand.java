package io.torvyn.reactor;

/** When a stage with several outputs may run. */
public enum Demand {
    /** When all of them can take an element: the slowest branch sets the pace, and none misses anything. */
    MINIMUM,
    /** When any of them can: a branch that cannot goes without the element, which counts as dropped by its queue. */
    INDEPENDENT_PER_BRANCH
}
