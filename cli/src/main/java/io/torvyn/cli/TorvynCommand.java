package io.torvyn.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What all commands have alike: the global options, before their name and behind it, {@code --help}, and where to print.
 * What goes wrong is thrown as a {@link io.torvyn.types.TorvynException}; {@link Torvyn} prints it in the form that was
 * asked for.
 */
abstract class TorvynCommand implements Callable<Integer> {
    /** What a command takes beside what all of them do. */
    final Syntax syntax;

    private final Torvyn torvyn;
    private final CommandSpec spec;
    private final GlobalOptions.Declared own;

    /**
     * @param description one sentence
     * @param footer lines of what else is to be known, paragraphs parted by an empty one
     */
    TorvynCommand(Torvyn torvyn, String name, String description, String... footer) {
        this.torvyn = torvyn;
        this.spec = CommandSpec.wrapWithoutInspection(this).name(name);
        spec.usageMessage().description(description).footer(footer);
        this.own = new GlobalOptions.Declared(spec);
        this.syntax = new Syntax(spec);
        syntax.flag(
                OptionSpec.builder("-h", "--help").usageHelp(true).description("Shows this help message and exits."));
    }

    /** What picocli is to know of it. */
    final CommandSpec spec() {
        return spec;
    }

    /**
     * Does what the command is for.
     *
     * @return what the process answers
     */
    abstract int execute() throws InterruptedException;

    /** What the process answers when what the command is given is refused. */
    int refusal() {
        return ExitCode.INVALID;
    }

    @Override
    public final Integer call() throws InterruptedException {
        options().contradiction().ifPresent(said -> {
            throw wrong(said);
        });
        return execute();
    }

    /** What was said of them in either place. */
    final GlobalOptions options() {
        return own.said().orElse(torvyn.options());
    }

    /** Standard output, for what was asked for. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Standard error, for what goes wrong, and for all that Torvyn says while standard output is a guest's. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final Style style() {
        return options().style();
    }

    final Failures failures() {
        return new Failures(err(), style());
    }

    /** What is wrong with the arguments; picocli's own complaints look the same. */
    final ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
