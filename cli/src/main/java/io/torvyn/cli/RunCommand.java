package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import io.torvyn.cli.Syntax.Words;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Layers;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.host.CapabilityReport;
import io.torvyn.host.FlowOptions;
import io.torvyn.host.FlowOverrides;
import io.torvyn.host.TorvynHost;
import io.torvyn.pipeline.ResumableInput;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.projects.ProjectFiles;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Model.OptionSpec;

/** {@code torvyn run}. */
final class RunCommand extends TorvynCommand {
    private final FlowTarget.Declared target =
            new FlowTarget.Declared(syntax, "The flow to run (default: the first one).");

    private final Value<String> input = syntax.option(
            String.class,
            "--input",
            "FILE",
            "Reads lines from a file, or from standard input (stdin or -), in place of the flow's sources; generator"
                    + " or generator:N makes test elements.");

    private final Value<String> output = syntax.option(
            String.class,
            "--output",
            "FILE",
            "Writes to a file, or to standard output (stdout or -), in place of the flow's sinks.");

    private final Value<Long> limit =
            syntax.option(Long.class, "--limit", "N", "Ends after the sources have delivered so many elements.");

    private final Value<Duration> timeout = syntax.option(
            Duration.class,
            OptionSpec.builder("--timeout")
                    .paramLabel("TIME")
                    .description("Ends after so long, such as 500ms, 1.5s or 2m.")
                    .converters(new DurationConverter()));

    private final Flag watch = syntax.flag(
            "--watch", "Builds what is stale, and starts the flow anew when the files change that it is made of.");

    private final Value<Path> reportCapabilities = syntax.option(
            Path.class,
            "--report-capabilities",
            "FILE",
            "Writes what each component used, as the grants that would have been enough.");

    private final Words config = syntax.options(
            "--config",
            "KEY=VALUE",
            "Overrides a node's configuration: NODE=TEXT, NODE.KEY=VALUE, or KEY=VALUE for every JSON one;"
                    + " or a key of the manifest, such as runtime.strategy=tiered.");

    private final Value<LogLevel> logLevel = syntax.option(
            LogLevel.class,
            "--log-level",
            "LEVEL",
            "Says what happens to the flow from one level on: ${COMPLETION-CANDIDATES} (default: info, or the"
                    + " variable TORVYN_LOG; debug with --verbose, error with --quiet).");

    RunCommand(Torvyn torvyn) {
        super(
                torvyn,
                "run",
                "Runs a flow until its sources end, the limit is reached, or it is interrupted.",
                "",
                "A project that defines no flow and has one component runs it between a source of test elements and a",
                "sink that prints.",
                "",
                "With --watch, a flow that has new files is linked and compiled while the old one runs; only then that one",
                "is drained, and the new one starts. Files that do not check, build or link change nothing. Ctrl-C ends it.",
                "",
                "While a flow runs, standard output belongs to its guests; what Torvyn says goes to standard error.",
                "",
                "Exit codes: 0 finished, 1 failed while running, 2 could not start, 130 or 143 interrupted.");
    }

    @Override
    int execute() throws InterruptedException {
        GlobalOptions options = options();
        PrintWriter err = err();
        Long limit = this.limit.value();
        if (limit != null && limit < 0) {
            throw refused("--limit takes a number that is not negative, not " + limit);
        }
        var log = new LogLines(err, style(), LogLevel.of(logLevel.value(), options, System.getenv(LogLevel.VARIABLE)));
        FlowTarget chosen = target.said();
        if (watch.isSet()) {
            return watch(chosen, log);
        }
        Manifest read = Home.manifests(
                        config.said().stream().filter(Layers::isSetting).toList())
                .load(chosen.manifest());
        String name = chosen.flow().orElseGet(() -> read.flows().stream()
                .findFirst()
                .map(FlowDefinition::name)
                .orElse("main"));
        FlowOptions flowOptions = flowOptions();
        // In the JSON form standard output carries one document and nothing else.
        StandardStreams process = StandardStreams.ofProcess();
        Progress progress = Progress.of("starting flow \"" + name + "\"", options, err);
        OutputStream processErr = progress.endedBy(process.err());
        var streams = new StandardStreams(
                process.in(), options.json() ? processErr : progress.endedBy(process.out()), processErr);
        try (progress;
                TorvynHost host = Home.host(read).streams(streams).logger(log).build();
                Signals signals = Signals.install()) {
            FlowId id = host.startFlow(name, flowOptions);
            progress.end();
            signals.onSignal(reason -> host.cancelFlow(id, reason));
            if (options.verbose()) { // not otherwise: `| head` is to end without a word
                err.println((options.style() == Style.COLOR ? "▶" : "[torvyn]") + " Running flow \"" + name + "\"");
                err.flush();
            }
            FlowOutcome outcome = host.await(id);
            RunReport report = RunReport.of(outcome, host.warnings(id), signals.exitCode());
            CapabilityReport capabilities = host.capabilities(id);
            reportCapabilities.said().ifPresent(file -> write(file, capabilities));
            if (options.json()) {
                report.printJson(out());
            } else {
                if (!options.quiet()) {
                    report.warnings().forEach(failures()::print);
                }
                outcome.failure().ifPresent(failures()::print);
                if (!options.quiet() && !report.isReaderGone()) {
                    report.print(err, options.style());
                    if (read.observability().level() == ObservabilityLevel.DIAGNOSTIC) {
                        err.print(capabilities.toToml());
                    }
                }
            }
            err.flush();
            return report.exitCode();
        }
    }

    private FlowOptions flowOptions() {
        var overrides = new FlowOverrides(
                input.said(),
                output.said(),
                config.said().stream()
                        .filter(option -> !Layers.isSetting(option))
                        .toList());
        Long limit = this.limit.value();
        return new FlowOptions(
                overrides, limit == null ? OptionalLong.empty() : OptionalLong.of(limit), timeout.said());
    }

    private int watch(FlowTarget chosen, LogLines log) {
        if (options().json()) {
            throw wrong(
                    "--watch runs a flow again and again, and --format json tells of one run: leave one of them out");
        }
        ManifestLoader manifests =
                Home.manifests(config.said().stream().filter(Layers::isSetting).toList());
        if (!Files.exists(chosen.manifest())) {
            manifests.load(chosen.manifest()); // which says so
        }
        StandardStreams process = StandardStreams.ofProcess();
        var session = new WatchSession(
                new WatchSession.Plan(chosen.manifest(), chosen.flow(), manifests, flowOptions()),
                new WatchSession.Audience(
                        options(),
                        err(),
                        new StandardStreams(new ResumableInput(process.in()), process.out(), process.err()),
                        log,
                        used -> reportCapabilities.said().ifPresent(file -> write(file, used))),
                new FolderChanges(ProjectFiles.of(chosen.manifest())));
        try (Signals signals = Signals.install()) {
            Thread own = Thread.currentThread();
            signals.onSignal(_ -> own.interrupt());
            return session.run(signals::exitCode);
        }
    }

    private static void write(Path file, CapabilityReport capabilities) {
        try {
            Files.writeString(file, capabilities.toToml());
        } catch (IOException e) {
            throw new TorvynException(
                    Diagnostic.error(
                            ErrorCode.IO_ERROR,
                            "the capabilities that were used cannot be written to %s: %s"
                                    .formatted(file, e.getMessage()),
                            "Check the path and its permissions."),
                    e);
        }
    }

    private static DiagnosticsException refused(String message) {
        return new DiagnosticsException(
                List.of(Diagnostic.error(ErrorCode.USAGE_ERROR, message, "See `torvyn run --help`.")));
    }
}
