package io.torvyn.reactor;

/**
 * Which of the ready stages of a flow has its turn, and for how many elements.
 *
 * <p>spec: runtime semantics, "Scheduling inside a flow".
 */
public sealed interface SchedulingPolicy {
    /** The ready stage nearest to the sinks, one element at a time: queues stay short, latency too. */
    record DemandDriven() implements SchedulingPolicy {}

    /** One after the other. */
    record RoundRobin() implements SchedulingPolicy {}

    /** The one that has had the least time for its weight; the default. */
    record WeightedFair() implements SchedulingPolicy {}

    /** The one of the highest priority, of several such the one nearest to the sinks. */
    record Priority() implements SchedulingPolicy {}
}
