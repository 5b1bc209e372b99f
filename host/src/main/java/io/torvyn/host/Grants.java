package io.torvyn.host;

import io.torvyn.config.CapabilitySettings;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.SecuritySettings;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.security.AuditLog;
import io.torvyn.security.Capability;
import io.torvyn.security.CapabilityKind;
import io.torvyn.security.CapabilityRequests;
import io.torvyn.security.CapabilityScope;
import io.torvyn.security.GrantedCapabilities;
import io.torvyn.security.SandboxConfigurator;
import io.torvyn.security.WrittenCapability;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import io.torvyn.wasi.DirectoryGrant;
import io.torvyn.wasi.NetworkGrants;
import io.torvyn.wasi.WasiGrants;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the nodes of one flow have been granted. Decided before anything is instantiated, and frozen then. */
final class Grants {
    private final Map<String, GrantedCapabilities> byNode;

    private Grants(Map<String, GrantedCapabilities> byNode) {
        this.byNode = Map.copyOf(byNode);
    }

    /** Decides node by node. */
    static final class Resolution {
        private final Manifest manifest;
        private final SandboxConfigurator configurator;
        private final Map<String, GrantedCapabilities> byNode = new HashMap<>();

        /** @param audit hears what is decided */
        Resolution(Manifest manifest, AuditLog audit) {
            this.manifest = manifest;
            this.configurator = new SandboxConfigurator(
                    switch (manifest.security().defaultPolicy()) {
                        case DENY_ALL -> SandboxConfigurator.Policy.DENY_ALL;
                        case ALLOW_ALL -> SandboxConfigurator.Policy.ALLOW_ALL;
                    },
                    audit);
        }

        /**
         * @param imports what the node's component imports; empty when it could not be read
         * @return what is allowed but probably not meant, and every capability that is none, or needed and not granted:
         *     E0202, E0510 to E0512
         */
        List<Diagnostic> resolve(NodeDefinition node, Optional<List<String>> imports) {
            List<WrittenCapability> written = manifest.security().grantsFor(node).stream()
                    .map(Grants::written)
                    .toList();
            CapabilityRequests declared = declared(node, imports);
            try {
                var outcome = configurator.configure(
                        node.name(), written, imports.map(declared::withImports).orElse(declared));
                byNode.put(node.name(), outcome.sandbox().capabilities());
                return outcome.warnings();
            } catch (DiagnosticsException e) {
                return e.diagnostics().stream()
                        .map(finding -> linked(node, finding))
                        .toList();
            }
        }

        /**
         * What the project says that its component needs. Where it has several, it does not say which of them needs it:
         * those do that can make use of it.
         */
        private CapabilityRequests declared(NodeDefinition node, Optional<List<String>> imports) {
            if (!(node.component() instanceof ComponentReference.Named)) {
                return CapabilityRequests.UNDECLARED;
            }
            Set<CapabilityKind> usable = manifest.components().size() > 1
                    ? CapabilityRequests.usable(imports.orElse(List.of()))
                    : EnumSet.allOf(CapabilityKind.class);
            return new CapabilityRequests(
                    written(manifest.capabilities().required(), usable),
                    written(manifest.capabilities().optional(), usable));
        }

        private static List<WrittenCapability> written(
                List<CapabilitySettings.Declaration> declarations, Set<CapabilityKind> usable) {
            return declarations.stream()
                    .filter(declaration -> declaration.used() && isUsable(declaration.name(), usable))
                    .map(declaration -> new WrittenCapability(declaration.name(), declaration.position()))
                    .toList();
        }

        private static boolean isUsable(String name, Set<CapabilityKind> usable) {
            try {
                return Capability.parseRequest(name.startsWith("?") ? name.substring(1) : name).stream()
                        .anyMatch(capability -> usable.contains(capability.kind()));
            } catch (TorvynException e) {
                return true; // what is wrong with it is to be said
            }
        }

