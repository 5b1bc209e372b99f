package io.torvyn.wasi;

import static io.torvyn.wasi.NetworkGrants.Use.TCP_CONNECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the network a component may use, when those who own names mean harm. */
@Timeout(30)
class NetworkAccessTest {
    private final Map<String, String> zone = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> denied = new ArrayList<>();
    private final List<String> used = new ArrayList<>();

    private NetworkAccess access(String host, int port) {
        var report = new CapabilityReport() {
            @Override
            public void denied(String capability, String detail) {
                denied.add(capability);
            }

            @Override
            public void used(String capability) {
                used.add(capability);
            }
        };
        return new NetworkAccess(NetProgram.granted(TCP_CONNECT, host, port), report, name -> {
            asked.add(name);
            String address = zone.get(name);
            if (address == null) {
                throw new UnknownHostException(name);
            }
            return List.of(InetAddress.getByName(address));
        });
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(address, port);
    }

    private static List<String> addresses(Lookup lookup) {
        Pollables.await(List.of(lookup));
        return lookup.addresses().stream().map(InetAddress::getHostAddress).toList();
    }

    @Test
    void aNameServerThatChangesItsMindChangesNothing() {
        NetworkAccess access = access("example.com", 80);
        zone.put("example.com", "192.0.2.1");
        assertThat(addresses(access.lookUp("example.com"))).containsExactly("192.0.2.1");

        zone.put("example.com", "192.0.2.2");
        assertThat(addresses(access.lookUp("example.com"))).containsExactly("192.0.2.1");
        assertThat(access.mayReach(TCP_CONNECT, at("192.0.2.1", 80))).isTrue();
        assertThat(access.mayReach(TCP_CONNECT, at("192.0.2.2", 80))).isFalse();
        assertThat(asked).containsExactly("example.com");
        assertThat(used).containsExactly("network:tcp-connect:example.com:80");
        assertThat(denied).containsExactly("network:tcp-connect:192.0.2.2:80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"})
    void aGrantedNameIsNoWayToTheMachineItself(String address) {
        zone.put("example.com", address);
        NetworkAccess access = access("example.com", -1);

        assertThat(addresses(access.lookUp("example.com"))).isEmpty();
        assertThat(access.mayReach(TCP_CONNECT, at(address, 80))).isFalse();
    }

    @Test
    void anybodyMayBeTheMachineItselfWhereEverythingIsGranted() {
        zone.put("example.com", "127.0.0.1");
        assertThat(addresses(access("*", -1).lookUp("example.com"))).containsExactly("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "*.example.com, example.com, true",
        "*.example.com, a.b.example.com, true",
        "*.example.com, notexample.com, false",
        "example.com, a.example.com, false",
        "example.com, example.com, true"
    })
    void aDomainIsItselfAndWhatIsBelowIt(String grant, String name, boolean granted) {
        zone.put(name, "192.0.2.1");
        NetworkAccess access = access(grant, 80);

        Lookup lookup = access.guestLookUp(name);
        assertThat(lookup != null).isEqualTo(granted);
        if (lookup != null) {
            Pollables.await(List.of(lookup));
            assertThat(access.mayReach(TCP_CONNECT, at("192.0.2.1", 80))).isTrue();
            assertThat(access.mayReach(TCP_CONNECT, at("192.0.2.1", 81))).isFalse();
        } else {
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void namesAreCounted() {
        NetworkAccess access = access("*.example.com", 80);
        for (int i = 0; i < 256; i++) {
            addresses(access.lookUp(i + ".example.com"));
        }
        Lookup one = access.lookUp("more.example.com");
        assertThat(one.ready()).isTrue();
        assertThat(one.failure()).isEqualTo(SocketsNetwork.ErrorCode.TEMPORARY_RESOLVER_FAILURE);
        assertThat(asked).hasSize(256);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "0X7F.1, 127.0.0.1",
        "0x, 0.0.0.0",
        "4294967295, 255.255.255.255",
        "1.2.3.4., 1.2.3.4",
        "[::1], 0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1, 127.0.0.1",
        "２１３０７０６４３３, 127.0.0.1"
    })
    void allSpellingsOfAnAddressAreTheSameAddress(String text, String address) {
        assertThat(Host.parse(text)).isInstanceOfSatisfying(Host.Address.class, host -> assertThat(
                        host.address().getHostAddress())
                .isEqualTo(address));
    }

    @ParameterizedTest
    @CsvSource({"EXAMPLE.com, example.com", "example.com., example.com", "bücher.example, xn--bcher-kva.example"})
    void allSpellingsOfANameAreTheSameName(String text, String name) {
        assertThat(Host.parse(text)).isEqualTo(new Host.Name(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                "-a",
                "a b",
                "a/b",
                "a:b",
                "1.2.3.256",
                "1.2.3.4.5",
                "4294967296",
                "08",
                "1.2.3.0x100",
                "fe80::1%eth0",
                "a\u0000b",
                "a@b"
            })
    void whatIsNeitherIsRefused(String text) {
        assertThat(Host.parse(text)).isNull();
    }
}
