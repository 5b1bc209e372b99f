package io.torvyn.reactor;

import io.torvyn.resources.ReclaimedBuffer;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;
import java.util.List;

/** Is told what happens to a flow, on the flow's thread; must not block. Nothing here happens for every element. */
public interface FlowObserver {
    /** Looks away. */
    FlowObserver NONE = new FlowObserver() {
        @Override
        public void stateChanged(FlowId flow, FlowState state) {}

        @Override
        public void componentError(FlowId flow, String node, ProcessError error, long sequence, ErrorPolicy policy) {}

        @Override
        public void componentFinished(FlowId flow, String node, Failure failure, long sequence, boolean replaced) {}

        @Override
        public void circuitOpened(FlowId flow, String node, Failure failure) {}

        @Override
        public void circuitClosed(FlowId flow, String node) {}

        @Override
        public void backpressureChanged(FlowId flow, StreamId stream, boolean active, int depth) {}

        @Override
        public void yielded(FlowId flow, int elements) {}

        @Override
        public void cleanupFailed(FlowId flow, String node, Failure failure) {}

        @Override
        public void ended(FlowOutcome outcome) {}
    };

    void stateChanged(FlowId flow, FlowState state);

    /**
     * @param sequence the element's; -1 when there was none: a source failed, or an aggregator that was flushed
     * @param policy what decides about what follows
     */
    void componentError(FlowId flow, String node, ProcessError error, long sequence, ErrorPolicy policy);

    /**
     * A component that may be restarted is finished.
     *
     * @param sequence of the element that it was called for; -1 when there was none
     * @param replaced whether a fresh instance takes its place; otherwise there have been too many, and the flow fails
     */
    void componentFinished(FlowId flow, String node, Failure failure, long sequence, boolean replaced);

    /** A component is left alone for a while because of its answers (E0427); elements wait. */
    void circuitOpened(FlowId flow, String node, Failure failure);

    /** It answers again. */
    void circuitClosed(FlowId flow, String node);

    void backpressureChanged(FlowId flow, StreamId stream, boolean active, int depth);

    /**
     * The flow has let others have the processor.
     *
     * @param elements that its stages had handled since it did so before
     */
    void yielded(FlowId flow, int elements);

    /**
     * Something went wrong that does not decide how the flow ends: {@code complete} or draining when it had failed or
     * been cancelled already, {@code complete} of a second sink, {@code teardown}, closing.
     *
     * @param node the stage, or the flow's name
     */
    void cleanupFailed(FlowId flow, String node, Failure failure);

    /** What a component still held when it was finished, and has been taken from it. */
    default void reclaimed(FlowId flow, String node, List<ReclaimedBuffer> buffers) {}

    /** Said before {@link Flow#await} returns. */
    void ended(FlowOutcome outcome);
}
