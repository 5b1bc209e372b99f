package io.torvyn.wasi;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one component may do in the network. Frozen; any thread.
 *
 * @param scopes what each use is granted for; a use that is missing is not granted
 */
public record NetworkGrants(Map<Use, List<Scope>> scopes) {
    /** No network at all. */
    public static final NetworkGrants NONE = new NetworkGrants(Map.of());

    /** What can be granted by itself. */
    public enum Use {
        TCP_CONNECT("network:tcp-connect"),
        TCP_LISTEN("network:tcp-listen"),
        UDP("network:udp"),
        HTTP_OUTGOING("network:http-outgoing");

        private final String capability;

        Use(String capability) {
            this.capability = capability;
        }

        /** The capability that grants it. */
        public String capability() {
            return capability;
        }
    }

    /**
     * Some ports of some hosts.
     *
     * @param hosts addresses, those of IPv6 in brackets, and names; {@code *.dom} is {@code dom} and its subdomains;
     *     empty: any
     * @param ports empty: any
     */
    public record Scope(List<String> hosts, List<PortRange> ports) {
        /** Everywhere. */
        public static final Scope ANY = new Scope(List.of(), List.of());

        public Scope {
            hosts = List.copyOf(hosts);
            ports = List.copyOf(ports);
        }

        private boolean hasPort(int port) {
            return ports.isEmpty() || ports.stream().anyMatch(range -> range.first() <= port && port <= range.last());
        }

        private boolean hasAddress(InetAddress address) {
            return hosts.isEmpty()
                    || hosts.stream()
                            .anyMatch(host ->
                                    Host.parse(host) instanceof Host.Address(var granted) && granted.equals(address));
        }

        private boolean hasName(String name) {
            return hosts.isEmpty() || hosts.stream().anyMatch(host -> hasName(host, name));
        }

        private static boolean hasName(String host, String name) {
            if (!host.startsWith("*.")) {
                return host.equals(name);
            }
            return name.equals(host.substring(2)) || name.endsWith(host.substring(1));
        }
    }

    /** Both ends included. */
    public record PortRange(int first, int last) {}

    public NetworkGrants {
        Map<Use, List<Scope>> copy = new EnumMap<>(Use.class);
        scopes.forEach((use, granted) -> copy.put(use, List.copyOf(granted)));
        scopes = Map.copyOf(copy);
    }

    private Stream<Scope> of(Use use) {
        return scopes.getOrDefault(use, List.of()).stream();
    }

    /** Whether there is anything of that kind that the component may do. */
    boolean allowsSome(Use use) {
        return of(use).findAny().isPresent();
    }

    /** Whether that very address is granted, or every one is; names are not looked at. */
    boolean allowsAddress(Use use, InetAddress address, int port) {
        return of(use).anyMatch(scope -> scope.hasPort(port) && scope.hasAddress(address));
    }

    /** Whether a host of that name is granted. */
    boolean allowsName(Use use, String name, int port) {
        return of(use).anyMatch(scope -> scope.hasPort(port) && scope.hasName(name));
    }

    /** Whether a host of that name is granted for anything that begins here. */
    boolean reachesName(String name) {
        return Stream.of(Use.TCP_CONNECT, Use.UDP, Use.HTTP_OUTGOING)
                .flatMap(this::of)
                .anyMatch(scope -> scope.hasName(name));
    }

    /** Whether that very address is granted for anything that begins here, or every one is. */
    boolean reachesAddress(InetAddress address) {
        return Stream.of(Use.TCP_CONNECT, Use.UDP, Use.HTTP_OUTGOING)
                .flatMap(this::of)
                .anyMatch(scope -> scope.hasAddress(address));
    }

    /** The names, not those of whole domains, whose hosts are granted with that port. */
    List<String> names(Use use, int port) {
        List<String> names = new ArrayList<>();
        of(use).filter(scope -> scope.hasPort(port))
                .flatMap(scope -> scope.hosts().stream())
                .forEach(host -> {
                    if (!host.startsWith("*.") && Host.parse(host) instanceof Host.Name(var name)) {
                        names.add(name);
                    }
                });
        return names;
    }
}
