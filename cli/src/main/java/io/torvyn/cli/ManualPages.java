package io.torvyn.cli;

import io.torvyn.types.Defaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Manual pages in roff's man macros, one for the program and one for each command. Part of building a distribution. */
final class ManualPages {
    private static final int WIDTH = 72;

    private ManualPages() {}

    /** @param arguments the folder that the pages go into, and the day that stands in them, in ISO form, perhaps with a time */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        List<CommandModel> models = CommandModel.all();
        for (CommandModel model : models) {
            Files.writeString(folder.resolve(title(model) + ".1"), page(model, models, arguments[1].substring(0, 10)));
        }
    }

    static String title(CommandModel model) {
        return model.name().isEmpty() ? "torvyn" : "torvyn-" + model.name();
    }

    /**
     * @param all with the program's first
     * @param day that the page is of
     */
    static String page(CommandModel model, List<CommandModel> all, String day) {
        var page = new StringBuilder();
        page.append(".TH %s 1 \"%s\" \"torvyn %s\" \"Torvyn\"\n"
                .formatted(title(model).toUpperCase(Locale.ROOT), day, Defaults.TORVYN_VERSION));
        page.append(".SH NAME\n")
                .append(text(title(model)))
                .append(" \\- ")
                .append(text(withoutStop(model.description())))
                .append('\n');
        page.append(".SH SYNOPSIS\n.nh\n").append(text(model.synopsis())).append("\n.hy\n");
        page.append(".SH DESCRIPTION\n").append(text(model.description())).append('\n');
        model.notes().forEach(note -> page.append(".PP\n").append(text(note)).append('\n'));
        if (!model.arguments().isEmpty()) {
            page.append(".SH ARGUMENTS\n");
            model.arguments()
                    .forEach(argument -> item(page, "\\fI" + text(argument.label()) + "\\fR", argument.description()));
        }
        page.append(".SH OPTIONS\n");
        model.options()
                .forEach(option -> item(
                        page,
                        option.names().stream()
                                        .map(name -> "\\fB" + text(name) + "\\fR")
                                        .collect(Collectors.joining(", "))
                                + (option.isFlag() ? "" : " \\fI" + text(option.label()) + "\\fR"),
                        option.description()));
        if (model.name().isEmpty()) {
            page.append(".SH COMMANDS\n");
            all.stream()
                    .skip(1)
                    .forEach(command -> item(page, "\\fB" + text(command.name()) + "\\fR", command.description()));
        }
        if (!model.exitCodes().isEmpty()) {
            page.append(".SH EXIT STATUS\n").append(text(model.exitCodes())).append('\n');
        }
        page.append(".SH SEE ALSO\n")
                .append(all.stream()
                        .filter(other -> !other.name().equals(model.name()))
                        .filter(other -> model.name().isEmpty() || other.name().isEmpty())
                        .map(other -> ".BR " + text(title(other)) + " (1)")
                        .collect(Collectors.joining(" ,\n")))
                .append('\n');
        return page.toString();
    }

    private static void item(StringBuilder page, String term, String description) {
        page.append(".TP\n").append(term).append('\n').append(text(description)).append('\n');
    }

    private static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /** In lines of a decent length, none of which is a command of roff's. */
    private static String text(String plain) {
        var lines = new StringBuilder();
        int length = 0;
        for (String word : plain.split(" +", -1)) {
            String escaped = word.replace("\\", "\\e").replace("-", "\\-");
            if (length > 0 && length + 1 + escaped.length() > WIDTH) {
                lines.append('\n');
                length = 0;
            }
            if (length > 0) {
                lines.append(' ');
                length++;
            } else if (escaped.startsWith(".") || escaped.startsWith("'")) {
                lines.append("\\&");
            }
            lines.append(escaped);
            length += escaped.length();
        }
        return lines.toString();
    }
}
