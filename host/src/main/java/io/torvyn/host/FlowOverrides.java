package io.torvyn.host;

import io.torvyn.config.ComponentReference;
import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Layers;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody changes about a flow for one run, without touching its manifest.
 *
 * @param input what stands in for every source: a file, {@code stdin} or {@code -}, or {@code generator} or {@code
 *     generator:N} for test elements
 * @param output what stands in for every sink but those that take dead letters only: a file, or {@code stdout} or {@code -}
 * @param config {@code <node|component>=<text>} replaces a configuration, {@code <node|component>.<path>=<value>} sets
 *     a key in a JSON one, {@code <key>=<value>} sets it in every node whose configuration is a JSON object
 */
public record FlowOverrides(Optional<String> input, Optional<String> output, List<String> config) {
    private static final String FORMS =
            "Use NODE=TEXT, NODE.KEY=VALUE, KEY=VALUE for every node with a JSON config, or a key of the configuration such as "
                    + "runtime.strategy=VALUE.";

    public static final FlowOverrides NONE = new FlowOverrides(Optional.empty(), Optional.empty(), List.of());

    private static final Pattern GENERATOR = Pattern.compile("generator(:[0-9]{1,18})?");

    public FlowOverrides {
        config = List.copyOf(config);
    }

    /**
     * @throws DiagnosticsException E0004 when an override names nothing that is there
     */
    public FlowDefinition apply(Manifest manifest, FlowDefinition flow) {
        FlowDefinition changed = flow;
        for (String override : config) {
            changed = set(manifest, changed, override);
        }
        refuseReadingWhatIsWritten();
        if (input.isPresent()) {
            changed = redirect(changed, ComponentRole.SOURCE, input.get(), "stdin");
        }
        if (output.isPresent()) {
            changed = redirect(changed, ComponentRole.SINK, output.get(), "stdout");
        }
        return changed;
    }

    private void refuseReadingWhatIsWritten() {
        if (input.isEmpty() || output.isEmpty() || input.get().equals("-")) {
            return;
        }
        try {
            Path written = Path.of(output.get());
            if (Files.isRegularFile(written) && Files.isSameFile(Path.of(input.get()), written)) {
                throw new DiagnosticsException(List.of(Diagnostic.error(
                        ErrorCode.USAGE_ERROR,
                        "the input and the output are the same file, " + output.get()
                                + ", which would be emptied before it is read",
                        "Write to another file, and rename it afterwards.")));
            }
        } catch (IOException | InvalidPathException e) {
            // whoever opens the files says what is wrong with them
        }
    }

    private static FlowDefinition redirect(FlowDefinition flow, ComponentRole role, String place, String standard) {
        List<NodeDefinition> nodes = new ArrayList<>();
        for (NodeDefinition node : flow.nodes()) {
            nodes.add(
                    node.role() == role && !takesDeadLettersOnly(flow, node) ? redirect(node, place, standard) : node);
        }
        return flow.withNodes(nodes);
    }

    private static boolean takesDeadLettersOnly(FlowDefinition flow, NodeDefinition node) {
        return node.role() == ComponentRole.SINK
                && flow.edges().stream().noneMatch(edge -> edge.to().node().equals(node.name()))
                && flow.nodes().stream()
                        .anyMatch(other -> other.errorPolicy() instanceof ErrorPolicy.DeadLetter(var sink, var _)
                                && sink.equals(node.name()));
    }

    /** What a native stage is told about framing and lines stays; only where its bytes come from or go changes. */
    private static NodeDefinition redirect(NodeDefinition node, String place, String standard) {
        if (standard.equals("stdin") && GENERATOR.matcher(place).matches()) {
            int colon = place.indexOf(':');
            return node.withComponent(new ComponentReference.Native("generator"))
                    .withConfig(colon < 0 ? "" : "{\"count\": " + place.substring(colon + 1) + "}");
        }
        boolean wasNative = node.component() instanceof ComponentReference.Native;
        ObjectNode json = (wasNative ? object(node.config().orElse("")) : Optional.<ObjectNode>empty())
                .orElseGet(() -> JsonMapper.shared().createObjectNode());
        json.retain("framing", "max_line", "append"); // what else a stage of another kind was told is not for this one
        boolean isStandard = place.equals("-") || place.equals(standard);
        if (!isStandard) {
            json.put("path", Path.of(place).toAbsolutePath().toString());
        }
        return node.withComponent(new ComponentReference.Native(isStandard ? standard : "file"))
                .withConfig(json.toString());
    }

