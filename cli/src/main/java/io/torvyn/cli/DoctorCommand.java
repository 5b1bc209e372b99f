package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.projects.Tools;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** {@code torvyn doctor}. */
final class DoctorCommand extends TorvynCommand {
    private final Flag fix = syntax.flag("--fix", "Mends what can be mended by itself.");

    DoctorCommand(Torvyn torvyn) {
        super(
                torvyn,
                "doctor",
                "Looks whether all is there that Torvyn and this project need.",
                "",
                "What no component of the project is built with is a warning. With --fix, what is needed and can be mended by",
                "itself is mended (outside of a project, whatever can be), and everything is looked at again.",
                "",
                "Exit codes: 0 nothing is amiss but warnings, 1 something is.");
    }

    @Override
    int execute() throws InterruptedException {
        var tools = new Tools(System.getenv());
        var doctor = new Doctor(Path.of(""), Home.cache(), tools, Home.manifests(List.of()));
        List<Doctor.Check> checks = doctor.examine();
        if (fix.isSet()) {
            boolean mended = false;
            for (Doctor.Mend mend : mends(checks)) {
                mended |= mend(mend, tools, err());
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

    /** What mends what is needed, and the project; outside of a project, all that can be mended. */
    static List<Doctor.Mend> mends(List<Doctor.Check> checks) {
        boolean outside = checks.stream().noneMatch(Doctor.Check::isOfAProject);
        List<Doctor.Mend> mends = new ArrayList<>();
        for (Doctor.Check check : checks) {
            boolean wanted = check.result() == Doctor.Result.ERROR
                    || (check.result() == Doctor.Result.WARNING && (outside || check.isMendedHere()));
            check.mend().filter(mend -> wanted && !mends.contains(mend)).ifPresent(mends::add);
        }
        return mends;
    }

    /** Whether it worked. */
    private boolean mend(Doctor.Mend mend, Tools tools, PrintWriter err) throws InterruptedException {
        err.println("Mending: " + mend.text() + " ...");
        err.flush();
        try {
            switch (mend) {
                case Doctor.Mend.Command(var words) -> {
                    int code = run(words, tools, err);
                    if (code != 0) {
                        failures().hint("%s ended with %d".formatted(mend.text(), code));
                        return false;
                    }
                }
                case Doctor.Mend.Change(var _, var step) -> step.take();
            }
            return true;
        } catch (IOException e) {
            failures().hint("%s did not work: %s".formatted(mend.text(), e.getMessage()));
            return false;
        }
    }

    /** Its words are for people, and standard output may be for a program. */
    static int run(List<String> words, Tools tools, PrintWriter err) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(words);
        tools.find(words.getFirst()).ifPresent(program -> command.set(0, program.toString()));
        var builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(tools.environment());
        Process process = builder.start();
        try (var said = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                err.println("  " + line);
                err.flush();
            }
        }
        return process.waitFor();
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
                        : Sizes.counted(errors(checks), "error") + ", " + Sizes.counted(warnings(checks), "warning"));
        out.flush();
    }
}
