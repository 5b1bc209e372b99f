package io.torvyn.security;

import io.torvyn.types.NearestName;
import io.torvyn.types.TorvynException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of capabilities, with every spelling that is in use. */
final class CapabilityText {
    private static final int LONGEST = 4096;
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\\[[0-9a-f:.]+]");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern POOL = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Implied for every component, so granting it grants nothing. */
    private static final String STREAM_OPERATIONS = "stream-ops";

    private static final Map<String, List<CapabilityKind>> NAMES = names();

    private CapabilityText() {}

    private static Map<String, List<CapabilityKind>> names() {
        Map<String, List<CapabilityKind>> names = new LinkedHashMap<>();
        for (CapabilityKind kind : CapabilityKind.values()) {
            names.put(kind.canonical(), List.of(kind));
        }
        List<CapabilityKind> egress =
                List.of(CapabilityKind.TCP_CONNECT, CapabilityKind.UDP_ACCESS, CapabilityKind.HTTP_OUTGOING);
        List<CapabilityKind> clocks = List.of(CapabilityKind.WALL_CLOCK, CapabilityKind.MONOTONIC_CLOCK);
        List<CapabilityKind> random = List.of(CapabilityKind.CRYPTO_RANDOM, CapabilityKind.INSECURE_RANDOM);
        alias(names, CapabilityKind.FILESYSTEM_READ, "wasi-filesystem-read", "wasi:filesystem/read", "filesystem-read");
        alias(
                names,
                CapabilityKind.FILESYSTEM_WRITE,
                "wasi-filesystem-write",
                "wasi:filesystem/write",
                "filesystem-write");
        alias(names, CapabilityKind.TCP_CONNECT, "tcp-connect");
        alias(names, CapabilityKind.UDP_ACCESS, "udp-bind");
        alias(names, CapabilityKind.HTTP_OUTGOING, "http-client");
        names.put("network:egress", egress);
        names.put("wasi-network-egress", egress);
        alias(names, CapabilityKind.WALL_CLOCK, "wall-clock", "wasi:clocks/wall-clock");
        alias(names, CapabilityKind.MONOTONIC_CLOCK, "monotonic-clock", "wasi:clocks/monotonic-clock");
        names.put("wasi-clocks", clocks);
        alias(names, CapabilityKind.CRYPTO_RANDOM, "random", "wasi:random/random");
        alias(names, CapabilityKind.INSECURE_RANDOM, "insecure-random", "wasi:random/insecure");
        names.put("wasi-random", random);
        alias(names, CapabilityKind.ENVIRONMENT, "environment");
        alias(names, CapabilityKind.STDIN, "stdin");
        alias(names, CapabilityKind.STDOUT, "stdout");
        alias(names, CapabilityKind.STDERR, "stderr");
        alias(names, CapabilityKind.RESOURCE_ALLOCATE, "resource-pool", "ReadBuffer", "WriteBuffer", "AllocateBuffer");
        alias(names, CapabilityKind.EMIT_BACKPRESSURE, "backpressure-control");
        alias(names, CapabilityKind.INSPECT_FLOW_META, "flow-metadata");
        alias(names, CapabilityKind.RUNTIME_INSPECT, "runtime-inspection");
        return names;
    }

    private static void alias(Map<String, List<CapabilityKind>> names, CapabilityKind kind, String... aliases) {
        for (String alias : aliases) {
            names.put(alias, List.of(kind));
        }
    }

    static List<Capability> parse(String text, boolean scopeRequired) {
        if (text.isEmpty() || text.length() > LONGEST || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw malformed(text, text.isEmpty() ? "it is empty" : "it is too long or has control characters");
        }
        if (text.equals(STREAM_OPERATIONS)) {
            return List.of();
        }
        String name = nameIn(text);
        List<CapabilityKind> kinds = NAMES.getOrDefault(name, List.of());
        String scope = text.length() == name.length() ? "" : text.substring(name.length() + 1);
        List<Capability> capabilities = new ArrayList<>(kinds.size());
        for (CapabilityKind kind : kinds) {
            capabilities.add(new Capability(kind, scope(kind, scope, text, !scopeRequired)));
        }
        return List.copyOf(capabilities);
    }

    /** The longest known name that the text begins with, up to a colon. */
    private static String nameIn(String text) {
        for (int end = text.length(); end > 0; end = text.lastIndexOf(':', end - 1)) {
            String name = text.substring(0, end);
            if (NAMES.containsKey(name)) {
                return name;
            }
        }
        int second = text.indexOf(':', text.indexOf(':') + 1);
        String written = second < 0 ? text : text.substring(0, second);
        var nearest = NearestName.of(written, NAMES.keySet());
        if (nearest.isEmpty() && text.indexOf(':') < 0) {
            throw malformed(text, "it has no domain and action");
        }
        throw new TorvynException(new SecurityFailure.Unknown(shown(text), nearest));
    }

