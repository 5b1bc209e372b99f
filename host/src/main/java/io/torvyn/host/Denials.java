package io.torvyn.host;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.wasi.DenialListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the nodes of a flow tried without having been granted it, each thing once. Safe for use by many threads. */
final class Denials {
    private record Denial(String node, String capability, String detail) {}

    private final Set<Denial> seen = new LinkedHashSet<>();

    DenialListener of(String node) {
        return (capability, detail) -> {
            synchronized (seen) {
                seen.add(new Denial(node, capability, detail));
            }
        };
    }

    List<Diagnostic> warnings() {
        synchronized (seen) {
            List<Diagnostic> warnings = new ArrayList<>();
            for (Denial denial : seen) {
                warnings.add(Diagnostic.warning(
                        ErrorCode.CAPABILITY_DENIED,
                        "'%s' %s without the grant %s; it was denied"
                                .formatted(denial.node(), denial.detail(), denial.capability()),
                        "Add \"%s\" to [security.grants.%s] if it should be allowed."
                                .formatted(denial.capability(), denial.node())));
            }
            return warnings;
        }
    }
}
