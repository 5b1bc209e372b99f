package io.torvyn.wasi;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Addresses of wasi:sockets and of the JDK. */
final class SocketAddresses {
    /**
     * The address that a guest means for a socket of that family; null when a socket cannot have it: one of the other
     * family, or one of IPv4 in the clothes of IPv6 ({@code ::ffff:127.0.0.1}, {@code ::127.0.0.1}).
     */
    static @Nullable InetSocketAddress of(
            SocketsNetwork.IpSocketAddress address, SocketsNetwork.IpAddressFamily family) {
        return switch (address) {
            case SocketsNetwork.IpSocketAddress.Ipv4(var ipv4)
            when family == SocketsNetwork.IpAddressFamily.IPV4 ->
                new InetSocketAddress(ipv4(ipv4.address()), ipv4.port());
            case SocketsNetwork.IpSocketAddress.Ipv6(var ipv6)
            when family == SocketsNetwork.IpAddressFamily.IPV6 -> {
                byte[] bytes = bytes(ipv6.address());
                yield holdsIpv4(bytes) ? null : new InetSocketAddress(ipv6(bytes, ipv6.scopeId()), ipv6.port());
            }
            case SocketsNetwork.IpSocketAddress.Ipv4 _, SocketsNetwork.IpSocketAddress.Ipv6 _ -> null;
        };
    }

    private static InetAddress ipv4(Tuple4<Integer, Integer, Integer, Integer> octets) {
        try {
            return InetAddress.getByAddress(new byte[] {
                octets.first().byteValue(),
                octets.second().byteValue(),
                octets.third().byteValue(),
                octets.fourth().byteValue()
            });
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // of four bytes
        }
    }

    private static byte[] bytes(Tuple8<Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer> groups) {
        var bytes = ByteBuffer.allocate(16);
        bytes.putShort(groups.first().shortValue()).putShort(groups.second().shortValue());
        bytes.putShort(groups.third().shortValue()).putShort(groups.fourth().shortValue());
        bytes.putShort(groups.fifth().shortValue()).putShort(groups.sixth().shortValue());
        bytes.putShort(groups.seventh().shortValue()).putShort(groups.eighth().shortValue());
        return bytes.array();
    }

    private static InetAddress ipv6(byte[] bytes, int scope) {
        try {
            return Inet6Address.getByAddress(null, bytes, scope == 0 ? -1 : scope);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // of sixteen bytes
        }
    }

    /** Mapped, or "compatible"; those that are 0 or 1 are addresses of IPv6 itself. */
    private static boolean holdsIpv4(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        boolean mapped = bytes[10] == -1 && bytes[11] == -1;
        boolean compatible = bytes[10] == 0 && bytes[11] == 0;
        int rest = ByteBuffer.wrap(bytes).getInt(12);
        return mapped || (compatible && rest != 0 && rest != 1);
    }

    /** Neither for several hosts nor for all. */
    static boolean isUnicast(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean broadcast = bytes.length == 4 && ByteBuffer.wrap(bytes).getInt() == -1;
        return !address.isMulticastAddress() && !broadcast;
    }

    /** Something that can be sent to. */
    static boolean isRemote(InetSocketAddress place) {
        return !place.getAddress().isAnyLocalAddress() && place.getPort() != 0;
    }

    static SocketsNetwork.IpSocketAddress of(InetSocketAddress place) {
        return switch (of(place.getAddress())) {
            case SocketsNetwork.IpAddress.Ipv4(var octets) ->
                new SocketsNetwork.IpSocketAddress.Ipv4(new SocketsNetwork.Ipv4SocketAddress(place.getPort(), octets));
            case SocketsNetwork.IpAddress.Ipv6(var groups) ->
                new SocketsNetwork.IpSocketAddress.Ipv6(new SocketsNetwork.Ipv6SocketAddress(
                        place.getPort(),
                        0,
                        groups,
                        place.getAddress() instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0));
        };
    }

    static SocketsNetwork.IpAddress of(InetAddress address) {
        var bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new SocketsNetwork.IpAddress.Ipv4(
                        new Tuple4<>(octet(bytes), octet(bytes), octet(bytes), octet(bytes)))
                : new SocketsNetwork.IpAddress.Ipv6(new Tuple8<>(
                        group(bytes),
                        group(bytes),
                        group(bytes),
                        group(bytes),
                        group(bytes),
                        group(bytes),
                        group(bytes),
                        group(bytes)));
    }

    private static int octet(ByteBuffer bytes) {
        return bytes.get() & 0xff;
    }

    private static int group(ByteBuffer bytes) {
        return bytes.getShort() & 0xffff;
    }

    private SocketAddresses() {}
}