    private static CapabilityScope scope(CapabilityKind kind, String scope, String text, boolean unstatedAllowed) {
        if (scope.isEmpty()) {
            if (!kind.isScopeRequired()) {
                return new CapabilityScope.Any();
            }
            if (unstatedAllowed) {
                return new CapabilityScope.Unstated();
            }
            throw new TorvynException(new SecurityFailure.MissingScope(shown(text), kind.example()));
        }
        return switch (kind.scopeKind()) {
            case NONE -> throw malformed(text, kind.canonical() + " takes no scope");
            case PATH -> path(scope, text);
            case NET ->
                kind == CapabilityKind.HTTP_OUTGOING && scope.contains("://") ? url(scope, text) : net(scope, text);
            case NAMES -> variables(scope, text);
            case POOL -> {
                if (!POOL.matcher(scope).matches()) {
                    throw malformed(text, "a pool's name has letters, digits, `_` and `-`");
                }
                yield new CapabilityScope.Pool(scope);
            }
        };
    }

    private static CapabilityScope path(String scope, String text) {
        if (!scope.startsWith("/")) {
            throw malformed(text, "the path must be absolute");
        }
        Deque<String> parts = new ArrayDeque<>();
        String[] written = scope.split("/", -1);
        for (int i = 0; i < written.length; i++) {
            String part = written[i];
            boolean everythingBelow = i == written.length - 1 && (part.equals("*") || part.equals("**"));
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    throw malformed(text, "the path leaves the root");
                }
            } else if (!part.isEmpty() && !part.equals(".") && !everythingBelow) {
                parts.addLast(part);
            }
        }
        return new CapabilityScope.PathScope("/" + String.join("/", parts));
    }

    private static CapabilityScope url(String scope, String text) {
        try {
            URI uri = URI.create(scope);
            String host = uri.getHost();
            int port = uri.getPort() >= 0 ? uri.getPort() : "http".equals(uri.getScheme()) ? 80 : 443;
            if (host != null) {
                return net(host + ":" + port, text);
            }
        } catch (IllegalArgumentException _) {
            // told below, as a URL without a host is
        }
        throw malformed(text, "the URL has no host");
    }

    private static CapabilityScope net(String scope, String text) {
        int colon = scope.endsWith("]") ? -1 : scope.lastIndexOf(':');
        String hostText = colon < 0 ? scope : scope.substring(0, colon);
        String portText = colon < 0 ? "*" : scope.substring(colon + 1);
        List<String> hosts = new ArrayList<>();
        if (!hostText.isEmpty() && !hostText.equals("*")) {
            for (String host : hostText.toLowerCase(Locale.ROOT).split(",", -1)) {
                if (!HOST.matcher(host).matches()) {
                    throw malformed(text, "\"%s\" is not a host".formatted(shown(host)));
                }
                hosts.add(host);
            }
        }
        List<CapabilityScope.PortRange> ports = new ArrayList<>();
        if (!portText.isEmpty() && !portText.equals("*")) {
            for (String range : portText.split(",", -1)) {
                ports.add(portRange(range, text));
            }
        }
        return hosts.isEmpty() && ports.isEmpty()
                ? new CapabilityScope.Any()
                : new CapabilityScope.NetScope(List.copyOf(hosts), List.copyOf(ports));
    }

    private static CapabilityScope.PortRange portRange(String range, String text) {
        Matcher matcher = PORTS.matcher(range);
        if (matcher.matches()) {
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (first <= last && last <= 65_535) {
                return new CapabilityScope.PortRange(first, last);
            }
        }
        throw malformed(text, "\"%s\" is not a port from 0 to 65535, nor a range of them".formatted(shown(range)));
    }

    private static CapabilityScope variables(String scope, String text) {
        SortedSet<String> names = new TreeSet<>();
        for (String name : scope.split(",", -1)) {
            if (!VARIABLE.matcher(name).matches()) {
                throw malformed(text, "\"%s\" is not a variable's name".formatted(shown(name)));
            }
            if (name.toUpperCase(Locale.ROOT).startsWith("TORVYN_")) {
                throw malformed(text, "variables that begin with TORVYN_ are the host's own");
            }
            names.add(name);
        }
        return new CapabilityScope.Names(names);
    }

    private static TorvynException malformed(String text, String reason) {
        return new TorvynException(new SecurityFailure.Malformed(shown(text), reason));
    }

    private static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
