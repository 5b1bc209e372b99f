package io.torvyn.cli;

import io.torvyn.contracts.ContractChange;
import io.torvyn.contracts.ContractComparison;
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
        if (!quiet) {
            report.comparisons().forEach(comparison -> comparison(out, style, comparison));
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
            out.println(Sizes.counted(errors(), "error") + ", " + Sizes.counted(warnings(), "warning"));
        } else if (!quiet) {
            out.println();
            out.println("All checks passed.");
        }
        out.flush();
    }

    private static void comparison(PrintWriter out, Style style, ContractComparison comparison) {
        out.println();
        out.println(style.header(comparison.before() + " to " + comparison.after()));
        for (ContractChange change : comparison.changes()) {
            switch (change.effect()) {
                case BREAKING ->
                    out.println(style.error("breaking") + "  " + change
                            + change.code().map(code -> " [" + code + "]").orElse(""));
                case ADDITION -> out.println(style.help("addition") + "  " + change);
                case REMARK -> out.println(style.dim("remark") + "    " + change);
            }
        }
        out.println(switch (comparison.verdict()) {
                    case COMPATIBLE -> "Compatible.";
                    case COMPATIBLE_WITH_ADDITIONS -> "Compatible, with additions.";
                    case BREAKING -> "Breaking.";
                }
                + comparison
                        .leastVersion()
                        .map(" The version has to be %s at least."::formatted)
                        .orElse(""));
    }

    /** What there is to say of a step that found no error; nothing when there was nothing to look at. */
    private Optional<String> passed(CheckReport.Step step) {
        return switch (step) {
            case MANIFEST -> Optional.of("The manifest is valid");
            case WIT ->
                report.witFiles() == 0
                        ? Optional.empty()
                        : Optional.of(Sizes.counted(report.witFiles(), "WIT file") + " parsed and resolved");
            case WORLD -> report.worlds().isEmpty() ? Optional.empty() : Optional.of(worlds());
            case CAPABILITIES ->
                Optional.of(
                        report.capabilities() == 0
                                ? "No capability is declared"
                                        + (report.worlds().isEmpty() ? "" : ", and none is needed")
                                : Sizes.counted(report.capabilities(), "capability")
                                        + " declared, and no other is needed");
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

    void printJson(PrintWriter out, int exitCode) {
        new JsonResult("check")
                .data(data -> {
                    data.put("all_passed", report.allPassed());
                    data.put("wit_files_parsed", report.witFiles());
                    data.put("error_count", errors());
                    data.put("warning_count", warnings());
                    var comparisons = data.putArray("comparisons");
                    report.comparisons().forEach(each -> comparison(comparisons.addObject(), each));
                    var diagnostics = data.putArray("diagnostics");
                    report.findings().forEach(finding -> diagnostic(diagnostics.addObject(), finding));
                })
                .print(out, exitCode, report.findings());
    }

    private static void comparison(ObjectNode node, ContractComparison comparison) {
        node.put("before", comparison.before()).put("after", comparison.after());
        node.put("verdict", lower(comparison.verdict()));
        comparison
                .leastVersion()
                .ifPresentOrElse(version -> node.put("least_version", version), () -> node.putNull("least_version"));
        var changes = node.putArray("changes");
        for (ContractChange change : comparison.changes()) {
            ObjectNode one = changes.addObject()
                    .put("path", change.path())
                    .put("subject", lower(change.subject()))
                    .put("effect", lower(change.effect()));
            change.code().ifPresentOrElse(code -> one.put("code", code.id()), () -> one.putNull("code"));
            one.put("reason", change.reason()).put("before", change.before()).put("after", change.after());
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void diagnostic(ObjectNode node, Diagnostic finding) {
        node.put("severity", lower(finding.level()));
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
