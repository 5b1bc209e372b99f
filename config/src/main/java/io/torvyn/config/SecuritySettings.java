package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The {@code [security]} tables.
 *
 * @param signatures empty: warn about local files, reject from a registry
 * @param grants by name of node or component, in the order of the text
 */
public record SecuritySettings(
        CapabilityPolicy defaultPolicy,
        boolean auditEnabled,
        AuditTarget auditTarget,
        Optional<SignaturePolicy> signatures,
        SequencedMap<String, Grants> grants) {
    public SecuritySettings {
        grants = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(grants));
    }

    /** What a component gets that no grant speaks of. */
    public enum CapabilityPolicy {
        DENY_ALL,
        /** Whatever it asks for; for development only. */
        ALLOW_ALL
    }

    /** Where audit events go. */
    public enum AuditTarget {
        FILE,
        STDOUT,
        EVENT_SINK
    }

    /** What happens to a component without a valid signature. */
    public enum SignaturePolicy {
        REJECT,
        WARN,
        ALLOW
    }

    /** @param capabilities not yet parsed */
    public record Grants(List<Grant> capabilities, Diagnostic.Location position) {
        public Grants {
            capabilities = List.copyOf(capabilities);
        }
    }

    /** One capability as written. */
    public record Grant(String capability, Diagnostic.Location position) {}

    /** What is granted to a node: its own list if there is one, else its component's. */
    public List<Grant> grantsFor(NodeDefinition node) {
        Grants own = grants.get(node.name());
        if (own == null && node.component() instanceof ComponentReference.Named(String component)) {
            own = grants.get(component);
        }
        return own == null ? List.of() : own.capabilities();
    }
}
