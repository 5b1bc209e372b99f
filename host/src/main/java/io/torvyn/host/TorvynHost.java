package io.torvyn.host;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.config.CompilationStrategy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.RuntimeSettings;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.WasmEngine;
import io.torvyn.linker.LinkReport;
import io.torvyn.observability.FlowSnapshot;
import io.torvyn.observability.Observability;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.reactor.Flow;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.FlowStatus;
import io.torvyn.reactor.Reactor;
import io.torvyn.reactor.ShutdownReport;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.security.AuditLog;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.TorvynException;
import io.torvyn.types.TraceContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runtime: runs the flows of one manifest, side by side, each on a virtual thread of its own. Safe for use by many
 * threads.
 *
 * {@snippet :
 * try (TorvynHost host = TorvynHost.builder(Manifest.load(Path.of("examples/hello-world"))).build()) {
 *     FlowId flow = host.startFlow("main");
 *     FlowOutcome outcome = host.await(flow);
 *     System.out.println(outcome.elements() + " elements, " + outcome.copies().copies() + " copies");
 * }
 * }
 *
 * <p>Closing it cancels whatever runs, waits for the end, and gives everything back.
 */
public final class TorvynHost implements AutoCloseable {
    /** @param handle of those that an application has put together itself */
    private record Running(
            Flow flow, CapabilityUse use, Grants grants, List<Diagnostic> warnings, Optional<RunningFlow> handle) {}

    private final Manifest manifest;
    private final Observability observability;
    private final Resources resources;
    private final Reactor reactor = new Reactor();
    private final System.Logger logger;
    private final boolean tryingOut;
    private final FlowStartup startup;
    private final Map<FlowId, Running> flows = new ConcurrentHashMap<>();

    private TorvynHost(Builder builder) {
        manifest = builder.manifest;
        tryingOut = builder.tryingOut;
        observability =
                new Observability(builder.level.orElse(manifest.observability().level()));
        resources = new Resources(pools(manifest.runtime().pools()));
        logger = builder.logger.orElseGet(() -> System.getLogger(FlowLog.NAME));
        startup = new FlowStartup(
                WasmEngine.create(builder.settings.orElseGet(() -> settings(manifest.runtime())), builder.cache),
                resources,
                observability,
                reactor,
                builder.streams,
                builder.audit,
                builder.trace,
                logger);
    }

    private static EngineSettings settings(RuntimeSettings runtime) {
        return new EngineSettings(
                strategy(runtime.strategy()),
                new CoreLimits(runtime.maxMemoryPerComponent(), runtime.maxTableElements(), runtime.maxCallDepth()));
    }

    private static CoreEngine.Strategy strategy(CompilationStrategy strategy) {
        return switch (strategy) {
            case OPTIMIZED -> CoreEngine.Strategy.OPTIMIZED;
            case BASELINE -> CoreEngine.Strategy.BASELINE;
            case TIERED -> CoreEngine.Strategy.TIERED;
        };
    }

    private static PoolSizes pools(RuntimeSettings.Pools pools) {
        return new PoolSizes(
                pools.small(),
                pools.medium(),
                pools.large(),
                pools.huge(),
                switch (pools.exhaustion()) {
                    case FALLBACK_ALLOC -> PoolSizes.Exhaustion.FALLBACK_ALLOC;
                    case ERROR -> PoolSizes.Exhaustion.ERROR;
                });
    }

    public static Builder builder(Manifest manifest) {
        return new Builder(manifest);
    }

    /** A host without a manifest, for flows that are put together in code: every setting has its default. */
    public static Builder builder() {
        return new Builder(Manifest.none());
    }

    /** A host without a manifest, for flows that are put together in code: every setting has its default. */
    public static TorvynHost create() {
        return builder().build();
    }

    /** What a host is made with. */
    public static final class Builder {
        private final Manifest manifest;
        private CompiledComponentCache cache = CompiledComponentCache.inMemory();
        private Optional<EngineSettings> settings = Optional.empty();
        private StandardStreams streams = StandardStreams.ofProcess();
        private AuditLog audit = AuditLog.NONE;
        private Optional<System.Logger> logger = Optional.empty();
        private Optional<ObservabilityLevel> level = Optional.empty();
        private Optional<TraceContext> trace = Optional.empty();
        private boolean tryingOut;

        private Builder(Manifest manifest) {
            this.manifest = manifest;
        }

        /** Where compiled components are remembered; in memory unless said otherwise. */
        public Builder cache(CompiledComponentCache other) {
            cache = other;
            return this;
        }

        /** How components are compiled; as the manifest says unless said otherwise. */
        public Builder engine(EngineSettings other) {
            settings = Optional.of(other);
            return this;
        }

