package io.torvyn.config;

import io.torvyn.types.Defaults;
import java.time.Duration;
import java.util.Optional;

/**
 * How long things in a flow may take.
 *
 * @param flowDeadline the whole flow; empty: for ever
 * @param invocation one call of a component
 * @param drain what is queued when the flow is told to end
 * @param cooperativeCancel the call that runs when the flow is told to end
 */
public record FlowTimeouts(
        Optional<Duration> flowDeadline, Duration invocation, Duration drain, Duration cooperativeCancel) {
    /** Where nothing is said. */
    public static final FlowTimeouts DEFAULT = new FlowTimeouts(
            Optional.empty(), Defaults.INVOCATION_TIMEOUT, Defaults.DRAIN_TIMEOUT, Defaults.COOPERATIVE_CANCEL_TIMEOUT);
}
