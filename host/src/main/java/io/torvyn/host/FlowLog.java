package io.torvyn.host;

import io.torvyn.config.FlowDefinition;
import io.torvyn.config.NodeDefinition;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.reactor.ErrorPolicy;
import io.torvyn.reactor.FlowObserver;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.resources.ReclaimedBuffer;
import io.torvyn.types.BufferHandle;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes what happens to one flow into a log: at level warning what nobody hears of otherwise, at level debug the steps of a
 * flow and the errors that its policy handles, at level trace backpressure. Guests have no part in it.
 */
final class FlowLog implements FlowObserver {
    /** What an application configures. */
    static final String NAME = "io.torvyn.flow";

    private static final int NAMED_BUFFERS = 4;

    private final System.Logger logger;
    private final String flowName;

    FlowLog(System.Logger logger, String flowName) {
        this.logger = logger;
        this.flowName = flowName;
    }

    /** @param compiled by node */
    void linked(FlowDefinition flow, Map<String, CompiledComponent> compiled) {
        for (NodeDefinition node : flow.nodes()) {
            CompiledComponent component = compiled.get(node.name());
            step("node '%s' is %s%s"
                    .formatted(
                            node.name(), node.component(), component == null ? "" : ", " + origin(component.origin())));
        }
    }

    private static String origin(CompiledComponent.Origin origin) {
        return switch (origin) {
            case COMPILED -> "compiled just now";
            case MEMORY_CACHE -> "compiled before, in this process";
            case DISK_CACHE -> "compiled before, from the cache on disk";
        };
    }

    private void step(String text) {
        if (logger.isLoggable(Level.DEBUG)) {
            logger.log(Level.DEBUG, "flow " + flowName + ": " + text);
        }
    }

    @Override
    public void stateChanged(FlowId flow, FlowState state) {
        step(state.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void componentError(FlowId flow, String node, ProcessError error, long sequence, ErrorPolicy policy) {
        boolean isToldNowhereElse = policy instanceof ErrorPolicy.LogAndContinue
                || (policy instanceof ErrorPolicy.DeadLetter && sequence < 0);
        Level level = isToldNowhereElse ? Level.WARNING : Level.DEBUG;
        if (logger.isLoggable(level)) {
            logger.log(
                    level,
                    "flow %s: node '%s', %s: %s; %s"
                            .formatted(
                                    flowName,
                                    node,
                                    sequence < 0 ? "without an element" : "element " + sequence,
                                    error,
                                    sequence < 0 ? consequenceWithoutAnElement(policy) : consequence(policy)));
        }
    }

    @Override
    public void componentFinished(FlowId flow, String node, Failure failure, long sequence, boolean replaced) {
        if (logger.isLoggable(Level.WARNING)) {
            logger.log(
                    Level.WARNING,
                    "flow %s: node '%s', %s: %s %s"
                            .formatted(
                                    flowName,
                                    node,
                                    sequence < 0 ? "without an element" : "element " + sequence,
                                    failure.text(),
                                    replaced
                                            ? "A fresh instance takes its place."
                                            : "It has been restarted as often as it may, and the flow ends."));
        }
    }

    @Override
    public void circuitOpened(FlowId flow, String node, Failure failure) {
        if (logger.isLoggable(Level.WARNING)) {
            logger.log(Level.WARNING, "flow %s: %s".formatted(flowName, failure.text()));
        }
    }

    @Override
    public void circuitClosed(FlowId flow, String node) {
        if (logger.isLoggable(Level.WARNING)) {
            logger.log(Level.WARNING, "flow %s: node '%s' answers again".formatted(flowName, node));
        }
    }

    private static String held(List<ReclaimedBuffer> buffers) {
        String first = buffers.stream()
                .limit(NAMED_BUFFERS)
                .map(buffer -> "%s (%s, %d bytes, of %s)"
                        .formatted(
                                new BufferHandle(buffer.id()),
                                buffer.previousState().name().toLowerCase(Locale.ROOT),
                                buffer.capacity(),
                                buffer.previousOwner()))
                .collect(Collectors.joining(", "));
        return buffers.size() > NAMED_BUFFERS ? first + " and " + (buffers.size() - NAMED_BUFFERS) + " more" : first;
    }

    private static String consequence(ErrorPolicy policy) {
        return switch (policy) {
            case ErrorPolicy.FailFast _ -> "the flow ends";
            case ErrorPolicy.SkipElement _, ErrorPolicy.LogAndContinue _ -> "the flow goes on without it";
            case ErrorPolicy.Retry _ -> "it is tried again";
            case ErrorPolicy.DeadLetter(var _, var sink, var _) -> "it goes to '" + sink + "'";
        };
    }

    private static String consequenceWithoutAnElement(ErrorPolicy policy) {
        return switch (policy) {
            case ErrorPolicy.SkipElement _, ErrorPolicy.LogAndContinue _ -> "the flow goes on";
            case ErrorPolicy.DeadLetter(var _, var sink, var _) ->
                "there is nothing that could go to '" + sink + "', and the flow goes on";
            case ErrorPolicy.FailFast _, ErrorPolicy.Retry _ -> consequence(policy);
        };
    }

    @Override
    public void backpressureChanged(FlowId flow, StreamId stream, boolean active, int depth) {
        if (logger.isLoggable(Level.TRACE)) {
            logger.log(
                    Level.TRACE,
                    "flow %s: %s: backpressure %s at %d elements"
                            .formatted(flowName, stream, active ? "begins" : "ends", depth));
        }
    }

    @Override
    public void yielded(FlowId flow, int elements) {}

    @Override
    public void cleanupFailed(FlowId flow, String node, Failure failure) {
        if (logger.isLoggable(Level.WARNING)) {
            logger.log(Level.WARNING, "flow %s: '%s', at its end: %s".formatted(flowName, node, failure.text()));
        }
    }

    @Override
    public void reclaimed(FlowId flow, String node, List<ReclaimedBuffer> buffers) {
        if (logger.isLoggable(Level.DEBUG)) {
            step("node '%s' is finished; taken back from it: %s".formatted(node, held(buffers)));
        }
    }

    /** Whatever the flow's end was: a flow that has given everything back holds nothing. */
    @Override
    public void ended(FlowOutcome outcome) {
        List<ReclaimedBuffer> leaked = outcome.leaked().reclaimed();
        if (!leaked.isEmpty()) {
            logger.log(
                    Level.WARNING,
                    ("flow %s: buffers were still held at its end, and have been taken back: %s. Please report this, unless "
                                    + "a stage in Java of your own keeps them.")
                            .formatted(flowName, held(leaked)));
        }
        step("%d elements came in, %d went out".formatted(outcome.pulled(), outcome.elements()));
    }
}
