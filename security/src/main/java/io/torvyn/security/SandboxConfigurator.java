package io.torvyn.security;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, before a component is instantiated, what it may do: what was granted, bounded by what it asked for. Whatever
 * is not granted is denied, and so is what cannot be understood.
 *
 * <p>Each decision goes to the audit log. Any thread.
 */
public final class SandboxConfigurator {
    /** What a component gets that nobody granted anything. */
    public enum Policy {
        DENY_ALL,
        /** Whatever it asks for; for development only. */
        ALLOW_ALL
    }

    /** @param warnings what is allowed but probably not meant */
    public record Outcome(SandboxConfig sandbox, List<Diagnostic> warnings) {}

    private final Policy policy;
    private final AuditLog audit;

    public SandboxConfigurator(Policy policy, AuditLog audit) {
        this.policy = policy;
        this.audit = audit;
    }

    /**
     * @param component its name, as grants and messages call it
     * @throws DiagnosticsException with everything that is wrong: E0510 to E0512, E0520, E0521
     */
    public Outcome configure(String component, List<WrittenCapability> grants, CapabilityRequests requests) {
        Resolution resolution = new Resolution(component);
        grants.forEach(resolution::grant);
        requests.required().forEach(request -> resolution.request(request, true));
        requests.optional().forEach(request -> resolution.request(request, false));
        requests.usable().ifPresent(resolution::use);
        return resolution.finish(requests.isEmpty());
    }

    /** Files and variables have to be named in any case, and nobody is to listen without a word. */
    private static boolean isAllowedUnasked(CapabilityKind kind) {
        return switch (kind) {
            case STDIN,
                    STDOUT,
                    STDERR,
                    TCP_CONNECT,
                    UDP_ACCESS,
                    HTTP_OUTGOING,
                    WALL_CLOCK,
                    MONOTONIC_CLOCK,
                    CRYPTO_RANDOM,
                    INSECURE_RANDOM -> true;
            case FILESYSTEM_READ,
                    FILESYSTEM_WRITE,
                    TCP_LISTEN,
                    ENVIRONMENT,
                    RESOURCE_ALLOCATE,
                    POOL_ACCESS,
                    EMIT_BACKPRESSURE,
                    INSPECT_FLOW_META,
                    RUNTIME_INSPECT,
                    CUSTOM_METRICS -> false;
        };
    }

    private record Granted(WrittenCapability written, Capability capability) {}

    private final class Resolution {
        private final String component;
        private final List<Granted> grants = new ArrayList<>();
        private final List<Granted> used = new ArrayList<>();
        private final List<String> requested = new ArrayList<>();
        private final List<Capability> effective = new ArrayList<>();
        private final List<Capability> allowedUnasked = new ArrayList<>();
        private final List<Diagnostic> findings = new ArrayList<>();

        Resolution(String component) {
            this.component = component;
        }

        void grant(WrittenCapability written) {
            try {
                Capability.parseGrant(written.text()).forEach(c -> grants.add(new Granted(written, c)));
            } catch (TorvynException e) {
                report(written, e);
            }
        }

        void request(WrittenCapability written, boolean required) {
            boolean marked = written.text().startsWith("?");
            try {
                for (Capability capability :
                        Capability.parseRequest(marked ? written.text().substring(1) : written.text())) {
                    requested.add(capability.toString());
                    satisfy(written, capability, required && !marked);
                }
            } catch (TorvynException e) {
                report(written, e);
            }
        }

        private void satisfy(WrittenCapability written, Capability wanted, boolean required) {
            List<Granted> enough =
                    grants.stream().filter(g -> g.capability().covers(wanted)).toList();
            used.addAll(enough);
            if (!enough.isEmpty()) {
                if (wanted.scope() instanceof CapabilityScope.Unstated) {
                    enough.forEach(g -> effective.add(g.capability()));
                } else {
                    effective.add(wanted);
                }
            } else if (policy == Policy.ALLOW_ALL && !(wanted.scope() instanceof CapabilityScope.Unstated)) {
                effective.add(wanted);
                allowedUnasked.add(wanted);
            } else if (required) {
                refuse(written, wanted);
            } else {
                findings.add(at(
                        written,
                        Diagnostic.warning(
                                ErrorCode.OPTIONAL_CAPABILITY_NOT_GRANTED,
                                "%s would use %s, which is not granted".formatted(component, wanted),
                                "grant it under [security.grants.%s] if it should have it".formatted(component))));
            }
        }

