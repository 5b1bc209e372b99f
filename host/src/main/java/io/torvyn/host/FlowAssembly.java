package io.torvyn.host;

import io.torvyn.component.ComponentFile;
import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.EdgeDefinition;
import io.torvyn.config.EdgeDefinition.Endpoint;
import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.FlowTimeouts;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.QueueSettings;
import io.torvyn.config.RuntimeSettings;
import io.torvyn.config.SecuritySettings;
import io.torvyn.config.StageInterface;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import io.torvyn.types.TorvynException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of a flow that was put together in code: what the cold road takes, and the ends that the application holds. */
final class FlowAssembly {
    private final FlowBuilder said;
    private final RuntimeSettings runtime;
    private final Manifest manifest;
    private final FlowDefinition definition;
    private final List<Consumer<RunningFlow>> whenStarted;
    private final Map<String, byte[]> components = new LinkedHashMap<>();
    private final Map<String, NativeStageProvider> stages = new LinkedHashMap<>();
    private final Map<String, SubscriberSource> inputs = new LinkedHashMap<>();
    private final Map<String, PublisherSink> outputs = new LinkedHashMap<>();
    private final JavaStage.Thrown thrown;

    FlowAssembly(FlowBuilder said, Manifest manifest, System.Logger logger) {
        this.thrown = new JavaStage.Thrown(said.name, logger);
        this.said = said;
        this.runtime = manifest.runtime();
        this.manifest = granted(manifest);
        this.definition = joined();
        this.whenStarted = List.copyOf(said.whenStarted);
        said.nodes.forEach((node, behind) -> {
            switch (behind) {
                case FlowBuilder.Behind.Bytes(var wasm) -> components.put(node, wasm);
                case FlowBuilder.Behind.InJava(var _, var making) ->
                    stages.put(stageName(node), making.stage(stageName(node), this));
                case FlowBuilder.Behind.File _, FlowBuilder.Behind.Declared _, FlowBuilder.Behind.Installed _ -> {}
            }
        });
    }

    /** What stands after {@code native:} for a stage that is given as an object; no installed one is called so. */
    private static String stageName(String node) {
        return "given/" + node;
    }

    SubscriberSource input(String node) {
        int room = definition.edges().stream()
                .filter(edge -> edge.from().node().equals(node))
                .mapToInt(edge -> edge.queue().depth())
                .min()
                .orElse(1);
        var source = new SubscriberSource(node, room, thrown);
        inputs.put(node, source);
        return source;
    }

    PublisherSink output(String node) {
        var sink = new PublisherSink(node, thrown);
        outputs.put(node, sink);
        return sink;
    }

    JavaStage.Thrown thrown() {
        return thrown;
    }

    Map<String, SubscriberSource> inputs() {
        return inputs;
    }

    Map<String, PublisherSink> outputs() {
        return outputs;
    }

    /** What is to be done as soon as the flow runs. */
    List<Consumer<RunningFlow>> whenStarted() {
        return whenStarted;
    }

    Manifest manifest() {
        return manifest;
    }

    FlowDefinition definition() {
        return definition;
    }

    FlowOptions options() {
        return new FlowOptions(FlowOverrides.NONE, said.limit, Optional.empty(), said.trace);
    }

    StagesInCode stages() {
        return new StagesInCode(components, stages);
    }

    private Manifest granted(Manifest before) {
        SecuritySettings security = before.security();
        Map<String, SecuritySettings.Grants> grants = new LinkedHashMap<>(security.grants());
        said.settings.forEach((node, settings) -> {
            if (!settings.grants.isEmpty()) {
                List<SecuritySettings.Grant> all = new ArrayList<>(said.base
                        .flatMap(flow -> flow.node(node))
                        .map(security::grantsFor)
                        .orElse(List.of()));
                settings.grants.forEach(capability -> all.add(new SecuritySettings.Grant(capability, here())));
                grants.put(node, new SecuritySettings.Grants(all, here()));
            }
        });
        return before.withGrants(grants);
    }

