package io.torvyn.wasi;

import io.torvyn.component.Imports;
import io.torvyn.component.Result;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** wasi:sockets, over NIO: what is not granted is refused where it would be done, by an error. */
final class Sockets {
    /** There is one network; that a guest has it says nothing about what it may do there. */
    private record TheNetwork() implements SocketsNetwork.Network {}

    private Sockets() {}

    static void addTo(Imports imports, NetworkAccess access) {
        imports.add(SocketsNetwork.host(Sockets::networkErrorCode))
                .add(InstanceNetwork.host(TheNetwork::new))
                .add(Tcp.host())
                .add(TcpCreateSocket.host(family -> isSupported(family)
                        ? TcpSocket.create(access, family)
                        : Result.err(SocketsNetwork.ErrorCode.NOT_SUPPORTED)))
                .add(Udp.host())
                .add(UdpCreateSocket.host(family -> isSupported(family)
                        ? UdpSocket.create(access, family)
                        : Result.err(SocketsNetwork.ErrorCode.NOT_SUPPORTED)))
                .add(IpNameLookup.host((_, name) -> resolve(access, name)));
    }

    private static Optional<SocketsNetwork.ErrorCode> networkErrorCode(IoError.Error error) {
        return error instanceof SocketErrors.StreamFailure(var code, var _) ? Optional.of(code) : Optional.empty();
    }

    private static boolean isSupported(SocketsNetwork.IpAddressFamily family) {
        return family == SocketsNetwork.IpAddressFamily.IPV4 || Ipv6.IS_THERE;
    }

    private static final class Ipv6 {
        static final boolean IS_THERE = isThere();

        private static boolean isThere() {
            try {
                SocketChannel.open(StandardProtocolFamily.INET6).close();
                return true;
            } catch (IOException | UnsupportedOperationException e) {
                return false;
            }
        }
    }

    /** A name that is not granted is one that nobody ever will resolve: what Wasmtime tells its guests too. */
    private static Result<IpNameLookup.ResolveAddressStream, SocketsNetwork.ErrorCode> resolve(
            NetworkAccess access, String text) {
        return switch (Host.parse(text)) {
            case null -> Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
            case Host.Address(var address) ->
                Result.ok(new Literal(List.of(SocketAddresses.of(address)).iterator()));
            case Host.Name(var name) -> {
                Lookup lookup = access.guestLookUp(name);
                yield lookup == null
                        ? Result.err(SocketsNetwork.ErrorCode.PERMANENT_RESOLVER_FAILURE)
                        : Result.ok(new Resolving(lookup));
            }
        };
    }

    /** An address that was its own name. */
    private record Literal(Iterator<SocketsNetwork.IpAddress> addresses) implements IpNameLookup.ResolveAddressStream {
        @Override
        public Result<Optional<SocketsNetwork.IpAddress>, SocketsNetwork.ErrorCode> resolveNextAddress() {
            return Result.ok(addresses.hasNext() ? Optional.of(addresses.next()) : Optional.empty());
        }

        @Override
        public Poll.Pollable subscribe() {
            return new Pollables.Ready();
        }
    }

    private static final class Resolving implements IpNameLookup.ResolveAddressStream {
        private final Lookup lookup;
        private int next;

        Resolving(Lookup lookup) {
            this.lookup = lookup;
        }

        @Override
        public Result<Optional<SocketsNetwork.IpAddress>, SocketsNetwork.ErrorCode> resolveNextAddress() {
            if (!lookup.ready()) {
                return Result.err(SocketsNetwork.ErrorCode.WOULD_BLOCK);
            }
            var addresses = lookup.addresses();
            if (addresses.isEmpty()) {
                return Result.err(lookup.failure());
            }
            return Result.ok(
                    next < addresses.size()
                            ? Optional.of(SocketAddresses.of(addresses.get(next++)))
                            : Optional.empty());
        }

        @Override
        public Poll.Pollable subscribe() {
            return lookup;
        }
    }
}
