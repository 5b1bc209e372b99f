package io.torvyn.config;

import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The edges of one flow, in both of their forms. */
final class EdgeReader {
    /** Between two nodes in the name of an edge. */
    private static final String JOINT = "-to-";

    /** How a port is called that nobody named. */
    private static final String UNNAMED_PORT = "default";

    private static final Format<EdgeDefinition.Endpoint> ENDPOINT = Format.of(
                    "\"node:port\" or { node = \"…\", port = \"…\" }",
                    "\"node:port\"",
                    node -> Format.text(node, _ -> true).flatMap(EdgeReader::endpoint))
            .written(endpoint -> Format.quoted(endpoint.toString()));

    private final Section flow;
    private final Map<String, NodeDefinition> nodes;
    private final QueueSettings inherited;
    private final Findings findings;
    private final Map<String, Section> overrides = new LinkedHashMap<>();
    private final Set<List<EdgeDefinition.Endpoint>> seen = new HashSet<>();
    private int declared;

    EdgeReader(Section flow, Map<String, NodeDefinition> nodes, QueueSettings inherited, Findings findings) {
        this.flow = flow;
        this.nodes = nodes;
        this.inherited = inherited;
        this.findings = findings;
    }

    /** The edges that are in order. */
    List<EdgeDefinition> read() {
        Optional<TomlNode> node = flow.take("edges");
        if (node.isEmpty()) {
            return List.of();
        }
        List<EdgeDefinition> edges = new ArrayList<>();
        if (node.get() instanceof TomlNode.Items(var values, var _)) {
            declared = values.size();
            List<Section> sections = flow.items(values, "edges");
            sections.forEach(this::collectOverrides);
            sections.forEach(section -> listed(section).ifPresent(edges::add));
            overrides.values().forEach(this::reportUnnamed);
        } else if (node.get() instanceof TomlNode.Table) {
            Map<String, Section> sections = flow.tables("edges");
            declared = sections.size();
            sections.forEach((name, section) -> named(name, section).ifPresent(edges::add));
        } else {
            declared = 1;
            findings.invalid(
                    flow.path("edges"),
                    node.get(),
                    "an array of tables",
                    "write `[[%s]]` with `from` and `to`".formatted(flow.path("edges")));
        }
        return edges;
    }

    /** How many edges the text has, in order or not. */
    int declared() {
        return declared;
    }

    static String nearestNode(String name, Collection<String> nodes) {
        return NearestName.of(name, nodes)
                .map("did you mean `%s`?"::formatted)
                .orElseGet(() -> nodes.isEmpty() ? "declare it first" : "name one of: " + String.join(", ", nodes));
    }

    /**
     * {@code [flow.<name>.edges.<from>-to-<to>.backpressure]}. In TOML it belongs to the last edge above it, which need
     * not be the one that it names.
     */
    private void collectOverrides(Section section) {
        for (String key : section.keys()) {
            if (key.contains(JOINT) && section.hasTable(key)) {
                section.optionalTable(key).ifPresent(override -> {
                    Section earlier = overrides.putIfAbsent(key, override);
                    if (earlier != null) {
                        override.reportTwice(override.path(), override.at(), earlier.path());
                    }
                });
            }
        }
    }

    private Optional<EdgeDefinition> listed(Section section) {
        Optional<EdgeDefinition.Endpoint> from = endpoint(section, "from", EdgeDefinition.OUTPUT);
        Optional<EdgeDefinition.Endpoint> to = endpoint(section, "to", EdgeDefinition.INPUT);
        Section override = from.isPresent() && to.isPresent()
                ? overrides.remove(from.get().node() + JOINT + to.get().node())
                : null;
        QueueSettings queue = queue(section, override);
        section.close();
        return from.flatMap(start -> to.flatMap(end -> edge(start, end, queue, section)));
    }

    /** {@code [flow.<name>.edges.<from>-to-<to>]} in a flow that lists no edges. */
    private Optional<EdgeDefinition> named(String name, Section section) {
        QueueSettings queue = queue(section, null);
        section.close();
        for (int i = name.indexOf(JOINT); i >= 0; i = name.indexOf(JOINT, i + 1)) {
            String from = name.substring(0, i);
            String to = name.substring(i + JOINT.length());
            if (nodes.containsKey(from) && nodes.containsKey(to)) {
                return edge(
                        new EdgeDefinition.Endpoint(from, EdgeDefinition.OUTPUT),
                        new EdgeDefinition.Endpoint(to, EdgeDefinition.INPUT),
                        queue,
                        section);
            }
        }
        reportUnnamed(section);
        return Optional.empty();
    }

    private void reportUnnamed(Section section) {
        findings.semantic(
                section.path(),
                section.at(),
                "`%s` names no edge of this flow".formatted(section.path()),
                "name an edge after its nodes, <from>-to-<to>, or write `[[%s]]` with `from` and `to`"
                        .formatted(flow.path("edges")));
    }

