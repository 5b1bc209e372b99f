package io.torvyn.types;

/**
 * Where the hot path reports what it does. Implementations neither block nor allocate nor throw.
 *
 * <p>Called from flow drivers, each flow from its own thread.
 */
public interface EventSink {
    /** Reports nothing; answers {@link ObservabilityLevel#OFF}. */
    EventSink NOOP = new NoopEventSink();

    ObservabilityLevel level();

    /**
     * @param startNanos {@link System#nanoTime()} before the call
     * @param endNanos the same after it
     */
    void recordInvocation(FlowId flow, ComponentId component, long startNanos, long endNanos, InvocationStatus status);

    /** @param depth how many elements the stream holds now */
    void recordElementTransfer(FlowId flow, StreamId stream, long sequence, int depth);

    void recordBackpressure(FlowId flow, StreamId stream, boolean activated, int depth, long nanos);

    /** @param bytes payload bytes, more than 0 */
    void recordCopy(FlowId flow, ComponentId component, int bytes, CopyReason reason);
}
