package io.torvyn.wasi;

import static io.torvyn.wasi.NetworkGrants.Use.HTTP_OUTGOING;
import static io.torvyn.wasi.NetworkGrants.Use.TCP_CONNECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.guests.Guests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that makes requests, to a server that answers what a test says; and trying to get where it may not. The guest
 * tells error codes by their number in wasi:http.
 */
@Timeout(60)
class HttpTest {
    private static final Component COMPONENT =
            Component.load(Guests.bytes("requests"), "requests", Fixtures.ENGINE, CoreEngine.Strategy.OPTIMIZED);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Answer: yes\r\n\r\nhello";

    private static final String PASSWORD = "secret";

    @TempDir
    private static Path folder;

    private final Denials denials = new Denials();
    private ServerSocket server;
    private CompletableFuture<String> asked;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Answers one request with these bytes, once it has all of it, and closes the connection. */
    private HttpTest answering(String response) {
        asked = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                asked.complete(message(socket.getInputStream()));
                socket.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                asked.completeExceptionally(e);
            }
        });
        return this;
    }

    private static String message(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
            bytes.write(next(in));
        }
        String head = bytes.toString(StandardCharsets.ISO_8859_1);
        if (head.contains("Transfer-Encoding: chunked")) {
            String end = head.contains("X-Trailer") ? "last\r\n\r\n" : "\r\n0\r\n\r\n";
            while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
                bytes.write(next(in));
            }
        }
        int length = head.indexOf("content-length: ");
        if (length >= 0) {
            bytes.write(in.readNBytes(Integer.parseInt(head.substring(length + 16, head.indexOf('\r', length)))));
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static int next(InputStream in) throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new IOException("the request broke off");
        }
        return b;
    }

    private String authority() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private NetworkGrants granted() {
        return NetProgram.granted(HTTP_OUTGOING, "127.0.0.1", server.getLocalPort());
    }

    /** A request, to be changed part by part. */
    private final class Request {
        private final Map<String, Value> parts = new LinkedHashMap<>();

        Request() {
            with("method", new Value.Str("GET"));
            with("scheme", new Value.Str("http"));
            with("authority", new Value.Str(authority()));
            with("path", new Value.Str("/"));
            with("headers", new Value.ListValue(List.of()));
            with("body", new Value.OptionValue(Optional.empty()));
            with("early", new Value.Bool(false));
            with("trailers", new Value.ListValue(List.of()));
            with("timeout", new Value.U32(0));
        }

        private Request with(String part, Value value) {
            parts.put(part, value);
            return this;
        }

        Request with(String part, String value) {
            return with(part, new Value.Str(value));
        }

        Request body(String body) {
            return with("method", "POST").with("body", new Value.OptionValue(Optional.of(new Value.Str(body))));
        }

        Request early() {
            return with("early", new Value.Bool(true));
        }

        Request timeout(int millis) {
            return with("timeout", new Value.U32(millis));
        }

        Request field(String name, String value) {
            return add("headers", name, value);
        }

        Request trailer(String name, String value) {
            return add("trailers", name, value);
        }

        private Request add(String part, String name, String value) {
            List<Value> all = new ArrayList<>(((Value.ListValue) parts.get(part)).elements());
            all.add(new Value.TupleValue(List.of(new Value.Str(name), new Value.Str(value))));
            return with(part, new Value.ListValue(all));
        }

        String send() {
            return send(granted());
        }

        String send(NetworkGrants grants) {
            return call(grants, "send", new Value.RecordValue(parts)) instanceof Value.Str(var text) ? text : "";
        }
    }

    private Value call(NetworkGrants grants, String function, Value... arguments) {
        try (Instance instance = instance(grants)) {
            return call(instance, function, arguments);
        }
    }

    private static Value call(Instance instance, String function, Value... arguments) {
        return instance.exportedFunction(function)
                .orElseThrow()
                .call(List.of(arguments))
                .orElseThrow();
    }

    private Instance instance(NetworkGrants grants) {
        WasiGrants wasi = new WasiGrants(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(),
                        List.of(),
                        Set.of(WasiGrants.Source.MONOTONIC_CLOCK))
                .withNetwork(grants);
        var imports = new Imports();
        Wasi.addTo(imports, COMPONENT, wasi, denials);
        return COMPONENT.instantiate(imports, new InstanceOptions("requests", new CoreLimits(1 << 26, 1000)));
    }

    @Test
    void aRequestIsSentAndItsResponseRead() {
        answering(OK);
        assertThat(new Request().with("path", "/a?b=c").field("X-Asked", "yes").send())
                .isEqualTo("200\nContent-Length=5;X-Answer=yes;\nhello");
        assertThat(asked.join())
                .isEqualTo("GET /a?b=c HTTP/1.1\r\nHost: " + authority()
                        + "\r\nX-Asked: yes\r\nConnection: close\r\n\r\n");
        assertThat(denials.all).isEmpty();
    }

    @Test
    void aHostMayBeGrantedByName() {
        answering(OK);
        String authority = "LocalHost:" + server.getLocalPort();
        assertThat(new Request()
                        .with("authority", authority)
                        .send(NetProgram.granted(HTTP_OUTGOING, "localhost", server.getLocalPort())))
                .startsWith("200\n");
        assertThat(asked.join()).contains("Host: localhost:" + server.getLocalPort() + "\r\n");
    }

    @Test
    void aBodyGoesInChunksAndItsTrailersAfterIt() {
        answering(OK);
        assertThat(new Request()
                        .body("abc")
                        .field("X-Trailer", "1")
                        .trailer("Sum", "last")
                        .send())
                .startsWith("200\n");
        assertThat(asked.join())
                .endsWith("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                        + "3\r\nabc\r\n0\r\nSum: last\r\n\r\n");
    }

    @Test
    void aBodyMayBeWrittenBeforeTheRequestIsSent() {
        answering(OK);
        assertThat(new Request().body("x".repeat(100_000)).early().send()).startsWith("200\n");
        assertThat(asked.join()).contains("x".repeat(4096));
    }

    @Test
    void aBodyOfKnownLengthGoesAsItIs() {
        answering(OK);
        assertThat(new Request().body("abc").field("content-length", "3").send())
                .startsWith("200\n");
        assertThat(asked.join()).doesNotContain("chunked").endsWith("\r\n\r\nabc");
    }

    @ParameterizedTest
    @CsvSource({"2, write error 17", "4, finish error 17"})
    void aBodyHasTheLengthThatItWasSaidToHave(String announced, String told) {
        answering(OK);
        assertThat(new Request().body("abc").field("content-length", announced).send())
                .isEqualTo(told);
    }

    @Test
    void aResponseInChunksIsReadWithItsTrailers() {
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;x=y\r\nhello\r\n7\r\n, world\r\n0\r\nSum: last\r\nConnection: x\r\n\r\n");
        assertThat(new Request().send()).isEqualTo("200\n\nhello, world\nSum=last;");
    }

    @Test
    void aResponseWithoutALengthEndsWithItsConnection() {
        answering("HTTP/1.0 404 Not Found\r\n\r\nnot here");
        assertThat(new Request().send()).isEqualTo("404\n\nnot here");
    }

    @Test
    void whatIsInformationalIsPassedOver() {
        answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + OK);
        assertThat(new Request().send()).startsWith("200\n");
    }

    @Test
    void aResponseToHeadHasNoBody() {
        answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        assertThat(new Request().with("method", "HEAD").send()).isEqualTo("200\nContent-Length=5;\n");
    }

    @Test
    void aLargeResponsePassesThroughASmallPipe() {
        String body = "0123456789".repeat(500_000);
        answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        assertThat(new Request().send()).endsWith(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | response error 35",
                "HTTP/2 200 OK~~ | response error 35",
                "HTTP/1.1 200 OK~A b: c~~ | response error 35",
                "HTTP/1.1 200 OK~A: b~ folded~~ | response error 35",
                "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 2~~ab | response error 35",
                "HTTP/1.1 200 OK~Content-Length: +1~~a | response error 35",
                "HTTP/1.1 200 OK~Content-Length: 1~Transfer-Encoding: chunked~~a | response error 35",
                "HTTP/1.1 200 OK~Transfer-Encoding: gzip~~a | response error 31",
                "HTTP/1.1 101 Switching Protocols~~ | response error 35",
                "HTTP/1.1 200 OK~A: b | response error 25"
            })
    void whatIsNoResponseIsAnError(String response, String told) {
        answering(response.replace("~", "\r\n") + "\r\n");
        assertThat(new Request().send()).isEqualTo(told);
    }

    @Test
    void aServerThatSaysNothingIsAnError() {
        answering("");
        assertThat(new Request().send()).isEqualTo("response error 7");
    }

    @Test
    void headersAreNotEndless() {
        answering("HTTP/1.1 200 OK\r\nA: " + "x".repeat(100_000) + "\r\n\r\n");
        assertThat(new Request().send()).isEqualTo("response error 26");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 9\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"})
    void aResponseThatBreaksOffIsReadSoFar(String rest) {
        answering("HTTP/1.1 200 OK\r\n" + rest);
        assertThat(new Request().send()).contains("\nhello\nread error 25\ntrailers error 25");
    }

    @Test
    void nobodyWhoIsThereRefuses() throws IOException {
        var request = new Request();
        NetworkGrants grants = granted();
        server.close();
        assertThat(request.send(grants)).isEqualTo("response error 6");
    }

    @Test
    void waitingForTheFirstByteHasAnEnd() {
        assertThat(new Request().timeout(30).send()).isEqualTo("response error 9");
    }

    /** A server for which a certificate speaks that is its own, and is made out to localhost. */
    private SSLServerSocket overTls() throws Exception {
        char[] password = PASSWORD.toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store().toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server.close();
        var secure = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        server = secure;
        return secure;
    }

    /** Made by the first test that wants it. */
    private static Path store() throws Exception {
        Path store = folder.resolve("store.p12");
        if (!Files.exists(store)) {
            Process made = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=here",
                            "-ext",
                            "san=dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(made.waitFor()).as(said).isZero();
        }
        return store;
    }

    /** As an operator has it who starts Java with {@code -Djavax.net.ssl.…}. */
    private static void started(Map<String, String> properties) {
        properties.forEach((name, value) -> System.setProperty("javax.net.ssl." + name, value));
    }

    @AfterEach
    void stopTrusting() {
        List.of("trustStore", "trustStorePassword", "keyStore", "keyStorePassword")
                .forEach(name -> System.clearProperty("javax.net.ssl." + name));
    }

    private String sendOverTls(String host) {
        return new Request()
                .with("scheme", "https")
                .with("authority", host + ":" + server.getLocalPort())
                .send(NetProgram.granted(HTTP_OUTGOING, "*", server.getLocalPort()));
    }

    @Test
    void aServerThatTheTrustStoreVouchesForIsAskedOverTls() throws Exception {
        overTls();
        started(Map.of("trustStore", store().toString(), "trustStorePassword", PASSWORD));
        answering(OK);
        assertThat(sendOverTls("localhost")).isEqualTo("200\nContent-Length=5;X-Answer=yes;\nhello");
        assertThat(asked.join()).startsWith("GET / HTTP/1.1\r\nHost: localhost:" + server.getLocalPort());
    }

    @Test
    void aTrustStoreThatCannotBeReadIsTheHostsError() throws Exception {
        overTls();
        started(Map.of("trustStore", store().toString(), "trustStorePassword", "another"));
        assertThat(sendOverTls("localhost")).isEqualTo("response error 37");
    }

    @Test
    void aLargeResponseOverTlsIsReadWhole() throws Exception {
        String body = "0123456789".repeat(100_000);
        overTls();
        started(Map.of("trustStore", store().toString(), "trustStorePassword", PASSWORD));
        answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        assertThat(sendOverTls("localhost")).endsWith(body);
    }

    @Test
    void aServerWithoutTlsIsNoServerForHttps() {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(OK.getBytes(StandardCharsets.ISO_8859_1));
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                // The guest has seen enough.
            }
        });
        assertThat(new Request().with("scheme", "https").send()).isEqualTo("response error 12");
    }

    // From here on: escape attempts.

    @Test
    void noGrantNoRequest() {
        assertThat(new Request().send(NetworkGrants.NONE)).isEqualTo("handle error 15");
        assertThat(denials.capabilities()).containsExactly("network:http-outgoing:" + authority());
    }

    @Test
    void tcpIsNotHttp() {
        assertThat(new Request().send(NetProgram.granted(TCP_CONNECT, "*", -1))).isEqualTo("handle error 15");
    }

    @Test
    void anotherPortIsNotAsked() {
        var grants = NetProgram.granted(HTTP_OUTGOING, "127.0.0.1", 80);
        assertThat(new Request().send(grants)).isEqualTo("handle error 15");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]"})
    void noSpellingOfAnAddressGetsRoundAGrant(String host) {
        var elsewhere = NetProgram.granted(HTTP_OUTGOING, "127.0.0.2", server.getLocalPort());
        assertThat(new Request()
                        .with("authority", host + ":" + server.getLocalPort())
                        .send(elsewhere))
                .isEqualTo("handle error 15");
        assertThat(denials.capabilities()).containsExactly("network:http-outgoing:" + authority());
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        overTls();
        answering(OK);
        assertThat(sendOverTls("localhost")).isEqualTo("response error 13");
        assertThatThrownBy(() -> asked.join()).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void withoutATrustStoreNobodyVouches() throws Exception {
        overTls();
        started(Map.of("trustStore", folder.resolve("none").toString()));
        answering(OK);
        assertThat(sendOverTls("localhost")).isEqualTo("response error 13");
        assertThatThrownBy(() -> asked.join()).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aCertificateSpeaksForNobodyElse() throws Exception {
        overTls();
        started(Map.of("trustStore", store().toString(), "trustStorePassword", PASSWORD));
        answering(OK);
        assertThat(sendOverTls("127.0.0.1")).isEqualTo("response error 13");
        assertThatThrownBy(() -> asked.join()).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void noGuestShowsACertificateOfTheHosts() throws Exception {
        overTls().setNeedClientAuth(true);
        started(Map.of(
                "trustStore",
                store().toString(),
                "trustStorePassword",
                PASSWORD,
                "keyStore",
                store().toString(),
                "keyStorePassword",
                PASSWORD));
        answering(OK);
        assertThat(sendOverTls("localhost")).startsWith("response error ");
        assertThatThrownBy(() -> asked.join()).hasMessageContaining("certificate");
    }

    @Test
    void redirectsAreTheGuestsToFollow() {
        answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n\r\n");
        assertThat(new Request().send()).isEqualTo("302\nLocation=http://127.0.0.2:9/;Content-Length=0;\n");

        assertThat(new Request().with("authority", "127.0.0.2:9").send()).isEqualTo("handle error 15");
    }

    /** 0: not of the form of a field; 1: not the guest's to set. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A | x~~GET /secret HTTP/1.1~~ | 0",
                "A~B | x | 0",
                "A: b~C | x | 0",
                "'' | x | 0",
                "A | x^ | 0",
                "Host | elsewhere | 1",
                "hOST | elsewhere | 1",
                "Connection | keep-alive | 1",
                "Transfer-Encoding | chunked | 1",
                "Proxy-Authorization | x | 1",
                "Upgrade | websocket | 1",
                "Content-Length | 1, 2 | 0",
                "Content-Length | -1 | 0",
                "Content-Length | 0x10 | 0"
            })
    void noFieldSplitsARequestOrSaysWhereItGoes(String name, String value, String error) {
        assertThat(new Request()
                        .field(
                                name.replace("~", "\r\n"),
                                value.replace("~", "\r\n").replace("^", "\u0000"))
                        .send())
                .isEqualTo("field error " + error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "method | GET / HTTP/1.1~~GET | method refused",
                "method | A B | method refused",
                "path | /a HTTP/1.1~X: y~~ | path refused",
                "path | /a b | path refused",
                "path | http://elsewhere/ | path refused",
                "path | /a#b | path refused",
                "authority | a~Host: b | authority refused",
                "authority | user:word@127.0.0.1 | authority refused",
                "authority | 127.0.0.1:99999 | authority refused",
                "authority | 127.0.0.1:80@elsewhere | authority refused",
                "authority | 127.0.0.1/path | authority refused",
                "scheme | ht tp | scheme refused",
                "scheme | gopher | handle error 35",
                "method | CONNECT | handle error 18"
            })
    void noPartOfARequestIsMoreThanThatPart(String part, String value, String told) {
        assertThat(new Request().with(part, value.replace("~", "\r\n")).send()).isEqualTo(told);
    }

    @Test
    void twoLengthsAreNoLength() {
        assertThat(new Request()
                        .body("abc")
                        .field("content-length", "3")
                        .field("Content-Length", "3")
                        .send())
                .isEqualTo("handle error 35");
    }

    @Test
    void trailersAreFieldsToo() {
        answering(OK);
        assertThat(new Request().body("abc").trailer("Host", "elsewhere").send())
                .isEqualTo("field error 1");
    }

    @Test
    void requestsAreCountedAsSockets() {
        assertThat(call(granted(), "flood", new Value.RecordValue(new Request().parts), new Value.U32(100)))
                .isEqualTo(new Value.U32(64));
    }

    @Test
    void headerFieldsAreCounted() {
        var request = new Request();
        for (int i = 0; i < 5; i++) {
            request.field("A" + i, "x".repeat(1 << 20));
        }
        assertThatThrownBy(request::send).hasMessageContaining("its HTTP fields take more than 4194304 bytes");
    }

    @Test
    void connectionsCloseWithTheInstance() throws Exception {
        Socket socket;
        try (Instance instance = instance(granted())) {
            call(instance, "flood", new Value.RecordValue(new Request().parts), new Value.U32(1));
            socket = server.accept();
        }
        assertThat(socket.getInputStream().readAllBytes()).isNotNull(); // it ends
        socket.close();
    }
}
