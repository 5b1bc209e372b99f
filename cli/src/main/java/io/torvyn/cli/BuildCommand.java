package io.torvyn.cli;

import io.torvyn.config.BuildSettings;
import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.linker.CheckReport;
import io.torvyn.linker.ProjectCheck;
import io.torvyn.projects.ProjectBuild;
import io.torvyn.projects.ProjectBuild.Outcome;
import io.torvyn.projects.Tools;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;

/** {@code torvyn build}. */
@Command(
        name = "build",
        description = "Builds the components of a project with the tools of their languages.",
        footer = {
            "",
            "Each component comes to .torvyn/build/NAME.wasm beside the manifest, or to its `artifact`.",
            "One that cannot be built leaves the one that was there.",
            "",
            "Exit codes: 0 built, 1 the project is refused, 2 a build failed, 3 a tool is missing."
        })
final class BuildCommand extends TorvynCommand {
    @Option(names = "--manifest", paramLabel = "FILE", description = "The manifest (default: ./Torvyn.toml).")
    private Path manifest = Path.of(Manifest.FILE_NAME);

    @Option(
            names = "--release",
            negatable = true,
            fallbackValue = "true",
            description = "Optimizes, or does not (default: the manifest's build.release).")
    private @Nullable Boolean release;

    @Option(names = "--target", paramLabel = "COMPONENT", description = "Builds this one.")
    private @Nullable String target;

    @Option(names = "--all", description = "Builds every one (the default).")
    private boolean all;

    @Override
    int execute() {
        if (all && target != null) {
            throw wrong("--all and --target exclude each other");
        }
        CheckReport check = ProjectCheck.of(manifest, Home.manifests(List.of()), Optional.empty());
        if (!isFitToBuild(check)) {
            return refused(check);
        }
        Manifest project = check.manifest().orElseThrow(); // or it would not be fit
        List<ComponentDefinition> components =
                target == null ? ProjectBuild.components(project) : List.of(ProjectBuild.component(project, target));
        BuildSettings said = project.build();
        var settings =
                new BuildSettings(release == null ? said.release() : release, said.target(), said.extraArguments());
        var tools = new Tools(System.getenv());
        var build = new ProjectBuild(project, settings, tools, Home.cache().resolve("tools"));
        try (Signals signals = Signals.install();
                var narration = new BuildNarration(options(), out(), err(), Progress.of("", options(), err()))) {
            Thread builder = Thread.currentThread();
            signals.onSignal(_ -> builder.interrupt());
            try {
                return report(build.build(components, narration));
            } catch (InterruptedException e) {
                return signals.exitCode().orElse(ExitCode.INTERRUPTED);
            }
        }
    }

    /** What was built before may be wrong: that is why it is built again. */
    static boolean isFitToBuild(CheckReport check) {
        return check.failed().stream().allMatch(CheckReport.Step.BINARIES::equals);
    }

    private int refused(CheckReport check) {
        if (options().json()) {
            new JsonResult("build").print(out(), ExitCode.FAILED, check.findings());
        } else {
            check.findings().forEach(failures()::print);
        }
        return ExitCode.FAILED;
    }

    private int report(List<Outcome> outcomes) {
        List<Diagnostic> findings = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Failed(var _, var why)) {
                findings.addAll(why);
            }
        }
        int exitCode = exitCode(findings);
        if (options().json()) {
            new JsonResult("build")
                    .data(data -> json(data.putArray("components"), outcomes))
                    .print(out(), exitCode, findings);
        }
        return exitCode;
    }

    private static int exitCode(List<Diagnostic> findings) {
        if (findings.isEmpty()) {
            return ExitCode.SUCCESS;
        }
        return findings.stream().allMatch(finding -> finding.code().category() == ErrorCode.Category.ENVIRONMENT)
                ? ExitCode.ENVIRONMENT
                : ExitCode.INVALID;
    }

    private static void json(ArrayNode list, List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Built(var component, var file, var bytes, var time)) {
                list.addObject()
                        .put("name", component.name())
                        .put("language", component.language())
                        .put("path", file.toString())
                        .put("size_bytes", bytes)
                        .put("duration_ms", time.toMillis());
            }
        }
    }
}
