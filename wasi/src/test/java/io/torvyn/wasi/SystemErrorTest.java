package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors of the system by its words, in whatever language. */
class SystemErrorTest {
    private static final Map<Integer, String> FRENCH = Map.of(
            Errno.ECONNREFUSED, "Connexion refusée",
            Errno.ETIMEDOUT, "Connexion terminée par expiration du délai d'attente",
            Errno.EADDRINUSE, "Adresse déjà utilisée",
            Errno.EPIPE, "Relais brisé (pipe)",
            Errno.EACCES, "Permission non accordée");

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_REFUSED, Connection refused",
        "CONNECTION_REFUSED, Connection refused: connect",
        "TIMED_OUT, Connection timed out",
        "TIMED_OUT, Operation timed out",
        "UNREACHABLE, Network is unreachable",
        "UNREACHABLE, No route to host",
        "UNREACHABLE, Host is unreachable",
        "ADDRESS_IN_USE, Address already in use",
        "ADDRESS_IN_USE, Address in use",
        "ADDRESS_NOT_AVAILABLE, Cannot assign requested address",
        "ADDRESS_NOT_AVAILABLE, Can't assign requested address",
        "ADDRESS_NOT_AVAILABLE, Address not available",
        "PERMISSION_DENIED, Permission denied",
        "PERMISSION_DENIED, Operation not permitted",
        "CONNECTION_RESET, Connection reset",
        "CONNECTION_RESET, Connection reset by peer",
        "CONNECTION_ABORTED, Software caused connection abort",
        "BROKEN_PIPE, Broken pipe (Write failed)",
        "TOO_MANY_OPEN_FILES, Too many open files",
        "MESSAGE_TOO_LONG, Message too long",
        "OUT_OF_MEMORY, No buffer space available",
        "INVALID_ARGUMENT, Invalid argument",
        "NOT_SUPPORTED, Protocol family unavailable"
    })
    void theWordsOfManySystemsAreKnown(SystemError error, String words) {
        assertThat(SystemError.of(new IOException(words))).contains(error);
    }

    @ParameterizedTest
    @EnumSource
    @EnabledOnOs(OS.LINUX)
    void theWordsOfThisSystemAreKnownInItsLanguage(SystemError error) {
        String[] words = SystemError.OwnWords.KNOWN.words().get(error);
        assertThat(words).hasSameSizeAs(error.numbers()).doesNotContain("");
        for (String text : words) {
            assertThat(SystemError.OwnWords.KNOWN.find(text)).isEqualTo(error);
            assertThat(SystemError.of(new IOException(text))).contains(error);
        }
    }

    @Test
    void otherLanguagesAreKnownByWhatTheirLibrarySays() {
        SystemError.Words french = SystemError.Words.of(number -> FRENCH.getOrDefault(number, ""));

        assertThat(french.find("Connexion refusée")).isEqualTo(SystemError.CONNECTION_REFUSED);
        assertThat(french.find("Adresse déjà utilisée")).isEqualTo(SystemError.ADDRESS_IN_USE);
        assertThat(french.find("Relais brisé (pipe) (Write failed)")).isEqualTo(SystemError.BROKEN_PIPE);
        assertThat(french.find("Permission non accordée")).isEqualTo(SystemError.PERMISSION_DENIED);
        assertThat(french.find("Relais")).isNull();
        assertThat(french.find("")).isNull();
    }

    /** A connection that ends by a reset, as it is met by reading, and by writing twice: the first one is sent. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aStreamTellsOfAResetAndIsClosedWhenNobodyReads() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var reading = SocketChannel.open(server.getLocalSocketAddress())) {
            try (Socket peer = server.accept()) {
                peer.setSoLinger(true, 0);
            }
            IOException met = catchThrowableOfType(IOException.class, () -> reading.read(ByteBuffer.allocate(1)));
            assertThat(met).isNotNull();
            assertThat(SocketErrors.stream(met))
                    .isEqualTo(new Streams.StreamError.LastOperationFailed(new SocketErrors.StreamFailure(
                            SocketsNetwork.ErrorCode.CONNECTION_RESET, String.valueOf(met.getMessage()))));
            IOException gone = catchThrowableOfType(IOException.class, () -> reading.write(ByteBuffer.allocate(1)));
            assertThat(gone).isNotNull();
            assertThat(SocketErrors.stream(gone)).isInstanceOf(Streams.StreamError.Closed.class);
        }
    }

    @Test
    void whatNobodyKnowsIsNoneOfThem() {
        assertThat(SystemError.of(new IOException("Aucun espace disponible"))).isEmpty();
        assertThat(SystemError.of(new IOException())).isEmpty();
    }

    /** The JDK's types tell most, its words the rest: three errors are a ConnectException, and three a BindException. */
    @Test
    void aGuestIsToldByTypeAndWords() {
        assertThat(SocketErrors.code(new ConnectException("Connection timed out")))
                .isEqualTo(SocketsNetwork.ErrorCode.TIMEOUT);
        assertThat(SocketErrors.code(new ConnectException("Niemand da")))
                .isEqualTo(SocketsNetwork.ErrorCode.CONNECTION_REFUSED);
        assertThat(SocketErrors.code(new BindException("Permission denied")))
                .isEqualTo(SocketsNetwork.ErrorCode.ACCESS_DENIED);
        assertThat(SocketErrors.code(new BindException("Address already in use")))
                .isEqualTo(SocketsNetwork.ErrorCode.ADDRESS_IN_USE);
        assertThat(SocketErrors.code(new BindException("Geht nicht")))
                .isEqualTo(SocketsNetwork.ErrorCode.ADDRESS_NOT_BINDABLE);
        assertThat(SocketErrors.code(new SocketException("Geht nicht"))).isEqualTo(SocketsNetwork.ErrorCode.UNKNOWN);
    }
}
