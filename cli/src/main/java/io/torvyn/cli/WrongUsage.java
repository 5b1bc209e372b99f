package io.torvyn.cli;

import io.torvyn.types.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is wrong with a command line, in words for people.
 *
 * @param suggestion what was probably meant
 */
record WrongUsage(String message, Optional<String> suggestion) {
    /** @param commands the names of all commands */
    static WrongUsage of(ParameterException wrong, Collection<String> commands) {
        CommandLine command = wrong.getCommandLine();
        boolean isProgram = command.getParent() == null;
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().getFirst();
            if (word.startsWith("-")) {
                String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
                return new WrongUsage(
                        "`" + command.getCommandSpec().qualifiedName() + "` has no option '" + name + "'",
                        meant(name, command.getCommandSpec().optionsMap().keySet()));
            }
            return isProgram
                    ? new WrongUsage("there is no command '" + word + "'", meant(word, commands))
                    : new WrongUsage(
                            "'" + word + "' is one argument too many for `"
                                    + command.getCommandSpec().qualifiedName() + "`",
                            Optional.empty());
        }
        String message =
                String.valueOf(wrong.getMessage()).replaceFirst(" is not an? (int|long)$", " is no whole number");
        ArgSpec argument = wrong.getArgSpec();
        Optional<String> suggestion = argument == null || wrong.getValue() == null
                ? Optional.empty()
                : meant(wrong.getValue(), candidates(argument));
        return new WrongUsage(message, suggestion);
    }

    private static List<String> candidates(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        return candidates == null
                ? List.of()
                : StreamSupport.stream(candidates.spliterator(), false).toList();
    }

    private static Optional<String> meant(String word, Collection<String> known) {
        return NearestName.of(word, known).map("did you mean '%s'?"::formatted);
    }
}