        /** What guests and native stages take for the standard streams; those of the process unless said otherwise. */
        public Builder streams(StandardStreams other) {
            streams = other;
            return this;
        }

        /** Who hears of security decisions; nobody unless said otherwise. Closed by whoever gives it. */
        public Builder audit(AuditLog other) {
            audit = other;
            return this;
        }

        /**
         * Who is told what happens to flows: warnings of what nobody hears of otherwise, and at the levels debug and trace
         * the steps of a flow. The system's logger {@code io.torvyn.flow} unless said otherwise. It is called on the flows'
         * threads, which wait for it.
         */
        public Builder logger(System.Logger other) {
            logger = Optional.of(other);
            return this;
        }

        /** How much is recorded; as the manifest says unless said otherwise. */
        public Builder level(ObservabilityLevel other) {
            level = Optional.of(other);
            return this;
        }

        /** The span that those of its flows are children of; without one, each flow begins a trace of its own. */
        public Builder trace(TraceContext parent) {
            trace = Optional.of(parent);
            return this;
        }

        /**
         * Flows of the manifest may lack a source or a sink: one of test elements and one that prints stand in for them, and
         * {@link TorvynHost#warnings} says so. Of a project that defines no flow and has one component, {@code main} is that
         * component. For tools that people try their components out with; without it such a flow is refused.
         */
        public Builder tryingOut() {
            tryingOut = true;
            return this;
        }

        public TorvynHost build() {
            return new TorvynHost(this);
        }
    }

    /** Starts a flow as its manifest has it: see {@link #startFlow(String, FlowOptions)}. */
    public FlowId startFlow(String name) throws InterruptedException {
        return startFlow(name, FlowOptions.NONE);
    }

    /**
     * Links, compiles, instantiates and starts a flow. Returns when every stage is initialised.
     *
     * @param name as in {@code [flow.<name>]}
     * @throws TorvynException for whatever keeps the flow from starting; with all findings where there are several
     */
    public FlowId startFlow(String name, FlowOptions options) throws InterruptedException {
        Optional<TestFlow> test = test(name);
        FlowDefinition flow = flow(test, name, options.overrides());
        var use = new CapabilityUse();
        StartedFlow started = startup.start(manifest, flow, options, StagesInCode.NONE, use);
        List<Diagnostic> warnings = new ArrayList<>(started.warnings());
        test.map(TestFlow::notice).ifPresent(warnings::add);
        flows.put(started.flow().id(), new Running(started.flow(), use, started.grants(), warnings, Optional.empty()));
        options.timeout().ifPresent(limit -> endAfter(limit, started.flow()));
        return started.flow().id();
    }

    /**
     * A flow of the manifest, to be given what only code can: sources and sinks that are the application's.
     *
     * @param name as in {@code [flow.<name>]}
     * @throws TorvynException E0005 when there is no such flow
     */
    public FlowBuilder flow(String name) {
        return FlowBuilder.of(defined(name));
    }

