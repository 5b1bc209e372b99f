package io.torvyn.wasi;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The network as one component instance may use it: what is granted, asked for the address that is really meant.
 *
 * <p>A name is looked up once in an instance's life, and its addresses are kept: what a guest is told is what it may
 * connect to, and a name server that changes its mind changes nothing. An address of this machine or of its link comes
 * of no name but {@code localhost}, unless it is granted itself: who owns a granted name does not own that.
 *
 * <p>Belongs to the instance's thread; sockets may be given back from any.
 */
final class NetworkAccess {
    /** Sockets, connections for requests included, that an instance may have open. */
    static final int SOCKETS = 64;
    /** Names that an instance may have looked up. */
    private static final int NAMES = 256;
    /** Look-ups of an instance at a time: each blocks a thread. */
    private static final int LOOKUPS_AT_ONCE = 8;

    private final NetworkGrants grants;
    private final CapabilityReport report;
    private final NameService names;
    private final Map<String, Lookup> lookups = new HashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();

    NetworkAccess(NetworkGrants grants, CapabilityReport report, NameService names) {
        this.grants = grants;
        this.report = report;
        this.names = names;
    }

    /** One more socket; false when there are too many. Whoever got true gives it back by {@link #closed}. */
    boolean open() {
        if (sockets.incrementAndGet() > SOCKETS) {
            sockets.decrementAndGet();
            return false;
        }
        return true;
    }

    void closed() {
        sockets.decrementAndGet();
    }

    boolean allowsSome(NetworkGrants.Use use) {
        return grants.allowsSome(use);
    }

    /** Whether the guest may reach that place so; looks up what is granted by name if it has to. */
    boolean mayReach(NetworkGrants.Use use, InetSocketAddress place) {
        String host = grantedHost(use, place.getAddress(), place.getPort());
        String capability = capability(use, host == null ? text(place.getAddress()) : host, place.getPort());
        if (host == null) {
            report.denied(capability, "tried to reach " + text(place));
            return false;
        }
        report.used(capability);
        return true;
    }

    /** Whether what comes from there may be let in; asks nobody, and reports nothing. */
    boolean mayHear(NetworkGrants.Use use, InetSocketAddress place) {
        return grants.allowsAddress(use, place.getAddress(), place.getPort())
                || knownName(use, place.getAddress(), place.getPort()) != null;
    }

    /** Whether the guest may offer something there. */
    boolean mayBind(NetworkGrants.Use use, InetSocketAddress place) {
        String capability = capability(use, text(place.getAddress()), place.getPort());
        if (!grants.allowsAddress(use, place.getAddress(), place.getPort())) {
            report.denied(capability, "tried to bind a socket to " + text(place));
            return false;
        }
        report.used(capability);
        return true;
    }

    /** As what the address is granted: by itself, or as one of a name's; null when it is not. */
    private @Nullable String grantedHost(NetworkGrants.Use use, InetAddress address, int port) {
        if (grants.allowsAddress(use, address, port)) {
            return text(address);
        }
        String known = knownName(use, address, port);
        if (known != null) {
            return known;
        }
        for (String name : grants.names(use, port)) {
            Lookup lookup = lookUp(name);
            Pollables.await(List.of(lookup));
            if (lookup.addresses().contains(address)) {
                return name;
            }
        }
        return null;
    }

    private @Nullable String knownName(NetworkGrants.Use use, InetAddress address, int port) {
        for (Map.Entry<String, Lookup> known : lookups.entrySet()) {
            if (known.getValue().addresses().contains(address) && grants.allowsName(use, known.getKey(), port)) {
                return known.getKey();
            }
        }
        return null;
    }

    /** A look-up that a guest asks for; null when the name is not granted. */
    @Nullable
    Lookup guestLookUp(String name) {
        if (!grants.reachesName(name)) {
            report.denied(NetworkGrants.Use.TCP_CONNECT.capability() + ":" + name, "looked up the host " + name);
            return null;
        }
        return lookUp(name);
    }

    /** Where a request to a host of that name may go; null when it may not. */
    @Nullable
    Lookup guestRequest(String name, int port) {
        String capability = capability(NetworkGrants.Use.HTTP_OUTGOING, name, port);
        if (!grants.allowsName(NetworkGrants.Use.HTTP_OUTGOING, name, port)) {
            report.denied(capability, "made a request to " + name + ":" + port);
            return null;
        }
        report.used(capability);
        return lookUp(name);
    }

    /** The addresses of a name; the same ones for as long as the instance lives. */
    Lookup lookUp(String name) {
        Lookup known = lookups.get(name);
        if (known != null) {
            return known;
        }
        if (lookups.size() >= NAMES || running.incrementAndGet() > LOOKUPS_AT_ONCE) {
            running.decrementAndGet();
            return Lookup.refused();
        }
        var lookup = new Lookup(new FutureTask<>(() -> {
            try {
                return names.lookUp(name).stream()
                        .filter(address -> belongsTo(name, address))
                        .toList();
            } finally {
                running.decrementAndGet();
            }
        }));
        lookups.put(name, lookup);
        lookup.start();
        return lookup;
    }

    private boolean belongsTo(String name, InetAddress address) {
        boolean everywhere = !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress();
        return everywhere || name.equals("localhost") || name.endsWith(".localhost") || grants.reachesAddress(address);
    }

    /** The capability that would grant it. */
    static String capability(NetworkGrants.Use use, String host, int port) {
        return use.capability() + ":" + host + ":" + port;
    }

    private static String text(InetSocketAddress place) {
        return text(place.getAddress()) + ":" + place.getPort();
    }

    /** As grants have it: an address of IPv6 stands in brackets. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        return bare.indexOf(':') < 0 ? bare : "[" + bare + "]";
    }
}