    private static FlowDefinition set(Manifest manifest, FlowDefinition flow, String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw refused(override, "it is not of the form KEY=VALUE");
        }
        String key = override.substring(0, equals);
        String value = override.substring(equals + 1);
        List<NodeDefinition> whole = named(flow, key);
        if (!whole.isEmpty()) {
            return changed(flow, whole, node -> node.withConfig(value));
        }
        int dot = key.indexOf('.');
        if (dot > 0) {
            List<NodeDefinition> targets = named(flow, key.substring(0, dot));
            String path = key.substring(dot + 1);
            if (!targets.isEmpty()) {
                return changed(
                        flow,
                        targets,
                        node -> node.withConfig(
                                withKey(override, node, path, value).toString()));
            }
            throw refused(
                    override,
                    "flow '" + flow.name() + "' of " + manifest.project().name() + " has no node or component '"
                            + key.substring(0, dot) + "'",
                    meant(flow, key, dot));
        }
        List<NodeDefinition> targets = flow.nodes().stream()
                .filter(node -> node.config().flatMap(FlowOverrides::object).isPresent())
                .toList();
        if (targets.isEmpty()) {
            throw refused(override, "no node of flow '" + flow.name() + "' has a JSON object as its config");
        }
        return changed(
                flow,
                targets,
                node -> node.withConfig(withKey(override, node, key, value).toString()));
    }

    private static String meant(FlowDefinition flow, String key, int dot) {
        List<String> names = flow.nodes().stream()
                .flatMap(node -> node.component() instanceof ComponentReference.Named(var component)
                        ? Stream.of(node.name(), component)
                        : Stream.of(node.name()))
                .toList();
        return NearestName.of(key.substring(0, dot), names)
                .map(name -> name + key.substring(dot))
                .or(() -> Layers.nearestSetting(key))
                .map("Did you mean `%s`?"::formatted)
                .orElse(FORMS);
    }

    private static List<NodeDefinition> named(FlowDefinition flow, String name) {
        return flow.nodes().stream()
                .filter(node -> node.name().equals(name)
                        || (node.component() instanceof ComponentReference.Named(var component)
                                && component.equals(name)))
                .toList();
    }

    private interface Change {
        NodeDefinition of(NodeDefinition node);
    }

    private static FlowDefinition changed(FlowDefinition flow, List<NodeDefinition> targets, Change change) {
        FlowDefinition result = flow;
        for (NodeDefinition target : targets) {
            result = result.withNode(change.of(target));
        }
        return result;
    }

    private static ObjectNode withKey(String override, NodeDefinition node, String path, String value) {
        ObjectNode root = node.config().isEmpty() || node.config().get().isBlank()
                ? JsonMapper.shared().createObjectNode()
                : object(node.config().get())
                        .orElseThrow(() -> refused(override, "the config of '" + node.name() + "' is no JSON object"));
        ObjectNode parent = root;
        String[] keys = path.split("\\.", -1);
        if (List.of(keys).contains("")) {
            throw refused(override, "a key in it is empty");
        }
        for (int i = 0; i < keys.length - 1; i++) {
            JsonNode child = parent.get(keys[i]);
            parent = child instanceof ObjectNode existing ? existing : parent.putObject(keys[i]);
        }
        parent.set(keys[keys.length - 1], scalar(value));
        return root;
    }

    /** A number, a truth value, or JSON of any kind where it is one; text otherwise. */
    private static JsonNode scalar(String value) {
        try {
            JsonNode json = JsonMapper.shared().readTree(value);
            return json.isMissingNode() ? JsonMapper.shared().getNodeFactory().stringNode(value) : json;
        } catch (JacksonException e) {
            return JsonMapper.shared().getNodeFactory().stringNode(value);
        }
    }

    private static Optional<ObjectNode> object(String text) {
        try {
            return JsonMapper.shared().readTree(text) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static DiagnosticsException refused(String override, String reason) {
        return refused(override, reason, FORMS);
    }

    private static DiagnosticsException refused(String override, String reason, String help) {
        return new DiagnosticsException(List.of(Diagnostic.error(
                ErrorCode.USAGE_ERROR, "`--config " + override + "` cannot be applied: " + reason, help)));
    }
}
