package io.torvyn.config;

import io.torvyn.types.ComponentRole;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code [flow.<name>]} tables: nodes, edges, and what a graph's text alone can have wrong. */
final class FlowReader {
    private static final Format<Integer> RETRIES =
            Format.integer(1, Format.MANY).withExample("3");

    private static final Format<StageInterface> INTERFACE = Format.of(
                    "one of " + String.join(", ", StageInterface.NAMES) + ", with or without @version",
                    "\"torvyn:streaming/processor\"",
                    node -> Format.text(node, _ -> true).flatMap(StageInterface::parse))
            .written(stage -> Format.quoted(stage.toString()))
            .suggesting(text -> NearestName.of(text, StageInterface.NAMES));
    private static final Format<PolicyWord> POLICY_WORD = Format.choice(PolicyWord.values())
            .expecting("fail-fast, skip, log, or a table with the kind retry or dead-letter");

    private static final QueueReader.Keys RUNTIME_QUEUE =
            new QueueReader.Keys("runtime.backpressure.default_queue_depth", "runtime.backpressure");

    private final Path directory;
    private final RuntimeSettings runtime;
    private final Map<String, ComponentDefinition> components;
    private final Findings findings;

    private enum PolicyWord {
        FAIL_FAST,
        SKIP,
        LOG
    }

    private enum PolicyKind {
        FAIL_FAST,
        SKIP,
        LOG,
        RETRY,
        DEAD_LETTER
    }

    /**
     * @param directory what relative paths start from
     * @param components what a node may name
     */
    FlowReader(
            Path directory, RuntimeSettings runtime, Map<String, ComponentDefinition> components, Findings findings) {
        this.directory = directory;
        this.runtime = runtime;
        this.components = components;
        this.findings = findings;
    }

    List<FlowDefinition> flows(Section root) {
        List<FlowDefinition> flows = new ArrayList<>();
        root.optionalTable("flow").ifPresent(all -> {
            for (String name : all.keys()) {
                if (all.hasTable(name)) {
                    all.wholeTable(name).ifPresent(section -> flows.add(flow(name, section)));
                } else {
                    all.retired(
                            name,
                            "flows have names: write `[flow.main.nodes.<node>]` for each node and "
                                    + "`[[flow.main.edges]]` for each edge");
                }
            }
        });
        return flows;
    }

    private FlowDefinition flow(String name, Section section) {
        checkName(name, section);
        String description = section.value(Format.TEXT, "description", "");
        SchedulingKind scheduling = section.inherited(
                SettingsReader.SCHEDULING, "scheduling_policy", runtime.scheduling(), "runtime.scheduling.policy");
        FlowPriority priority = section.value(Format.choice(FlowPriority.values()), "priority", FlowPriority.NORMAL);
        QueueSettings queue = queue(section);
        FlowTimeouts timeouts = timeouts(section.table("timeouts"));
        SequencedMap<String, Section> nodeSections = nodeSections(section);
        Set<String> names = nodeSections.keySet();
        ErrorPolicy errorPolicy = errorPolicy(section, new ErrorPolicy.FailFast(), null, names, queue);
        SequencedMap<String, NodeDefinition> nodes = new LinkedHashMap<>();
        nodeSections.forEach(
                (node, table) -> nodes.put(node, node(node, table, errorPolicy, timeouts, names, queue, section)));
        EdgeReader edges = new EdgeReader(section, nodes, queue, findings);
        List<EdgeDefinition> definitions = edges.read();
        checkSize(section, nodes.size(), edges.declared());
        section.close();
        return new FlowDefinition(
                name,
                description,
                scheduling,
                priority,
                queue,
                errorPolicy,
                timeouts,
                List.copyOf(nodes.values()),
                definitions,
                section.at());
    }

    /** Names stand in {@code "node:port"}, in file names and in metrics. */
    private void checkName(String name, Section section) {
        if (!Format.isName(name)) {
            findings.add(Diagnostic.error(
                            ErrorCode.INVALID_VALUE,
                            "`%s` is not a name".formatted(SourceText.shortened(name, 80)),
                            "rename it")
                    .at(section.at())
                    .atKey(section.path())
                    .expecting(Format.NAME_TEXT.expected(), SourceText.shortened(name, 80)));
        }
    }

    private SequencedMap<String, Section> nodeSections(Section flow) {
        Optional<TomlNode> node = flow.take("nodes");
        if (node.isPresent() && node.get() instanceof TomlNode.Items) {
            findings.invalid(
                    flow.path("nodes"),
                    node.get(),
                    "a table",
                    "nodes have names: write `[%s.<node>]` for each".formatted(flow.path("nodes")));
            return new LinkedHashMap<>();
        }
        return flow.tables("nodes");
    }

