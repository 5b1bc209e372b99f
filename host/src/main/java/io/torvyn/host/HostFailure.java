package io.torvyn.host;

import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.NearestName;
import io.torvyn.types.TorvynException;
import java.nio.file.Path;
import java.util.List;

/** Why the host could not do what it was asked. */
public sealed interface HostFailure extends Failure {
    /** No flow of that name, or none at all. */
    record FlowNotDefined(String flow, Path manifest, List<String> known) implements HostFailure {}

    /** {@code lifecycle.init} failed, or the flow ended before its first element. */
    record FlowStartup(String flow, String stage, Failure inner) implements HostFailure {}

    /** There is no such flow, or it was forgotten. */
    record FlowNotFound(FlowId flow) implements HostFailure {}

    /** A stage that the application wrote threw something, or what feeds it did. */
    record JavaStageFailed(String node, String thrown) implements HostFailure {}

    /** E0005, with what there is instead. */
    static TorvynException notDefined(Manifest manifest, String flow) {
        return new TorvynException(new FlowNotDefined(
                flow,
                manifest.file(),
                manifest.flows().stream().map(FlowDefinition::name).toList()));
    }

    @Override
    default ErrorCode code() {
        return switch (this) {
            case FlowNotDefined _ -> ErrorCode.FLOW_NOT_DEFINED;
            case FlowStartup(var _, var _, var inner) -> inner.code();
            case FlowNotFound _ -> ErrorCode.HOST_FLOW_NOT_FOUND;
            case JavaStageFailed _ -> ErrorCode.COMPONENT_ERROR;
        };
    }

    @Override
    default String message() {
        return switch (this) {
            case FlowNotDefined(var flow, var manifest, var known) ->
                known.isEmpty()
                        ? manifest + " defines no flow"
                        : "%s defines no flow '%s'; it has %s".formatted(manifest, flow, String.join(", ", known));
            case FlowStartup(var flow, var stage, var inner) ->
                "flow '%s' could not start (%s): %s".formatted(flow, stage, inner.message());
            case FlowNotFound(var flow) -> "there is no " + flow;
            case JavaStageFailed(var node, var thrown) ->
                "node '%s', which is the application's own code, failed with %s".formatted(node, thrown);
        };
    }

    @Override
    default String help() {
        return switch (this) {
            case FlowNotDefined(var flow, var _, var known) ->
                known.isEmpty()
                        ? "Add a `[flow.main]` table with nodes and edges."
                        : NearestName.of(flow.startsWith("flow.") ? flow.substring("flow.".length()) : flow, known)
                                .map("Did you mean '%s'?"::formatted)
                                .orElse("Name one of those.");
            case FlowStartup(var _, var _, var inner) -> inner.help();
            case FlowNotFound _ -> "List the flows that are running.";
            case JavaStageFailed _ -> "The cause of the exception says where.";
        };
    }
}
