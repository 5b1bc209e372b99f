package io.torvyn.host;

import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.WasmEngine;
import io.torvyn.linker.LinkReport;
import io.torvyn.linker.LinkedPipeline;
import io.torvyn.observability.FlowMetrics;
import io.torvyn.observability.Observability;
import io.torvyn.pipeline.InstantiationContext;
import io.torvyn.pipeline.NativeStages;
import io.torvyn.pipeline.Pipeline;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.pipeline.WatchedOutput;
import io.torvyn.reactor.Deadline;
import io.torvyn.reactor.Flow;
import io.torvyn.reactor.FlowPriority;
import io.torvyn.reactor.FlowSettings;
import io.torvyn.reactor.Reactor;
import io.torvyn.reactor.SchedulingPolicy;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.Resources;
import io.torvyn.security.AuditLog;
import io.torvyn.security.CapabilityGuard;
import io.torvyn.security.SandboxConfig;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import io.torvyn.types.TorvynException;
import io.torvyn.types.TraceContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cold road of a flow, from its definition to its first element. Safe for use by many threads.
 */
final class FlowStartup {
    /*
     * Each step takes what the one before it gave and hands on something new; none reaches back. What fails undoes what
     * was made: until Reactor.create has taken the flow over, its resources are ours to release.
     */
    private final WasmEngine engine;
    private final Resources resources;
    private final Observability observability;
    private final Reactor reactor;
    private final NativeStages natives;
    private final FlowLinking linking;
    private final StandardStreams streams;
    private final AuditLog audit;
    private final Optional<TraceContext> parent;
    private final System.Logger logger;
    private final Identifiers ids;

    FlowStartup(
            WasmEngine engine,
            Resources resources,
            Observability observability,
            Reactor reactor,
            StandardStreams streams,
            AuditLog audit,
            Optional<TraceContext> parent,
            System.Logger logger) {
        this.engine = engine;
        this.resources = resources;
        this.observability = observability;
        this.reactor = reactor;
        this.natives = NativeStages.installed();
        this.linking = new FlowLinking(engine, natives, streams);
        this.streams = streams;
        this.audit = audit;
        this.parent = parent;
        this.logger = logger;
        this.ids = new Identifiers();
    }

    /**
     * Links, compiles, instantiates and starts a flow. Returns when every stage is initialised.
     *
     * @param given what the application has given itself
     * @param use hears, by node, what was used, and what was tried without a grant
     * @throws TorvynException for whatever keeps the flow from starting
     */
    StartedFlow start(
            Manifest manifest, FlowDefinition flow, FlowOptions options, StagesInCode given, CapabilityUse use)
            throws InterruptedException {
        FlowLinking.Linked linked = linking.link(manifest, flow, Optional.empty(), given, audit);
        LinkedPipeline pipeline = linked.report().orThrow();
        List<Diagnostic> warnings = new ArrayList<>(manifest.warnings());
        warnings.addAll(linked.report().warnings());
        var log = new FlowLog(logger, flow.name());
        log.linked(flow, linked.compiled());
        return new StartedFlow(
                run(manifest, flow, options, given, pipeline, linked.compiled(), linked.grants(), use, log),
                linked.grants(),
                warnings);
    }

    /**
     * Links a flow and starts nothing.
     *
     * @param components where the {@code .wasm} of the project's components are, if not in the usual places
     * @param given what the application has given itself
     */
    LinkReport link(Manifest manifest, FlowDefinition flow, Optional<Path> components, StagesInCode given) {
        return linking.link(manifest, flow, components, given, AuditLog.NONE).report();
    }

