package io.torvyn.cli;

import java.io.Console;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What may stand before a command as well as behind it. */
final class GlobalOptions {
    /** How a command's result is printed. */
    enum Format {
        human,
        json
    }

    /** More or less talk; not both. */
    static final class Talk {
        @Option(
                names = {"-v", "--verbose"},
                description = "Say more; with a failure, where in Torvyn it came from.")
        private boolean verbose;

        @Option(
                names = {"-q", "--quiet"},
                description = "Say nothing but errors.")
        private boolean quiet;
    }

    @ArgGroup
    private Talk talk = new Talk();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "How the result is printed: ${COMPLETION-CANDIDATES} (default: human).")
    private @Nullable Format format;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "Use colours: ${COMPLETION-CANDIDATES} (default: auto).")
    private Style.@Nullable When color;

    /** These, and where they say nothing, those. */
    GlobalOptions orElse(GlobalOptions those) {
        var both = new GlobalOptions();
        both.talk.verbose = talk.verbose || those.talk.verbose;
        both.talk.quiet = talk.quiet || those.talk.quiet;
        both.format = format == null ? those.format : format;
        both.color = color == null ? those.color : color;
        return both;
    }

    /** What cannot both be meant, once before the command and once behind it; picocli sees either place alone. */
    Optional<String> contradiction() {
        return talk.verbose && talk.quiet
                ? Optional.of("--verbose and --quiet are mutually exclusive (specify only one)")
                : Optional.empty();
    }

    boolean verbose() {
        return talk.verbose;
    }

    boolean quiet() {
        return talk.quiet;
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
