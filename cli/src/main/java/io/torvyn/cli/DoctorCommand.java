package io.torvyn.cli;

import io.torvyn.projects.Tools;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;

/** {@code torvyn doctor}. */
@Command(
        name = "doctor",
        description = "Looks whether all is there that Torvyn and this project need.",
        footer = {
            "",
            "What no component of the project is built with is a warning. With --fix, each command that would mend",
            "something is run, and everything is looked at again.",
            "",
            "Exit codes: 0 nothing is amiss but warnings, 1 something is."
        })
final class DoctorCommand extends TorvynCommand {
    @Option(names = "--fix", description = "Mends what a command can mend.")
    private boolean fix;

    @Override
    int execute() throws InterruptedException {
        var doctor = new Doctor(Path.of(""), new Tools(System.getenv()));
        List<Doctor.Check> checks = doctor.examine();
        if (fix) {
            boolean mended = false;
            for (List<String> command : remedies(checks)) {
                mended |= run(command);
            }
            checks = mended ? doctor.examine() : checks;
        }
        if (options().json()) {
            json(checks);
        } else {
            print(out(), checks);
        }
        return errors(checks) == 0 ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    /** What would mend what is needed; outside of a project, all that can be mended. */
    private static List<List<String>> remedies(List<Doctor.Check> checks) {
        boolean outside = checks.stream().noneMatch(Doctor.Check::isOfAProject);
        List<List<String>> commands = new ArrayList<>();
        for (Doctor.Check check : checks) {
            boolean wanted =
                    check.result() == Doctor.Result.ERROR || (outside && check.result() == Doctor.Result.WARNING);
            if (wanted && !check.command().isEmpty() && !commands.contains(check.command())) {
                commands.add(check.command());
            }
        }
        return commands;
    }

    private boolean run(List<String> command) throws InterruptedException {
        String text = String.join(" ", command);
        err().println("Running `" + text + "` ...");
        try {
            // Its words are for people, and standard output may be for a program.
            Process process = new ProcessBuilder(command)
                    .inheritIO()
                    .redirectOutput(new java.io.File("/dev/stderr"))
                    .start();
            int code = process.waitFor();
            if (code == 0) {
                return true;
            }
            failures().hint("`%s` ended with %d".formatted(text, code));
        } catch (IOException e) {
            failures().hint("`%s` cannot be run: %s".formatted(text, e.getMessage()));
        }
        return false;
    }

    private static long errors(List<Doctor.Check> checks) {
        return checks.stream()
                .filter(check -> check.result() == Doctor.Result.ERROR)
                .count();
    }

    private static long warnings(List<Doctor.Check> checks) {
        return checks.stream()
                .filter(check -> check.result() == Doctor.Result.WARNING)
                .count();
    }

    private void json(List<Doctor.Check> checks) {
        int exitCode = errors(checks) == 0 ? ExitCode.SUCCESS : ExitCode.FAILED;
        new JsonResult("doctor")
                .data(data -> {
                    ArrayNode list = data.putArray("checks");
                    for (Doctor.Check check : checks) {
                        list.addObject()
                                .put("category", check.category())
                                .put("name", check.name())
                                .put("passed", check.result() == Doctor.Result.PASSED)
                                .put("detail", check.detail())
                                .put("fix", check.remedy().isEmpty() ? null : check.remedy());
                    }
                    data.put("all_passed", errors(checks) + warnings(checks) == 0)
                            .put("error_count", errors(checks))
                            .put("warning_count", warnings(checks));
                })
                .print(out(), exitCode, List.of());
    }

    private void print(PrintWriter out, List<Doctor.Check> checks) {
        String category = "";
        for (Doctor.Check check : checks) {
            if (!check.category().equals(category)) {
                category = check.category();
                out.println(style().header(category));
            }
            String line = check.name() + ": " + check.detail();
            out.println(
                    switch (check.result()) {
                        case PASSED -> style().success(line);
                        case WARNING -> style().warning("warning") + ": " + line;
                        case ERROR -> style().failure(line);
                    });
            if (!check.remedy().isEmpty()) {
                out.println("  " + style().help("help") + ": " + check.remedy());
            }
        }
        out.println();
        out.println(
                errors(checks) + warnings(checks) == 0
                        ? "All is well."
                        : errors(checks) + " error(s), " + warnings(checks) + " warning(s)");
        out.flush();
    }
}
