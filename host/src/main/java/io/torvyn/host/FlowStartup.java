package io.torvyn.host;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.HostInstance;
import io.torvyn.component.Imports;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.Parallelism;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.WasmEngine;
import io.torvyn.linker.LinkReport;
import io.torvyn.linker.LinkedPipeline;
import io.torvyn.linker.PipelineLinker;
import io.torvyn.observability.FlowMetrics;
import io.torvyn.observability.Observability;
import io.torvyn.pipeline.InstantiationContext;
import io.torvyn.pipeline.NativeStages;
import io.torvyn.pipeline.Pipeline;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.pipeline.WatchedOutput;
import io.torvyn.reactor.Deadline;
import io.torvyn.reactor.Flow;
import io.torvyn.reactor.FlowObserver;
import io.torvyn.reactor.FlowPriority;
import io.torvyn.reactor.FlowSettings;
import io.torvyn.reactor.Reactor;
import io.torvyn.reactor.SchedulingPolicy;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.Resources;
import io.torvyn.security.AuditLog;
import io.torvyn.security.CapabilityGuard;
import io.torvyn.security.SandboxConfig;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.StreamId;
import io.torvyn.types.TorvynException;
import io.torvyn.wasi.Wasi;
import java.io.IOException;
import java.nio.file.Files;
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
    private static final Imports TORVYN =
            new Imports().add(Types.host()).add(new HostInstance(BufferAllocator.NAME, Map.of()));

    private final WasmEngine engine;
    private final Resources resources;
    private final Observability observability;
    private final Reactor reactor;
    private final NativeStages natives;
    private final StandardStreams streams;
    private final AuditLog audit;
    private final Identifiers ids;

    FlowStartup(
            WasmEngine engine,
            Resources resources,
            Observability observability,
            Reactor reactor,
            StandardStreams streams,
            AuditLog audit) {
        this.engine = engine;
        this.resources = resources;
        this.observability = observability;
        this.reactor = reactor;
        this.natives = NativeStages.installed();
        this.streams = streams;
        this.audit = audit;
        this.ids = new Identifiers();
    }

    /**
     * Links, compiles, instantiates and starts a flow. Returns when every stage is initialised.
     *
     * @param use hears, by node, what was used, and what was tried without a grant
     * @throws TorvynException for whatever keeps the flow from starting
     */
    StartedFlow start(Manifest manifest, FlowDefinition flow, FlowOptions options, CapabilityUse use)
            throws InterruptedException {
        List<Diagnostic> warnings = new ArrayList<>(manifest.warnings());
        refuseWhatIsNotEnforced(flow);
        Grants grants = Grants.resolve(manifest, flow, audit, warnings);
        topology(flow);
        Map<String, CompiledComponent> compiled = compile(manifest, flow);
        LinkedPipeline linked = link(flow, compiled, warnings);
        return new StartedFlow(run(manifest, flow, options, linked, compiled, grants, use), grants, warnings);
    }

    /** Settings that the manifest knows and this build does not act on: better no flow than one without its limits. */
    private static void refuseWhatIsNotEnforced(FlowDefinition flow) {
        List<Diagnostic> errors = new ArrayList<>();
        for (NodeDefinition node : flow.nodes()) {
            if (node.restart().isPresent()) {
                errors.add(notEnforced(node, "`restart`"));
            }
            if (node.parallelism() != Parallelism.FLOW || node.instances() != 1) {
                errors.add(notEnforced(node, "`parallelism` or `instances`"));
            }
            if (node.errorPolicy() instanceof ErrorPolicy.DeadLetter) {
                errors.add(notEnforced(node, "the error policy `dead-letter`"));
            }
            if (node.component() instanceof ComponentReference.Oci(var reference)) {
                errors.add(notEnforced(node, "a component from a registry (" + reference + ")"));
            }
        }
        if (!errors.isEmpty()) {
            throw new DiagnosticsException(errors);
        }
    }

    private static Diagnostic notEnforced(NodeDefinition node, String what) {
        return Diagnostic.error(
                        ErrorCode.SEMANTIC_ERROR,
                        "node '" + node.name() + "' asks for " + what + ", which this version of Torvyn cannot do yet",
                        "Remove it, or wait for a later version.")
                .at(node.position());
    }

    private void topology(FlowDefinition flow) {
        new PipelineLinker().check(flow, natives.roles()).orThrow();
    }

    private Map<String, CompiledComponent> compile(Manifest manifest, FlowDefinition flow) {
        Map<String, CompiledComponent> compiled = new LinkedHashMap<>();
        List<Diagnostic> errors = new ArrayList<>();
        for (NodeDefinition node : flow.nodes()) {
            if (node.component() instanceof ComponentReference.Native) {
                continue;
            }
            try {
                compiled.put(node.name(), compile(manifest, node));
            } catch (DiagnosticsException e) {
                errors.addAll(e.diagnostics());
            }
        }
        if (!errors.isEmpty()) {
            throw new DiagnosticsException(errors);
        }
        return compiled;
    }

    private CompiledComponent compile(Manifest manifest, NodeDefinition node) {
        List<Path> places = manifest.artifactPlaces(node);
        Path file = places.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> refused(Diagnostic.error(
                                ErrorCode.COMPONENT_NOT_FOUND,
                                "the component '%s' of node '%s' is not there".formatted(node.component(), node.name()),
                                "Build it, or correct its path; `artifact` in its [[component]] table names the file itself.")
                        .at(node.componentPosition())
                        .noting(places.stream()
                                .map(place -> "looked for " + place)
                                .toList())));
        byte[] wasm;
        try {
            wasm = Files.readAllBytes(file);
        } catch (IOException e) {
            throw refused(Diagnostic.error(
                            ErrorCode.IO_ERROR,
                            "the component of node '%s' cannot be read from %s: %s"
                                    .formatted(node.name(), file, e.getMessage()),
                            "Check its permissions.")
                    .at(node.componentPosition()));
        }
        try {
            String source = file.toString();
            return node.fuel() == 0 ? engine.compile(wasm, source) : engine.compileMetered(wasm, source);
        } catch (EngineException e) {
            throw refused(Diagnostic.error(
                            ErrorCode.COMPONENT_NOT_COMPILED,
                            "the component of node '%s' does not compile".formatted(node.name()),
                            e.failure().help())
                    .at(node.componentPosition())
                    .noting(List.of(
                            "[" + e.failure().code().id() + "] " + e.failure().message())));
        }
    }

    private static DiagnosticsException refused(Diagnostic diagnostic) {
        return new DiagnosticsException(List.of(diagnostic));
    }

    private LinkedPipeline link(
            FlowDefinition flow, Map<String, CompiledComponent> compiled, List<Diagnostic> warnings) {
        Map<String, Component> components = new LinkedHashMap<>();
        compiled.forEach((node, component) -> components.put(node, component.component()));
        LinkReport report = new PipelineLinker().link(flow, components, natives.roles(), FlowStartup::isProvided);
        warnings.addAll(report.warnings());
        return report.orThrow();
    }

    private static boolean isProvided(String interfaceName) {
        return Wasi.provides(interfaceName) || TORVYN.instance(interfaceName) != null;
    }

    private Flow run(
            Manifest manifest,
            FlowDefinition flow,
            FlowOptions options,
            LinkedPipeline linked,
            Map<String, CompiledComponent> compiled,
            Grants grants,
            CapabilityUse use)
            throws InterruptedException {
        FlowId id = ids.nextFlow();
        Map<String, ComponentId> components = new LinkedHashMap<>();
        linked.stages().forEach(stage -> components.put(stage.node().name(), ids.nextComponent()));
        List<StreamId> streamIds =
                linked.streams().stream().map(_ -> ids.nextStream()).toList();
        FlowMetrics metrics = metrics(id, flow, linked, components, streamIds);
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
                            natives,
                            streams,
                            manifest.directory(),
                            deadline,
                            manifest.runtime().initTimeout(),
                            components,
                            streamIds));
            Flow started = create(pipeline, id, flow, options, buffers, metrics, manifest, deadline);
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
            List<StreamId> streamIds) {
        Map<ComponentId, String> nodes =
                components.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
        Map<StreamId, String> edges = new LinkedHashMap<>();
        for (int i = 0; i < streamIds.size(); i++) {
            var stream = linked.streams().get(i);
            edges.put(
                    streamIds.get(i),
                    stream.from().node() + " -> " + stream.to().node());
        }
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
            Deadline deadline) {
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
                    FlowObserver.NONE,
                    settings,
                    deadline));
        } catch (RuntimeException e) {
            pipeline.close(e);
            throw e;
        }
    }
}
