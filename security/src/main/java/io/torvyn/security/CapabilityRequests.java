package io.torvyn.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a component says it needs.
 *
 * @param required it cannot run without
 * @param optional it runs without; a leading {@code ?} is understood
 */
public record CapabilityRequests(List<WrittenCapability> required, List<WrittenCapability> optional) {
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

    public CapabilityRequests {
        required = List.copyOf(required);
        optional = List.copyOf(optional);
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
        return required.isEmpty() && optional.isEmpty();
    }
}
