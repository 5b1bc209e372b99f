package io.torvyn.cli;

import io.torvyn.cli.CommandModel.Option;
import io.torvyn.cli.CommandModel.Values;
import io.torvyn.types.Defaults;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A shell for which there are completions. */
enum Shell {
    bash {
        @Override
        String script(List<CommandModel> commands) {
            return new BashCompletion(commands).script();
        }
    },
    zsh {
        @Override
        String script(List<CommandModel> commands) {
            return new ZshCompletion(commands).script();
        }
    },
    fish {
        @Override
        String script(List<CommandModel> commands) {
            return new FishCompletion(commands).script();
        }
    },
    powershell {
        @Override
        String script(List<CommandModel> commands) {
            return new PowerShellCompletion(commands).script();
        }
    };

    /** A shell command that prints the names of the flows of the project here, one a line. */
    static final String FLOWS =
            "sed -n 's/^\\[\\[*flow\\.\\([A-Za-z0-9_-]*\\).*/\\1/p' Torvyn.toml pipeline.toml 2>/dev/null | sort -u";

    /**
     * @param commands the program's model, then those of its commands
     * @return a script that the shell reads once
     */
    abstract String script(List<CommandModel> commands);

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** The parts that all scripts are made of. */
    private abstract static class Completion {
        final CommandModel program;
        final List<CommandModel> commands;
        final StringBuilder out = new StringBuilder();

        Completion(List<CommandModel> models) {
            program = models.getFirst();
            commands = models.subList(1, models.size());
        }

        final void line(String text) {
            out.append(text).append('\n');
        }

        final String names() {
            return commands.stream().map(CommandModel::name).collect(Collectors.joining(" "));
        }

        static String flags(List<Option> options) {
            return options.stream().flatMap(option -> option.names().stream()).collect(Collectors.joining(" "));
        }
    }

    private static final class BashCompletion extends Completion {
        BashCompletion(List<CommandModel> models) {
            super(models);
        }

        String script() {
            line("# bash completion for torvyn " + Defaults.TORVYN_VERSION);
            line("# Read it in ~/.bashrc: source <(torvyn completions bash)");
            line("_torvyn_flows() { " + FLOWS + "; }");
            line("_torvyn_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }");
            line("_torvyn_paths() {");
            line("  local path");
            line("  compopt -o filenames 2>/dev/null");
            line("  while IFS= read -r path; do COMPREPLY+=(\"$path\"); done < <(compgen \"$1\" -- \"$cur\")");
            line("}");
            line("_torvyn() {");
            line("  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i");
            line("  COMPREPLY=()");
            line("  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi");
            line("  for ((i = 1; i < COMP_CWORD; i++)); do");
            line("    case ${COMP_WORDS[i]} in");
            line("      " + valued(program) + ") [[ ${COMP_WORDS[i+1]} == = ]] && ((i++)); ((i++)) ;;");
            line("      -*) ;;");
            line("      *) command=${COMP_WORDS[i]}; break ;;");
            line("    esac");
            line("  done");
            line("  case $command in");
            command(program, "''");
            commands.forEach(command -> command(command, command.name()));
            line("  esac");
            line("}");
            line("complete -F _torvyn torvyn");
            return out.toString();
        }

        private static String valued(CommandModel command) {
            return command.options().stream()
                    .filter(option -> !option.isFlag())
                    .flatMap(option -> option.names().stream())
                    .collect(Collectors.joining("|"));
        }

        private void command(CommandModel command, String pattern) {
            line("    " + pattern + ")");
            line("      case $prev in");
            for (Option option : command.options()) {
                if (!option.isFlag()) {
                    line("        " + String.join("|", option.names()) + ") " + reply(option.values()) + "; return ;;");
                }
            }
            line("      esac");
            line("      if [[ $cur == -* ]]; then _torvyn_words '" + flags(command.options()) + "'; return; fi");
            if (command.name().isEmpty()) {
                line("      " + reply(new Values.Command()) + " ;;");
            } else {
                line("      "
                        + (command.arguments().isEmpty()
                                ? ":"
                                : reply(command.arguments().getFirst().values()))
                        + " ;;");
            }
        }

