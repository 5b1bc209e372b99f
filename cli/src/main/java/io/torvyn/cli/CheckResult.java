package io.torvyn.cli;

import io.torvyn.linker.CheckReport;
import io.torvyn.types.Diagnostic;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** A report of {@code torvyn check}, for people and as JSON. */
record CheckResult(CheckReport report) {
    int errors() {
        return report.count(Diagnostic.Level.ERROR);
    }

    int warnings() {
        return report.count(Diagnostic.Level.WARNING);
    }

    void print(PrintWriter out, Style style, boolean quiet) {
        if (!quiet) {
            for (CheckReport.Step step : CheckReport.Step.values()) {
                passed(step)
                        .filter(_ -> !report.failed().contains(step))
                        .ifPresent(text -> out.println(style.success(text)));
            }
        }
        List<Diagnostic> told = report.findings().stream()
                .filter(finding -> !quiet || finding.level() == Diagnostic.Level.ERROR)
                .toList();
        var failures = new Failures(out, style);
        for (Diagnostic finding : told) {
            out.println();
            failures.print(finding);
        }
        if (!told.isEmpty()) {
            out.println();
            out.println(counted(errors(), "error") + ", " + counted(warnings(), "warning"));
        } else if (!quiet) {
            out.println();
            out.println("All checks passed.");
        }
        out.flush();
    }

    /** What there is to say of a step that found no error; nothing when there was nothing to look at. */
    private Optional<String> passed(CheckReport.Step step) {
        return switch (step) {
            case MANIFEST -> Optional.of("The manifest is valid");
            case WIT ->
                report.witFiles() == 0
                        ? Optional.empty()
                        : Optional.of(counted(report.witFiles(), "WIT file") + " parsed and resolved");
            case WORLD -> report.worlds().isEmpty() ? Optional.empty() : Optional.of(worlds());
            case CAPABILITIES ->
                Optional.of(
                        report.capabilities() == 0
                                ? "No capability is declared"
                                        + (report.worlds().isEmpty() ? "" : ", and none is needed")
                                : counted(report.capabilities(), "capability") + " declared, and no other is needed");
            case BINARIES ->
                report.binaries() == 0
                        ? Optional.empty()
                        : Optional.of(
                                report.binaries() == 1
                                        ? "The built component keeps its contract"
                                        : "The " + report.binaries() + " built components keep their contracts");
        };
    }

    private String worlds() {
        return report.worlds().stream()
                .map(world -> "World `" + world.name() + "` exports " + String.join(", ", world.roles()))
                .collect(Collectors.joining("; "));
    }

    private static String counted(int count, String what) {
        String plural = what.endsWith("y") ? what.substring(0, what.length() - 1) + "ies" : what + "s";
        return count + " " + (count == 1 ? what : plural);
    }

    void printJson(PrintWriter out, int exitCode) {
        new JsonResult("check")
                .data(data -> {
                    data.put("all_passed", report.allPassed());
                    data.put("wit_files_parsed", report.witFiles());
                    data.put("error_count", errors());
                    data.put("warning_count", warnings());
                    var diagnostics = data.putArray("diagnostics");
                    report.findings().forEach(finding -> diagnostic(diagnostics.addObject(), finding));
                })
                .print(out, exitCode, report.findings());
    }

    private static void diagnostic(ObjectNode node, Diagnostic finding) {
        node.put("severity", finding.level().name().toLowerCase(Locale.ROOT));
        node.put("code", finding.code().id());
        node.put("message", finding.message());
        if (finding.locations().isEmpty()) {
            node.putNull("location");
        } else {
            node.put("location", finding.locations().getFirst().toString());
        }
        node.put("help", finding.help());
    }
}
