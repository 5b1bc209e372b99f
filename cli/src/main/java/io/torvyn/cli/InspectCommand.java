package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import io.torvyn.component.ComponentFile;
import io.torvyn.contracts.WitPackages;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/** {@code torvyn inspect}. */
final class InspectCommand extends TorvynCommand {
    /** The values of {@code --show}. */
    enum Section {
        all,
        interfaces,
        capabilities,
        metadata,
        size
    }

    private final Value<Path> component = syntax.neededArgument(
            Path.class, "COMPONENT", "The file of the component, or of a WIT package in binary form.");

    private final Value<Section> show = syntax.option(
            Section.class, "--show", "SECTION", "Shows one section: ${COMPLETION-CANDIDATES} (default: all).");

    private final Flag wit = syntax.flag("--wit", "Prints its world as WIT, and nothing else.");

    private final Flag compile = syntax.flag("--compile", "Compiles it, and tells what that takes.");

    InspectCommand(Torvyn torvyn) {
        super(
                torvyn,
                "inspect",
                "Shows what a component is made of, what it imports and exports, and what it could use.",
                "",
                "The file is decoded and checked; nothing of it is run, or compiled without --compile, which",
                "compiles it as `torvyn run` does, keeps nothing of that, and tells what it took and which",
                "functions are too large for the JVM to compile, so that they are interpreted.",
                "",
                "The binary of a component does not keep the name of its world, which is called",
                "root:component/root here; of other packages it has what it uses. WIT packages in",
                "binary form are shown with their comments.",
                "",
                "Exit codes: 0 shown, 1 no such component, or one that cannot be shown, 2 usage.");
    }

    @Override
    int refusal() {
        return ExitCode.FAILED;
    }

    @Override
    int execute() {
        Path component = this.component.needed();
        ComponentFile file = ComponentFile.read(component);
        var report = new InspectReport(
                component, file, compile.isSet() ? Optional.of(compiled(component)) : Optional.empty());
        PrintWriter out = out();
        if (options().json()) {
            report.printJson(out);
            return ExitCode.SUCCESS;
        }
        if (!wit.isSet()) {
            report.print(out, style(), show.orElse(Section.all));
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

    private CompilationCost compiled(Path component) {
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
