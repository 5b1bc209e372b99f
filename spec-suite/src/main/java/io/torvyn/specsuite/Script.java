package io.torvyn.specsuite;

import io.torvyn.specsuite.Command.Action;
import io.torvyn.specsuite.Command.Input;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A test script: the output of {@code wasm-tools json-from-wast} for one {@code .wast} file.
 *
 * @param name of the file below the folder that is searched, such as {@code values/strings.wast}
 */
record Script(String name, List<Command> commands) {
    private static final JsonMapper JSON = new JsonMapper();

    Script {
        commands = List.copyOf(commands);
    }

    /**
     * Reads a script.
     *
     * @param name as for the record
     * @return null when the file is some other JSON
     * @throws JacksonException when it is no JSON, or no file that can be read
     */
    static @Nullable Script read(Path file, String name) {
        JsonNode root = JSON.readTree(file);
        JsonNode commands = root.path("commands");
        if (!commands.isArray()) {
            return null;
        }
        Path folder = file.toAbsolutePath().getParent();
        List<Command> read = new ArrayList<>();
        for (JsonNode command : commands) {
            read.add(command(folder == null ? Path.of("") : folder, command));
        }
        return new Script(name, read);
    }

    private static Command command(Path folder, JsonNode node) {
        int line = node.path("line").asInt(0);
        String type = node.path("type").asString("");
        return switch (type) {
            case "module" -> new Command.Module(line, text(node, "name"), input(folder, node));
            case "module_definition" -> new Command.ModuleDefinition(line, text(node, "name"), input(folder, node));
            case "module_instance" -> new Command.ModuleInstance(line, text(node, "instance"), text(node, "module"));
            case "register" ->
                new Command.Register(line, text(node, "name"), node.path("as").asString(""));
            case "assert_invalid", "assert_malformed" ->
                new Command.AssertRefused(line, type, input(folder, node), expectedText(node));
            case "assert_unlinkable" -> new Command.AssertUnlinkable(line, input(folder, node), expectedText(node));
            case "assert_uninstantiable" ->
                new Command.AssertUninstantiable(line, input(folder, node), expectedText(node));
            case "action" -> onAction(node, action -> new Command.Perform(line, action));
            case "assert_return" ->
                onAction(node, action -> new Command.AssertReturn(line, action, list(node.path("expected"))));
            case "assert_trap", "assert_exhaustion" ->
                onAction(node, action -> new Command.AssertTrap(line, type, action, expectedText(node)));
            default -> new Command.Unknown(line, type);
        };
    }

    private static Command onAction(JsonNode node, java.util.function.Function<Action, Command> make) {
        JsonNode action = node.path("action");
        String module = text(action, "module");
        String field = action.path("field").asString("");
        return switch (action.path("type").asString("")) {
            case "invoke" -> make.apply(new Action.Invoke(module, field, list(action.path("args"))));
            case "get" -> make.apply(new Action.Get(module, field));
            default ->
                new Command.Unknown(
                        node.path("line").asInt(0), node.path("type").asString(""));
        };
    }

    private static Input input(Path folder, JsonNode node) {
        String binary = text(node, "binary_filename");
        return new Input(folder.resolve(binary == null ? node.path("filename").asString("") : binary));
    }

    private static String expectedText(JsonNode node) {
        return node.path("text").asString("");
    }

    private static @Nullable String text(JsonNode node, String key) {
        JsonNode value = node.path(key);
        return value.isString() ? value.asString() : null;
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> nodes = new ArrayList<>();
        array.forEach(nodes::add);
        return nodes;
    }
}
