package io.torvyn.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code torvyn completions}. */
@Command(
        name = "completions",
        description = "Prints a script that completes torvyn's commands, options and values in a shell.",
        footer = {
            "",
            "bash: source <(torvyn completions bash) in ~/.bashrc; zsh: the same in ~/.zshrc; fish: torvyn",
            "completions fish > ~/.config/fish/completions/torvyn.fish; PowerShell: torvyn completions powershell",
            "| Out-String | Invoke-Expression in $PROFILE.",
            "",
            "Exit codes: 0 printed, 2 no such shell."
        })
final class CompletionsCommand extends TorvynCommand {
    @Parameters(arity = "0..1", paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    private @Nullable Shell target;

    @Option(names = "--shell", paramLabel = "SHELL", description = "The same as an option.")
    private @Nullable Shell shell;

    @Override
    int execute() {
        Shell chosen = target == null ? shell : target;
        if (chosen == null) {
            throw wrong("which shell? name one of bash, zsh, fish, powershell");
        }
        if (shell != null && shell != chosen) {
            throw wrong("two shells are named, " + chosen + " and " + shell);
        }
        PrintWriter out = out();
        out.print(chosen.script(CommandModel.all()));
        out.flush();
        return ExitCode.SUCCESS;
    }
}