    private Optional<EdgeDefinition> edge(
            EdgeDefinition.Endpoint from, EdgeDefinition.Endpoint to, QueueSettings queue, Section section) {
        if (from.node().equals(to.node())) {
            report(
                    section.path(),
                    section.at("to"),
                    "`%s` is joined to itself".formatted(from.node()),
                    "remove the edge; feedback belongs inside one component");
            return Optional.empty();
        }
        if (!seen.add(List.of(from, to))) {
            findings.add(Diagnostic.error(
                            ErrorCode.DUPLICATE_KEY,
                            "there are two edges from %s to %s".formatted(from, to),
                            "remove one of the two: every element would be delivered twice")
                    .at(section.at())
                    .atKey(section.path()));
            return Optional.empty();
        }
        return Optional.of(new EdgeDefinition(from, to, queue, section.at()));
    }

    private Optional<EdgeDefinition.Endpoint> endpoint(Section section, String key, String usualPort) {
        Optional<EdgeDefinition.Endpoint> endpoint;
        if (section.hasTable(key)) {
            Section table = section.table(key);
            String node = table.required(Format.NON_EMPTY.withExample("\"my-node\""), "node", "");
            String port = table.value(Format.NON_EMPTY.withExample('"' + usualPort + '"'), "port", usualPort);
            table.close();
            endpoint = node.isEmpty() ? Optional.empty() : Optional.of(new EdgeDefinition.Endpoint(node, port));
        } else if (section.has(key)) {
            endpoint = section.optional(ENDPOINT, key);
        } else {
            section.take(key);
            section.reportMissing(key, ENDPOINT);
            endpoint = Optional.empty();
        }
        return endpoint.filter(e -> isKnown(e.node(), section, key)).map(e -> withUsualPort(e, usualPort));
    }

    private boolean isKnown(String node, Section section, String key) {
        if (nodes.containsKey(node)) {
            return true;
        }
        report(
                section.path(key),
                section.at(key),
                "the edge's `%s` is `%s`, which is no node of this flow".formatted(key, SourceText.shortened(node, 80)),
                nearestNode(node, nodes.keySet()));
        return false;
    }

    private void report(String keyPath, Diagnostic.Location at, String message, String help) {
        findings.add(
                Diagnostic.error(ErrorCode.TOPOLOGY_ERROR, message, help).at(at).atKey(keyPath));
    }

    /** A router may name one of its ports {@code default}; for everybody else that is the only port. */
    private EdgeDefinition.Endpoint withUsualPort(EdgeDefinition.Endpoint endpoint, String usualPort) {
        NodeDefinition node = nodes.get(endpoint.node());
        boolean named = usualPort.equals(EdgeDefinition.OUTPUT) && node != null && node.role() == ComponentRole.ROUTER;
        return endpoint.port().equals(UNNAMED_PORT) && !named
                ? new EdgeDefinition.Endpoint(endpoint.node(), usualPort)
                : endpoint;
    }

    private static Optional<EdgeDefinition.Endpoint> endpoint(String text) {
        int colon = text.indexOf(':');
        String node = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? UNNAMED_PORT : text.substring(colon + 1);
        return node.isBlank() || port.isBlank()
                ? Optional.empty()
                : Optional.of(new EdgeDefinition.Endpoint(node, port));
    }

    /**
     * What an edge says, after the table named for it where there is one.
     *
     * @param override {@code [flow.<name>.edges.<from>-to-<to>]}
     */
    private QueueSettings queue(Section section, @Nullable Section override) {
        Section own = section.table("backpressure");
        var keys = new QueueReader.Keys(flow.path("default_queue_depth"), flow.path("backpressure"));
        QueueSettings queue = new QueueReader(own, new QueueReader.Outer(inherited, keys), findings)
                .read(depths(section, own, "queue_depth", findings), section.path("queue_depth"));
        own.close();
        if (override == null) {
            return queue;
        }
        Section above = override.table("backpressure");
        var ownKeys = new QueueReader.Keys(section.path("queue_depth"), own.path());
        QueueSettings overridden = new QueueReader(above, new QueueReader.Outer(queue, ownKeys), findings)
                .read(above.said("queue_depth"), above.path("queue_depth"));
        above.close();
        override.close();
        return overridden;
    }

    /** A queue's depth may stand beside its table or in it. */
    static List<Said> depths(Section outer, Section table, String key, Findings findings) {
        List<Said> beside = outer.said(key);
        List<Said> within = table.said(key);
        if (!beside.isEmpty() && !within.isEmpty()) {
            findings.semantic(
                    table.path(key),
                    table.at(key),
                    "the depth of one queue is set twice",
                    "keep the one outside of the backpressure table");
        }
        return beside.isEmpty() ? within : beside;
    }
}