    /**
     * Links, compiles, instantiates and starts a flow that was put together in code. Returns when every stage is
     * initialised. Close it when it is done; the host's own closing does it too.
     *
     * @throws TorvynException for whatever keeps the flow from starting; with all findings where there are several
     */
    public RunningFlow start(FlowBuilder flow) throws InterruptedException {
        var assembly = new FlowAssembly(flow, manifest, logger);
        var use = new CapabilityUse();
        StartedFlow started =
                startup.start(assembly.manifest(), assembly.definition(), assembly.options(), assembly.stages(), use);
        var running = new RunningFlow(this, started.flow(), assembly);
        flows.put(
                running.id(),
                new Running(started.flow(), use, started.grants(), started.warnings(), Optional.of(running)));
        try {
            assembly.whenStarted().forEach(action -> action.accept(running));
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
        return running;
    }

    private FlowDefinition defined(String name) {
        return manifest.flow(name).orElseThrow(() -> HostFailure.notDefined(manifest, name));
    }

    /** Finds out whether a flow could start: see {@link #link(String, Optional)}. */
    public LinkReport link(String name) {
        return link(name, Optional.empty());
    }

    /**
     * Finds out whether a flow could start, without starting it: everything that would be refused before the first
     * element, but for what only running a component's code can show. Components are compiled, and remembered.
     *
     * @param name as in {@code [flow.<name>]}
     * @param components where the {@code .wasm} of the project's components are, if not in the usual places
     * @throws TorvynException E0005 when there is no such flow
     */
    public LinkReport link(String name, Optional<Path> components) {
        return startup.link(manifest, defined(name), components, StagesInCode.NONE);
    }

    /** The flow as it would be started with these options. */
    public FlowDefinition definition(String name, FlowOverrides overrides) {
        return flow(test(name), name, overrides);
    }

    private Optional<TestFlow> test(String name) {
        return tryingOut ? TestFlow.of(manifest, name) : Optional.empty();
    }

    private FlowDefinition flow(Optional<TestFlow> test, String name, FlowOverrides overrides) {
        return overrides.apply(manifest, test.map(TestFlow::flow).orElseGet(() -> defined(name)));
    }

    /**
     * Finds out whether a flow could start as {@link #startFlow(String, FlowOptions)} would start it, with what stands in
     * for what it lacks.
     *
     * @throws TorvynException E0004 or E0005 as starting it would
     */
    public LinkReport link(String name, FlowOverrides overrides) {
        return startup.link(manifest, definition(name, overrides), Optional.empty(), StagesInCode.NONE);
    }

    /**
     * Finds out whether a flow that was put together in code could start, without starting it.
     *
     * @throws TorvynException E0205 when there are settings for a node that is not there
     */
    public LinkReport link(FlowBuilder flow) {
        var assembly = new FlowAssembly(flow, manifest, logger);
        return startup.link(assembly.manifest(), assembly.definition(), Optional.empty(), assembly.stages());
    }

    /** Its thread ends with the flow. */
    private static void endAfter(Duration limit, Flow flow) {
        Thread.ofVirtual().name(flow.name() + "-timeout").start(() -> {
            try {
                if (flow.await(limit).isEmpty()) {
                    flow.cancel(new CancellationReason.TimeReached(limit));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Waits until a flow has ended and given everything back. */
    public FlowOutcome await(FlowId id) throws InterruptedException {
        return running(id).flow().await();
    }

    /**
     * Asks a flow to end: its sources are closed, what is queued is finished. The first reason wins.
     *
     * @return whether this was the first
     */
    public boolean cancelFlow(FlowId id, CancellationReason reason) {
        return running(id).flow().cancel(reason);
    }

    public FlowState flowState(FlowId id) {
        return running(id).flow().state();
    }

    /** A flow at this moment. */
    public FlowStatus flowStatus(FlowId id) {
        return running(id).flow().status();
    }

    /** The flows that were started and have not been forgotten. */
    public List<FlowStatus> listFlows() {
        return flows.values().stream().map(running -> running.flow().status()).toList();
    }

    /**
     * What was found that is allowed, but probably not meant; what was denied so far stands at the end. That a component
     * without directories asked for them, as libraries of C do at every start, is told when its flow has had errors.
     */
    public List<Diagnostic> warnings(FlowId id) {
        Running running = running(id);
        List<Diagnostic> warnings = new ArrayList<>(running.warnings());
        warnings.addAll(running.use().warnings(running.flow().status().errors() == 0));
        return warnings;
    }

    /** What the components of a flow have used so far of what they were granted. */
    public CapabilityReport capabilities(FlowId id) {
        Running running = running(id);
        return new CapabilityReport(running.flow().name(), running.use().report(running.grants()));
    }

    /** The figures of a flow that has not been forgotten. */
    public FlowSnapshot metrics(FlowId id) {
        return observability.snapshot(id).orElseThrow(() -> new TorvynException(new HostFailure.FlowNotFound(id)));
    }

    /** Forgets a flow that has ended, and its figures. */
    public void forget(FlowId id) {
        if (!flowState(id).isTerminal()) {
            throw new IllegalStateException(id + " has not ended");
        }
        flows.remove(id);
        observability.deregister(id);
    }

    void forgetIfKnown(FlowId id) {
        if (flows.remove(id) != null) {
            observability.deregister(id);
        }
    }

    /** Switches how much is recorded, for flows that run as well. */
    public void setObservabilityLevel(ObservabilityLevel level) {
        observability.level(level);
    }

    /** Buffers that some flow holds; 0 when none runs. */
    public long liveBuffers() {
        return resources.liveBuffers();
    }

    private Running running(FlowId id) {
        Running running = flows.get(id);
        if (running == null) {
            throw new TorvynException(new HostFailure.FlowNotFound(id));
        }
        return running;
    }

    /** Refuses new flows, cancels all others, and waits as long as the manifest allows. */
    public ShutdownReport shutdown() throws InterruptedException {
        flows.values().forEach(running -> running.handle().ifPresent(flow -> flow.stop("shutdown")));
        ShutdownReport report = reactor.shutdown(manifest.runtime().shutdownTimeout());
        long live = report.timedOut() == 0 ? resources.liveBuffers() : 0;
        if (live > 0) {
            logger.log(
                    System.Logger.Level.WARNING,
                    "every flow has ended, and " + live + " buffers are still held. Please report this.");
        }
        return report;
    }

    /** Shuts down; an interruption ends the waiting. */
    @Override
    public void close() {
        try {
            shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // first, or the reactor would wait once more
            reactor.close();
        }
    }
}
