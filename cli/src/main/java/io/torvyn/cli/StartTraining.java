package io.torvyn.cli;

import java.util.Arrays;
import java.util.List;

/**
 * Runs commands one after the other in one JVM, for it to learn what their starts have in common: a cache of that is made
 * by one run, and starts of a command that was not in it are slower by half. Called by {@code bin/torvyn}.
 */
final class StartTraining {
    private StartTraining() {}

    /** @param arguments command lines, with {@code then} between them */
    public static void main(String[] arguments) {
        List<String> rest = Arrays.asList(arguments);
        int exitCode = ExitCode.SUCCESS;
        while (!rest.isEmpty() && exitCode == ExitCode.SUCCESS) {
            int next = rest.indexOf("then");
            List<String> command = next < 0 ? rest : rest.subList(0, next);
            exitCode = Torvyn.execute(command.toArray(String[]::new));
            rest = next < 0 ? List.of() : rest.subList(next + 1, rest.size());
        }
        System.exit(exitCode);
    }
}
