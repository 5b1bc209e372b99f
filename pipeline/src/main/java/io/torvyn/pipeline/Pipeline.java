package io.torvyn.pipeline;

import io.torvyn.component.HostItem;
import io.torvyn.component.Imports;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.NodeDefinition;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.ComponentInstance;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.FlowContext;
import io.torvyn.linker.LinkedPipeline;
import io.torvyn.linker.LinkedStage;
import io.torvyn.linker.LinkedStream;
import io.torvyn.linker.ResolvedImport;
import io.torvyn.reactor.Demand;
import io.torvyn.reactor.ErrorPolicy;
import io.torvyn.reactor.NativeStage;
import io.torvyn.reactor.Restart;
import io.torvyn.reactor.StageDefinition;
import io.torvyn.reactor.StreamDefinition;
import io.torvyn.reactor.spi.NativeRole;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.resources.BufferOwner;
import io.torvyn.types.ComponentId;
import io.torvyn.types.StreamId;
import io.torvyn.wasi.DenialListener;
import io.torvyn.wasi.WasiGrants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The live parts of a flow that is about to run: its stages, in topological order, and the streams between them.
 *
 * @param stages each with its invoker; whoever runs the flow closes them
 * @param streams in the order of the linked pipeline
 */
public record Pipeline(List<StageDefinition> stages, List<StreamDefinition> streams) {
    public Pipeline {
        stages = List.copyOf(stages);
        streams = List.copyOf(streams);
    }

