package io.torvyn.cli;

import io.torvyn.config.ComponentDefinition;
import io.torvyn.projects.ProjectBuild;
import io.torvyn.projects.ProjectBuild.Outcome;
import io.torvyn.types.Diagnostic;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells people how a build goes on. What tools say, and what fails, goes to standard error; a line on a terminal tells
 * what is being built.
 */
final class BuildNarration implements ProjectBuild.Listener, AutoCloseable {
    private final GlobalOptions options;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Progress progress;
    private final List<String> underWay = new ArrayList<>();

    /**
     * @param out where what has been built is told
     * @param progress ended with this
     */
    BuildNarration(GlobalOptions options, PrintWriter out, PrintWriter err, Progress progress) {
        this.options = options;
        this.out = out;
        this.err = err;
        this.progress = progress;
    }

    @Override
    public synchronized void started(ComponentDefinition component) {
        underWay.add(component.name());
        progress.say("building " + String.join(", ", underWay));
    }

    @Override
    public synchronized void said(ComponentDefinition component, String line) {
        if (options.verbose()) {
            progress.above(() -> err.println(options.style().dim("[" + component.name() + "] ") + line));
        }
    }

    @Override
    public synchronized void ended(Outcome outcome) {
        underWay.remove(outcome.component().name());
        progress.say(underWay.isEmpty() ? "" : "building " + String.join(", ", underWay));
        if (!options.json()) {
            progress.above(() -> print(outcome));
        }
    }

    private void print(Outcome outcome) {
        Style style = options.style();
        switch (outcome) {
            case Outcome.Built(var component, var file, var bytes, var time) -> {
                if (!options.quiet()) {
                    out.println(style.success("Built %s (%s): %s, %s, in %s"
                            .formatted(
                                    component.name(),
                                    component.language(),
                                    Home.shown(file),
                                    Sizes.bytes(bytes),
                                    Sizes.duration(time))));
                    out.flush();
                }
            }
            case Outcome.Failed(var component, var findings) -> {
                var failures = new Failures(err, style);
                err.println(style.failure("%s (%s) was not built".formatted(component.name(), component.language())));
                for (Diagnostic finding : findings) {
                    if (!options.verbose()) {
                        finding.notes().forEach(line -> err.println("  " + line));
                    }
                    failures.print(finding.noting(List.of()));
                }
                err.flush();
            }
        }
    }

    @Override
    public void close() {
        progress.close();
    }
}
