package io.torvyn.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a component says it needs, and what it could make use of.
 *
 * @param required it cannot run without
 * @param optional it runs without; a leading {@code ?} is understood
 * @param usable what its imports could make use of beside that: it has of it what is granted, and nobody is told of the
 *     rest, because toolchains import much that a guest never calls; empty when its imports are not known
 */
public record CapabilityRequests(
        List<WrittenCapability> required, List<WrittenCapability> optional, Optional<Set<CapabilityKind>> usable) {
    /** Nothing in particular: the component has what is granted to it. */
    public static final CapabilityRequests UNDECLARED = new CapabilityRequests(List.of(), List.of());

    /** By the part of a WASI interface's name before its version. */
    private static final Map<String, String> WASI = Map.ofEntries(
            Map.entry("wasi:cli/stdin", "stdio:stdin"),
            Map.entry("wasi:cli/stdout", "stdio:stdout"),
            Map.entry("wasi:cli/stderr", "stdio:stderr"),
            Map.entry("wasi:cli/environment", "environment"),
            Map.entry("wasi:filesystem/preopens", "wasi-filesystem-read"),
            Map.entry("wasi:filesystem/types", "wasi-filesystem-read"),
            Map.entry("wasi:sockets/tcp", "wasi-network-egress"),
            Map.entry("wasi:sockets/udp", "wasi-network-egress"),
            Map.entry("wasi:sockets/ip-name-lookup", "wasi-network-egress"),
            Map.entry("wasi:http/outgoing-handler", "network:http-outgoing"),
            Map.entry("wasi:clocks/wall-clock", "clock:wall"),
            Map.entry("wasi:clocks/monotonic-clock", "clock:monotonic"),
            Map.entry("wasi:random/random", "random:crypto"),
            Map.entry("wasi:random/insecure", "random:insecure"),
            Map.entry("wasi:random/insecure-seed", "random:insecure"));

    /** What each interface of WASI is good for; of files and sockets in either direction. */
    private static final Map<String, Set<CapabilityKind>> USES = Map.ofEntries(
            Map.entry("wasi:cli/stdin", EnumSet.of(CapabilityKind.STDIN)),
            Map.entry("wasi:cli/stdout", EnumSet.of(CapabilityKind.STDOUT)),
            Map.entry("wasi:cli/stderr", EnumSet.of(CapabilityKind.STDERR)),
            Map.entry("wasi:cli/environment", EnumSet.of(CapabilityKind.ENVIRONMENT)),
            Map.entry(
                    "wasi:filesystem/preopens",
                    EnumSet.of(CapabilityKind.FILESYSTEM_READ, CapabilityKind.FILESYSTEM_WRITE)),
            Map.entry("wasi:sockets/tcp", EnumSet.of(CapabilityKind.TCP_CONNECT, CapabilityKind.TCP_LISTEN)),
            Map.entry("wasi:sockets/udp", EnumSet.of(CapabilityKind.UDP_ACCESS)),
            Map.entry("wasi:sockets/ip-name-lookup", EnumSet.of(CapabilityKind.TCP_CONNECT, CapabilityKind.UDP_ACCESS)),
            Map.entry("wasi:http/outgoing-handler", EnumSet.of(CapabilityKind.HTTP_OUTGOING)),
            Map.entry("wasi:clocks/wall-clock", EnumSet.of(CapabilityKind.WALL_CLOCK)),
            Map.entry("wasi:clocks/monotonic-clock", EnumSet.of(CapabilityKind.MONOTONIC_CLOCK)),
            Map.entry("wasi:random/random", EnumSet.of(CapabilityKind.CRYPTO_RANDOM)),
            Map.entry("wasi:random/insecure", EnumSet.of(CapabilityKind.INSECURE_RANDOM)),
            Map.entry("wasi:random/insecure-seed", EnumSet.of(CapabilityKind.INSECURE_RANDOM)));

    /** What every component can use without an import of its own: Torvyn's own capabilities. */
    private static final Set<CapabilityKind> WITHOUT_IMPORT = EnumSet.of(
            CapabilityKind.RESOURCE_ALLOCATE,
            CapabilityKind.POOL_ACCESS,
            CapabilityKind.EMIT_BACKPRESSURE,
            CapabilityKind.INSPECT_FLOW_META,
            CapabilityKind.RUNTIME_INSPECT,
            CapabilityKind.CUSTOM_METRICS);

    public CapabilityRequests {
        required = List.copyOf(required);
        optional = List.copyOf(optional);
        usable = usable.map(Set::copyOf);
    }

    /** Of a component whose imports are not known. */
    public CapabilityRequests(List<WrittenCapability> required, List<WrittenCapability> optional) {
        this(required, optional, Optional.empty());
    }

    /**
     * The same, knowing what the component imports.
     *
     * @param imports names of interfaces, with or without a version
     */
    public CapabilityRequests withImports(Collection<String> imports) {
        return new CapabilityRequests(required, optional, Optional.of(usable(imports)));
    }

    /**
     * What a component could make use of.
     *
     * @param imports names of interfaces, with or without a version
     */
    public static Set<CapabilityKind> usable(Collection<String> imports) {
        Set<CapabilityKind> kinds = EnumSet.copyOf(WITHOUT_IMPORT);
        for (String name : imports) {
            int at = name.indexOf('@');
            kinds.addAll(USES.getOrDefault(at < 0 ? name : name.substring(0, at), Set.of()));
        }
        return kinds;
    }

    /**
     * What the imports of a binary could make use of. All of it optional: toolchains import much that a guest never
     * calls.
     *
     * @param imports names of interfaces, with or without a version
     */
    public static CapabilityRequests ofImports(Collection<String> imports) {
        List<WrittenCapability> optional = new ArrayList<>();
        for (String name : imports) {
            int at = name.indexOf('@');
            String capability = WASI.get(at < 0 ? name : name.substring(0, at));
            if (capability != null) {
                optional.add(new WrittenCapability(capability));
            }
        }
        return new CapabilityRequests(List.of(), optional.stream().distinct().toList());
    }

    boolean isEmpty() {
        return required.isEmpty() && optional.isEmpty() && usable.isEmpty();
    }
}
