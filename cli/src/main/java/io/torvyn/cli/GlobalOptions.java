package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import java.io.Console;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What may be said before a command as well as behind it.
 *
 * @param format null when nothing was said of it, as {@code color}
 */
record GlobalOptions(
        boolean verbose, boolean quiet, @Nullable Format format, Style.@Nullable When color) {
    static final GlobalOptions NONE = new GlobalOptions(false, false, null, null);

    /** How a command's result is printed. */
    enum Format {
        human,
        json
    }

    /** The options in one of the two places. */
    static final class Declared {
        private final Flag verbose;
        private final Flag quiet;
        private final Value<Format> format;
        private final Value<Style.When> color;

        Declared(CommandSpec spec) {
            var syntax = new Syntax(spec);
            List<Flag> talk = syntax.oneOf(
                    OptionSpec.builder("-v", "--verbose")
                            .description("Say more; with a failure, where in Torvyn it came from."),
                    OptionSpec.builder("-q", "--quiet").description("Say nothing but errors."));
            verbose = talk.getFirst();
            quiet = talk.getLast();
            format = syntax.option(
                    Format.class,
                    "--format",
                    "FORMAT",
                    "How the result is printed: ${COMPLETION-CANDIDATES} (default: human).");
            color = syntax.option(
                    Style.When.class, "--color", "WHEN", "Use colours: ${COMPLETION-CANDIDATES} (default: auto).");
        }

        GlobalOptions said() {
            return new GlobalOptions(verbose.isSet(), quiet.isSet(), format.value(), color.value());
        }
    }

    /** These, and where they say nothing, those. */
    GlobalOptions orElse(GlobalOptions those) {
        return new GlobalOptions(
                verbose || those.verbose,
                quiet || those.quiet,
                format == null ? those.format : format,
                color == null ? those.color : color);
    }

    /** What cannot both be meant, once before the command and once behind it; picocli sees either place alone. */
    Optional<String> contradiction() {
        return verbose && quiet
                ? Optional.of("--verbose and --quiet are mutually exclusive (specify only one)")
                : Optional.empty();
    }

    boolean json() {
        return format == Format.json;
    }

    /** Whether standard input and output are both a terminal. */
    @SuppressWarnings("SystemConsoleNull") // it does: since 25 by default, where it is no terminal
    static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    Style style() {
        return Style.of(color == null ? Style.When.auto : color, isTerminal());
    }
}
