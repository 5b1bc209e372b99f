package io.torvyn.host;

import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How one run of a flow differs from what its manifest says.
 *
 * @param overrides inputs, outputs and configurations
 * @param limit elements that its sources deliver together before it ends
 * @param timeout after which it ends, completed, counted from the end of its start
 * @param trace whose child its span is; empty: as the host has it
 */
public record FlowOptions(
        FlowOverrides overrides, OptionalLong limit, Optional<Duration> timeout, Optional<TraceContext> trace) {
    public static final FlowOptions NONE = new FlowOptions(FlowOverrides.NONE, OptionalLong.empty(), Optional.empty());

    public FlowOptions(FlowOverrides overrides, OptionalLong limit, Optional<Duration> timeout) {
        this(overrides, limit, timeout, Optional.empty());
    }
}