        private String reply(Values values) {
            return switch (values) {
                case Values.OneOf(var words) -> "_torvyn_words " + quoted(String.join(" ", words));
                case Values.File() -> "_torvyn_paths -f";
                case Values.Folder() -> "_torvyn_paths -d";
                case Values.Flow() -> "_torvyn_words \"$(_torvyn_flows)\"";
                case Values.FlowOrFile() -> "_torvyn_words \"$(_torvyn_flows)\"; _torvyn_paths -f";
                case Values.Command() -> "_torvyn_words '" + names() + "'";
                case Values.Anything(), Values.None() -> ":";
            };
        }
    }

    private static final class ZshCompletion extends Completion {
        ZshCompletion(List<CommandModel> models) {
            super(models);
        }

        String script() {
            line("#compdef torvyn");
            line("# zsh completion for torvyn " + Defaults.TORVYN_VERSION);
            line("# As a file _torvyn in a folder of $fpath, or in ~/.zshrc: source <(torvyn completions zsh)");
            line("_torvyn_flows() { local -a flows; flows=(${(f)\"$(" + FLOWS + ")\"}); compadd -a flows }");
            line("_torvyn_flows_or_files() { _torvyn_flows; _files }");
            line("_torvyn_commands() {");
            line("  local -a commands=(");
            commands.forEach(command -> line(
                    "    " + quoted(command.name() + ":" + command.description().replace(":", "\\:"))));
            line("  )");
            line("  _describe -t commands command commands");
            line("}");
            line("_torvyn() {");
            line("  local curcontext=\"$curcontext\" state line");
            line("  typeset -A opt_args");
            arguments(
                    "  ",
                    program.options(),
                    List.of("'1:command:_torvyn_commands'", "'*::argument:->arguments'"),
                    "-C ");
            line("  [[ $state == arguments ]] || return");
            line("  curcontext=\"${curcontext%:*:*}:torvyn-$line[1]:\"");
            line("  case $line[1] in");
            for (CommandModel command : commands) {
                line("    " + command.name() + ")");
                List<String> positional = new ArrayList<>();
                for (int i = 0; i < command.arguments().size(); i++) {
                    var argument = command.arguments().get(i);
                    positional.add(quoted((i + 1) + ":" + argument.label() + action(argument.values())));
                }
                arguments("      ", command.options(), positional, "");
                line("      ;;");
            }
            line("  esac");
            line("}");
            line("if [[ $funcstack[1] == _torvyn ]]; then _torvyn \"$@\"; else compdef _torvyn torvyn; fi");
            return out.toString();
        }

        private void arguments(String indent, List<Option> options, List<String> positional, String flags) {
            List<String> specs = Stream.concat(
                            options.stream()
                                    .flatMap(option -> option.names().stream().map(name -> spec(option, name))),
                            positional.stream())
                    .toList();
            line(indent + "_arguments " + flags + "\\");
            for (int i = 0; i < specs.size(); i++) {
                line(indent + "  " + specs.get(i) + (i + 1 < specs.size() ? " \\" : ""));
            }
        }

        private static String spec(Option option, String name) {
            String others = option.names().size() > 1 ? "(" + String.join(" ", option.names()) + ")" : "";
            String description =
                    option.description().replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
            String repeated = option.isFlag() ? "" : "*";
            return quoted((repeated.isEmpty() ? others : repeated) + name
                    + (option.isFlag() ? "" : name.startsWith("--") ? "=" : "+")
                    + "[" + description + "]"
                    + (option.isFlag() ? "" : ":" + option.label() + action(option.values())));
        }

        private static String action(Values values) {
            return switch (values) {
                case Values.OneOf(var words) -> ":(" + String.join(" ", words) + ")";
                case Values.File() -> ":_files";
                case Values.Folder() -> ":_files -/";
                case Values.Flow() -> ":_torvyn_flows";
                case Values.FlowOrFile() -> ":_torvyn_flows_or_files";
                case Values.Command() -> ":_torvyn_commands";
                case Values.Anything(), Values.None() -> ": ";
            };
        }
    }

    private static final class FishCompletion extends Completion {
        FishCompletion(List<CommandModel> models) {
            super(models);
        }

