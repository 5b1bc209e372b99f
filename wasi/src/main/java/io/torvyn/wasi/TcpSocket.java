package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket: wasi:sockets/tcp and its "operational semantics". On the instance's thread, but for {@link #close}.
 *
 * <p>The operating system's socket is made when it is first needed: a guest that may not use it never has one.
 */
final class TcpSocket implements Tcp.TcpSocket, Waitable {
    private static final int DEFAULT_BACKLOG = 128;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** What has been started and is to be finished. */
    private enum Operation {
        NONE,
        BIND,
        CONNECT,
        LISTEN
    }

    private sealed interface State {
        /** @param channel null until it is needed */
        record Unconnected(@Nullable SocketChannel channel) implements State {}

        /** @param failure why it could not even begin */
        record Connecting(SocketChannel channel, Readiness readiness, SocketsNetwork.@Nullable ErrorCode failure)
                implements State {}

        record Connected(SocketChannel channel, Readiness readiness, TcpInput input, TcpOutput output)
                implements State {}

        record Listening(ServerSocketChannel channel, Readiness readiness) implements State {}

        record Closed(SocketsNetwork.ErrorCode why) implements State {}
    }

    private final NetworkAccess access;
    private final SocketsNetwork.IpAddressFamily family;
    private final AtomicBoolean givenBack = new AtomicBoolean();
    /** Options that connections which are accepted have too. */
    private final Map<SocketOption<?>, Object> options = new LinkedHashMap<>();

    private State state;
    private Operation operation = Operation.NONE;
    private boolean bound;
    private int backlog = DEFAULT_BACKLOG;
    /** A connection that was found when somebody asked whether there is one. */
    private @Nullable SocketChannel accepted;

    private TcpSocket(NetworkAccess access, SocketsNetwork.IpAddressFamily family, State state) {
        this.access = access;
        this.family = family;
        this.state = state;
    }

    static Result<Tcp.TcpSocket, SocketsNetwork.ErrorCode> create(
            NetworkAccess access, SocketsNetwork.IpAddressFamily family) {
        if (!access.open()) {
            return Result.err(SocketsNetwork.ErrorCode.NEW_SOCKET_LIMIT);
        }
        return Result.ok(new TcpSocket(access, family, new State.Unconnected(null)));
    }

    private static SocketChannel channel(SocketsNetwork.IpAddressFamily family) throws IOException {
        SocketChannel channel = SocketChannel.open(protocol(family));
        channel.configureBlocking(false);
        return channel;
    }

    static StandardProtocolFamily protocol(SocketsNetwork.IpAddressFamily family) {
        return switch (family) {
            case IPV4 -> StandardProtocolFamily.INET;
            case IPV6 -> StandardProtocolFamily.INET6;
        };
    }