    /** One node alone can be tried out: whoever runs it gives it the ends that it lacks. Linking refuses it. */
    private void checkSize(Section section, int nodes, int edges) {
        if (nodes == 1 && edges == 0) {
            return;
        }
        boolean nodesReadable = !section.has("nodes") || section.hasTable("nodes");
        if (nodesReadable && nodes < 2) {
            findings.semantic(
                    section.path("nodes"),
                    section.at(),
                    "a flow needs at least 2 nodes, this one has " + nodes,
                    "add `[%s.<node>]` tables: a source and a sink at least".formatted(section.path("nodes")));
        }
        if (edges == 0 && nodes > 0) {
            findings.semantic(
                    section.path("edges"),
                    section.at(),
                    "a flow needs at least 1 edge, this one has none",
                    "add `[[%s]]` with `from` and `to`".formatted(section.path("edges")));
        }
    }

    private QueueSettings queue(Section flow) {
        Section table = flow.table("backpressure");
        QueueSettings queue = new QueueReader(table, new QueueReader.Outer(runtime.queue(), RUNTIME_QUEUE), findings)
                .read(
                        EdgeReader.depths(flow, table, "default_queue_depth", findings),
                        flow.path("default_queue_depth"));
        table.close();
        return queue;
    }

    private static FlowTimeouts timeouts(Section section) {
        FlowTimeouts timeouts = new FlowTimeouts(
                section.optional(Format.DURATION, "flow_deadline"),
                section.value(Format.DURATION, "component_invocation_timeout", Defaults.INVOCATION_TIMEOUT),
                section.value(Format.DURATION, "drain_timeout", Defaults.DRAIN_TIMEOUT),
                section.value(Format.DURATION, "cooperative_cancel_timeout", Defaults.COOPERATIVE_CANCEL_TIMEOUT));
        section.close();
        return timeouts;
    }

    private NodeDefinition node(
            String name,
            Section section,
            ErrorPolicy flowErrors,
            FlowTimeouts timeouts,
            Set<String> nodes,
            QueueSettings queue,
            Section flow) {
        checkName(name, section);
        section.retired("role", "a node's role follows from its `interface`, such as \"torvyn:streaming/sink\"");
        section.retired("artifact", "name the file in `component`: \"file://path/to/it.wasm\"");
        ComponentReference component =
                section.required(componentFormat(), "component", new ComponentReference.Native("unknown"));
        checkDeclared(component, section);
        StageInterface stage = section.required(
                INTERFACE, "interface", new StageInterface("torvyn:streaming/processor", Optional.empty()));
        int instances = section.value(Format.integer(1, 1024), "instances", 1);
        if (instances > 1 && section.has("interface") && stage.role() != ComponentRole.PROCESSOR) {
            findings.semantic(
                    section.path("instances"),
                    section.at("instances"),
                    "only a processor can have several instances",
                    "remove `instances`");
        }
        NodeDefinition node = new NodeDefinition(
                name,
                component,
                stage,
                config(section, component),
                section.inherited(
                        Format.atLeast(0).withExample("1000000"),
                        "fuel_budget",
                        runtime.fuelPerInvocation(),
                        "runtime.default_fuel_per_invocation"),
                section.inherited(
                        Format.SIZE, "max_memory", runtime.maxMemoryPerComponent(), "runtime.max_memory_per_component"),
                section.inherited(
                        SettingsReader.PRIORITY,
                        "priority",
                        runtime.defaultPriority(),
                        "runtime.scheduling.default_priority"),
                section.inherited(
                        Format.milliseconds(1),
                        "timeout_ms",
                        timeouts.invocation(),
                        flow.path("timeouts") + ".component_invocation_timeout"),
                errorPolicy(section, inheritedBy(name, flowErrors), flow.path("error_policy"), nodes, queue),
                restart(section),
                section.value(Format.choice(Parallelism.values()), "parallelism", Parallelism.FLOW),
                instances,
                section.at(),
                section.at("component"),
                section.at("interface"));
        section.close();
        return node;
    }

    private Format<ComponentReference> componentFormat() {
        return Format.of(
                        "a component's name, a .wasm file, file://<path>, native:<name> or oci://<host>/<repository>:<tag>",
                        "\"my-component\"",
                        node -> Format.text(node, _ -> true).flatMap(this::reference))
                .written(component -> Format.quoted(component.toString()));
    }

    private Optional<ComponentReference> reference(String text) {
        if (text.startsWith("native:")) {
            String name = text.substring("native:".length());
            return Format.isName(name) ? Optional.of(new ComponentReference.Native(name)) : Optional.empty();
        }
        if (text.startsWith("file://")) {
            return file(text, text.substring("file://".length()));
        }
        if (text.startsWith("oci://")) {
            String reference = text.substring("oci://".length());
            return reference.matches("[^/\\s]+/\\S+")
                    ? Optional.of(new ComponentReference.Oci(reference))
                    : Optional.empty();
        }
        if (text.endsWith(".wasm")) {
            return file(text, text);
        }
        return Format.isName(text) ? Optional.of(new ComponentReference.Named(text)) : Optional.empty();
    }

