package io.torvyn.host;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How one run of a flow differs from what its manifest says.
 *
 * @param overrides inputs, outputs and configurations
 * @param limit elements that its sources deliver together before it ends
 * @param timeout after which it ends, completed, counted from the end of its start
 */
public record FlowOptions(FlowOverrides overrides, OptionalLong limit, Optional<Duration> timeout) {
    public static final FlowOptions NONE = new FlowOptions(FlowOverrides.NONE, OptionalLong.empty(), Optional.empty());
}
