package io.torvyn.cli;

import io.torvyn.config.Manifest;
import io.torvyn.linker.CheckReport;
import io.torvyn.linker.ProjectCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code torvyn check}. */
@Command(
        name = "check",
        description = "Checks a project's manifest, its contracts, and what has been built of it.",
        footer = {
            "",
            "Nothing is built or run. The manifest is read, then the WIT: that of the",
            "project in wit/, and that of each component in its own. Worlds must export",
            "what a stage is, their imports of WASI must be declared, and a component that",
            "is built already must be what its contract says.",
            "",
            "Exit codes: 0 passed, 1 errors, 2 no manifest, or warnings with --strict."
        })
final class CheckCommand extends TorvynCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "PROJECT|MANIFEST",
            description = "A project's folder, or a manifest file (default: the project here).")
    private @Nullable Path target;

    @Option(names = "--manifest", paramLabel = "FILE", description = "The manifest (default: ./Torvyn.toml).")
    private @Nullable Path manifest;

    @Option(names = "--strict", description = "Exits with 2 when there are only warnings.")
    private boolean strict;

    @Option(
            names = "--against",
            paramLabel = "WIT",
            description = "A file or folder with an older version of the project's WIT: tells what has"
                    + " changed, and whether the version says so.")
    private @Nullable Path against;

    @Override
    int execute() {
        if (target != null && manifest != null && !target.equals(manifest)) {
            throw wrong("two projects are named, '" + target + "' and '" + manifest + "'");
        }
        Path place = target != null ? target : manifest != null ? manifest : Path.of(Manifest.FILE_NAME);
        var result = new CheckResult(ProjectCheck.of(place, Home.manifests(List.of()), Optional.ofNullable(against)));
        CheckReport report = result.report();
        int exitCode = !report.allPassed()
                ? ExitCode.FAILED
                : strict && result.warnings() > 0 ? ExitCode.INVALID : ExitCode.SUCCESS;
        if (options().json()) {
            result.printJson(out(), exitCode);
        } else {
            result.print(out(), style(), options().quiet());
        }
        return exitCode;
    }
}
