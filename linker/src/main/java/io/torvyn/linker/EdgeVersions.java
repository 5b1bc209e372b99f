package io.torvyn.linker;

import io.torvyn.config.EdgeDefinition;
import io.torvyn.config.FlowDefinition;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.SemanticVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of the contract that joined components were built for: spec/runtime.md, section 8, "Edge compatibility". A
 * consumer may need no newer version than its producer has. That both are of the host's major version, and so all of
 * them of one another's, is seen where a component is compared with the host.
 */
final class EdgeVersions {
    private EdgeVersions() {}

    static List<Diagnostic> findings(FlowDefinition flow, Map<String, NodeBinary> binaries) {
        List<Diagnostic> findings = new ArrayList<>();
        for (EdgeDefinition edge : flow.edges()) {
            NodeBinary producer = binaries.get(edge.from().node());
            NodeBinary consumer = binaries.get(edge.to().node());
            if (producer == null || consumer == null) {
                continue;
            }
            Optional<SemanticVersion> has = version(producer);
            Optional<SemanticVersion> needs = version(consumer);
            if (has.isPresent() && needs.isPresent() && needs.get().compareTo(has.get()) > 0) {
                findings.add(Diagnostic.error(
                                ErrorCode.VERSION_MISMATCH,
                                "the edge %s → %s joins a producer for torvyn:streaming@%s with a consumer for %s: what it needs may be newer than what it gets"
                                        .formatted(edge.from(), edge.to(), has.get(), needs.get()),
                                "rebuild `%s` against torvyn:streaming@%s, or `%s` against %s"
                                        .formatted(
                                                edge.from().node(),
                                                needs.get(),
                                                edge.to().node(),
                                                has.get()))
                        .at(edge.position()));
            }
        }
        return findings;
    }

    /** The newest that a component mentions, if that is one of the host's; what has no version is the bundled one. */
    private static Optional<SemanticVersion> version(NodeBinary binary) {
        return binary.contractNames().stream()
                .filter(name -> InterfaceNames.match(
                                InterfaceNames.ofContract(InterfaceNames.path(name)), List.of(name))
                        .isPresent())
                .map(InterfaceNames::version)
                .map(version -> SemanticVersion.parse(version.isEmpty() ? Defaults.CONTRACT_VERSION : version))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }
}
