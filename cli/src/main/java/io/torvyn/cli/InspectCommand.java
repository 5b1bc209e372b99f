package io.torvyn.cli;

import io.torvyn.component.ComponentFile;
import io.torvyn.contracts.WitPackages;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code torvyn inspect}. */
@Command(
        name = "inspect",
        description = "Shows what a component is made of, what it imports and exports, and what it could use.",
        footer = {
            "",
            "The file is decoded and checked; nothing of it is run, or compiled without --compile, which",
            "compiles it as `torvyn run` does, keeps nothing of that, and tells what it took and which",
            "functions are too large for the JVM to compile, so that they are interpreted.",
            "",
            "The binary of a component does not keep the name of its world, which is called",
            "root:component/root here; of other packages it has what it uses. WIT packages in",
            "binary form are shown with their comments.",
            "",
            "Exit codes: 0 shown, 1 no such component, or one that cannot be shown, 2 usage."
        })
final class InspectCommand extends TorvynCommand {
    /** The values of {@code --show}. */
    enum Section {
        all,
        interfaces,
        capabilities,
        metadata,
        size
    }

    @Parameters(
            paramLabel = "COMPONENT",
            description = "The file of the component, or of a WIT package in binary form.")
    private Path component = Path.of("");

    @Option(
            names = "--show",
            paramLabel = "SECTION",
            description = "Shows one section: ${COMPLETION-CANDIDATES} (default: all).")
    private Section show = Section.all;

    @Option(names = "--wit", description = "Prints its world as WIT, and nothing else.")
    private boolean wit;

    @Option(names = "--compile", description = "Compiles it, and tells what that takes.")
    private boolean compile;

    @Override
    int refusal() {
        return ExitCode.FAILED;
    }

    @Override
    int execute() {
        ComponentFile file = ComponentFile.read(component);
        var report = new InspectReport(component, file, compile ? Optional.of(compiled()) : Optional.empty());
        PrintWriter out = out();
        if (options().json()) {
            report.printJson(out);
            return ExitCode.SUCCESS;
        }
        if (!wit) {
            report.print(out, style(), show);
            return ExitCode.SUCCESS;
        }
        return switch (report.file().world()) {
            case ComponentFile.World.Wit(var packages) -> printed(packages, out);
            case ComponentFile.World.Package(var packages) -> printed(packages, out);
            case ComponentFile.World.NoWit(var why) -> {
                failures().hint("the component has no form in WIT: " + why);
                yield ExitCode.FAILED;
            }
        };
    }

    private CompilationCost compiled() {
        try (Progress progress = Progress.of("compiling " + component.getFileName(), options(), err())) {
            CompilationCost cost = CompilationCost.of(component);
            progress.end();
            return cost;
        }
    }

    private static int printed(WitPackages packages, PrintWriter out) {
        out.print(packages.text());
        out.flush();
        return ExitCode.SUCCESS;
    }
}