    private Flow run(
            Manifest manifest,
            FlowDefinition flow,
            FlowOptions options,
            StagesInCode given,
            LinkedPipeline linked,
            Map<String, CompiledComponent> compiled,
            Grants grants,
            CapabilityUse use,
            FlowLog log)
            throws InterruptedException {
        FlowId id = ids.nextFlow();
        Map<String, ComponentId> components = new LinkedHashMap<>();
        linked.stages().forEach(stage -> components.put(stage.node().name(), ids.nextComponent()));
        List<StreamId> streamIds =
                linked.streams().stream().map(_ -> ids.nextStream()).toList();
        Map<String, StreamId> letterIds = new LinkedHashMap<>();
        linked.deadLetters().keySet().forEach(node -> letterIds.put(node, ids.nextStream()));
        TraceContext trace = trace(manifest, options);
        FlowMetrics metrics = metrics(id, flow, linked, components, streamIds, letterIds);
        FlowResources buffers = resources.open(id, metrics);
        boolean handedOver = false;
        boolean live = false;
        try {
            var readerGone = new ReaderGone();
            Deadline deadline =
                    flow.timeouts().flowDeadline().map(Deadline::after).orElseGet(Deadline::none);
            Pipeline pipeline = Pipeline.instantiate(
                    linked,
                    new InstantiationContext(
                            id,
                            engine,
                            compiled,
                            node -> grants.wasi(node, watched(node, readerGone)),
                            node -> use.of(node, new CapabilityGuard(SandboxConfig.of(node, grants.of(node)), audit)),
                            buffers,
                            natives.with(given.stages()),
                            streams,
                            manifest.directory(),
                            deadline,
                            manifest.runtime().initTimeout(),
                            components,
                            streamIds,
                            letterIds,
                            trace));
            Flow started = create(pipeline, id, flow, options, buffers, metrics, manifest, deadline, trace, log);
            handedOver = true;
            readerGone.flow(started);
            awaitStart(started);
            live = true;
            return started;
        } finally {
            if (!handedOver) {
                buffers.close();
            }
            if (!live) {
                observability.deregister(id);
            }
        }
    }

    /** The flow's own span: in the trace of whoever started it, or the first of a trace of its own. */
    private TraceContext trace(Manifest manifest, FlowOptions options) {
        boolean off = observability.level() == ObservabilityLevel.OFF
                || !manifest.observability().tracing().enabled();
        return off
                ? TraceContext.NONE
                : options.trace().or(() -> parent).map(TraceContext::child).orElseGet(TraceContext::fresh);
    }

    private StandardStreams watched(String node, ReaderGone readerGone) {
        return new StandardStreams(
                streams.in(), new WatchedOutput(streams.out(), () -> readerGone.at(node)), streams.err());
    }

    private static void awaitStart(Flow flow) throws InterruptedException {
        try {
            if (!flow.awaitStart()) {
                Optional<Failure> failure = flow.await().failure();
                if (failure.isPresent()) {
                    throw new TorvynException(
                            new HostFailure.FlowStartup(flow.name(), "lifecycle.init", failure.get()));
                }
            }
        } catch (InterruptedException e) { // nobody will ever learn its number
            flow.cancel(new CancellationReason.OperatorRequest("whoever started it did not wait for it"));
            throw e;
        }
    }

    private FlowMetrics metrics(
            FlowId id,
            FlowDefinition flow,
            LinkedPipeline linked,
            Map<String, ComponentId> components,
            List<StreamId> streamIds,
            Map<String, StreamId> letterIds) {
        Map<ComponentId, String> nodes =
                components.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
        Map<StreamId, String> edges = new LinkedHashMap<>();
        for (int i = 0; i < streamIds.size(); i++) {
            var stream = linked.streams().get(i);
            edges.put(
                    streamIds.get(i),
                    stream.from().node() + " -> " + stream.to().node());
        }
        linked.deadLetters().forEach((node, sink) -> {
            StreamId letters = letterIds.get(node);
            if (letters != null) {
                edges.put(letters, node + " -> " + sink);
            }
        });
        return observability.register(id, flow.name(), nodes, edges);
    }

    private Flow create(
            Pipeline pipeline,
            FlowId id,
            FlowDefinition flow,
            FlowOptions options,
            FlowResources buffers,
            FlowMetrics metrics,
            Manifest manifest,
            Deadline deadline,
            TraceContext trace,
            FlowLog log) {
        var settings = new FlowSettings(
                switch (flow.scheduling()) {
                    case ROUND_ROBIN -> new SchedulingPolicy.RoundRobin();
                    case WEIGHTED_FAIR -> new SchedulingPolicy.WeightedFair();
                    case PRIORITY -> new SchedulingPolicy.Priority();
                },
                FlowPriority.valueOf(flow.priority().name()),
                options.limit(),
                flow.timeouts().drain(),
                flow.timeouts().cooperativeCancel(),
                manifest.runtime().initTimeout(),
                manifest.runtime().teardownTimeout());
        try {
            return reactor.create(new io.torvyn.reactor.FlowDefinition(
                    id,
                    flow.name(),
                    pipeline.stages(),
                    pipeline.streams(),
                    buffers,
                    metrics,
                    log,
                    settings,
                    deadline,
                    trace));
        } catch (RuntimeException e) {
            pipeline.close(e);
            throw e;
        }
    }
}
