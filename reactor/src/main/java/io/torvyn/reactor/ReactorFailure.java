package io.torvyn.reactor;

import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.List;

/**
 * Why a flow could not be created, or ended before its sources did: E0400–E0429, E0209 for routers and E0001 for native
 * stages.
 */
public sealed interface ReactorFailure extends Failure {
    record InvalidTopology(String flow, String reason) implements ReactorFailure {}

    record ShuttingDown(String flow) implements ReactorFailure {}

    record QueueFull(String flow, String stream, int capacity) implements ReactorFailure {}

    /** @param call the exported function */
    record ComponentError(String node, String call, ProcessError error) implements ReactorFailure {}

    /** @param known the ports that have edges */
    record UnknownPort(String node, String port, List<String> known) implements ReactorFailure {
        public UnknownPort {
            known = List.copyOf(known);
        }
    }

    record DeadlineExceeded(String flow, Duration deadline, Duration elapsed) implements ReactorFailure {}

    record ComponentTimeout(String node, Duration timeout) implements ReactorFailure {}

    record DrainTimeout(String flow, Duration timeout, long discarded) implements ReactorFailure {}

    record FlowCancelled(String flow, String reason) implements ReactorFailure {}

    record RetriesExhausted(String node, int attempts, ProcessError last) implements ReactorFailure {}

    /** @param rest until it is called again */
    record CircuitOpen(String node, int failures, Duration rest) implements ReactorFailure {}

    /** @param action what the stage was doing, such as {@code reading} */
    record NativeIo(String node, String action, String reason) implements ReactorFailure {}

    record Internal(String flow, String detail) implements ReactorFailure {}

    @Override
    default ErrorCode code() {
        return switch (this) {
            case InvalidTopology _ -> ErrorCode.CREATE_INVALID_TOPOLOGY;
            case ShuttingDown _ -> ErrorCode.CREATE_SHUTTING_DOWN;
            case QueueFull _ -> ErrorCode.QUEUE_ERROR;
            case ComponentError _ -> ErrorCode.COMPONENT_ERROR;
            case UnknownPort _ -> ErrorCode.ROUTER_PORT_UNKNOWN;
            case DeadlineExceeded _ -> ErrorCode.DEADLINE_EXCEEDED;
            case ComponentTimeout _ -> ErrorCode.COMPONENT_TIMEOUT;
            case DrainTimeout _ -> ErrorCode.DRAIN_TIMEOUT;
            case FlowCancelled _ -> ErrorCode.FLOW_CANCELLED;
            case RetriesExhausted _ -> ErrorCode.RETRIES_EXHAUSTED;
            case CircuitOpen _ -> ErrorCode.CIRCUIT_OPEN;
            case NativeIo _ -> ErrorCode.IO_ERROR;
            case Internal _ -> ErrorCode.FLOW_INTERNAL;
        };
    }

    @Override
    default String message() {
        return switch (this) {
            case InvalidTopology(var flow, var reason) -> "Flow '" + flow + "' cannot be created: " + reason + ".";
            case ShuttingDown(var flow) -> "Flow '" + flow + "' cannot be created: the reactor is shutting down.";
            case QueueFull(var flow, var stream, var capacity) ->
                "Flow '" + flow + "': the queue " + stream + " is full with " + capacity
                        + " elements, and its backpressure policy is error.";
            case ComponentError(var node, var call, var error) ->
                "Component '" + node + "' answered an error in " + call + ": " + error + ".";
            case UnknownPort(var node, var port, var known) ->
                "Router '" + node + "' named the port '" + port + "', from which no edge leads on; its ports are "
                        + String.join(", ", known) + ".";
            case DeadlineExceeded(var flow, var deadline, var elapsed) ->
                "Flow '" + flow + "' ran for " + elapsed.toMillis() + " ms; its deadline is " + deadline.toMillis()
                        + " ms.";
            case ComponentTimeout(var node, var timeout) ->
                "A call of component '" + node + "' took longer than " + timeout.toMillis() + " ms.";
            case DrainTimeout(var flow, var timeout, var discarded) ->
                "Flow '" + flow + "' did not finish what was queued within " + timeout.toMillis() + " ms; " + discarded
                        + " elements were discarded.";
            case FlowCancelled(var flow, var reason) -> "Flow '" + flow + "' was cancelled: " + reason + ".";
            case RetriesExhausted(var node, var attempts, var last) ->
                "Component '" + node + "' failed " + attempts + " times with the same element, at last with " + last
                        + ".";
            case CircuitOpen(var node, var failures, var rest) ->
                "Component '" + node + "' answered unavailable " + failures + " times in a row and is left alone for "
                        + rest.toMillis() + " ms; its elements wait.";
            case NativeIo(var node, var action, var reason) ->
                "Node '" + node + "' failed " + action + ": " + reason + ".";
            case Internal(var flow, var detail) -> "Flow '" + flow + "' met a defect of Torvyn: " + detail + ".";
        };
    }

    @Override
    default String help() {
        return switch (this) {
            case InvalidTopology _ -> "A flow is a directed graph without cycles, from sources to sinks.";
            case ShuttingDown _ -> "Wait for the end and start again.";
            case QueueFull _ -> "Enlarge queue_depth, choose another backpressure policy, or look for a slow consumer.";
            case ComponentError(var _, var _, var error) ->
                switch (error.kind()) {
                    case INVALID_INPUT -> "Compare what comes from upstream with what this component expects.";
                    case UNAVAILABLE -> "Check its grants, and that what it depends on can be reached.";
                    case INTERNAL -> "This is a defect of the component: look at its log and report it.";
                    case DEADLINE_EXCEEDED -> "Raise the time limit or make the component faster.";
                    case FATAL -> "The flow ends, whatever its error policy.";
                };
            case UnknownPort(var node, var port, var _) ->
                "Add an edge from \"" + node + ":" + port + "\", or correct the name in the component or in the edge.";
            case DeadlineExceeded _ -> "Raise the flow's deadline.";
            case ComponentTimeout _ ->
                "Raise the invocation timeout (`timeout_ms` of the node) or make the component faster.";
            case DrainTimeout _ -> "Raise drain_timeout, or look for a slow consumer.";
            case FlowCancelled _ -> "";
            case RetriesExhausted _ -> "Remove the cause or raise max_retries.";
            case CircuitOpen _ -> "What it depends on is down: check that it can be reached.";
            case NativeIo _ -> "Check the path, its permissions and the room on the disk.";
            case Internal _ -> "Please report it.";
        };
    }

    @Override
    default boolean isFatal() {
        return switch (this) {
            case QueueFull _, ComponentError _, UnknownPort _, CircuitOpen _ -> false;
            case InvalidTopology _,
                    ShuttingDown _,
                    DeadlineExceeded _,
                    ComponentTimeout _,
                    DrainTimeout _,
                    FlowCancelled _,
                    RetriesExhausted _,
                    NativeIo _,
                    Internal _ -> true;
        };
    }

    @Override
    default boolean isRetryable() {
        return switch (this) {
            case ShuttingDown _, ComponentTimeout _, CircuitOpen _ -> true;
            case ComponentError(var _, var _, var error) -> error.isRetryable();
            case InvalidTopology _,
                    QueueFull _,
                    UnknownPort _,
                    DeadlineExceeded _,
                    DrainTimeout _,
                    FlowCancelled _,
                    RetriesExhausted _,
                    NativeIo _,
                    Internal _ -> false;
        };
    }
}
