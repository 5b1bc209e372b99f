package io.torvyn.cli;

import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.config.NodeDefinition;
import io.torvyn.host.CapabilityReport;
import io.torvyn.host.FlowOptions;
import io.torvyn.host.TorvynHost;
import io.torvyn.linker.CheckReport;
import io.torvyn.linker.LinkReport;
import io.torvyn.linker.ProjectCheck;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.projects.ProjectBuild;
import io.torvyn.projects.ProjectFiles;
import io.torvyn.projects.Tools;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentTypeId;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code torvyn run --watch}: a flow that is as its files are. When these change, what is stale is built, and the flow is
 * linked anew beside the one that runs; that one is drained only when the new one links, and goes on otherwise. Belongs to
 * one thread, which is interrupted to end it.
 */
final class WatchSession {
    private static final int MOST_NAMED = 3;

    /** Says which files have changed. */
    interface Changes {
        /** What is looked at from now on. */
        void watch(ProjectFiles files);

        /** Waits until files have changed, and until nothing more changes. */
        Set<Path> next() throws InterruptedException;
    }

    /**
     * What is to run.
     *
     * @param flow empty: the first one of the manifest as it is then
     * @param options for each run anew
     */
    record Plan(Path manifest, Optional<String> flow, ManifestLoader manifests, FlowOptions options) {}

    /**
     * Who is told.
     *
     * @param streams what guests and stages take for the standard streams, of all runs one after the other
     * @param capabilities hears what each run has used
     */
    record Audience(
            GlobalOptions options,
            PrintWriter err,
            StandardStreams streams,
            System.Logger log,
            Consumer<CapabilityReport> capabilities) {}

    private sealed interface Event {
        record Changed(Set<Path> files) implements Event {}

        record Ended(Running running, FlowOutcome outcome) implements Event {}
    }

    /** What would run, and could: it links. */
    private record Candidate(TorvynHost host, String flow, Map<Path, String> contents) {}

    /** @param contents of all files that it was made of */
    private record Running(TorvynHost host, FlowId id, String flow, Map<Path, String> contents) {}

    private final Plan plan;
    private final Audience audience;
    private final Changes changes;
    private final Failures failures;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    /** Files that have changed and are not in any build that worked. */
    private final Set<Path> pending = new TreeSet<>();

    private @Nullable Running running;

    WatchSession(Plan plan, Audience audience, Changes changes) {
        this.plan = plan;
        this.audience = audience;
        this.changes = changes;
        this.failures = new Failures(audience.err(), audience.options().style());
    }

    /**
     * Goes on until the thread is interrupted, or nobody reads the output any more.
     *
     * @param signal what the process answers because of a signal, if one has come
     * @return what the process answers
     */
    int run(Supplier<OptionalInt> signal) {
        Thread watcher = Thread.ofPlatform().daemon().name("torvyn-watch").start(this::watch);
        try {
            attempt();
            while (true) {
                switch (events.take()) {
                    case Event.Changed(var files) -> {
                        gather(files);
                        attempt();
                    }
                    case Event.Ended(var ended, var outcome) -> {
                        if (ended.equals(running)) {
                            finish(ended, outcome, OptionalInt.empty());
                            if (outcome.reason() instanceof CancellationReason.SinkClosed) {
                                return ExitCode.SUCCESS;
                            }
                            say("Waiting for a change");
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            OptionalInt code = signal.get();
            drain(code);
            return code.orElse(ExitCode.INTERRUPTED);
        } finally {
            watcher.interrupt();
            Running left = running;
            if (left != null) {
                left.host().close();
            }
        }
    }

    private void watch() {
        try {
            while (true) {
                events.add(new Event.Changed(changes.next()));
            }
        } catch (InterruptedException e) {
            // it is over
        }
    }

    private void gather(Set<Path> files) {
        Set<Path> all = new TreeSet<>(files);
        for (Event event : List.copyOf(events)) {
            if (event instanceof Event.Changed(var more)) {
                all.addAll(more);
                events.remove(event);
            }
        }
        pending.addAll(all);
        Path here = folder();
        List<String> names = all.stream()
                .map(file -> file.startsWith(here) ? here.relativize(file).toString() : file.toString())
                .toList();
        say(String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())))
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "")
                + " changed");
    }

    private Path folder() {
        Path parent = plan.manifest().toAbsolutePath().normalize().getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** Makes the flow what its files say, if they say something that can run. */
    private void attempt() throws InterruptedException {
        Optional<Candidate> next;
        try {
            next = candidate();
        } catch (TorvynException e) {
            tell(Failures.findings(e));
            next = Optional.empty();
        }
        if (next.isPresent()) {
            replace(next.get());
        } else {
            Running now = running;
            say(now == null ? "Waiting for a change" : "Flow \"" + now.flow() + "\" goes on as it was");
        }
    }

    /** Whoever is interrupted finds files that cannot be read, and other things that are not so. */
    private void tell(List<? extends Failure> findings) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        findings.forEach(failures::print);
    }

