package io.torvyn.host;

import io.torvyn.security.Capability;
import io.torvyn.security.CapabilityGuard;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.wasi.DenialListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the nodes of a flow used of WASI, and tried without having been granted it. Safe for use by many threads. */
final class CapabilityUse {
    /** @param byRoutine it may mean nothing */
    private record Denial(String node, String capability, String detail, boolean byRoutine) {}

    private final Set<Denial> denials = new LinkedHashSet<>();
    private final Map<String, Set<String>> uses = new LinkedHashMap<>();

    /** @param guard audits what is told */
    DenialListener of(String node, CapabilityGuard guard) {
        return new DenialListener() {
            @Override
            public void denied(String capability, String detail) {
                add(capability, detail, false);
            }

            @Override
            public void asked(String capability, String detail) {
                add(capability, detail, true);
            }

            private void add(String capability, String detail, boolean byRoutine) {
                guard.denied(capability, detail);
                synchronized (denials) {
                    denials.add(new Denial(node, capability, detail, byRoutine));
                }
            }

            @Override
            public void used(String capability) {
                Capability.parseGrant(capability).forEach(each -> guard.exercise(each, "used for the first time"));
                synchronized (denials) {
                    uses.computeIfAbsent(node, _ -> new TreeSet<>()).add(capability);
                }
            }
        };
    }

    /** @param goneWell what may mean nothing is left out */
    List<Diagnostic> warnings(boolean goneWell) {
        synchronized (denials) {
            List<Diagnostic> warnings = new ArrayList<>();
            for (Denial denial : denials) {
                if (goneWell && denial.byRoutine()) {
                    continue;
                }
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

    List<CapabilityReport.Node> report(Grants grants) {
        synchronized (denials) {
            return grants.nodes().stream()
                    .map(node -> new CapabilityReport.Node(
                            node,
                            grants.of(node).all().stream()
                                    .map(Capability::toString)
                                    .toList(),
                            List.copyOf(uses.getOrDefault(node, Set.of())),
                            denials.stream()
                                    .filter(denial -> denial.node().equals(node))
                                    .map(Denial::capability)
                                    .toList()))
                    .toList();
        }
    }
}
