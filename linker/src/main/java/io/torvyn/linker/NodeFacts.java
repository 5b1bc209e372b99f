package io.torvyn.linker;

import io.torvyn.component.Component;
import io.torvyn.types.Diagnostic;
import java.util.List;
import java.util.Optional;

/**
 * What whoever links has found out about a node outside of its manifest: linking itself looks at no file.
 *
 * @param component what stands behind the node; empty for a native stage, and where {@code findings} say why
 * @param artifact where the component comes from, for people; empty for a native stage
 * @param grants what it may do, in canonical form
 * @param findings errors and warnings that belong into the report
 */
public record NodeFacts(
        Optional<Component> component, String artifact, List<String> grants, List<Diagnostic> findings) {
    public NodeFacts {
        grants = List.copyOf(grants);
        findings = List.copyOf(findings);
    }

    /** Of a component that is there, and about which there is nothing else to say. */
    public static NodeFacts of(Component component, String artifact) {
        return new NodeFacts(Optional.of(component), artifact, List.of(), List.of());
    }

    boolean isRefused() {
        return findings.stream().anyMatch(finding -> finding.level() == Diagnostic.Level.ERROR);
    }
}