    private FlowDefinition joined() {
        FlowDefinition before = said.base.orElseGet(() -> FlowDefinition.of(said.name, runtime, here()));
        List<NodeDefinition> nodes = new ArrayList<>();
        for (NodeDefinition node : before.nodes()) {
            nodes.add(node(node, before, Optional.of(node)));
        }
        for (String name : said.nodes.keySet()) {
            if (before.node(name).isEmpty()) {
                nodes.add(node(fresh(name, before), before, Optional.empty()));
            }
        }
        settingsHaveNodes(nodes);
        QueueSettings queue = said.queue.over(before.queue());
        List<EdgeDefinition> edges = new ArrayList<>(before.edges());
        said.edges.forEach(edge -> edges.add(
                new EdgeDefinition(edge.from(), edge.to(), edge.queue().over(queue), here())));
        if (said.base.isEmpty() && edges.isEmpty()) {
            for (int i = 1; i < nodes.size(); i++) {
                edges.add(new EdgeDefinition(
                        new Endpoint(nodes.get(i - 1).name(), EdgeDefinition.OUTPUT),
                        new Endpoint(nodes.get(i).name(), EdgeDefinition.INPUT),
                        queue,
                        here()));
            }
        }
        FlowTimeouts timeouts = before.timeouts();
        return new FlowDefinition(
                said.name,
                said.description.orElse(before.description()),
                said.scheduling.orElse(before.scheduling()),
                said.priority.orElse(before.priority()),
                queue,
                said.errorPolicy.orElse(before.errorPolicy()),
                new FlowTimeouts(
                        said.deadline.or(timeouts::flowDeadline),
                        said.callTimeout.orElse(timeouts.invocation()),
                        said.drainTimeout.orElse(timeouts.drain()),
                        said.cancelTimeout.orElse(timeouts.cooperativeCancel())),
                nodes,
                edges,
                before.position());
    }

    /** Settings of a node that is not there would be settings that nobody obeys. */
    private void settingsHaveNodes(List<NodeDefinition> nodes) {
        List<String> names = nodes.stream().map(NodeDefinition::name).toList();
        List<Diagnostic> findings = said.settings.keySet().stream()
                .filter(name -> !names.contains(name))
                .map(name -> Diagnostic.error(
                                ErrorCode.TOPOLOGY_ERROR,
                                "settings are given for `%s`, which is no node of this flow".formatted(name),
                                NearestName.of(name, names)
                                        .map("did you mean `%s`?"::formatted)
                                        .orElseGet(() -> "add the node, or remove its settings"))
                        .at(here()))
                .toList();
        if (!findings.isEmpty()) {
            throw new DiagnosticsException(findings);
        }
    }

    /**
     * @param node as it is where this builder says nothing
     * @param flow what the node's values that are its flow's come from
     * @param stoodInFor the node of the manifest
     */
    private NodeDefinition node(NodeDefinition node, FlowDefinition flow, Optional<NodeDefinition> stoodInFor) {
        String name = node.name();
        FlowBuilder.Behind behind = said.nodes.get(name);
        FlowBuilder.Node settings = said.settings.getOrDefault(name, new FlowBuilder.Node());
        StageInterface stage = settings.stageInterface.orElseGet(
                () -> behind == null ? node.stageInterface() : stage(behind, stoodInFor));
        return new NodeDefinition(
                name,
                behind == null ? node.component() : reference(name, behind),
                stage,
                settings.config.or(node::config),
                settings.fuel.orElse(node.fuel()),
                settings.maxMemory.orElse(node.maxMemory()),
                settings.priority.orElse(node.priority()),
                settings.timeout
                        .or(() -> said.callTimeout.filter(
                                _ -> node.timeout().equals(flow.timeouts().invocation())))
                        .orElse(node.timeout()),
                settings.errorPolicy.orElseGet(() -> errorPolicy(node, flow)),
                settings.restart.or(node::restart),
                settings.parallelism.orElse(node.parallelism()),
                settings.instances.orElse(node.instances()),
                node.position(),
                behind == null ? node.componentPosition() : here(),
                behind == null ? node.interfacePosition() : here());
    }