    /** The channel of a socket that is not connected yet. */
    private SocketChannel opened(State.Unconnected unconnected) throws IOException {
        SocketChannel channel = unconnected.channel();
        if (channel == null) {
            channel = channel(family);
            state = new State.Unconnected(channel);
        }
        return channel;
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> startBind(
            SocketsNetwork.Network network, SocketsNetwork.IpSocketAddress localAddress) {
        if (operation != Operation.NONE) {
            return Result.err(SocketsNetwork.ErrorCode.CONCURRENCY_CONFLICT);
        }
        if (bound || !(state instanceof State.Unconnected unconnected)) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        InetSocketAddress place = SocketAddresses.of(localAddress, family);
        if (place == null || !SocketAddresses.isUnicast(place.getAddress())) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        if (!access.mayBind(NetworkGrants.Use.TCP_LISTEN, place)) {
            return Result.err(SocketsNetwork.ErrorCode.ACCESS_DENIED);
        }
        try {
            opened(unconnected)
                    .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .bind(place);
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
        bound = true;
        operation = Operation.BIND;
        return Result.ok();
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> finishBind() {
        return finish(Operation.BIND);
    }

    private Result<@Nullable Void, SocketsNetwork.ErrorCode> finish(Operation started) {
        if (operation != started) {
            return Result.err(SocketsNetwork.ErrorCode.NOT_IN_PROGRESS);
        }
        operation = Operation.NONE;
        return Result.ok();
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> startConnect(
            SocketsNetwork.Network network, SocketsNetwork.IpSocketAddress remoteAddress) {
        if (operation != Operation.NONE) {
            return Result.err(SocketsNetwork.ErrorCode.CONCURRENCY_CONFLICT);
        }
        if (!(state instanceof State.Unconnected unconnected)) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        InetSocketAddress place = SocketAddresses.of(remoteAddress, family);
        if (place == null || !SocketAddresses.isUnicast(place.getAddress()) || !SocketAddresses.isRemote(place)) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        if (!access.mayReach(NetworkGrants.Use.TCP_CONNECT, place)) {
            return Result.err(SocketsNetwork.ErrorCode.ACCESS_DENIED);
        }
        try {
            SocketChannel channel = opened(unconnected);
            var readiness = new Readiness(channel);
            state = new State.Connecting(channel, readiness, connect(channel, place));
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
        operation = Operation.CONNECT;
        return Result.ok();
    }

    private static SocketsNetwork.@Nullable ErrorCode connect(SocketChannel channel, InetSocketAddress place) {
        try {
            channel.connect(place);
            return null;
        } catch (IOException | RuntimeException e) {
            return SocketErrors.code(e);
        }
    }

    @Override
    public Result<Tuple2<Streams.InputStream, Streams.OutputStream>, SocketsNetwork.ErrorCode> finishConnect() {
        if (operation != Operation.CONNECT) {
            return Result.err(SocketsNetwork.ErrorCode.NOT_IN_PROGRESS);
        }
        settle();
        return switch (state) {
            case State.Connecting _ -> Result.err(SocketsNetwork.ErrorCode.WOULD_BLOCK);
            case State.Connected(var _, var _, var input, var output) -> {
                operation = Operation.NONE;
                bound = true;
                yield Result.ok(new Tuple2<>(input, output));
            }
            case State.Closed(var why) -> {
                operation = Operation.NONE;
                yield Result.err(why);
            }
            case State.Unconnected _, State.Listening _ ->
                throw new IllegalStateException("it connects, and is " + state);
        };
    }

    /** Sees whether a connection has come about, or cannot. */
    private void settle() {
        if (!(state instanceof State.Connecting(var channel, var readiness, var failure))) {
            return;
        }
        SocketsNetwork.ErrorCode why = failure;
        if (why == null) {
            try {
                if (channel.finishConnect()) {
                    state = connected(channel, readiness);
                }
                return;
            } catch (IOException | RuntimeException e) {
                why = SocketErrors.code(e);
            }
        }
        closeQuietly(channel);
        readiness.closed();
        state = new State.Closed(why);
    }

    private static State.Connected connected(SocketChannel channel, Readiness readiness) {
        return new State.Connected(
                channel, readiness, new TcpInput(channel, readiness), new TcpOutput(channel, readiness));
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> startListen() {
        if (operation != Operation.NONE) {
            return Result.err(SocketsNetwork.ErrorCode.CONCURRENCY_CONFLICT);
        }
        if (!bound || !(state instanceof State.Unconnected(var channel)) || channel == null) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        try {
            ServerSocketChannel listener = listener(channel);
            state = new State.Listening(listener, new Readiness(listener));
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
        operation = Operation.LISTEN;
        return Result.ok();
    }

    /**
     * NIO has one kind of channel that is bound and connects, and another that is bound and listens. The second takes
     * the place of the first, if it can before that has left it.
     */
    private ServerSocketChannel listener(SocketChannel placeholder) throws IOException {
        var place = (InetSocketAddress) placeholder.getLocalAddress();
        ServerSocketChannel listener = ServerSocketChannel.open(protocol(family));
        try {
            listener.configureBlocking(false);
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            apply(listener);
            try {
                listener.bind(place, backlog);
            } catch (BindException e) {
                placeholder.close();
                listener.bind(place, backlog);
            }
        } catch (IOException | RuntimeException e) {
            closeQuietly(listener);
            throw e;
        }
        closeQuietly(placeholder);
        return listener;
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> finishListen() {
        return finish(Operation.LISTEN);
    }

    @Override
    public Result<Tuple3<Tcp.TcpSocket, Streams.InputStream, Streams.OutputStream>, SocketsNetwork.ErrorCode> accept() {
        if (!(state instanceof State.Listening listening)) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        try {
            SocketChannel channel = next(listening);
            if (channel == null) {
                return Result.err(SocketsNetwork.ErrorCode.WOULD_BLOCK);
            }
            if (!access.open()) {
                return Result.err(SocketsNetwork.ErrorCode.NEW_SOCKET_LIMIT);
            }
            accepted = null;
            channel.configureBlocking(false);
            apply(channel);
            State.Connected connected = connected(channel, new Readiness(channel));
            var socket = new TcpSocket(access, family, connected);
            socket.bound = true;
            return Result.ok(new Tuple3<>(socket, connected.input(), connected.output()));
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
    }

    /** The next connection, which stays the next one. A socket of IPv6 takes none of IPv4. */
    private @Nullable SocketChannel next(State.Listening listening) throws IOException {
        while (accepted == null) {
            SocketChannel channel = listening.channel().accept();
            if (channel == null) {
                return null;
            }
            boolean strange = family == SocketsNetwork.IpAddressFamily.IPV6
                    && channel.getRemoteAddress() instanceof InetSocketAddress remote
                    && remote.getAddress() instanceof Inet4Address;
            if (strange) {
                closeQuietly(channel);
            } else {
                accepted = channel;
            }
        }
        return accepted;
    }

    @Override
    public Result<SocketsNetwork.IpSocketAddress, SocketsNetwork.ErrorCode> localAddress() {
        return switch (state) {
            case State.Unconnected(var channel) when bound && channel != null -> local(channel);
            case State.Connected(var channel, var _, var _, var _) -> local(channel);
            case State.Listening(var channel, var _) -> local(channel);
            case State.Closed(var why) -> Result.err(why);
            case State.Unconnected _, State.Connecting _ -> Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        };
    }

    private static Result<SocketsNetwork.IpSocketAddress, SocketsNetwork.ErrorCode> local(NetworkChannel channel) {
        try {
            return Result.ok(SocketAddresses.of((InetSocketAddress) channel.getLocalAddress()));
        } catch (IOException e) {
            return SocketErrors.failed(e);
        }
    }

    @Override
    public Result<SocketsNetwork.IpSocketAddress, SocketsNetwork.ErrorCode> remoteAddress() {
        return switch (state) {
            case State.Connected(var channel, var _, var _, var _) -> {
                try {
                    yield Result.ok(SocketAddresses.of((InetSocketAddress) channel.getRemoteAddress()));
                } catch (IOException e) {
                    yield SocketErrors.failed(e);
                }
            }
            case State.Closed(var why) -> Result.err(why);
            case State.Unconnected _, State.Connecting _, State.Listening _ ->
                Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        };
    }

    @Override
    public boolean isListening() {
        return state instanceof State.Listening;
    }

    @Override
    public SocketsNetwork.IpAddressFamily addressFamily() {
        return family;
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setListenBacklogSize(long value) {
        if (value == 0) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        return switch (state) {
            case State.Unconnected _ -> {
                backlog = value < 0 || value > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) value;
                yield Result.ok();
            }
            case State.Listening _ -> Result.err(SocketsNetwork.ErrorCode.NOT_SUPPORTED);
            case State.Closed(var why) -> Result.err(why);
            case State.Connecting _, State.Connected _ -> Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        };
    }

    private interface OnChannel<T> {
        T apply(NetworkChannel channel) throws IOException;
    }

    private <T> Result<T, SocketsNetwork.ErrorCode> withChannel(OnChannel<T> action) {
        try {
            return switch (state) {
                case State.Unconnected unconnected -> Result.ok(action.apply(opened(unconnected)));
                case State.Connected(var channel, var _, var _, var _) -> Result.ok(action.apply(channel));
                case State.Listening(var channel, var _) -> Result.ok(action.apply(channel));
                case State.Closed(var why) -> Result.err(why);
                case State.Connecting _ -> Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
            };
        } catch (IOException | RuntimeException e) {
            return SocketErrors.failed(e);
        }
    }

    private <T> Result<T, SocketsNetwork.ErrorCode> get(SocketOption<T> option) {
        return withChannel(channel -> {
            Object chosen = options.get(option);
            return channel.supportedOptions().contains(option) || chosen == null
                    ? channel.getOption(option)
                    : option.type().cast(chosen);
        });
    }

    private <T> Result<@Nullable Void, SocketsNetwork.ErrorCode> set(SocketOption<T> option, T value) {
        Result<NetworkChannel, SocketsNetwork.ErrorCode> done = withChannel(channel -> {
            boolean later = channel instanceof ServerSocketChannel
                    && !channel.supportedOptions().contains(option);
            return later ? channel : channel.setOption(option, value);
        });
        return switch (done) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var _) -> {
                options.put(option, value);
                yield Result.ok();
            }
        };
    }

    /** Gives a channel what this socket has been given. */
    private void apply(NetworkChannel channel) throws IOException {
        for (Map.Entry<SocketOption<?>, Object> option : options.entrySet()) {
            apply(channel, option.getKey(), option.getValue());
        }
    }

    private static <T> void apply(NetworkChannel channel, SocketOption<T> option, Object value) throws IOException {
        if (channel.supportedOptions().contains(option)) {
            channel.setOption(option, option.type().cast(value));
        }
    }

    @Override
    public Result<Boolean, SocketsNetwork.ErrorCode> keepAliveEnabled() {
        return get(StandardSocketOptions.SO_KEEPALIVE);
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setKeepAliveEnabled(boolean value) {
        return set(StandardSocketOptions.SO_KEEPALIVE, value);
    }

    @Override
    public Result<Long, SocketsNetwork.ErrorCode> keepAliveIdleTime() {
        return nanos(get(ExtendedSocketOptions.TCP_KEEPIDLE));
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setKeepAliveIdleTime(long value) {
        return setSeconds(ExtendedSocketOptions.TCP_KEEPIDLE, value);
    }

    @Override
    public Result<Long, SocketsNetwork.ErrorCode> keepAliveInterval() {
        return nanos(get(ExtendedSocketOptions.TCP_KEEPINTERVAL));
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setKeepAliveInterval(long value) {
        return setSeconds(ExtendedSocketOptions.TCP_KEEPINTERVAL, value);
    }

    private static Result<Long, SocketsNetwork.ErrorCode> nanos(Result<Integer, SocketsNetwork.ErrorCode> seconds) {
        return switch (seconds) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var value) -> Result.ok(value * NANOS_PER_SECOND);
        };
    }

    /** @param nanos unsigned; Linux takes whole seconds, from 1 to 32767 */
    private Result<@Nullable Void, SocketsNetwork.ErrorCode> setSeconds(SocketOption<Integer> option, long nanos) {
        if (nanos == 0) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        long seconds = Long.divideUnsigned(nanos, NANOS_PER_SECOND);
        return set(option, Math.clamp(seconds, 1, Short.MAX_VALUE));
    }

    @Override
    public Result<Integer, SocketsNetwork.ErrorCode> keepAliveCount() {
        return get(ExtendedSocketOptions.TCP_KEEPCOUNT);
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setKeepAliveCount(int value) {
        if (value == 0) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        return set(ExtendedSocketOptions.TCP_KEEPCOUNT, value < 0 ? Byte.MAX_VALUE : Math.min(value, Byte.MAX_VALUE));
    }

    /** NIO does not have it. */
    @Override
    public Result<Integer, SocketsNetwork.ErrorCode> hopLimit() {
        return Result.err(SocketsNetwork.ErrorCode.NOT_SUPPORTED);
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setHopLimit(int value) {
        return Result.err(
                value == 0 ? SocketsNetwork.ErrorCode.INVALID_ARGUMENT : SocketsNetwork.ErrorCode.NOT_SUPPORTED);
    }

    @Override
    public Result<Long, SocketsNetwork.ErrorCode> receiveBufferSize() {
        return size(get(StandardSocketOptions.SO_RCVBUF));
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setReceiveBufferSize(long value) {
        return setSize(StandardSocketOptions.SO_RCVBUF, value);
    }

    @Override
    public Result<Long, SocketsNetwork.ErrorCode> sendBufferSize() {
        return size(get(StandardSocketOptions.SO_SNDBUF));
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> setSendBufferSize(long value) {
        return setSize(StandardSocketOptions.SO_SNDBUF, value);
    }

    static Result<Long, SocketsNetwork.ErrorCode> size(Result<Integer, SocketsNetwork.ErrorCode> size) {
        return switch (size) {
            case Result.Err(var error) -> Result.err(error);
            case Result.Ok(var value) -> Result.ok((long) value);
        };
    }

    private Result<@Nullable Void, SocketsNetwork.ErrorCode> setSize(SocketOption<Integer> option, long value) {
        if (value == 0) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_ARGUMENT);
        }
        return set(option, clamped(value));
    }

    /** @param size unsigned */
    static int clamped(long size) {
        return size < 0 || size > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) size;
    }

    @Override
    public Poll.Pollable subscribe() {
        return this;
    }

    @Override
    public boolean ready() {
        settle();
        return switch (state) {
            case State.Connecting _ -> false;
            case State.Listening listening
            when operation == Operation.NONE -> {
                try {
                    yield next(listening) != null;
                } catch (IOException e) {
                    yield true; // accept tells
                }
            }
            case State.Listening _, State.Unconnected _, State.Connected _, State.Closed _ -> true;
        };
    }

    @Override
    public void watch(Waker waker) {
        switch (state) {
            case State.Connecting(var _, var readiness, var _) -> readiness.tell(SelectionKey.OP_CONNECT, waker);
            case State.Listening(var _, var readiness) -> readiness.tell(SelectionKey.OP_ACCEPT, waker);
            case State.Unconnected _, State.Connected _, State.Closed _ -> {}
        }
    }

    @Override
    public void unwatch(Waker waker) {
        switch (state) {
            case State.Connecting(var _, var readiness, var _) -> readiness.forget(waker);
            case State.Connected(var _, var readiness, var _, var _) -> readiness.forget(waker);
            case State.Listening(var _, var readiness) -> readiness.forget(waker);
            case State.Unconnected _, State.Closed _ -> {}
        }
    }

    @Override
    public Result<@Nullable Void, SocketsNetwork.ErrorCode> shutdown(Tcp.ShutdownType shutdownType) {
        if (!(state instanceof State.Connected(var channel, var _, var input, var output))
                || operation == Operation.CONNECT) {
            return Result.err(SocketsNetwork.ErrorCode.INVALID_STATE);
        }
        if (shutdownType != Tcp.ShutdownType.SEND) {
            input.close();
            try {
                channel.shutdownInput();
            } catch (IOException e) {
                return SocketErrors.failed(e);
            }
        }
        if (shutdownType != Tcp.ShutdownType.RECEIVE) {
            output.shutDown();
        }
        return Result.ok();
    }

    @Override
    public void drop() {
        State last = state;
        state = new State.Closed(SocketsNetwork.ErrorCode.INVALID_STATE);
        SocketChannel waiting = accepted;
        accepted = null;
        if (waiting != null) {
            closeQuietly(waiting);
        }
        switch (last) {
            case State.Unconnected(var channel) -> close(channel, null);
            case State.Connecting(var channel, var readiness, var _) -> close(channel, readiness);
            case State.Connected(var channel, var readiness, var input, var output) -> {
                input.close();
                output.close(() -> close(channel, readiness));
            }
            case State.Listening(var channel, var readiness) -> close(channel, readiness);
            case State.Closed _ -> close(null, null);
        }
    }

    /** Any thread, and as often as one likes. */
    private void close(@Nullable NetworkChannel channel, @Nullable Readiness readiness) {
        if (givenBack.compareAndSet(false, true)) {
            if (channel != null) {
                closeQuietly(channel);
            }
            if (readiness != null) {
                readiness.closed();
            }
            access.closed();
        }
    }

    private static void closeQuietly(NetworkChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing can be done about it, and the descriptor has gone.
        }
    }
}
