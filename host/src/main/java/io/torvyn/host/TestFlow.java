package io.torvyn.host;

import io.torvyn.component.ComponentFile;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.EdgeDefinition;
import io.torvyn.config.EdgeDefinition.Endpoint;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.StageInterface;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A flow that can be tried out, whatever it lacks, where {@link TorvynHost.Builder#tryingOut} says so: {@code native:generator} stands in for a source, and {@code
 * native:print} for a sink. Of a project that defines no flow and has one component, that component is the flow.
 *
 * @param notice what whoever runs it is told
 */
record TestFlow(FlowDefinition flow, Diagnostic notice) {
    private static final String NAME = "main";
    private static final String SOURCE = "test-source";
    private static final String SINK = "test-sink";

    /** Empty when the flow lacks nothing, or is not there. */
    static Optional<TestFlow> of(Manifest manifest, String name) {
        return manifest.flow(name).map(flow -> completed(manifest, flow)).orElseGet(() -> ofComponent(manifest, name));
    }

    /** Empty when the project defines flows, or has several components. */
    private static Optional<TestFlow> ofComponent(Manifest manifest, String name) {
        if (!manifest.flows().isEmpty() || manifest.components().size() > 1 || !name.equals(NAME)) {
            return Optional.empty();
        }
        String component = manifest.components().isEmpty()
                ? manifest.project().name()
                : manifest.components().getFirst().name();
        FlowDefinition flow = withEnds(manifest, alone(manifest, component));
        return Optional.of(new TestFlow(
                flow,
                hint(
                        ErrorCode.FLOW_NOT_DEFINED,
                        "the project defines no flow; this was "
                                + String.join(
                                        " → ",
                                        flow.nodes().stream()
                                                .map(node -> node.component().toString())
                                                .toList()),
                        "Add a `[flow.main]` table with nodes and edges.")));
    }

    private static Optional<TestFlow> completed(Manifest manifest, FlowDefinition flow) {
        boolean source = lacks(flow, ComponentRole.SOURCE);
        boolean sink = lacks(flow, ComponentRole.SINK);
        FlowDefinition whole = withEnds(manifest, flow);
        if (whole.edges().size() == flow.edges().size()) {
            return Optional.empty();
        }
        String what = source && sink ? "source and no sink" : source ? "source" : "sink";
        String standIn = source && sink
                ? "native:generator and native:print stood in for them"
                : (source ? "native:generator" : "native:print") + " stood in for it";
        return Optional.of(new TestFlow(
                whole,
                hint(
                                ErrorCode.TOPOLOGY_ERROR,
                                "flow `%s` has no %s; %s, for trying it out".formatted(flow.name(), what, standIn),
                                "Give it one with a `[flow.%s.nodes.<node>]` table and an edge; `torvyn link` refuses it until then."
                                        .formatted(flow.name()))
                        .at(flow.position())));
    }

    private static boolean lacks(FlowDefinition flow, ComponentRole role) {
        return flow.nodes().stream().noneMatch(node -> node.role() == role);
    }

    private static Diagnostic hint(ErrorCode code, String message, String help) {
        return new Diagnostic(code, Diagnostic.Level.HINT, message, List.of(), "", "", "", List.of(), help);
    }

    private static FlowDefinition alone(Manifest manifest, String component) {
        NodeDefinition own = node(
                manifest,
                component,
                new ComponentReference.Named(component),
                StageInterface.of(ComponentRole.PROCESSOR));
        own = node(manifest, component, own.component(), stage(manifest, own));
        return FlowDefinition.of(NAME, manifest.runtime(), nowhere(manifest)).withNodes(List.of(own));
    }

    /**
     * The flow with a source for what waits for one, if it has none, and with a sink behind what goes nowhere, if it has
     * none. Whatever else is wrong with it stays so.
     */
    private static FlowDefinition withEnds(Manifest manifest, FlowDefinition flow) {
        List<NodeDefinition> nodes = new ArrayList<>(flow.nodes());
        List<EdgeDefinition> edges = new ArrayList<>(flow.edges());
        if (lacks(flow, ComponentRole.SOURCE) && flow.node(SOURCE).isEmpty()) {
            List<EdgeDefinition> first = flow.nodes().stream()
                    .filter(node -> flow.edges().stream()
                            .noneMatch(edge -> edge.to().node().equals(node.name())))
                    .map(node -> edge(flow, SOURCE, EdgeDefinition.OUTPUT, node.name()))
                    .toList();
            if (!first.isEmpty()) {
                nodes.addFirst(node(
                        manifest,
                        SOURCE,
                        new ComponentReference.Native("generator"),
                        StageInterface.of(ComponentRole.SOURCE)));
                edges.addAll(first);
            }
        }
        if (lacks(flow, ComponentRole.SINK) && flow.node(SINK).isEmpty()) {
            List<EdgeDefinition> last = flow.nodes().stream()
                    .filter(node -> flow.edges().stream()
                            .noneMatch(edge -> edge.from().node().equals(node.name())))
                    .map(node -> edge(
                            flow,
                            node.name(),
                            node.role() == ComponentRole.ROUTER ? "default" : EdgeDefinition.OUTPUT,
                            SINK))
                    .toList();
            if (!last.isEmpty()) {
                nodes.add(node(
                        manifest, SINK, new ComponentReference.Native("print"), StageInterface.of(ComponentRole.SINK)));
                edges.addAll(last);
            }
        }
        return new FlowDefinition(
                flow.name(),
                flow.description(),
                flow.scheduling(),
                flow.priority(),
                flow.queue(),
                flow.errorPolicy(),
                flow.timeouts(),
                nodes,
                edges,
                flow.position());
    }

    private static EdgeDefinition edge(FlowDefinition flow, String from, String port, String to) {
        return new EdgeDefinition(
                new Endpoint(from, port), new Endpoint(to, EdgeDefinition.INPUT), flow.queue(), flow.position());
    }

    private static NodeDefinition node(
            Manifest manifest, String name, ComponentReference reference, StageInterface stage) {
        return NodeDefinition.of(
                name,
                reference,
                stage,
                reference instanceof ComponentReference.Named(var named)
                        ? manifest.component(named).flatMap(definition -> definition.config())
                        : Optional.empty(),
                manifest.runtime(),
                nowhere(manifest));
    }

    private static Diagnostic.Location nowhere(Manifest manifest) {
        return new Diagnostic.Location(String.valueOf(manifest.file().getFileName()), 0, 0, "");
    }

    /** By what the component exports. Where that cannot be seen, linking says why. */
    private static StageInterface stage(Manifest manifest, NodeDefinition node) {
        try {
            return manifest.artifactPlaces(node).stream()
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .flatMap(TestFlow::exported)
                    .orElse(StageInterface.of(ComponentRole.PROCESSOR));
        } catch (TorvynException e) {
            return StageInterface.of(ComponentRole.PROCESSOR);
        }
    }

    private static Optional<StageInterface> exported(Path file) {
        return ComponentFile.read(file).exports().stream()
                .map(StageInterface::parse)
                .flatMap(Optional::stream)
                .map(stage -> new StageInterface(stage.name(), Optional.empty()))
                .findFirst();
    }
}
