package io.torvyn.host;

import io.torvyn.component.ComponentFile;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.EdgeDefinition;
import io.torvyn.config.EdgeDefinition.Endpoint;
import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.FlowPriority;
import io.torvyn.config.FlowTimeouts;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.Parallelism;
import io.torvyn.config.RuntimeSettings;
import io.torvyn.config.StageInterface;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A flow for a project that defines none and has one component: what the component lacks of a flow, {@code
 * native:generator} and {@code native:print} give. For trying it out.
 */
final class TestFlow {
    private static final String NAME = "main";

    private final Manifest manifest;
    private final String component;

    private TestFlow(Manifest manifest, String component) {
        this.manifest = manifest;
        this.component = component;
    }

    /** Empty when the project defines flows, or has several components. */
    static Optional<FlowDefinition> of(Manifest manifest, String name) {
        if (!manifest.flows().isEmpty() || manifest.components().size() > 1 || !name.equals(NAME)) {
            return Optional.empty();
        }
        String component = manifest.components().isEmpty()
                ? manifest.project().name()
                : manifest.components().getFirst().name();
        return Optional.of(new TestFlow(manifest, component).definition());
    }

    /** What whoever runs it is told. */
    static Diagnostic notice(FlowDefinition flow) {
        return new Diagnostic(
                ErrorCode.FLOW_NOT_DEFINED,
                Diagnostic.Level.HINT,
                "the project defines no flow; this was "
                        + String.join(
                                " → ",
                                flow.nodes().stream()
                                        .map(node -> node.component().toString())
                                        .toList()),
                List.of(),
                "",
                "",
                "",
                List.of(),
                "Add a `[flow.main]` table with nodes and edges.");
    }

    private FlowDefinition definition() {
        RuntimeSettings runtime = manifest.runtime();
        NodeDefinition own = node(component, new ComponentReference.Named(component), ofProcessor());
        own = node(component, own.component(), stage(own));
        List<NodeDefinition> nodes = new ArrayList<>();
        if (own.role().isConsumer()) {
            nodes.add(node("test-source", new ComponentReference.Native("generator"), of(ComponentRole.SOURCE)));
        }
        nodes.add(own);
        if (own.role().isProducer()) {
            nodes.add(node("test-sink", new ComponentReference.Native("print"), of(ComponentRole.SINK)));
        }
        List<EdgeDefinition> edges = new ArrayList<>();
        for (int i = 1; i < nodes.size(); i++) {
            edges.add(new EdgeDefinition(
                    new Endpoint(
                            nodes.get(i - 1).name(),
                            nodes.get(i - 1).role() == ComponentRole.ROUTER ? "default" : EdgeDefinition.OUTPUT),
                    new Endpoint(nodes.get(i).name(), EdgeDefinition.INPUT),
                    runtime.queue(),
                    nowhere()));
        }
        return new FlowDefinition(
                NAME,
                "",
                runtime.scheduling(),
                FlowPriority.NORMAL,
                runtime.queue(),
                new ErrorPolicy.FailFast(),
                new FlowTimeouts(
                        Optional.empty(),
                        Defaults.INVOCATION_TIMEOUT,
                        Defaults.DRAIN_TIMEOUT,
                        Defaults.COOPERATIVE_CANCEL_TIMEOUT),
                nodes,
                edges,
                nowhere());
    }

    private NodeDefinition node(String name, ComponentReference reference, StageInterface stage) {
        RuntimeSettings runtime = manifest.runtime();
        return new NodeDefinition(
                name,
                reference,
                stage,
                reference instanceof ComponentReference.Named(var named)
                        ? manifest.component(named).flatMap(definition -> definition.config())
                        : Optional.empty(),
                runtime.fuelPerInvocation(),
                runtime.maxMemoryPerComponent(),
                runtime.defaultPriority(),
                Defaults.INVOCATION_TIMEOUT,
                new ErrorPolicy.FailFast(),
                Optional.empty(),
                Parallelism.FLOW,
                1,
                nowhere(),
                nowhere(),
                nowhere());
    }

    private Diagnostic.Location nowhere() {
        return new Diagnostic.Location(String.valueOf(manifest.file().getFileName()), 0, 0, "");
    }

    /** By what the component exports. Where that cannot be seen, linking says why. */
    private StageInterface stage(NodeDefinition node) {
        try {
            return manifest.artifactPlaces(node).stream()
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .flatMap(TestFlow::exported)
                    .orElse(ofProcessor());
        } catch (TorvynException e) {
            return ofProcessor();
        }
    }

    private static Optional<StageInterface> exported(Path file) {
        return ComponentFile.read(file).exports().stream()
                .map(StageInterface::parse)
                .flatMap(Optional::stream)
                .map(stage -> new StageInterface(stage.name(), Optional.empty()))
                .findFirst();
    }

    private static StageInterface ofProcessor() {
        return of(ComponentRole.PROCESSOR);
    }

    private static StageInterface of(ComponentRole role) {
        return StageInterface.NAMES.stream()
                .map(name -> new StageInterface(name, Optional.empty()))
                .filter(stage -> stage.role() == role)
                .findFirst()
                .orElseThrow();
    }
}