    private Optional<ComponentReference> file(String text, String path) {
        try {
            return path.isBlank()
                    ? Optional.empty()
                    : Optional.of(new ComponentReference.File(
                            text, directory.resolve(path).normalize()));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private void checkDeclared(ComponentReference component, Section section) {
        if (component instanceof ComponentReference.Named(var name) && !components.containsKey(name)) {
            findings.semantic(
                    section.path("component"),
                    section.at("component"),
                    "no component is named `%s`".formatted(name),
                    NearestName.of(name, components.keySet())
                            .map("did you mean `%s`?"::formatted)
                            .orElseGet(() ->
                                    "declare it with `[[component]]`, or name a file: \"%s.wasm\"".formatted(name)));
        }
    }

    /** A node's own, else its component's. */
    private Optional<String> config(Section section, ComponentReference component) {
        Optional<String> shared = component instanceof ComponentReference.Named(var name)
                ? Optional.ofNullable(components.get(name)).flatMap(ComponentDefinition::config)
                : Optional.empty();
        return shared.isEmpty()
                ? section.optional(Format.TEXT, "config")
                : Optional.of(section.inherited(Format.TEXT, "config", shared.get(), sharedConfig(component)));
    }

    private String sharedConfig(ComponentReference component) {
        return "component[%d].config".formatted(List.copyOf(components.keySet()).indexOf(component.toString()));
    }

    private static Optional<RestartPolicy> restart(Section section) {
        return section.optionalTable("restart").map(restart -> {
            RestartPolicy policy = new RestartPolicy(
                    restart.required(RETRIES, "max", 1),
                    restart.required(Format.DURATION.withExample("\"1m\""), "window", Duration.ofMinutes(1)));
            restart.close();
            return policy;
        });
    }

    /** Nobody sends dead letters to itself because all others send theirs there. */
    private static ErrorPolicy inheritedBy(String node, ErrorPolicy flowErrors) {
        return flowErrors instanceof ErrorPolicy.DeadLetter(var sink, var _) && sink.equals(node)
                ? new ErrorPolicy.FailFast()
                : flowErrors;
    }

    /** @param from the key that {@code inherited} comes from; null: it is the default */
    private ErrorPolicy errorPolicy(
            Section section, ErrorPolicy inherited, @Nullable String from, Set<String> nodes, QueueSettings queue) {
        Optional<TomlNode> node = section.take("error_policy");
        if (node.isEmpty() || !(node.get() instanceof TomlNode.Table)) {
            String example =
                    switch (node.orElse(null)) {
                        case TomlNode.Text(var word, var _, var _)
                        when word.equals("retry") -> "{ kind = \"retry\", max_retries = 3, backoff = \"100ms\" }";
                        case TomlNode.Text(var word, var _, var _)
                        when word.equals("dead-letter") -> "{ kind = \"dead-letter\", sink = \"<node>\" }";
                        case null, default -> POLICY_WORD.example();
                    };
            PolicyWord standard = inherited instanceof ErrorPolicy.FailFast ? PolicyWord.FAIL_FAST : null;
            return section.read(
                            POLICY_WORD.withExample(example),
                            section.path("error_policy"),
                            List.of(),
                            section.said("error_policy"),
                            standard,
                            from)
                    .map(FlowReader::simple)
                    .orElse(inherited);
        }
        Section table = section.table("error_policy");
        Format<PolicyKind> kinds = Format.choice(PolicyKind.values());
        Optional<PolicyKind> kind = table.optional(kinds, "kind");
        if (!table.has("kind")) {
            table.reportMissing("kind", kinds.withExample("\"retry\""));
        }
        if (kind.isEmpty()) {
            return inherited;
        }
        ErrorPolicy policy =
                switch (kind.get()) {
                    case FAIL_FAST -> new ErrorPolicy.FailFast();
                    case SKIP -> new ErrorPolicy.Skip();
                    case LOG -> new ErrorPolicy.Log();
                    case RETRY -> retry(table);
                    case DEAD_LETTER -> deadLetter(table, nodes, queue);
                };
        table.close();
        return policy;
    }

    private static ErrorPolicy simple(PolicyWord word) {
        return switch (word) {
            case FAIL_FAST -> new ErrorPolicy.FailFast();
            case SKIP -> new ErrorPolicy.Skip();
            case LOG -> new ErrorPolicy.Log();
        };
    }

    private static ErrorPolicy retry(Section table) {
        return new ErrorPolicy.Retry(
                table.required(RETRIES, "max_retries", 1),
                table.required(Format.DURATION.withExample("\"100ms\""), "backoff", Duration.ofMillis(100)));
    }

    private ErrorPolicy deadLetter(Section table, Set<String> nodes, QueueSettings queue) {
        String sink = table.required(Format.NON_EMPTY.withExample("\"<node>\""), "sink", "");
        if (!sink.isEmpty() && !nodes.contains(sink)) {
            findings.semantic(
                    table.path("sink"),
                    table.at("sink"),
                    "no node of this flow is named `%s`".formatted(sink),
                    EdgeReader.nearestNode(sink, nodes));
        }
        return new ErrorPolicy.DeadLetter(sink, queue.depth());
    }
}
