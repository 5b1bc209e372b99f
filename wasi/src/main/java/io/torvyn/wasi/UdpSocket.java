package io.torvyn.wasi;

import io.torvyn.component.Bytes;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket: wasi:sockets/udp. On the instance's thread.
 *
 * <p>A grant names whom it may talk to. One that names the very port that the socket is bound to lets it serve there: it
 * then hears everybody, and may answer those whom it has heard.
 */
final class UdpSocket implements Udp.UdpSocket, Waitable {
    /** As many as one call receives or sends. */
    private static final int DATAGRAMS = 16;

    private static final int LONGEST_DATAGRAM = 0xffff;
    /** Those last heard by a socket that serves. */
    private static final int PEERS = 256;

    private final NetworkAccess access;
    private final SocketsNetwork.IpAddressFamily family;
    private final Map<InetSocketAddress, Boolean> heard = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Boolean> eldest) {
            return size() > PEERS;
        }
    };

    private @Nullable DatagramChannel channel;
    private @Nullable Readiness readiness;
    private boolean bindStarted;
    private boolean bound;
    private boolean serves;
    private boolean closed;
    private @Nullable InetSocketAddress peer;
    private @Nullable Incoming incoming;
    private @Nullable Outgoing outgoing;

    private UdpSocket(NetworkAccess access, SocketsNetwork.IpAddressFamily family) {
        this.access = access;
        this.family = family;
    }

    static Result<Udp.UdpSocket, SocketsNetwork.ErrorCode> create(
            NetworkAccess access, SocketsNetwork.IpAddressFamily family) {
        if (!access.open()) {
            return Result.err(SocketsNetwork.ErrorCode.NEW_SOCKET_LIMIT);
        }
        return Result.ok(new UdpSocket(access, family));
    }

    private DatagramChannel opened() throws IOException {
        DatagramChannel open = channel;
        if (open == null) {
            open = DatagramChannel.open(TcpSocket.protocol(family));
            open.configureBlocking(false);
            channel = open;
        }
        return open;
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> startBind(
            SocketsNetwork.Network network, SocketsNetwork.IpSocketAddress localAddress) {
        if (bindStarted) {
            return Result.err(SocketsNetwork.ErrorCode.CONCURRENCY_CONFLICT);
        }
        if (bound) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        InetSocketAddress place = SocketAddresses.of(localAddress, family);
        if (place == null) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        boolean anyPortWillDo = place.getPort() == 0 && access.allowsSome(NetworkGrants.Use.UDP);
        if (!anyPortWillDo && !access.mayBind(NetworkGrants.Use.UDP, place)) {
            return Result.err(SocketsNetwork.ErrorCode.ACCESS_DENIED);
        }
        try {
            DatagramChannel open = opened();
            open.bind(place);
            readiness = new Readiness(open);
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
        serves = !anyPortWillDo;
        bound = true;
        bindStarted = true;
        return Result.ok();
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> finishBind() {
        if (!bindStarted) {
            return Result.err(SocketsNetwork.ErrorCode.NOT_IN_PROGRESS);
        }
        bindStarted = false;
        return Result.ok();
    }

    @Override
    public Result<Tuple2<Udp.IncomingDatagramStream, Udp.OutgoingDatagramStream>, SocketsNetwork.ErrorCode> stream(
            Optional<SocketsNetwork.IpSocketAddress> remoteAddress) {
        if (incoming != null || outgoing != null) {
            throw new TrapException("it asked for the streams of a UDP socket without having dropped the earlier ones");
        }
        DatagramChannel open = channel;
        Readiness events = readiness;
        if (!bound || open == null || events == null) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        InetSocketAddress remote = null;
        if (remoteAddress.isPresent()) {
            remote = SocketAddresses.of(remoteAddress.get(), family);
            if (remote == null || !SocketAddresses.isRemote(remote)) {
                return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
            }
            if (!maySend(remote)) {
                return Result.err(SocketsNetwork.ErrorCode.ACCESS_DENIED);
            }
        }
        try {
            open.disconnect();
            peer = null;
            if (remote != null) {
                open.connect(remote);
                peer = remote;
            }
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
        var in = new Incoming(open, events);
        var out = new Outgoing(open, events);
        incoming = in;
        outgoing = out;
        return Result.ok(new Tuple2<>(in, out));
    }

    private boolean maySend(InetSocketAddress to) {
        return (serves && heard.containsKey(to)) || access.mayReach(NetworkGrants.Use.UDP, to);
    }

    @Override
    public Result<SocketsNetwork.IpSocketAddress, SocketsNetwork.ErrorCode> localAddress() {
        DatagramChannel open = channel;
        if (!bound || open == null) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        try {
            return Result.ok(SocketAddresses.of((InetSocketAddress) open.getLocalAddress()));
        } catch (IOException e) {
            return SocketErrors.failed(e);
        }
    }

    @Override
    public Result<SocketsNetwork.IpSocketAddress, SocketsNetwork.ErrorCode> remoteAddress() {
        InetSocketAddress remote = peer;
        return remote == null
                ? Result.err(SocketsNetwork.ErrorCode.INVALID_STATE)
                : Result.ok(SocketAddresses.of(remote));
    }

    @Override
    public SocketsNetwork.IpAddressFamily addressFamily() {
        return family;
    }

    /** NIO does not have it. */
    @Override
    public Result<Integer, SocketsNetwork.ErrorCode> unicastHopLimit() {
        return Result.err(SocketsNetwork.ErrorCode.NOT_SUPPORTED);
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setUnicastHopLimit(int value) {
        return Result.err(
                value == 0 ? SocketsNetwork.ErrorCode.INVALID_ARGUMENT : SocketsNetwork.ErrorCode.NOT_SUPPORTED);
    }

    private Result<Long, SocketsNetwork.ErrorCode> size(SocketOption<Integer> option) {
        try {
            return Result.ok((long) opened().getOption(option));
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
    }

    private Result<@Nullable Void, SocketsNetwork.ErrorCode> setSize(SocketOption<Integer> option, long value) {
        if (value == 0) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        try {
            opened().setOption(option, TcpSocket.clamped(value));
            return Result.ok();
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
    }

    @Override
    public Result<Long, SocketsNetwork.ErrorCode> receiveBufferSize() {
        return size(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setReceiveBufferSize(long value) {
        return setSize(StandardSocketOptions.SO_RCVBUF, value);
    }

    @Override
    public Result<Long, SocketsNetwork.ErrorCode> sendBufferSize() {
        return size(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setSendBufferSize(long value) {
        return setSize(StandardSocketOptions.SO_SNDBUF, value);
    }

    @Override
    public Poll.Pollable subscribe() {
        return this;
    }

    /** Nothing that a socket itself does takes time. */
    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void watch(Waker waker) {}

    @Override
    public void unwatch(Waker waker) {}

    @Override
    public void drop() {
        if (closed) {
            return;
        }
        closed = true;
        DatagramChannel open = channel;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Nothing can be done about it, and the descriptor has gone.
            }
        }
        if (readiness != null) {
            readiness.closed();
        }
        access.closed();
    }

    private final class Incoming implements Udp.IncomingDatagramStream, Waitable {
        private final DatagramChannel channel;
        private final Readiness readiness;
        private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST_DATAGRAM);
        /** A datagram that was found when somebody asked whether there is one. */
        private Udp.@Nullable IncomingDatagram next;

        Incoming(DatagramChannel channel, Readiness readiness) {
            this.channel = channel;
            this.readiness = readiness;
        }

        @Override
        public Result<List<Udp.IncomingDatagram>, SocketsNetwork.ErrorCode> receive(long maxResults) {
            long most = maxResults < 0 ? DATAGRAMS : Math.min(maxResults, DATAGRAMS);
            List<Udp.IncomingDatagram> datagrams = new ArrayList<>();
            long bytes = 0;
            try {
                while (datagrams.size() < most && bytes < ByteOutput.CHUNK) {
                    Udp.IncomingDatagram datagram = peek();
                    if (datagram == null) {
                        break;
                    }
                    next = null;
                    bytes += 1 + datagram.data().length();
                    datagrams.add(datagram);
                }
            } catch (IOException | RuntimeException e) {
                return datagrams.isEmpty() ? SocketErrors.failed(e) : Result.ok(datagrams);
            }
            return Result.ok(datagrams);
        }

        private Udp.@Nullable IncomingDatagram peek() throws IOException {
            while (next == null) {
                buffer.clear();
                var from = (InetSocketAddress) channel.receive(buffer);
                if (from == null) {
                    return null;
                }
                if (mayHear(from)) {
                    buffer.flip();
                    var bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    next = new Udp.IncomingDatagram(Bytes.copyOf(bytes), SocketAddresses.of(from));
                }
            }
            return next;
        }

        private boolean mayHear(InetSocketAddress from) {
            if (family == SocketsNetwork.IpAddressFamily.IPV6 && from.getAddress() instanceof Inet4Address) {
                return false;
            }
            if (serves) {
                heard.remove(from);
                heard.put(from, true);
                return true;
            }
            return from.equals(peer) || access.mayHear(NetworkGrants.Use.UDP, from);
        }

        @Override
        public Poll.Pollable subscribe() {
            return this;
        }

        @Override
        public boolean ready() {
            try {
                return peek() != null;
            } catch (IOException | RuntimeException e) {
                return true; // the next call tells, or finds the socket to work again
            }
        }

        @Override
        public void watch(Waker waker) {
            readiness.tell(SelectionKey.OP_READ, waker);
        }

        @Override
        public void unwatch(Waker waker) {
            readiness.forget(waker);
        }

        @Override
        public void drop() {
            if (incoming == this) {
                incoming = null;
            }
        }
    }

    private final class Outgoing implements Udp.OutgoingDatagramStream, Watched {
        private final DatagramChannel channel;
        private final Readiness readiness;
        private final Watchers watchers = new Watchers();
        private final Runnable unblock = this::unblock;
        private int permit;
        private volatile boolean blocked;

        Outgoing(DatagramChannel channel, Readiness readiness) {
            this.channel = channel;
            this.readiness = readiness;
        }

        @Override
        public Result<Long, SocketsNetwork.ErrorCode> checkSend() {
            permit = blocked ? 0 : DATAGRAMS;
            return Result.ok((long) permit);
        }

        @Override
        public Result<Long, SocketsNetwork.ErrorCode> send(List<Udp.OutgoingDatagram> datagrams) {
            if (datagrams.size() > permit) {
                throw new TrapException(
                        "it sent " + datagrams.size() + " datagrams where check-send had left it " + permit);
            }
            if (!datagrams.isEmpty()) {
                permit = 0;
            }
            long sent = 0;
            for (Udp.OutgoingDatagram datagram : datagrams) {
                switch (send(datagram)) {
                    case Result.Ok(var whole) -> {
                        if (!whole) {
                            return Result.ok(sent);
                        }
                        sent++;
                    }
                    case Result.Err(var error) -> {
                        return sent > 0 ? Result.ok(sent) : Result.err(error);
                    }
                }
            }
            return Result.ok(sent);
        }

        private Result<Boolean, SocketsNetwork.ErrorCode> send(Udp.OutgoingDatagram datagram) {
            if (datagram.data().length() > LONGEST_DATAGRAM) {
                return Result.err(SocketsNetwork.ErrorCode.DATAGRAM_TOO_LARGE);
            }
            InetSocketAddress connected = peer;
            InetSocketAddress to = datagram.remoteAddress().isPresent()
                    ? SocketAddresses.of(datagram.remoteAddress().get(), family)
                    : connected;
            if (to == null || !SocketAddresses.isRemote(to) || (connected != null && !connected.equals(to))) {
                return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
            }
            if (connected == null && !maySend(to)) {
                return Result.err(SocketsNetwork.ErrorCode.ACCESS_DENIED);
            }
            var bytes = ByteBuffer.wrap(datagram.data().toArray());
            boolean empty = !bytes.hasRemaining();
            try {
                int count = connected == null ? channel.send(bytes, to) : channel.write(bytes);
                if (count == 0 && !empty) {
                    blocked = true;
                    readiness.tell(SelectionKey.OP_WRITE, unblock);
                    return Result.ok(false);
                }
                return Result.ok(true);
            } catch (IOException | RuntimeException e) {
                return SocketErrors.failed(e);
            }
        }

        private void unblock() {
            blocked = false;
            readiness.forget(unblock);
            watchers.wakeAll();
        }

        @Override
        public Poll.Pollable subscribe() {
            return this;
        }

        @Override
        public boolean ready() {
            return !blocked;
        }

        @Override
        public Watchers watchers() {
            return watchers;
        }

        @Override
        public void drop() {
            if (outgoing == this) {
                outgoing = null;
            }
        }
    }
}
