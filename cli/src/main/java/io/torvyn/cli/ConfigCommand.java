package io.torvyn.cli;

import io.torvyn.cli.Syntax.Value;
import io.torvyn.cli.Syntax.Words;
import io.torvyn.config.Explanation;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code torvyn config}. */
final class ConfigCommand extends TorvynCommand {
    private static final int WIDEST_VALUE = 40;

    private final Value<String> explain = syntax.option(
            String.class,
            OptionSpec.builder("--explain")
                    .paramLabel("KEY")
                    .description("Shows every key, or one key or table with all that was said of it, and where.")
                    .arity("0..1")
                    .fallbackValue(""));

    private final Value<Path> manifest =
            syntax.option(Path.class, "--manifest", "FILE", "The manifest (default: ./Torvyn.toml).");

    private final Words config = syntax.options(
            "--config", "KEY=VALUE", "Sets a key as the last to say something, such as runtime.strategy=tiered.");

    ConfigCommand(Torvyn torvyn) {
        super(
                torvyn,
                "config",
                "Shows the configuration that holds, and who said so.",
                "",
                "A value is what the last of these says of its key: the default, the user's own config.toml, the",
                "project's Torvyn.toml and pipeline.toml, a variable TORVYN_<TABLE>_<KEY>, an option --config.",
                "",
                "Without --explain it is printed as a manifest that says the same. Outside of a project, it is what",
                "every project would begin with.",
                "",
                "Exit codes: 0 shown, 2 no such key, or a configuration with mistakes.");
    }

    @Override
    int execute() {
        Explanation explanation = explanation(Home.manifests(config.said()));
        List<Explanation.Value> values = values(explanation);
        PrintWriter out = out();
        if (options().json()) {
            new JsonResult("config")
                    .data(data -> {
                        var list = data.putArray("values");
                        values.forEach(value -> json(list.addObject(), value));
                    })
                    .print(out, ExitCode.SUCCESS, explanation.warnings());
            return ExitCode.SUCCESS;
        }
        String explain = this.explain.value();
        if (explain == null) {
            out.print(explanation.toToml());
        } else if (explain.isEmpty()) {
            table(out, values);
        } else {
            values.forEach(value -> whole(out, value));
        }
        out.flush();
        if (!options().quiet()) {
            explanation.warnings().forEach(failures()::print);
        }
        return ExitCode.SUCCESS;
    }

    /** Outside of a project there is still something to explain, unless one was asked for. */
    private Explanation explanation(ManifestLoader loader) {
        Path here = Path.of(Manifest.FILE_NAME);
        return manifest.said().isEmpty() && !Files.exists(here)
                ? loader.explain()
                : loader.explain(manifest.orElse(here));
    }

    private List<Explanation.Value> values(Explanation explanation) {
        String explain = this.explain.orElse("");
        if (explain.isEmpty()) {
            return explanation.values();
        }
        List<Explanation.Value> values = explanation.under(explain);
        if (values.isEmpty()) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                    ErrorCode.USAGE_ERROR,
                    "no key or table is called `" + explain + "`",
                    explanation
                            .nearest(explain)
                            .map("Did you mean `%s`?"::formatted)
                            .orElse("`torvyn config --explain` lists every key."))));
        }
        return values;
    }

    private void table(PrintWriter out, List<Explanation.Value> values) {
        int keys = values.stream().mapToInt(value -> value.key().length()).max().orElse(0);
        int widest = values.stream()
                .mapToInt(value -> text(value.holds()).length())
                .filter(width -> width <= WIDEST_VALUE)
                .max()
                .orElse(0);
        for (Explanation.Value value : values) {
            out.println(padded(value.key(), keys) + "  " + padded(text(value.holds()), widest) + "  "
                    + style().dim(source(value) + (value.isIdle() ? ", without effect" : "")));
        }
    }

    private void whole(PrintWriter out, Explanation.Value value) {
        out.println(value.key() + " = " + text(value.holds()));
        out.println("  said by " + source(value));
        for (Explanation.Word word : value.overridden()) {
            out.println("  over " + text(word) + ", " + source(word));
        }
        if (value.isIdle()) {
            out.println("  has no effect in this version of Torvyn");
        }
    }

    private static String source(Explanation.Value value) {
        return source(value.holds())
                + value.inherited().map(key -> ", as " + key).orElse("");
    }

    private static String source(Explanation.Word word) {
        return word.layer() + word.place().map(place -> " (" + place + ")").orElse("");
    }

    private static String text(Explanation.Word word) {
        return word.value().orElse("(nothing)");
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static void json(ObjectNode node, Explanation.Value value) {
        node.put("key", value.key());
        json(node, value.holds());
        value.inherited().ifPresent(key -> node.put("inherited", key));
        node.put("has_effect", !value.isIdle());
        var overridden = node.putArray("overridden");
        value.overridden().forEach(word -> json(overridden.addObject(), word));
    }

    /** TOML as values are written here is JSON. */
    private static void json(ObjectNode node, Explanation.Word word) {
        node.set("value", word.value().map(JsonMapper.shared()::readTree).orElseGet(() -> JsonMapper.shared()
                .getNodeFactory()
                .nullNode()));
        node.put("layer", word.layer().toString().replace(' ', '-'));
        word.place().ifPresent(place -> node.putObject("place")
                .put("file", place.file())
                .put("line", place.line())
                .put("column", place.column()));
    }
}
