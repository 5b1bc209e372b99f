package io.torvyn.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command as its manual page and the completions of shells see it.
 *
 * @param name without {@code torvyn}; empty for the program itself
 * @param description one sentence
 * @param synopsis on one line, beginning with {@code torvyn}
 * @param arguments those without a name
 * @param notes paragraphs that say more; never about exit codes
 * @param exitCodes one sentence; empty when there is nothing special
 */
record CommandModel(
        String name,
        String description,
        String synopsis,
        List<Argument> arguments,
        List<Option> options,
        List<String> notes,
        String exitCodes) {
    private static final Pattern MARKUP = Pattern.compile("\\$\\{COMPLETION-CANDIDATES}");

    /** What may stand in the place of an argument, or behind an option. */
    sealed interface Values {
        /** The option is a flag. */
        record None() implements Values {}

        record OneOf(List<String> values) implements Values {
            public OneOf {
                values = List.copyOf(values);
            }
        }

        record File() implements Values {}

        record Folder() implements Values {}

        record Flow() implements Values {}

        record FlowOrFile() implements Values {}

        record Command() implements Values {}

        /** Nobody but the user knows. */
        record Anything() implements Values {}
    }

    /** @param label such as {@code COMPONENT} */
    record Argument(String label, String description, Values values) {}

    /**
     * @param names shortest first
     * @param label of its value; empty of a flag
     */
    record Option(List<String> names, String label, String description, Values values) {
        Option {
            names = List.copyOf(names);
        }

        boolean isFlag() {
            return values instanceof Values.None;
        }
    }

    CommandModel {
        arguments = List.copyOf(arguments);
        options = List.copyOf(options);
        notes = List.copyOf(notes);
    }

    /** The program's, and after it those of its commands in their order. */
    static List<CommandModel> all() {
        CommandSpec program = Torvyn.whole().getCommandSpec();
        List<CommandModel> models = new ArrayList<>(List.of(of(program, "")));
        program.subcommands().forEach((name, command) -> models.add(of(command.getCommandSpec(), name)));
        return models;
    }

    private static CommandModel of(CommandSpec spec, String name) {
        List<String> paragraphs = paragraphs(spec.usageMessage().footer());
        return new CommandModel(
                name,
                sentence(spec),
                spec.commandLine()
                        .getUsageMessage()
                        .lines()
                        .takeWhile(line -> line.startsWith("Usage:") || line.startsWith(" "))
                        .map(line -> line.startsWith("Usage:")
                                ? line.substring("Usage:".length()).strip()
                                : line.strip())
                        .reduce((a, b) -> a + " " + b)
                        .orElse(""),
                spec.positionalParameters().stream()
                        .filter(argument -> !argument.hidden())
                        .map(CommandModel::argument)
                        .toList(),
                spec.options().stream()
                        .filter(option -> !option.hidden())
                        .map(CommandModel::option)
                        .sorted((a, b) ->
                                a.names().getLast().compareTo(b.names().getLast()))
                        .toList(),
                paragraphs.stream().filter(text -> !isAboutExitCodes(text)).toList(),
                paragraphs.stream()
                        .filter(CommandModel::isAboutExitCodes)
                        .map(text -> text.substring("Exit codes:".length()).strip())
                        .findFirst()
                        .orElse(""));
    }

    /** Picocli's own command has its sentence in the header, and more than one in the description. */
    private static String sentence(CommandSpec spec) {
        String[] header = spec.usageMessage().header();
        return String.join(" ", header.length > 0 ? header : spec.usageMessage().description());
    }

    private static boolean isAboutExitCodes(String text) {
        return text.startsWith("Exit codes:");
    }

    private static List<String> paragraphs(String[] lines) {
        List<String> paragraphs = new ArrayList<>();
        boolean open = false;
        for (String line : lines) {
            if (line.isBlank()) {
                open = false;
            } else if (open) {
                paragraphs.add(paragraphs.removeLast() + " " + line.strip());
            } else {
                paragraphs.add(line.strip());
                open = true;
            }
        }
        return paragraphs;
    }

    private static Argument argument(PositionalParamSpec argument) {
        return new Argument(argument.paramLabel(), description(argument), values(argument, argument.paramLabel()));
    }

    private static Option option(OptionSpec option) {
        boolean flag = option.arity().max() == 0;
        return new Option(
                List.of(option.names()),
                flag ? "" : option.paramLabel(),
                description(option),
                flag
                        ? new Values.None()
                        : values(option, option.longestName().equals("--flow") ? "FLOW" : option.paramLabel()));
    }

    private static String description(ArgSpec spec) {
        String candidates = String.join(", ", candidates(spec));
        return MARKUP.matcher(String.join(" ", Arrays.asList(spec.description())))
                .replaceAll(candidates.replace("\\", "\\\\").replace("$", "\\$"));
    }

    private static List<String> candidates(ArgSpec spec) {
        Iterable<String> candidates = spec.completionCandidates();
        return candidates == null
                ? List.of()
                : StreamSupport.stream(candidates.spliterator(), false).toList();
    }

    /** What an argument stands for, its label says. */
    private static Values values(ArgSpec spec, String label) {
        List<String> candidates = candidates(spec);
        if (!candidates.isEmpty()) {
            return new Values.OneOf(candidates);
        }
        return switch (label) {
            case "FLOW|PROJECT|MANIFEST" -> new Values.FlowOrFile();
            case "FLOW" -> new Values.Flow();
            case "COMMAND" -> new Values.Command();
            case "DIR", "FOLDER" -> new Values.Folder();
            case "FILE", "COMPONENT", "MANIFEST" -> new Values.File();
            default -> new Values.Anything();
        };
    }
}
