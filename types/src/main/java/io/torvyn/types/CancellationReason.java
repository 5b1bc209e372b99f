package io.torvyn.types;

import java.time.Duration;

/** Why a flow stops. The first reason wins; later ones are ignored. */
public sealed interface CancellationReason {
    /** The state the flow ends in. */
    default FlowState terminalState() {
        return switch (this) {
            case SourceComplete _, LimitReached _, TimeReached _, SinkClosed _ -> FlowState.COMPLETED;
            case OperatorRequest _ -> FlowState.CANCELLED;
            case Timeout _, DownstreamError _, ResourceExhaustion _ -> FlowState.FAILED;
        };
    }

    /** Every source has ended and every queue is empty. */
    record SourceComplete() implements CancellationReason {}

    /** The sources have delivered as many elements as were asked for. */
    record LimitReached(long elements) implements CancellationReason {}

    /** The flow has run for as long as was asked for. */
    record TimeReached(Duration limit) implements CancellationReason {}

    /** The reader behind a native sink has gone. */
    record SinkClosed(String node) implements CancellationReason {}

    /** Somebody asked, or the host is shutting down. */
    record OperatorRequest(String detail) implements CancellationReason {}

    /** The flow's deadline has passed. */
    record Timeout(Duration elapsed) implements CancellationReason {}

    /** A stage failed. */
    record DownstreamError(String node, Failure failure) implements CancellationReason {}

    /** The host ran out of something. */
    record ResourceExhaustion(Failure failure) implements CancellationReason {}
}
