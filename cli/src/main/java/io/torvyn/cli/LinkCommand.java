package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.host.HostFailure;
import io.torvyn.host.TorvynHost;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code torvyn link}. */
final class LinkCommand extends TorvynCommand {
    private final FlowTarget.Declared target =
            new FlowTarget.Declared(syntax, "The flow to link (default: all of them).");

    private final Value<Path> components = syntax.option(
            Path.class,
            "--components",
            "DIR",
            "Where the project's compiled components are (default: where `torvyn build` leaves them).");

    private final Flag detail =
            syntax.flag("--detail", "Show the stages in order, with their imports and capabilities, and every edge.");

    LinkCommand(Torvyn torvyn) {
        super(
                torvyn,
                "link",
                "Finds out whether flows could start: graph, components, interfaces, versions, capabilities.",
                "",
                "Nothing runs. What links starts; what `torvyn run` would refuse before the first element is told here.",
                "",
                "Exit codes: 0 all flows link, 1 some do not, 2 components are missing, or the manifest is not in order.");
    }

    @Override
    int execute() {
        FlowTarget chosen = target.said();
        Path components = this.components.value();
        if (components != null && !Files.isDirectory(components)) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                    ErrorCode.IO_ERROR,
                    "--components names " + components + ", which is no folder",
                    "Name the folder that the .wasm files are in.")));
        }
        Manifest read = Home.manifests(List.of()).load(chosen.manifest());
        List<String> names = chosen.flow()
                .map(List::of)
                .orElseGet(() -> read.flows().stream().map(FlowDefinition::name).toList());
        if (names.isEmpty()) {
            throw HostFailure.notDefined(read, "main");
        }
        try (Signals _ = Signals.install();
                Progress progress = Progress.of("linking", options(), err());
                TorvynHost host = Home.host(read).build()) {
            var result = new LinkResult(
                    read.warnings(),
                    names.stream()
                            .map(name -> new LinkResult.OfFlow(
                                    read.flow(name).orElseThrow(() -> HostFailure.notDefined(read, name)),
                                    host.link(name, Optional.ofNullable(components))))
                            .toList());
            progress.end();
            if (options().json()) {
                result.printJson(out(), detail.isSet());
            } else if (!options().quiet() || result.exitCode() != ExitCode.SUCCESS) {
                result.print(out(), style(), detail.isSet());
            }
            return result.exitCode();
        }
    }
}