    /** The flow's, where the node has no other one; nobody sends dead letters to itself. */
    private ErrorPolicy errorPolicy(NodeDefinition node, FlowDefinition flow) {
        ErrorPolicy policy = node.errorPolicy().equals(flow.errorPolicy())
                ? said.errorPolicy.orElse(node.errorPolicy())
                : node.errorPolicy();
        return policy instanceof ErrorPolicy.DeadLetter(var sink, var _) && sink.equals(node.name())
                ? new ErrorPolicy.FailFast()
                : policy;
    }

    private NodeDefinition fresh(String name, FlowDefinition flow) {
        Optional<String> config = said.nodes.get(name) instanceof FlowBuilder.Behind.Declared(var component)
                ? manifest.component(component).flatMap(ComponentDefinition::config)
                : Optional.empty();
        NodeDefinition node = NodeDefinition.of(
                name,
                new ComponentReference.Given(name),
                StageInterface.of(ComponentRole.PROCESSOR),
                config,
                runtime,
                here());
        return node.withTimeout(flow.timeouts().invocation()).withErrorPolicy(flow.errorPolicy());
    }

    private static ComponentReference reference(String node, FlowBuilder.Behind behind) {
        return switch (behind) {
            case FlowBuilder.Behind.File(var path) -> new ComponentReference.File(path.toString(), path);
            case FlowBuilder.Behind.Bytes _ -> new ComponentReference.Given(node);
            case FlowBuilder.Behind.Declared(var name) -> new ComponentReference.Named(name);
            case FlowBuilder.Behind.Installed(var stage, var _) -> new ComponentReference.Native(stage);
            case FlowBuilder.Behind.InJava _ -> new ComponentReference.Native(stageName(node));
        };
    }

    /** What it was, else what the component exports. Where that cannot be seen, linking says why. */
    private StageInterface stage(FlowBuilder.Behind behind, Optional<NodeDefinition> before) {
        return switch (behind) {
            case FlowBuilder.Behind.Installed(var _, var role) -> StageInterface.of(role);
            case FlowBuilder.Behind.InJava(var role, var _) -> StageInterface.of(role);
            case FlowBuilder.Behind.File(var path) ->
                before.map(NodeDefinition::stageInterface).orElseGet(() -> exported(path));
            case FlowBuilder.Behind.Bytes(var wasm) ->
                before.map(NodeDefinition::stageInterface).orElseGet(() -> exported(wasm));
            case FlowBuilder.Behind.Declared(var name) ->
                before.map(NodeDefinition::stageInterface).orElseGet(() -> declared(name));
        };
    }

    private StageInterface declared(String component) {
        return manifest.component(component).map(manifest::artifactPlaces).orElse(List.of()).stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .map(FlowAssembly::exported)
                .orElse(StageInterface.of(ComponentRole.PROCESSOR));
    }

    private static StageInterface exported(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? exported(ComponentFile.read(file))
                    : StageInterface.of(ComponentRole.PROCESSOR);
        } catch (TorvynException e) {
            return StageInterface.of(ComponentRole.PROCESSOR);
        }
    }

    private static StageInterface exported(byte[] wasm) {
        try {
            return exported(ComponentFile.of(wasm, ""));
        } catch (TorvynException e) {
            return StageInterface.of(ComponentRole.PROCESSOR);
        }
    }

    private static StageInterface exported(ComponentFile component) {
        return component.exports().stream()
                .map(StageInterface::parse)
                .flatMap(Optional::stream)
                .map(stage -> new StageInterface(stage.name(), Optional.empty()))
                .findFirst()
                .orElse(StageInterface.of(ComponentRole.PROCESSOR));
    }

    private Diagnostic.Location here() {
        return new Diagnostic.Location("flow '" + said.name + "', put together in code", 0, 0, "");
    }
}