    private Optional<Candidate> candidate() throws InterruptedException {
        CheckReport check = ProjectCheck.of(plan.manifest(), plan.manifests(), Optional.empty());
        if (!BuildCommand.isFitToBuild(check)) {
            tell(check.findings());
            return Optional.empty();
        }
        Manifest manifest = check.manifest().orElseThrow(); // or it would not be fit
        String name = plan.flow().orElseGet(() -> manifest.flows().stream()
                .findFirst()
                .map(FlowDefinition::name)
                .orElse("main"));
        TorvynHost host = Home.host(manifest)
                .streams(audience.streams())
                .logger(audience.log())
                .build();
        boolean taken = false;
        try {
            FlowDefinition flow = host.definition(name, plan.options().overrides());
            ProjectFiles files = ProjectFiles.of(manifest, flow);
            changes.watch(files);
            if (!build(manifest, files)) {
                return Optional.empty();
            }
            Map<Path, String> contents = contents(manifest, flow);
            Running now = running;
            if (now != null && now.contents().equals(contents)) {
                return Optional.empty();
            }
            LinkReport report;
            try (Progress _ = progress("linking flow \"" + name + "\"")) {
                report = host.link(name, plan.options().overrides());
            }
            if (!report.errors().isEmpty()) {
                tell(report.errors());
                tell(report.warnings());
                return Optional.empty();
            }
            taken = true;
            return Optional.of(new Candidate(host, name, contents));
        } finally {
            if (!taken) {
                host.close();
            }
        }
    }

    /** Two cannot write on one line: while a flow runs, the terminal is its own. */
    private Progress progress(String text) {
        return running == null ? Progress.of(text, audience.options(), audience.err()) : Progress.none(audience.err());
    }

    /** Whether everything is built now. */
    private boolean build(Manifest manifest, ProjectFiles files) throws InterruptedException {
        var stale = files.stale(manifest, files.look(), pending);
        if (stale.isEmpty()) {
            pending.clear();
            return true;
        }
        var build = new ProjectBuild(
                manifest,
                manifest.build(),
                new Tools(System.getenv()),
                Home.cache().resolve("tools"));
        try (var narration = new BuildNarration(audience.options(), audience.err(), audience.err(), progress(""))) {
            boolean built =
                    build.build(stale, narration).stream().allMatch(ProjectBuild.Outcome.Built.class::isInstance);
            if (built) {
                pending.clear();
            }
            return built;
        }
    }

    /** What a flow is made of: the same again needs no new start. */
    private static Map<Path, String> contents(Manifest manifest, FlowDefinition flow) {
        Map<Path, String> contents = new TreeMap<>();
        Set<Path> files = new TreeSet<>(ProjectFiles.of(manifest.file()).single());
        for (NodeDefinition node : flow.nodes()) {
            manifest.artifactPlaces(node).stream()
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .ifPresent(files::add);
        }
        for (Path file : files) {
            try {
                contents.put(file, ComponentTypeId.of(Files.readAllBytes(file)).hex());
            } catch (IOException e) {
                // linking says what is wrong with it, if it is needed
            }
        }
        return contents;
    }

    private void replace(Candidate next) throws InterruptedException {
        boolean started = false;
        try {
            Running old = running;
            if (old != null) {
                old.host().cancelFlow(old.id(), new CancellationReason.OperatorRequest("its files have changed"));
                FlowOutcome outcome = old.host().await(old.id());
                say("Flow \"%s\" drained after %s".formatted(old.flow(), Sizes.counted(outcome.pulled(), "element")));
                outcome.failure().ifPresent(failures::print);
                audience.capabilities().accept(old.host().capabilities(old.id()));
                running = null;
                old.host().close();
            }
            FlowId id = next.host().startFlow(next.flow(), plan.options());
            var now = new Running(next.host(), id, next.flow(), next.contents());
            running = now;
            started = true;
            say("Flow \"" + next.flow() + "\" runs; it starts anew when its files change, and Ctrl-C ends it");
            Thread.ofVirtual().name("torvyn-await").start(() -> await(now));
        } catch (TorvynException e) {
            failures.print(e);
            say("Waiting for a change");
        } finally {
            if (!started) {
                next.host().close();
            }
        }
    }

    private void await(Running flow) {
        try {
            events.add(new Event.Ended(flow, flow.host().await(flow.id())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends in order what runs. */
    private void drain(OptionalInt signal) {
        Running last = running;
        if (last == null) {
            return;
        }
        String name = signal.orElse(ExitCode.INTERRUPTED) == ExitCode.TERMINATED ? "SIGTERM" : "SIGINT";
        last.host().cancelFlow(last.id(), new CancellationReason.OperatorRequest(name));
        try {
            finish(last, last.host().await(last.id()), signal);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish(Running flow, FlowOutcome outcome, OptionalInt signal) {
        RunReport report = RunReport.of(outcome, flow.host().warnings(flow.id()), signal);
        report.warnings().forEach(failures::print);
        outcome.failure().ifPresent(failures::print);
        if (!audience.options().quiet() && !report.isReaderGone()) {
            report.print(audience.err(), audience.options().style());
        }
        audience.err().flush();
        audience.capabilities().accept(flow.host().capabilities(flow.id()));
        running = null;
        flow.host().close();
    }

    private void say(String text) {
        if (!audience.options().quiet()) {
            Style style = audience.options().style();
            audience.err().println(style.dim((style == Style.COLOR ? "▶ " : "[torvyn] ") + text));
            audience.err().flush();
        }
    }
}
