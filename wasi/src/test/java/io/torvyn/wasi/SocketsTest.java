package io.torvyn.wasi;

import static io.torvyn.wasi.NetworkGrants.Use.TCP_CONNECT;
import static io.torvyn.wasi.NetworkGrants.Use.TCP_LISTEN;
import static io.torvyn.wasi.NetworkGrants.Use.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program of Rust's standard library in the network, and trying to get where it may not. */
@Timeout(60)
class SocketsTest {
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private int port() {
        return server.getLocalPort();
    }

    private String address() {
        return "127.0.0.1:" + port();
    }

    private NetworkGrants connect() {
        return NetProgram.granted(TCP_CONNECT, "127.0.0.1", port());
    }

    /** One connection, whose bytes all come back once the peer has said all. */
    private void echoOnce() {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(socket.getInputStream().readAllBytes());
            } catch (IOException e) {
                // Then the guest has nothing to show.
            }
        });
    }

    @Test
    void aGrantedAddressIsReachedAndTheUseIsTold() {
        echoOnce();
        NetProgram program = NetProgram.start(connect(), "echo-client", address(), "Grüße");

        assertThat(program.output()).isEqualTo("Grüße");
        assertThat(program.denials.all).isEmpty();
        assertThat(program.used).contains("network:tcp-connect:" + address());
    }

    @Test
    void whatIsGrantedByNameIsLookedUpAndReached() {
        echoOnce();
        NetProgram program = NetProgram.start(
                NetProgram.granted(TCP_CONNECT, "localhost", port()), "echo-client", "localhost:" + port(), "hello");

        assertThat(program.output()).isEqualTo("hello");
        assertThat(program.used).contains("network:tcp-connect:localhost:" + port());
    }

    @Test
    void anAddressIsReachedThatBelongsToAGrantedName() {
        echoOnce();
        NetworkGrants grants = NetProgram.granted(TCP_CONNECT, "localhost", port());
        assertThat(NetProgram.run(grants, "echo-client", address(), "hello")).isEqualTo("hello");
    }

    @Test
    void nobodyWhoIsThereRefuses() throws IOException {
        NetworkGrants grants = connect();
        server.close();
        assertThat(NetProgram.run(grants, "connect", address())).isEqualTo("error ConnectionRefused");
    }

    @Test
    void whereSomebodyListensNobodyElseDoes() {
        NetworkGrants grants = NetProgram.granted(TCP_LISTEN, "127.0.0.1", port());
        assertThat(NetProgram.run(grants, "echo-server", address(), "1")).isEqualTo("error AddrInUse");
    }

    /** 192.0.2.0/24 is for documentation, and nobody's address. */
    @Test
    void whatIsNoAddressOfThisMachineIsNotBoundTo() {
        NetworkGrants grants = NetProgram.granted(TCP_LISTEN, "*", -1);
        assertThat(NetProgram.run(grants, "echo-server", "192.0.2.1:0", "1")).isEqualTo("error AddrNotAvailable");
    }

    /** An address for everybody, which a socket has to ask for. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheSystemDeniesIsDenied() {
        NetProgram program = NetProgram.start(NetProgram.granted(UDP, "*", -1), "udp-client", "127.255.255.255:9", "x");

        assertThat(program.output()).isEqualTo("error PermissionDenied");
        assertThat(program.denials.all).isEmpty();
    }

    /** Only where there is no way to there: in a network that has one it takes minutes to find out. */
    @Test
    void whereThereIsNoWayToIsUnreachable() throws IOException {
        String nobody = "[2001:db8::1]:9";
        try (var socket = SocketChannel.open(StandardProtocolFamily.INET6)) {
            socket.configureBlocking(false);
            Exception refused = catchException(() -> socket.connect(new InetSocketAddress("2001:db8::1", 9)));
            assumeThat(refused).hasMessageContaining("unreachable");
        }
        assertThat(NetProgram.run(connectAnywhere(), "connect", nobody)).isEqualTo("error NetworkUnreachable");
    }

    @Test
    void ipv6Works() throws Exception {
        try (var ipv6 = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            NetworkGrants grants = NetProgram.granted(TCP_CONNECT, "[::1]", ipv6.getLocalPort());
            assertThat(NetProgram.run(grants, "connect", "[::1]:" + ipv6.getLocalPort()))
                    .isEqualTo("connected");
        }
    }

    @Test
    void aServerAcceptsWhereItMayListen() throws Exception {
        NetProgram program =
                NetProgram.start(NetProgram.granted(TCP_LISTEN, "127.0.0.1", -1), "echo-server", "127.0.0.1:0", "2");
        int bound = Integer.parseInt(program.printed().substring("listening ".length()));

        for (String text : new String[] {"first", "second!"}) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), bound)) {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo(text);
            }
        }

        assertThat(program.output()).isEqualTo("listening " + bound + "\nechoed 5\nechoed 7");
        assertThat(program.failure()).isEmpty();
    }

    /** What the operating system does not take waits in the host, no more than a chunk of it, and the guest with it. */
    @Test
    void moreIsSentThanAnybodyHolds() throws Exception {
        int size = 8 << 20;
        CompletableFuture<Long> sum = new CompletableFuture<>();
        NetProgram program = NetProgram.start(connect(), "pump", address(), String.valueOf(size));
        try (Socket socket = server.accept()) {
            while (program.thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait(); // until nothing more goes out
            }
            InputStream in = socket.getInputStream();
            long total = 0;
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    assertThat(buffer[i]).isEqualTo((byte) (((total + i) % 65_536) * 31 >> 3));
                }
                total += count;
            }
            sum.complete(total);
            socket.getOutputStream().write("got it\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(program.output()).isEqualTo("got it");
        assertThat(sum.join()).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({"read-timeout, error WouldBlock", "nonblocking, error WouldBlock"})
    void readingDoesNotWaitForEver(String command, String output) {
        assertThat(NetProgram.run(connect(), command, address())).isEqualTo(output);
    }

    @Test
    void aReadThatWaitsIsInterrupted() throws Exception {
        NetProgram program = NetProgram.start(connect(), "read", address());
        program.printed();
        while (program.thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        program.thread.interrupt();

        assertThat(program.failure()).contains("interrupted");
        assertThat(server.accept().getInputStream().read()).isNegative();
    }

    @Test
    void udpGoesBothWays() throws Exception {
        try (var peer = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            for (String command : new String[] {"udp-client", "udp-connected"}) {
                NetProgram program = NetProgram.start(
                        NetProgram.granted(UDP, "127.0.0.1", peer.getLocalPort()),
                        command,
                        "127.0.0.1:" + peer.getLocalPort(),
                        "ping");
                var packet = new DatagramPacket(new byte[100], 100);
                peer.receive(packet);
                peer.send(packet);
                assertThat(program.output()).isEqualTo("ping");
            }
        }
    }

    /** It may answer those whom it has heard, wherever they are. */
    @Test
    void aUdpServerAnswersOnTheVeryPortThatItWasGranted() throws Exception {
        int free;
        try (var probe = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            free = probe.getLocalPort();
        }
        NetProgram program =
                NetProgram.start(NetProgram.granted(UDP, "127.0.0.1", free), "udp-server", "127.0.0.1:" + free);
        assertThat(program.printed()).isEqualTo("bound " + free);
        try (var client = new DatagramSocket()) {
            client.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, InetAddress.getLoopbackAddress(), free));
            var answer = new DatagramPacket(new byte[10], 10);
            client.receive(answer);
            assertThat(answer.getLength()).isEqualTo(3);
        }
        assertThat(program.output()).endsWith("echoed 3");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "0x7f000001, 127.0.0.1",
        "2130706433, 127.0.0.1",
        "0177.0.0.1, 127.0.0.1",
        "127.1, 127.0.0.1",
        "::1, ::1",
        "localhost, 127.0.0.1"
    })
    void anAddressIsItsOwnName(String host, String address) {
        assertThat(NetProgram.run(connectAnywhere(), "lookup", host)).contains(address);
    }

    private static NetworkGrants connectAnywhere() {
        return NetProgram.granted(TCP_CONNECT, "*", -1);
    }

    // From here on: escape attempts.

    @Test
    void noGrantNoNetwork() {
        NetProgram program = NetProgram.start(NetworkGrants.NONE, "connect", address());

        assertThat(program.output()).isEqualTo("error PermissionDenied");
        assertThat(program.denials.all)
                .containsExactly(new Denials.Denial("network:tcp-connect:" + address(), "tried to reach " + address()));
        assertThat(program.used).containsExactly("stdio:stdout");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void anotherPortIsNotReached(int offset) {
        NetworkGrants grants = NetProgram.granted(TCP_CONNECT, "127.0.0.1", port() + offset);
        assertThat(NetProgram.run(grants, "connect", address())).isEqualTo("error PermissionDenied");
    }

    @Test
    void anotherHostIsNotReached() {
        NetworkGrants grants = NetProgram.granted(TCP_CONNECT, "127.0.0.2", port());
        assertThat(NetProgram.run(grants, "connect", address())).isEqualTo("error PermissionDenied");
    }

    @ParameterizedTest
    @CsvSource({"0x7f000001", "2130706433", "017700000001", "127.1", "0x7f.0.0.1"})
    void noSpellingOfAnAddressGetsRoundAGrant(String spelling) {
        NetworkGrants elsewhere = NetProgram.granted(TCP_CONNECT, "127.0.0.2", port());
        NetProgram program = NetProgram.start(elsewhere, "lookup-connect", spelling, String.valueOf(port()));

        assertThat(program.output()).isEqualTo("error PermissionDenied");
        assertThat(program.denials.capabilities()).containsExactly("network:tcp-connect:" + address());
    }

    /** Addresses of IPv4 in the clothes of IPv6 are no addresses that a socket can have. */
    @ParameterizedTest
    @ValueSource(strings = {"[::ffff:127.0.0.1]", "[::127.0.0.1]"})
    void ipv4InIpv6IsRefused(String host) {
        assertThat(NetProgram.run(connectAnywhere(), "connect", host + ":" + port()))
                .isEqualTo("error InvalidInput");
    }

    @Test
    void aNameThatIsNotGrantedIsNotLookedUp() {
        NetProgram program = NetProgram.start(connect(), "lookup", "localhost");

        assertThat(program.output()).startsWith("error ");
        assertThat(program.denials.capabilities()).containsExactly("network:tcp-connect:localhost");
    }

    @Test
    void listeningNeedsItsOwnGrant() {
        NetProgram program = NetProgram.start(connectAnywhere(), "echo-server", "127.0.0.1:0", "1");

        assertThat(program.output()).isEqualTo("error PermissionDenied");
        assertThat(program.denials.capabilities()).containsExactly("network:tcp-listen:127.0.0.1:0");
    }

    @Test
    void aServerDoesNotListenElsewhere() {
        NetworkGrants grants = NetProgram.granted(TCP_LISTEN, "127.0.0.1", -1);
        assertThat(NetProgram.run(grants, "echo-server", "0.0.0.0:0", "1")).isEqualTo("error PermissionDenied");
    }

    @Test
    void tcpIsNotUdp() {
        assertThat(NetProgram.run(connectAnywhere(), "udp-client", address(), "ping"))
                .isEqualTo("error PermissionDenied");
    }

    @Test
    void datagramsDoNotGoElsewhere() {
        NetworkGrants grants = NetProgram.granted(UDP, "127.0.0.1", 9);
        for (String command : new String[] {"udp-client", "udp-connected"}) {
            assertThat(NetProgram.run(grants, command, address(), "ping")).isEqualTo("error PermissionDenied");
        }
    }

    @Test
    void socketsAreCounted() {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    server.accept();
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        assertThat(NetProgram.run(connect(), "many", address(), "100")).startsWith("64 and then ");
        assertThat(NetProgram.run(connect(), "many", address(), "64")).isEqualTo("64");
    }

    @Test
    void allSocketsCloseWithTheInstance() throws Exception {
        NetProgram.run(connect(), "many", address(), "100");
        for (int i = 0; i < 64; i++) {
            try (Socket socket = server.accept()) {
                assertThat(socket.getInputStream().read()).isNegative();
            }
        }
    }
}
