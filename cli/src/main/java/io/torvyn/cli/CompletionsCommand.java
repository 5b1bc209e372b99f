package io.torvyn.cli;

import io.torvyn.cli.Syntax.Value;
import java.io.PrintWriter;

/** {@code torvyn completions}. */
final class CompletionsCommand extends TorvynCommand {
    private final Value<Shell> target = syntax.argument(Shell.class, "SHELL", "One of ${COMPLETION-CANDIDATES}.");

    private final Value<Shell> shell = syntax.option(Shell.class, "--shell", "SHELL", "The same as an option.");

    CompletionsCommand(Torvyn torvyn) {
        super(
                torvyn,
                "completions",
                "Prints a script that completes torvyn's commands, options and values in a shell.",
                "",
                "bash: source <(torvyn completions bash) in ~/.bashrc; zsh: the same in ~/.zshrc; fish: torvyn",
                "completions fish > ~/.config/fish/completions/torvyn.fish; PowerShell: torvyn completions powershell",
                "| Out-String | Invoke-Expression in $PROFILE.",
                "",
                "Exit codes: 0 printed, 2 no such shell.");
    }

    @Override
    int execute() {
        Shell shell = this.shell.value();
        Shell target = this.target.value();
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
