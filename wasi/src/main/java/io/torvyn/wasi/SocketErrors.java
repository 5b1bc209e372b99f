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

/** What went wrong with a socket, as wasi:sockets calls it. */
final class SocketErrors {
    /** An error of a stream of a socket. */
    record StreamFailure(SocketsNetwork.ErrorCode code, String text) implements IoError.Error {
        @Override
        public String toDebugString() {
            return text;
        }
    }

    /** By the type of the exception where that is enough, and else by what {@link SystemError} makes of it. */
    static SocketsNetwork.ErrorCode code(Exception failure) {
        return switch (failure) {
            case PortUnreachableException _ -> SocketsNetwork.ErrorCode.CONNECTION_REFUSED;
            case NoRouteToHostException _ -> SocketsNetwork.ErrorCode.REMOTE_UNREACHABLE;
            case AlreadyBoundException _, AlreadyConnectedException _, NotYetConnectedException _ ->
                SocketsNetwork.ErrorCode.INVALID_STATE;
            case UnsupportedAddressTypeException _, UnresolvedAddressException _ ->
                SocketsNetwork.ErrorCode.INVALID_ARGUMENT;
            case UnsupportedOperationException _ -> SocketsNetwork.ErrorCode.NOT_SUPPORTED;
            default -> SystemError.of(failure).map(SocketErrors::code).orElseGet(() -> unsaid(failure));
        };
    }

    /** What such an exception mostly stands for. */
    private static SocketsNetwork.ErrorCode unsaid(Exception failure) {
        return switch (failure) {
            case ConnectException _ -> SocketsNetwork.ErrorCode.CONNECTION_REFUSED;
            case BindException _ -> SocketsNetwork.ErrorCode.ADDRESS_NOT_BINDABLE;
            default -> SocketsNetwork.ErrorCode.UNKNOWN;
        };
    }

    private static SocketsNetwork.ErrorCode code(SystemError error) {
        return switch (error) {
            case CONNECTION_REFUSED -> SocketsNetwork.ErrorCode.CONNECTION_REFUSED;
            case TIMED_OUT -> SocketsNetwork.ErrorCode.TIMEOUT;
            case UNREACHABLE -> SocketsNetwork.ErrorCode.REMOTE_UNREACHABLE;
            case ADDRESS_IN_USE -> SocketsNetwork.ErrorCode.ADDRESS_IN_USE;
            case ADDRESS_NOT_AVAILABLE -> SocketsNetwork.ErrorCode.ADDRESS_NOT_BINDABLE;
            case PERMISSION_DENIED -> SocketsNetwork.ErrorCode.ACCESS_DENIED;
            case CONNECTION_RESET -> SocketsNetwork.ErrorCode.CONNECTION_RESET;
            case CONNECTION_ABORTED -> SocketsNetwork.ErrorCode.CONNECTION_ABORTED;
            case BROKEN_PIPE -> SocketsNetwork.ErrorCode.UNKNOWN; // streams have another answer to it
            case TOO_MANY_OPEN_FILES -> SocketsNetwork.ErrorCode.NEW_SOCKET_LIMIT;
            case MESSAGE_TOO_LONG -> SocketsNetwork.ErrorCode.DATAGRAM_TOO_LARGE;
            case OUT_OF_MEMORY -> SocketsNetwork.ErrorCode.OUT_OF_MEMORY;
            case INVALID_ARGUMENT -> SocketsNetwork.ErrorCode.INVALID_ARGUMENT;
            case NOT_SUPPORTED -> SocketsNetwork.ErrorCode.NOT_SUPPORTED;
        };
    }

    static <T> Result<T, SocketsNetwork.ErrorCode> failed(Exception failure) {
        return Result.err(code(failure));
    }

    /** What a stream says: that nobody reads any more is no error. */
    static Streams.StreamError stream(IOException failure) {
        return SystemError.isBrokenPipe(failure)
                ? new Streams.StreamError.Closed()
                : new Streams.StreamError.LastOperationFailed(
                        new StreamFailure(code(failure), String.valueOf(failure.getMessage())));
    }

    private SocketErrors() {}
}