    /**
     * Instantiates the components and opens the native stages, components first: an output file is not touched before
     * every component has come to life. What was made is closed again when something fails.
     *
     * @throws io.torvyn.types.TorvynException E0802, E0803, E0807 or E0808 for a component, E0001 or E0703 for a native
     *     stage
     */
    public static Pipeline instantiate(LinkedPipeline linked, InstantiationContext context) {
        var made = new @Nullable StageDefinition[linked.stages().size()];
        Map<String, ComponentInstance> live = new HashMap<>();
        try {
            for (boolean natives : List.of(false, true)) {
                for (int i = 0; i < made.length; i++) {
                    LinkedStage stage = linked.stages().get(i);
                    if (stage.node().component() instanceof ComponentReference.Native == natives) {
                        made[i] = stage(stage, context, live);
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            for (StageDefinition stage : made) {
                if (stage != null) {
                    close(stage, e);
                }
            }
            throw e;
        }
        List<StageDefinition> stages = new ArrayList<>();
        for (StageDefinition stage : made) {
            if (stage != null) {
                stages.add(stage);
            }
        }
        List<StreamDefinition> streams = new ArrayList<>();
        for (int i = 0; i < linked.streams().size(); i++) {
            streams.add(stream(linked.streams().get(i), context.streamIds().get(i)));
        }
        return new Pipeline(stages, streams);
    }

    private static void close(StageDefinition stage, Throwable reason) {
        stage.instances().forEach(instance -> close(instance, reason));
    }

    private static void close(StageDefinition.Instance instance, Throwable reason) {
        try {
            instance.invoker().close();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /** Closes every stage: for whoever could not run the flow after all, because of {@code reason}. */
    public void close(Throwable reason) {
        stages.forEach(stage -> close(stage, reason));
    }

    private static StageDefinition stage(
            LinkedStage stage, InstantiationContext context, Map<String, ComponentInstance> live) {
        NodeDefinition node = stage.node();
        ComponentId id = context.components().get(node.name());
        if (id == null) {
            throw new IllegalArgumentException("'" + node.name() + "' has no number");
        }
        boolean isNative = node.component() instanceof ComponentReference.Native;
        Function<BufferOwner, ComponentInvoker> instances =
                node.component() instanceof ComponentReference.Native(var name)
                        ? owner -> nativeStage(id, stage, name, owner, context)
                        : guests(id, stage, context, live);
        List<StageDefinition.Instance> made = instances(id, node, instances, context);
        ComponentInvoker invoker = made.getFirst().invoker();
        BufferOwner owner = made.getFirst().owner();
        return new StageDefinition(
                node.name(),
                stage.role(),
                invoker,
                owner,
                isNative ? "" : node.config().orElse(""),
                isNative ? Duration.ZERO : node.timeout(),
                errorPolicy(stage, context),
                node.priority(),
                node.restart().map(policy -> new Restart(policy.max(), policy.window(), instances)),
                Demand.MINIMUM,
                node.isParallel(),
                made.subList(1, made.size()));
    }

    /** As many as the node is to have, each with an account of its own. */
    private static List<StageDefinition.Instance> instances(
            ComponentId id,
            NodeDefinition node,
            Function<BufferOwner, ComponentInvoker> instances,
            InstantiationContext context) {
        List<StageDefinition.Instance> made = new ArrayList<>();
        try {
            for (int i = 0; i < node.instances(); i++) {
                BufferOwner owner = node.isParallel()
                        ? context.resources().ownerElsewhere(id, node.name())
                        : context.resources().owner(id, node.name());
                made.add(new StageDefinition.Instance(instances.apply(owner), owner));
            }
        } catch (RuntimeException | Error e) {
            made.forEach(instance -> close(instance, e));
            throw e;
        }
        return made;
    }

    /** Makes an instance of a stage's component each time: the first, and those that take its place. */
    private static Function<BufferOwner, ComponentInvoker> guests(
            ComponentId id, LinkedStage stage, InstantiationContext context, Map<String, ComponentInstance> live) {
        NodeDefinition node = stage.node();
        CompiledComponent compiled = context.compiled().get(node.name());
        if (compiled == null) {
            throw new IllegalArgumentException("no component was compiled for '" + node.name() + "'");
        }
        WasiGrants grants = context.grants().apply(node.name());
        DenialListener denials = context.denials().apply(node.name());
        return owner -> guest(
                id,
                stage,
                compiled,
                GuestImports.of(compiled.component(), owner, grants, denials),
                owner,
                context,
                live);
    }

    private static ComponentInvoker guest(
            ComponentId id,
            LinkedStage stage,
            CompiledComponent compiled,
            Imports imports,
            BufferOwner owner,
            InstantiationContext context,
            Map<String, ComponentInstance> live) {
        NodeDefinition node = stage.node();
        for (ResolvedImport wanted : stage.imports()) {
            if (wanted.provider() instanceof ResolvedImport.Provider.Upstream(var feeding, var export)) {
                imports.add(wanted.name(), export(live.get(feeding), export));
            }
        }
        CoreLimits limits = context.engine().settings().limits().withMaxMemoryBytes(node.maxMemory());
        OptionalLong fuel = node.fuel() == 0 ? OptionalLong.empty() : OptionalLong.of(node.fuel());
        ComponentInstance instance = context.engine()
                .instantiate(compiled, imports, id, node.name(), limits, fuel, Optional.of(context.initTimeout()));
        try {
            var flowContext = new FlowContext(context.flow(), context.trace().child(), context.deadline()::nanosLeft);
            live.put(node.name(), instance);
            return instance.invoker(owner, owner.contentTypes(), flowContext);
        } catch (RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    /** Of a stage that feeds another one, and is there before it. */
    private static HostItem export(@Nullable ComponentInstance provider, String name) {
        HostItem item = provider == null ? null : provider.instance().exports().get(name);
        if (item == null) {
            throw new IllegalArgumentException("the linker has found an export " + name + " that is not there");
        }
        return item;
    }

    private static ComponentInvoker nativeStage(
            ComponentId id, LinkedStage stage, String name, BufferOwner owner, InstantiationContext context) {
        NativeStageProvider provider = context.natives().find(name);
        if (provider == null) {
            throw new IllegalArgumentException("no native stage is called " + name);
        }
        String node = stage.node().name();
        var nativeContext = new NativeStageContext(
                node,
                stage.node().config().orElse(""),
                context.directory(),
                context.streams().in(),
                context.streams().out());
        NativeRole made =
                switch (stage.role()) {
                    case SOURCE -> provider.source(nativeContext);
                    case PROCESSOR -> provider.processor(nativeContext);
                    case FILTER -> provider.filter(nativeContext);
                    case ROUTER -> provider.router(nativeContext);
                    case AGGREGATOR -> provider.aggregator(nativeContext);
                    case SINK -> provider.sink(nativeContext);
                };
        return NativeStage.of(id, node, made, owner, context.resources().contentTypes());
    }

    private static ErrorPolicy errorPolicy(LinkedStage stage, InstantiationContext context) {
        return switch (stage.node().errorPolicy()) {
            case io.torvyn.config.ErrorPolicy.FailFast() -> new ErrorPolicy.FailFast();
            case io.torvyn.config.ErrorPolicy.Skip() -> new ErrorPolicy.SkipElement();
            case io.torvyn.config.ErrorPolicy.Log() -> new ErrorPolicy.LogAndContinue();
            case io.torvyn.config.ErrorPolicy.Retry(var most, var backoff) -> new ErrorPolicy.Retry(most, backoff);
            case io.torvyn.config.ErrorPolicy.DeadLetter(var sink, var queueDepth) -> {
                StreamId id = context.letterIds().get(stage.name());
                if (id == null) {
                    throw new IllegalArgumentException("the dead letters of '" + stage.name() + "' have no number");
                }
                yield new ErrorPolicy.DeadLetter(id, sink, queueDepth);
            }
        };
    }

    private static StreamDefinition stream(LinkedStream stream, StreamId id) {
        return new StreamDefinition(
                id,
                stream.from().node(),
                stream.from().port(),
                stream.to().node(),
                stream.queue().depth(),
                stream.queue().policy(),
                stream.queue().lowWatermarkRatio());
    }
}
