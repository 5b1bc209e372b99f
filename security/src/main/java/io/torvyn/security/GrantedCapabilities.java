package io.torvyn.security;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What one component may do. Decided once and never changed; any thread. A question about a kind alone is a look at a
 * field; a question about a scope walks the grants of its kind.
 */
public final class GrantedCapabilities {
    /** Nothing at all. */
    public static final GrantedCapabilities NONE = new GrantedCapabilities(List.of());

    private final List<Capability> capabilities;
    private final Set<CapabilityKind> kinds;
    private final boolean stdin;
    private final boolean stdout;
    private final boolean stderr;
    private final boolean wallClock;
    private final boolean monotonicClock;
    private final boolean cryptoRandom;
    private final boolean insecureRandom;
    private final boolean allocate;
    private final boolean emitBackpressure;
    private final boolean customMetrics;
    private final boolean inspectFlowMeta;

    private GrantedCapabilities(List<Capability> capabilities) {
        this.capabilities = List.copyOf(capabilities);
        this.kinds = EnumSet.noneOf(CapabilityKind.class);
        capabilities.forEach(c -> kinds.add(c.kind()));
        stdin = allows(CapabilityKind.STDIN);
        stdout = allows(CapabilityKind.STDOUT);
        stderr = allows(CapabilityKind.STDERR);
        wallClock = allows(CapabilityKind.WALL_CLOCK);
        monotonicClock = allows(CapabilityKind.MONOTONIC_CLOCK);
        cryptoRandom = allows(CapabilityKind.CRYPTO_RANDOM);
        insecureRandom = allows(CapabilityKind.INSECURE_RANDOM);
        allocate = allows(CapabilityKind.RESOURCE_ALLOCATE);
        emitBackpressure = allows(CapabilityKind.EMIT_BACKPRESSURE);
        customMetrics = allows(CapabilityKind.CUSTOM_METRICS);
        inspectFlowMeta = allows(CapabilityKind.INSPECT_FLOW_META);
    }

    /** @param capabilities none of them with the scope {@link CapabilityScope.Unstated} */
    public static GrantedCapabilities of(List<Capability> capabilities) {
        if (capabilities.stream().anyMatch(c -> c.scope() instanceof CapabilityScope.Unstated)) {
            throw new IllegalArgumentException("a grant states how far it reaches: " + capabilities);
        }
        return new GrantedCapabilities(capabilities.stream().distinct().toList());
    }

    /** Every capability granted. */
    public List<Capability> all() {
        return capabilities;
    }

    /** Whether anything of this kind is granted, however far it reaches. */
    public boolean allows(CapabilityKind kind) {
        return kinds.contains(kind);
    }

    /** Whether one of the grants is enough for {@code request}. */
    public boolean allows(Capability request) {
        return capabilities.stream().anyMatch(granted -> granted.covers(request));
    }

    /** Whether a connection of that kind to that place is granted. */
    public boolean allowsNetwork(CapabilityKind kind, String host, int port) {
        return allows(new Capability(
                kind,
                new CapabilityScope.NetScope(
                        List.of(host.toLowerCase(Locale.ROOT)), List.of(new CapabilityScope.PortRange(port, port)))));
    }

    /** The variables of the environment that may be read. */
    public Set<String> variables() {
        Set<String> names = new TreeSet<>();
        scopes(CapabilityKind.ENVIRONMENT).forEach(scope -> {
            if (scope instanceof CapabilityScope.Names(var granted)) {
                names.addAll(granted);
            }
        });
        return names;
    }

    /** The places that may be read from or written to, in the order granted. */
    public List<String> paths(CapabilityKind kind) {
        return scopes(kind)
                .map(scope -> scope instanceof CapabilityScope.PathScope(var path) ? path : "/")
                .toList();
    }

    public boolean stdin() {
        return stdin;
    }

    public boolean stdout() {
        return stdout;
    }

    public boolean stderr() {
        return stderr;
    }

    public boolean wallClock() {
        return wallClock;
    }

    public boolean monotonicClock() {
        return monotonicClock;
    }

    public boolean cryptoRandom() {
        return cryptoRandom;
    }

    public boolean insecureRandom() {
        return insecureRandom;
    }

    public boolean allocate() {
        return allocate;
    }

    public boolean emitBackpressure() {
        return emitBackpressure;
    }

    public boolean customMetrics() {
        return customMetrics;
    }

    public boolean inspectFlowMeta() {
        return inspectFlowMeta;
    }

    private Stream<CapabilityScope> scopes(CapabilityKind kind) {
        return capabilities.stream().filter(c -> c.kind() == kind).map(Capability::scope);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GrantedCapabilities that && capabilities.equals(that.capabilities);
    }

    @Override
    public int hashCode() {
        return capabilities.hashCode();
    }

    @Override
    public String toString() {
        return capabilities.toString();
    }
}
