package io.torvyn.pipeline;

import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.WasmEngine;
import io.torvyn.reactor.Deadline;
import io.torvyn.resources.FlowResources;
import io.torvyn.types.ComponentId;
import io.torvyn.types.FlowId;
import io.torvyn.types.StreamId;
import io.torvyn.types.TraceContext;
import io.torvyn.wasi.DenialListener;
import io.torvyn.wasi.WasiGrants;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the stages of one flow are made with.
 *
 * @param flow the flow to be
 * @param engine makes the instances
 * @param compiled the component of every node that is one, by node
 * @param grants what each node may have of WASI
 * @param denials who hears of what a node tried without a grant
 * @param resources the flow's buffers; whoever runs the flow ends them
 * @param natives the stages written in Java
 * @param streams the standard streams
 * @param directory what relative paths start from
 * @param initTimeout how long the start functions of one component may take
 * @param components the number of each node
 * @param streamIds the number of each of the linked pipeline's streams, in their order
 * @param letterIds by node, the number of the stream of its dead letters
 * @param trace what the flow is part of
 */
public record InstantiationContext(
        FlowId flow,
        WasmEngine engine,
        Map<String, CompiledComponent> compiled,
        Function<String, WasiGrants> grants,
        Function<String, DenialListener> denials,
        FlowResources resources,
        NativeStages natives,
        StandardStreams streams,
        Path directory,
        Deadline deadline,
        Duration initTimeout,
        Map<String, ComponentId> components,
        List<StreamId> streamIds,
        Map<String, StreamId> letterIds,
        TraceContext trace) {
    public InstantiationContext {
        compiled = Map.copyOf(compiled);
        components = Map.copyOf(components);
        streamIds = List.copyOf(streamIds);
        letterIds = Map.copyOf(letterIds);
    }
}
