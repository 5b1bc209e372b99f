package io.torvyn.security;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** How far a capability reaches. */
public sealed interface CapabilityScope {
    /** Everywhere; also the scope of what has no narrower one. */
    record Any() implements CapabilityScope {
        @Override
        public String toString() {
            return "";
        }
    }

    /** Nothing in particular: a component that asks for it is content with whatever is granted. Never in a grant. */
    record Unstated() implements CapabilityScope {
        @Override
        public String toString() {
            return "";
        }
    }

    /**
     * A directory or file, and what is below it.
     *
     * @param path absolute, without {@code .} and {@code ..}, without a slash at its end
     */
    record PathScope(String path) implements CapabilityScope {
        @Override
        public String toString() {
            return path;
        }
    }

    /**
     * Some ports of some hosts.
     *
     * @param hosts in lower case; {@code *.dom} is {@code dom} and its subdomains; empty: any
     * @param ports empty: any
     */
    record NetScope(List<String> hosts, List<PortRange> ports) implements CapabilityScope {
        @Override
        public String toString() {
            String host = hosts.isEmpty() ? "*" : String.join(",", hosts);
            return ports.isEmpty()
                    ? host
                    : host + ":"
                            + String.join(
                                    ",", ports.stream().map(PortRange::toString).toList());
        }
    }

    /** Both ends included. */
    record PortRange(int first, int last) {
        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /** Variables of the environment. */
    record Names(SortedSet<String> names) implements CapabilityScope {
        public Names {
            names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }

        @Override
        public String toString() {
            return String.join(",", names);
        }
    }

    /** A buffer pool. */
    record Pool(String name) implements CapabilityScope {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Whether a grant that reaches this far is enough for a request that wants to reach {@code wanted}. */
    default boolean covers(CapabilityScope wanted) {
        if (this instanceof Any || wanted instanceof Unstated) {
            return true;
        }
        return switch (this) {
            case Any _ -> true;
            case Unstated _ -> false;
            case PathScope(var granted) ->
                wanted instanceof PathScope(var path)
                        && (granted.equals("/") || path.equals(granted) || path.startsWith(granted + "/"));
            case NetScope granted -> wanted instanceof NetScope net && covers(granted, net);
            case Names(var granted) -> wanted instanceof Names(var names) && granted.containsAll(names);
            case Pool(var granted) -> wanted instanceof Pool(var name) && granted.equals(name);
        };
    }

    private static boolean covers(NetScope granted, NetScope wanted) {
        boolean hosts = granted.hosts().isEmpty()
                || (!wanted.hosts().isEmpty()
                        && wanted.hosts().stream()
                                .allMatch(host -> granted.hosts().stream().anyMatch(g -> hostCovers(g, host))));
        boolean ports = granted.ports().isEmpty()
                || (!wanted.ports().isEmpty()
                        && wanted.ports().stream().allMatch(range -> granted.ports().stream()
                                .anyMatch(g -> g.first() <= range.first() && range.last() <= g.last())));
        return hosts && ports;
    }

    private static boolean hostCovers(String granted, String wanted) {
        if (!granted.startsWith("*.")) {
            return granted.equals(wanted);
        }
        String domain = granted.substring(2);
        String host = wanted.startsWith("*.") ? wanted.substring(2) : wanted;
        return host.equals(domain) || host.endsWith("." + domain);
    }
}
