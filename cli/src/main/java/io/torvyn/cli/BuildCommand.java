package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
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
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.node.ArrayNode;

/** {@code torvyn build}. */
final class BuildCommand extends TorvynCommand {
    private final Value<Path> manifest =
            syntax.option(Path.class, "--manifest", "FILE", "The manifest (default: ./Torvyn.toml).");

    private final Value<Boolean> release = syntax.option(
            Boolean.class,
            OptionSpec.builder("--release")
                    .description("Optimizes, or does not (default: the manifest's build.release).")
                    .fallbackValue("true")
                    .negatable(true));

    private final Value<String> target = syntax.option(String.class, "--target", "COMPONENT", "Builds this one.");

    private final Flag all = syntax.flag("--all", "Builds every one (the default).");

    BuildCommand(Torvyn torvyn) {
        super(
                torvyn,
                "build",
                "Builds the components of a project with the tools of their languages.",
                "",
                "Each component comes to .torvyn/build/NAME.wasm beside the manifest, or to its `artifact`.",
                "One that cannot be built leaves the one that was there.",
                "",
                "Exit codes: 0 built, 1 the project is refused, 2 a build failed, 3 a tool is missing.");
    }

    @Override
    int execute() {
        String target = this.target.value();
        if (all.isSet() && target != null) {
            throw wrong("--all and --target exclude each other");
        }
        CheckReport check = ProjectCheck.of(
                manifest.orElse(Path.of(Manifest.FILE_NAME)), Home.manifests(List.of()), Optional.empty());
        if (!isFitToBuild(check)) {
            return refused(check);
        }
        Manifest project = check.manifest().orElseThrow(); // or it would not be fit
        List<ComponentDefinition> components =
                target == null ? ProjectBuild.components(project) : List.of(ProjectBuild.component(project, target));
        BuildSettings said = project.build();
        var settings = new BuildSettings(release.orElse(said.release()), said.target(), said.extraArguments());
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