        String script() {
            line("# fish completion for torvyn " + Defaults.TORVYN_VERSION);
            line("# As ~/.config/fish/completions/torvyn.fish");
            line("function __torvyn_flows");
            line("    "
                    + FLOWS.replace("\\(", "\\\\(")
                            .replace("\\)", "\\\\)")
                            .replace("\\1", "\\\\1")
                            .replace("\\[", "\\\\[")
                            .replace("\\.", "\\\\."));
            line("end");
            line("complete -c torvyn -f");
            options(program, "__fish_use_subcommand");
            for (CommandModel command : commands) {
                line("complete -c torvyn -n __fish_use_subcommand -a " + command.name() + " -d "
                        + text(command.description()));
            }
            for (CommandModel command : commands) {
                String here = "'__fish_seen_subcommand_from " + command.name() + "'";
                options(command, here);
                if (!command.arguments().isEmpty()) {
                    String values = values(command.arguments().getFirst().values());
                    if (!values.isEmpty()) {
                        line("complete -c torvyn -n " + here + values);
                    }
                }
            }
            return out.toString();
        }

        private void options(CommandModel command, String condition) {
            for (Option option : command.options()) {
                String names = option.names().stream()
                        .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                        .collect(Collectors.joining());
                line("complete -c torvyn -n " + condition + names
                        + (option.isFlag() ? "" : " -r" + values(option.values()))
                        + " -d " + text(option.description()));
            }
        }

        private String values(Values values) {
            return switch (values) {
                case Values.OneOf(var words) -> " -f -a " + text(String.join(" ", words));
                case Values.File(), Values.Folder() -> " -F";
                case Values.Flow() -> " -f -a '(__torvyn_flows)'";
                case Values.FlowOrFile() -> " -F -a '(__torvyn_flows)'";
                case Values.Command() -> " -f -a '" + names() + "'";
                case Values.Anything(), Values.None() -> "";
            };
        }

        private static String text(String text) {
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        }
    }

    private static final class PowerShellCompletion extends Completion {
        PowerShellCompletion(List<CommandModel> models) {
            super(models);
        }

        String script() {
            line("# PowerShell completion for torvyn " + Defaults.TORVYN_VERSION);
            line("# In $PROFILE: torvyn completions powershell | Out-String | Invoke-Expression");
            line("Register-ArgumentCompleter -Native -CommandName torvyn -ScriptBlock {");
            line("    param($wordToComplete, $commandAst, $cursorPosition)");
            line("    $commands = [ordered]@{");
            commands.forEach(command -> line("        " + text(command.name()) + " = " + text(command.description())));
            line("    }");
            line("    $options = @{");
            Stream.concat(Stream.of(program), commands.stream())
                    .forEach(command -> line("        " + text(command.name()) + " = @("
                            + command.options().stream()
                                    .flatMap(option -> option.names().stream())
                                    .map(PowerShellCompletion::text)
                                    .collect(Collectors.joining(", "))
                            + ")"));
            line("    }");
            line("    $values = @{");
            Stream.concat(Stream.of(program), commands.stream()).forEach(command -> {
                for (Option option : command.options()) {
                    if (option.values() instanceof Values.OneOf(var words)) {
                        option.names()
                                .forEach(name ->
                                        line("        " + text(command.name() + " " + name) + " = " + list(words)));
                    }
                }
                if (!command.arguments().isEmpty()
                        && command.arguments().getFirst().values() instanceof Values.OneOf(var words)) {
                    line("        " + text(command.name()) + " = " + list(words));
                }
            });
            line("    }");
            line("    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |");
            line(
                    "        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })");
            line("    $command = [string]($words | Where-Object { $commands.Contains($_) } | Select-Object -First 1)");
            line("    $last = if ($words.Count -gt 0) { $words[-1] } else { '' }");
            line("    $candidates = if ($values.ContainsKey(\"$command $last\")) { $values[\"$command $last\"] }");
            line("        elseif ($wordToComplete -like '-*') { $options[$command] }");
            line("        elseif ($command -eq '') { $commands.Keys }");
            line("        elseif ($values.ContainsKey($command)) { $values[$command] }");
            line("        else { @() }");
            line("    $candidates | Where-Object { $_ -like \"$wordToComplete*\" } | ForEach-Object {");
            line("        $text = if ($commands.Contains($_)) { $commands[$_] } else { $_ }");
            line("        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $text)");
            line("    }");
            line("}");
            return out.toString();
        }

        private static String list(List<String> words) {
            return words.stream().map(PowerShellCompletion::text).collect(Collectors.joining(", ", "@(", ")"));
        }

        private static String text(String text) {
            return "'" + text.replace("'", "''") + "'";
        }
    }
}
