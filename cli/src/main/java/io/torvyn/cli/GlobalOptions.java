package io.torvyn.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What every command takes. */
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
            description = "How the result is printed: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "human")
    private Format format = Format.human;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "Use colours: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "auto")
    private Style.When color = Style.When.auto;

    boolean verbose() {
        return talk.verbose;
    }

    boolean quiet() {
        return talk.quiet;
    }

    boolean json() {
        return format == Format.json;
    }

    Style style() {
        return Style.of(color, System.console() != null && System.console().isTerminal());
    }
}
