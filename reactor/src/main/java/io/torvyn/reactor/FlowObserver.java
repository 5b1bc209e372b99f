package io.torvyn.reactor;

import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;

/** Is told what happens to a flow, on the flow's thread; must not block. Nothing here happens for every element. */
public interface FlowObserver {
    /** Looks away. */
    FlowObserver NONE = new FlowObserver() {
        @Override
        public void stateChanged(FlowId flow, FlowState state) {}

        @Override
        public void componentError(FlowId flow, String node, ProcessError error, long sequence, ErrorPolicy policy) {}

        @Override
        public void backpressureChanged(FlowId flow, StreamId stream, boolean active, int depth) {}

        @Override
        public void cleanupFailed(FlowId flow, String node, Failure failure) {}

        @Override
        public void ended(FlowOutcome outcome) {}
    };

    void stateChanged(FlowId flow, FlowState state);

    /**
     * @param sequence the element's; -1 when a source failed
     * @param policy what decides about what follows
     */
    void componentError(FlowId flow, String node, ProcessError error, long sequence, ErrorPolicy policy);

    void backpressureChanged(FlowId flow, StreamId stream, boolean active, int depth);

    /**
     * Something went wrong that does not decide how the flow ends: {@code complete} or draining when it had failed or
     * been cancelled already, {@code teardown}, closing.
     *
     * @param node the stage, or the flow's name
     */
    void cleanupFailed(FlowId flow, String node, Failure failure);

    /** Said before {@link Flow#await} returns. */
    void ended(FlowOutcome outcome);
}
