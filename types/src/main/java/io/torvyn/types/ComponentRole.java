package io.torvyn.types;

/** What a stage does in a flow. */
public enum ComponentRole {
    SOURCE,
    PROCESSOR,
    SINK,
    FILTER,
    ROUTER,
    AGGREGATOR;

    /** Whether elements leave this stage. */
    public boolean isProducer() {
        return this != SINK;
    }

    /** Whether elements enter this stage. */
    public boolean isConsumer() {
        return this != SOURCE;
    }
}
