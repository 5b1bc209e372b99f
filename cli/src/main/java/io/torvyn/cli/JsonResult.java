package io.torvyn.cli;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one document that a command prints in its JSON form: spec/cli.md, section 2. Warnings are told as text, errors as
 * objects, and the first error once more for those that look for {@code error} and {@code category}.
 */
final class JsonResult {
    private final ObjectNode root = JsonMapper.shared().createObjectNode();
    private final List<String> warnings = new ArrayList<>();

    /** @param command its name */
    JsonResult(String command) {
        root.put("success", true).put("command", command);
    }

    /** @param fill puts in what the command has to say; called at once */
    JsonResult data(Consumer<ObjectNode> fill) {
        fill.accept(root.putObject("data"));
        return this;
    }

    /** A warning that has no code. */
    JsonResult warning(String text) {
        warnings.add(text);
        return this;
    }

    /**
     * Prints the document; call once.
     *
     * @param findings errors and warnings, in the order in which they are told
     */
    void print(PrintWriter out, int exitCode, List<? extends Failure> findings) {
        findings.stream().filter(JsonResult::isWarning).map(Failure::text).forEach(warnings::add);
        List<? extends Failure> errors =
                findings.stream().filter(finding -> !isWarning(finding)).toList();
        root.put("success", exitCode == ExitCode.SUCCESS);
        if (!warnings.isEmpty()) {
            warnings.forEach(root.putArray("warnings")::add);
        }
        root.put("exit_code", exitCode);
        if (!errors.isEmpty()) {
            Failure first = errors.getFirst();
            ErrorCode code = first.code();
            root.put("error", true)
                    .put("code", code.id())
                    .put("category", code.category().label())
                    .put("detail", first.message())
                    .put("suggestion", first.help());
        }
        var list = root.putArray("errors");
        errors.forEach(error -> finding(list.addObject(), error));
        out.println(JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(root));
        out.flush();
    }

    private static boolean isWarning(Failure finding) {
        return finding instanceof Diagnostic diagnostic && diagnostic.level() != Diagnostic.Level.ERROR;
    }

    /** One finding: spec/manifest.md, section 9. */
    static void finding(ObjectNode node, Failure failure) {
        node.put("code", failure.code().id());
        node.put("message", failure.message());
        if (failure instanceof Diagnostic d) {
            node.put("severity", d.level().name().toLowerCase(Locale.ROOT));
            var locations = node.putArray("locations");
            for (Diagnostic.Location location : d.locations()) {
                locations
                        .addObject()
                        .put("file", location.file())
                        .put("line", location.line())
                        .put("column", location.column())
                        .put("length", location.length());
            }
            node.put("key_path", d.keyPath()).put("expected", d.expected()).put("found", d.found());
            var notes = node.putArray("notes");
            d.notes().forEach(notes::add);
        } else {
            node.put("severity", "error");
        }
        node.put("help", failure.help());
    }
}