        /** errors.md: what resolution calls E0520 or E0521 is E0202 for whoever links. */
        private static Diagnostic linked(NodeDefinition node, Diagnostic finding) {
            boolean denied =
                    finding.code() == ErrorCode.MISSING_CAPABILITY || finding.code() == ErrorCode.INCOMPATIBLE_SCOPE;
            if (!denied) {
                return finding;
            }
            Diagnostic atLink = Diagnostic.error(
                            ErrorCode.CAPABILITY_NOT_GRANTED,
                            "node `%s`: %s".formatted(node.name(), finding.message()),
                            finding.help())
                    .noting(List.of("[" + finding.code().id() + "] is what resolving capabilities calls it"));
            return finding.locations().isEmpty()
                    ? atLink
                    : atLink.at(finding.locations().getFirst());
        }

        GrantedCapabilities of(String node) {
            return byNode.getOrDefault(node, GrantedCapabilities.NONE);
        }

        Grants finish() {
            return new Grants(byNode);
        }
    }

    private static WrittenCapability written(SecuritySettings.Grant grant) {
        return new WrittenCapability(grant.capability(), grant.position());
    }

    /** The nodes that are components, in the order of their names. */
    List<String> nodes() {
        return byNode.keySet().stream().sorted().toList();
    }

    GrantedCapabilities of(String node) {
        return byNode.getOrDefault(node, GrantedCapabilities.NONE);
    }

    /** What a node may have of WASI. */
    WasiGrants wasi(String node, StandardStreams streams) {
        return wasi(byNode.getOrDefault(node, GrantedCapabilities.NONE), streams);
    }

    /** What somebody with these capabilities may have of WASI. */
    static WasiGrants wasi(GrantedCapabilities granted, StandardStreams streams) {
        Map<String, String> environment = new TreeMap<>();
        for (String name : granted.variables()) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        Set<WasiGrants.Source> sources = EnumSet.noneOf(WasiGrants.Source.class);
        add(sources, WasiGrants.Source.WALL_CLOCK, granted.wallClock());
        add(sources, WasiGrants.Source.MONOTONIC_CLOCK, granted.monotonicClock());
        add(sources, WasiGrants.Source.CRYPTO_RANDOM, granted.cryptoRandom());
        add(sources, WasiGrants.Source.INSECURE_RANDOM, granted.insecureRandom());
        return new WasiGrants(
                        given(granted.stdin(), streams.in()),
                        given(granted.stdout(), streams.out()),
                        given(granted.stderr(), streams.err()),
                        environment,
                        List.of(),
                        sources)
                .withNetwork(network(granted))
                .withDirectories(directories(granted));
    }

    private static NetworkGrants network(GrantedCapabilities granted) {
        Map<NetworkGrants.Use, List<NetworkGrants.Scope>> scopes = new EnumMap<>(NetworkGrants.Use.class);
        for (NetworkGrants.Use use : NetworkGrants.Use.values()) {
            scopes.put(
                    use,
                    granted.all().stream()
                            .filter(capability -> capability.kind().canonical().equals(use.capability()))
                            .map(capability -> network(capability.scope()))
                            .toList());
        }
        return new NetworkGrants(scopes);
    }

    private static NetworkGrants.Scope network(CapabilityScope scope) {
        return scope instanceof CapabilityScope.NetScope(var hosts, var ports)
                ? new NetworkGrants.Scope(
                        hosts,
                        ports.stream()
                                .map(range -> new NetworkGrants.PortRange(range.first(), range.last()))
                                .toList())
                : NetworkGrants.Scope.ANY;
    }

    /** Each granted path as a directory of the same name; what is granted further up holds for it as well. */
    private static List<DirectoryGrant> directories(GrantedCapabilities granted) {
        Set<String> paths = new TreeSet<>(granted.paths(CapabilityKind.FILESYSTEM_READ));
        paths.addAll(granted.paths(CapabilityKind.FILESYSTEM_WRITE));
        return paths.stream()
                .map(path -> new DirectoryGrant(
                        path,
                        path,
                        granted.allows(at(CapabilityKind.FILESYSTEM_READ, path)),
                        granted.allows(at(CapabilityKind.FILESYSTEM_WRITE, path))))
                .toList();
    }

    private static Capability at(CapabilityKind kind, String path) {
        return new Capability(kind, new CapabilityScope.PathScope(path));
    }

    private static void add(Set<WasiGrants.Source> sources, WasiGrants.Source source, boolean granted) {
        if (granted) {
            sources.add(source);
        }
    }

    private static <T> Optional<T> given(boolean granted, T stream) {
        return granted ? Optional.of(stream) : Optional.empty();
    }
}
