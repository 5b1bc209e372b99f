package io.torvyn.host;

import io.torvyn.config.ComponentReference;
import io.torvyn.config.FlowDefinition;
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
import io.torvyn.wasi.DirectoryGrant;
import io.torvyn.wasi.NetworkGrants;
import io.torvyn.wasi.WasiGrants;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the nodes of one flow have been granted. Decided before anything is compiled, and frozen then. */
final class Grants {
    private final Map<String, GrantedCapabilities> byNode;

    private Grants(Map<String, GrantedCapabilities> byNode) {
        this.byNode = Map.copyOf(byNode);
    }

    /**
     * @param warnings takes what is allowed but probably not meant
     * @throws DiagnosticsException with every capability that is none: E0510 to E0512
     */
    static Grants resolve(Manifest manifest, FlowDefinition flow, AuditLog audit, List<Diagnostic> warnings) {
        var configurator = new SandboxConfigurator(
                switch (manifest.security().defaultPolicy()) {
                    case DENY_ALL -> SandboxConfigurator.Policy.DENY_ALL;
                    case ALLOW_ALL -> SandboxConfigurator.Policy.ALLOW_ALL;
                },
                audit);
        Map<String, GrantedCapabilities> byNode = new HashMap<>();
        List<Diagnostic> errors = new ArrayList<>();
        for (NodeDefinition node : flow.nodes()) {
            if (node.component() instanceof ComponentReference.Native) {
                continue; // native stages have no sandbox to open
            }
            List<WrittenCapability> written = manifest.security().grantsFor(node).stream()
                    .map(Grants::written)
                    .toList();
            try {
                var outcome = configurator.configure(node.name(), written, CapabilityRequests.UNDECLARED);
                warnings.addAll(outcome.warnings());
                byNode.put(node.name(), outcome.sandbox().capabilities());
            } catch (DiagnosticsException e) {
                errors.addAll(e.diagnostics());
            }
        }
        if (!errors.isEmpty()) {
            throw new DiagnosticsException(errors);
        }
        return new Grants(byNode);
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
