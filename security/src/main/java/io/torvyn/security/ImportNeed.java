package io.torvyn.security;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a component must be allowed for an import of WASI to be of any use to it.
 *
 * @param declaration the name under which a manifest usually asks for it
 * @param anyOf of which one is enough: what exactly may be done, the import does not say
 */
public record ImportNeed(String declaration, Set<CapabilityKind> anyOf) {
    private static final ImportNeed FILES = new ImportNeed(
            "wasi-filesystem-read", Set.of(CapabilityKind.FILESYSTEM_READ, CapabilityKind.FILESYSTEM_WRITE));
    private static final String NETWORK = "wasi-network-egress";
    private static final String CLOCKS = "wasi-clocks";
    private static final String RANDOM = "wasi-random";

    /** By the part of an interface's name before its version. */
    private static final Map<String, ImportNeed> WASI = Map.ofEntries(
            Map.entry("wasi:cli/stdin", one("stdio:stdin", CapabilityKind.STDIN)),
            Map.entry("wasi:cli/stdout", one("stdio:stdout", CapabilityKind.STDOUT)),
            Map.entry("wasi:cli/stderr", one("stdio:stderr", CapabilityKind.STDERR)),
            Map.entry("wasi:cli/environment", one("environment", CapabilityKind.ENVIRONMENT)),
            Map.entry("wasi:filesystem/preopens", FILES),
            Map.entry("wasi:filesystem/types", FILES),
            Map.entry(
                    "wasi:sockets/tcp",
                    new ImportNeed(NETWORK, Set.of(CapabilityKind.TCP_CONNECT, CapabilityKind.TCP_LISTEN))),
            Map.entry("wasi:sockets/udp", one(NETWORK, CapabilityKind.UDP_ACCESS)),
            Map.entry(
                    "wasi:sockets/ip-name-lookup",
                    new ImportNeed(
                            NETWORK,
                            Set.of(
                                    CapabilityKind.TCP_CONNECT,
                                    CapabilityKind.UDP_ACCESS,
                                    CapabilityKind.HTTP_OUTGOING))),
            Map.entry("wasi:http/outgoing-handler", one("network:http-outgoing", CapabilityKind.HTTP_OUTGOING)),
            Map.entry("wasi:clocks/wall-clock", one(CLOCKS, CapabilityKind.WALL_CLOCK)),
            Map.entry("wasi:clocks/monotonic-clock", one(CLOCKS, CapabilityKind.MONOTONIC_CLOCK)),
            Map.entry("wasi:random/random", one(RANDOM, CapabilityKind.CRYPTO_RANDOM)),
            Map.entry("wasi:random/insecure", one(RANDOM, CapabilityKind.INSECURE_RANDOM)),
            Map.entry("wasi:random/insecure-seed", one(RANDOM, CapabilityKind.INSECURE_RANDOM)));

    public ImportNeed {
        anyOf = Set.copyOf(anyOf);
    }

    private static ImportNeed one(String declaration, CapabilityKind kind) {
        return new ImportNeed(declaration, Set.of(kind));
    }

    /**
     * Empty for what needs no capability.
     *
     * @param name of an interface, with or without a version
     */
    public static Optional<ImportNeed> of(String name) {
        int at = name.indexOf('@');
        return Optional.ofNullable(WASI.get(at < 0 ? name : name.substring(0, at)));
    }
}
