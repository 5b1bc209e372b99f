package io.torvyn.cli;

import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The door: arguments in, exit code out. */
public final class Torvyn implements Runnable {
    /** What it says of itself. */
    static final String VERSION = "torvyn " + Defaults.TORVYN_VERSION;

    private static final List<String> COMMANDS = List.of(
            "init", "check", "build", "link", "run", "exec", "inspect", "config", "doctor", "completions", "help");

    private final CommandSpec spec =
            CommandSpec.wrapWithoutInspection(this).name("torvyn").version(VERSION);
    private final GlobalOptions.Declared options = new GlobalOptions.Declared(spec);

    private Torvyn() {
        spec.usageMessage()
                .description("Runs streaming pipelines made of sandboxed WebAssembly components.")
                .synopsisSubcommandLabel("COMMAND")
                .footer("", "Try: torvyn run examples/hello-world");
        var syntax = new Syntax(spec);
        syntax.flag(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help message and exit."));
        syntax.flag(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit."));
    }

    /** What was said before the command. */
    GlobalOptions options() {
        return options.said();
    }

    /** Makes one of the commands. Only what it uses is loaded. */
    private CommandLine command(String name) {
        TorvynCommand command =
                switch (name) {
                    case "init" -> new InitCommand(this);
                    case "check" -> new CheckCommand(this);
                    case "build" -> new BuildCommand(this);
                    case "link" -> new LinkCommand(this);
                    case "run" -> new RunCommand(this);
                    case "exec" -> new ExecCommand(this);
                    case "inspect" -> new InspectCommand(this);
                    case "config" -> new ConfigCommand(this);
                    case "doctor" -> new DoctorCommand(this);
                    case "completions" -> new CompletionsCommand(this);
                    case "help" -> null;
                    default -> throw new IllegalArgumentException(name);
                };
        return new CommandLine(command == null ? new CommandLine.HelpCommand() : command.spec());
    }

    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            System.out.println(VERSION); // loading picocli takes longer than all the rest
            return;
        }
        int exitCode = execute(arguments);
        if (exitCode != ExitCode.SUCCESS || !isAlone()) {
            System.exit(exitCode); // which opens every jar to look for a logger: not where returning does the same
        }
    }

    /** Nothing but this thread would keep the process from ending. */
    private static boolean isAlone() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        var threads = new Thread[group.activeCount() + 1];
        int count = group.enumerate(threads);
        return count < threads.length
                && Arrays.stream(threads, 0, count)
                        .allMatch(thread -> thread.isDaemon() || thread.equals(Thread.currentThread()));
    }

    /**
     * With the command that is meant alone, where that is plain to see: picocli takes milliseconds to set up each, and
     * each would delay every start.
     */
    private static CommandLine commandLine(String[] arguments) {
        var torvyn = new Torvyn();
        var command = new CommandLine(torvyn.spec);
        String first = arguments.length == 0 ? "" : arguments[0];
        for (String name : COMMANDS) {
            if (first.equals(name) || first.equals("help") || !COMMANDS.contains(first)) {
                command.addSubcommand(name, torvyn.command(name));
            }
        }
        return command;
    }

    /** With all commands, for whoever describes them. */
    static CommandLine whole() {
        return commandLine(new String[0]);
    }

    static int execute(String... arguments) {
        // Diagnostics are UTF-8 whatever the locale says: manifests and guests are too.
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine command = commandLine(arguments)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO))
                .setParameterExceptionHandler(Torvyn::wrongUsage)
                .setExecutionExceptionHandler(Torvyn::failed);
        command.getSubcommands()
                .forEach((name, sub) -> sub.setStopAtPositional(name.equals("exec"))); // the rest is the program's
        try {
            return command.execute(arguments);
        } catch (Error e) { // picocli hands on exceptions only; of memory, stack or class path people want to hear as
            // well
            new Failures(err, Style.PLAIN).printDefect(e);
            if (List.of(arguments).contains("--verbose") || List.of(arguments).contains("-v")) {
                e.printStackTrace(err);
            }
            return ExitCode.FAILED;
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        var usage = WrongUsage.of(wrong, COMMANDS);
        String help = usage.suggestion().map(suggestion -> suggestion + "; ").orElse("") + seeHelp(command);
        if (isJsonWanted(List.of(arguments))) {
            new JsonResult(command.getCommandName())
                    .print(
                            command.getOut(),
                            ExitCode.INVALID,
                            List.of(Diagnostic.error(ErrorCode.USAGE_ERROR, usage.message(), help)));
            return ExitCode.INVALID;
        }
        PrintWriter err = command.getErr();
        err.println("error[" + ErrorCode.USAGE_ERROR.id() + "]: " + usage.message());
        if (usage.suggestion().isEmpty()) {
            command.usage(err);
        }
        err.println("  help: " + help);
        return ExitCode.INVALID;
    }

    private static String seeHelp(CommandLine command) {
        return "see `" + command.getCommandSpec().qualifiedName() + " --help` for what it takes";
    }

    /** Arguments that could not be understood as a whole may say it all the same. */
    private static boolean isJsonWanted(List<String> arguments) {
        return Collections.indexOfSubList(arguments, List.of("--format", "json")) >= 0
                || arguments.contains("--format=json");
    }

    /** The one place that turns what a command throws into text and exit code. */
    private static int failed(Exception thrown, CommandLine command, CommandLine.ParseResult arguments) {
        TorvynCommand said = command.getCommand();
        GlobalOptions options = said.options();
        int exitCode = exitCode(thrown, said.refusal());
        if (thrown instanceof TorvynException failure && options.json()) {
            new JsonResult(command.getCommandName()).print(command.getOut(), exitCode, Failures.findings(failure));
        } else {
            var failures = new Failures(command.getErr(), options.style());
            if (thrown instanceof TorvynException failure) {
                failures.print(failure);
            } else {
                failures.printDefect(thrown);
            }
        }
        if (options.verbose()) {
            thrown.printStackTrace(command.getErr());
        }
        return exitCode;
    }

    /** What a command throws, it throws before its flow has moved an element. */
    private static int exitCode(Exception thrown, int refusal) {
        if (!(thrown instanceof TorvynException failure)) {
            return ExitCode.FAILED;
        }
        return failure.failure().code().category() == ErrorCode.Category.ENVIRONMENT ? ExitCode.ENVIRONMENT : refusal;
    }
}
