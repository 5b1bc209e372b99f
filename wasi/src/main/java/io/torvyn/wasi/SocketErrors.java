package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Locale;

/** What went wrong with a socket, as wasi:sockets calls it. */
final class SocketErrors {
    /** An error of a stream of a socket. */
    record StreamFailure(SocketsNetwork.ErrorCode code, String text) implements IoError.Error {
        @Override
        public String toDebugString() {
            return text;
        }
    }

    /**
     * The JDK has exceptions for few errors, and for the others nothing but the words of the operating system: those of
     * Linux, macOS and Windows, in English.
     */
    static SocketsNetwork.ErrorCode code(Exception failure) {
        String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return switch (failure) {
            case PortUnreachableException _ -> SocketsNetwork.ErrorCode.CONNECTION_REFUSED;
            case NoRouteToHostException _ -> SocketsNetwork.ErrorCode.REMOTE_UNREACHABLE;
            case AlreadyBoundException _, AlreadyConnectedException _, NotYetConnectedException _ ->
                SocketsNetwork.ErrorCode.INVALID_STATE;
            case UnsupportedAddressTypeException _, UnresolvedAddressException _ ->
                SocketsNetwork.ErrorCode.INVALID_ARGUMENT;
            case UnsupportedOperationException _ -> SocketsNetwork.ErrorCode.NOT_SUPPORTED;
            default -> {
                SocketsNetwork.ErrorCode told = code(words);
                yield told != SocketsNetwork.ErrorCode.UNKNOWN
                        ? told
                        : switch (failure) {
                            case ConnectException _ -> SocketsNetwork.ErrorCode.CONNECTION_REFUSED;
                            case BindException _ -> SocketsNetwork.ErrorCode.ADDRESS_NOT_BINDABLE;
                            default -> told;
                        };
            }
        };
    }

    private static SocketsNetwork.ErrorCode code(String words) {
        if (words.contains("refused")) {
            return SocketsNetwork.ErrorCode.CONNECTION_REFUSED;
        }
        if (words.contains("timed out")) {
            return SocketsNetwork.ErrorCode.TIMEOUT;
        }
        if (words.contains("unreachable") || words.contains("host is down") || words.contains("network is down")) {
            return SocketsNetwork.ErrorCode.REMOTE_UNREACHABLE;
        }
        if (words.contains("in use")) {
            return SocketsNetwork.ErrorCode.ADDRESS_IN_USE;
        }
        if (words.contains("assign requested address")) {
            return SocketsNetwork.ErrorCode.ADDRESS_NOT_BINDABLE;
        }
        if (words.contains("permission denied") || words.contains("not permitted")) {
            return SocketsNetwork.ErrorCode.ACCESS_DENIED;
        }
        if (words.contains("reset")) {
            return SocketsNetwork.ErrorCode.CONNECTION_RESET;
        }
        if (words.contains("abort")) {
            return SocketsNetwork.ErrorCode.CONNECTION_ABORTED;
        }
        if (words.contains("too many open files")) {
            return SocketsNetwork.ErrorCode.NEW_SOCKET_LIMIT;
        }
        if (words.contains("message too l")) {
            return SocketsNetwork.ErrorCode.DATAGRAM_TOO_LARGE;
        }
        if (words.contains("cannot allocate memory") || words.contains("no buffer space")) {
            return SocketsNetwork.ErrorCode.OUT_OF_MEMORY;
        }
        if (words.contains("invalid argument")) {
            return SocketsNetwork.ErrorCode.INVALID_ARGUMENT;
        }
        if (words.contains("not supported") || words.contains("unavailable")) {
            return SocketsNetwork.ErrorCode.NOT_SUPPORTED;
        }
        return SocketsNetwork.ErrorCode.UNKNOWN;
    }

    static <T> Result<T, SocketsNetwork.ErrorCode> failed(Exception failure) {
        return Result.err(code(failure));
    }

    /** What a stream says: that nobody reads any more is no error. */
    static Streams.StreamError stream(IOException failure) {
        String words = String.valueOf(failure.getMessage());
        if (words.contains("Broken pipe")) {
            return new Streams.StreamError.Closed();
        }
        return new Streams.StreamError.LastOperationFailed(new StreamFailure(code(failure), words));
    }

    private SocketErrors() {}
}
