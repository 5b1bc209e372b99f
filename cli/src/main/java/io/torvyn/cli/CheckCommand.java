package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import io.torvyn.config.Manifest;
import io.torvyn.linker.CheckReport;
import io.torvyn.linker.ProjectCheck;
import java.nio.file.Path;
import java.util.List;

/** {@code torvyn check}. */
final class CheckCommand extends TorvynCommand {
    private final Value<Path> target = syntax.argument(
            Path.class, "PROJECT|MANIFEST", "A project's folder, or a manifest file (default: the project here).");

    private final Value<Path> manifest =
            syntax.option(Path.class, "--manifest", "FILE", "The manifest (default: ./Torvyn.toml).");

    private final Flag strict = syntax.flag("--strict", "Exits with 2 when there are only warnings.");

    private final Value<Path> against = syntax.option(
            Path.class,
            "--against",
            "WIT",
            "A file or folder with an older version of the project's WIT: tells what has"
                    + " changed, and whether the version says so.");

    CheckCommand(Torvyn torvyn) {
        super(
                torvyn,
                "check",
                "Checks a project's manifest, its contracts, and what has been built of it.",
                "",
                "Nothing is built or run. The manifest is read, then the WIT: that of the",
                "project in wit/, and that of each component in its own. Worlds must export",
                "what a stage is, their imports of WASI must be declared, and a component that",
                "is built already must be what its contract says.",
                "",
                "Exit codes: 0 passed, 1 errors, 2 no manifest, or warnings with --strict.");
    }

    @Override
    int execute() {
        Path target = this.target.value();
        Path manifest = this.manifest.value();
        if (target != null && manifest != null && !target.equals(manifest)) {
            throw wrong("two projects are named, '" + target + "' and '" + manifest + "'");
        }
        Path place = target != null ? target : manifest != null ? manifest : Path.of(Manifest.FILE_NAME);
        var result = new CheckResult(ProjectCheck.of(place, Home.manifests(List.of()), against.said()));
        CheckReport report = result.report();
        int exitCode = !report.allPassed()
                ? ExitCode.FAILED
                : strict.isSet() && result.warnings() > 0 ? ExitCode.INVALID : ExitCode.SUCCESS;
        if (options().json()) {
            result.printJson(out(), exitCode);
        } else {
            result.print(out(), style(), options().quiet());
        }
        return exitCode;
    }
}