        /** What nobody asked for in so many words: it is there as far as it is granted. */
        void use(Set<CapabilityKind> kinds) {
            for (Granted grant : grants) {
                if (kinds.contains(grant.capability().kind()) && !used.contains(grant)) {
                    used.add(grant);
                    effective.add(grant.capability());
                }
            }
            if (policy == Policy.ALLOW_ALL) {
                kinds.stream()
                        .filter(SandboxConfigurator::isAllowedUnasked)
                        .sorted()
                        .map(Capability::of)
                        .filter(wanted ->
                                grants.stream().noneMatch(g -> g.capability().covers(wanted)))
                        .forEach(wanted -> {
                            effective.add(wanted);
                            allowedUnasked.add(wanted);
                        });
            }
        }

        private void refuse(WrittenCapability written, Capability wanted) {
            Optional<Granted> narrower = grants.stream()
                    .filter(g -> g.capability().kind() == wanted.kind())
                    .findFirst();
            narrower.ifPresent(used::add);
            SecurityFailure failure = narrower.isPresent()
                    ? new SecurityFailure.TooNarrow(
                            component,
                            wanted.toString(),
                            narrower.get().capability().toString())
                    : new SecurityFailure.NotGranted(
                            component,
                            wanted.toString(),
                            wanted.scope() instanceof CapabilityScope.Unstated
                                    ? wanted.kind().example()
                                    : wanted.toString());
            findings.add(at(written, Diagnostic.error(failure.code(), failure.message(), failure.help())));
            audit.record(
                    AuditEvent.Severity.CRIT,
                    component,
                    new AuditEvent.CapabilityDeniedAtLink(wanted.toString(), failure.message()));
        }

        Outcome finish(boolean undeclared) {
            if (findings.stream().anyMatch(d -> d.level() == Diagnostic.Level.ERROR)) {
                throw new DiagnosticsException(
                        findings.stream().sorted(Diagnostic.IN_READING_ORDER).toList());
            }
            if (undeclared) {
                grants.forEach(g -> effective.add(g.capability()));
            } else {
                warnOfUnusedGrants();
            }
            warnOfAllowAll();
            GrantedCapabilities capabilities = GrantedCapabilities.of(effective);
            audit.record(
                    AuditEvent.Severity.INFO,
                    component,
                    new AuditEvent.CapabilityGrantResolved(
                            requested,
                            grants.stream().map(g -> g.capability().toString()).toList(),
                            capabilities.all().stream()
                                    .map(Capability::toString)
                                    .toList()));
            findings.forEach(warning -> audit.record(
                    AuditEvent.Severity.WARN,
                    component,
                    new AuditEvent.CapabilityResolutionWarning(warning.message())));
            return new Outcome(SandboxConfig.of(component, capabilities), List.copyOf(findings));
        }

        private void warnOfUnusedGrants() {
            for (Granted grant : grants) {
                if (!used.contains(grant)) {
                    findings.add(at(
                            grant.written(),
                            Diagnostic.warning(
                                    ErrorCode.UNUSED_GRANT,
                                    "%s is granted %s but does not ask for it".formatted(component, grant.capability()),
                                    "remove the grant, or declare the capability")));
                }
            }
        }

        private void warnOfAllowAll() {
            if (!allowedUnasked.isEmpty()) {
                findings.add(Diagnostic.warning(
                        ErrorCode.SEMANTIC_ERROR,
                        "%s may use %s, because default_capability_policy is allow-all"
                                .formatted(component, allowedUnasked),
                        "use allow-all for development only; grant what it needs under [security.grants.%s]"
                                .formatted(component)));
            }
        }

        private void report(WrittenCapability written, TorvynException e) {
            findings.add(at(
                    written,
                    Diagnostic.error(
                            e.failure().code(),
                            e.failure().message(),
                            e.failure().help())));
        }

        private static Diagnostic at(WrittenCapability written, Diagnostic finding) {
            return written.position().map(finding::at).orElse(finding);
        }
    }
}
