package io.torvyn.types;

/** The event sink of somebody who does not want to know. */
final class NoopEventSink implements EventSink {
    @Override
    public ObservabilityLevel level() {
        return ObservabilityLevel.OFF;
    }

    @Override
    public void recordInvocation(
            FlowId flow, ComponentId component, long startNanos, long endNanos, InvocationStatus status) {}

    @Override
    public void recordElementTransfer(FlowId flow, StreamId stream, long sequence, int depth) {}

    @Override
    public void recordBackpressure(FlowId flow, StreamId stream, boolean activated, int depth, long nanos) {}

    @Override
    public void recordCopy(FlowId flow, ComponentId component, int bytes, CopyReason reason) {}
}
