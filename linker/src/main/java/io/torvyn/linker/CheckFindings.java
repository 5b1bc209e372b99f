package io.torvyn.linker;

import io.torvyn.types.Diagnostic;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the steps of a check have found so far, each finding once, with its places as seen from the project. */
final class CheckFindings {
    private final Path project;
    private final Set<Diagnostic> found = new LinkedHashSet<>();
    private final Set<CheckReport.Step> failed = EnumSet.noneOf(CheckReport.Step.class);

    /** @param project the folder of the manifest */
    CheckFindings(Path project) {
        this.project = project;
    }

    void add(CheckReport.Step step, Diagnostic finding) {
        Diagnostic relative = finding.locations().isEmpty() ? finding : relative(finding);
        found.add(relative);
        if (finding.level() == Diagnostic.Level.ERROR) {
            failed.add(step);
        }
    }

    void addAll(CheckReport.Step step, Collection<Diagnostic> findings) {
        findings.forEach(finding -> add(step, finding));
    }

    private Diagnostic relative(Diagnostic finding) {
        Diagnostic placed = finding.at(relative(finding.locations().getFirst()));
        for (Diagnostic.Location further :
                finding.locations().subList(1, finding.locations().size())) {
            placed = placed.andAt(relative(further));
        }
        return placed;
    }

    private Diagnostic.Location relative(Diagnostic.Location place) {
        return new Diagnostic.Location(
                relative(place.file()), place.line(), place.column(), place.length(), place.source());
    }

    /** A file as seen from the project; one that lies elsewhere keeps its name. */
    String relative(String file) {
        String folder = project.toString();
        return !folder.isEmpty() && file.startsWith(folder + "/") ? file.substring(folder.length() + 1) : file;
    }

    Set<CheckReport.Step> failed() {
        return failed;
    }

    List<Diagnostic> inReadingOrder() {
        return found.stream().sorted(Diagnostic.IN_READING_ORDER).toList();
    }
}
