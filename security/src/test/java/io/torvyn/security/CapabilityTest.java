package io.torvyn.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.TorvynException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** runtime.md, "Security". */
class CapabilityTest {
    @ParameterizedTest
    @EnumSource(CapabilityKind.class)
    void everyKindIsReadFromItsCanonicalForm(CapabilityKind kind) {
        List<Capability> parsed = Capability.parseGrant(kind.example());

        assertThat(parsed).hasSize(1);
        assertThat(parsed.getFirst().kind()).isEqualTo(kind);
        assertThat(parsed.getFirst()).hasToString(kind.example());
        assertThat(Capability.parseGrant(parsed.getFirst().toString())).isEqualTo(parsed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stdout                                 | stdio:stdout",
                "stderr                                 | stdio:stderr",
                "stdin                                  | stdio:stdin",
                "wasi-filesystem-read:/data             | filesystem:read:/data",
                "wasi:filesystem/read:/data             | filesystem:read:/data",
                "filesystem-read:/data/                 | filesystem:read:/data",
                "filesystem-write:/data/*               | filesystem:write:/data",
                "wasi:filesystem/write:/a/./b/../c/**   | filesystem:write:/a/c",
                "filesystem:read:/                      | filesystem:read:/",
                "filesystem:read:/a:b                   | filesystem:read:/a:b",
                "tcp-connect:Example.ORG:443            | network:tcp-connect:example.org:443",
                "network:tcp-connect:a,b:80,8000-8080   | network:tcp-connect:a,b:80,8000-8080",
                "network:tcp-connect::443               | network:tcp-connect:*:443",
                "network:tcp-connect:*                  | network:tcp-connect",
                "network:tcp-connect:*:*                | network:tcp-connect",
                "network:tcp-connect:*.example.org      | network:tcp-connect:*.example.org",
                "network:udp:[::1]:53                   | network:udp:[::1]:53",
                "network:udp:[::1]                      | network:udp:[::1]",
                "http-client:https://api.example.org/v1 | network:http-outgoing:api.example.org:443",
                "http-client:http://localhost:8080      | network:http-outgoing:localhost:8080",
                "wasi-clocks                            | clock:wall clock:monotonic",
                "wasi:clocks/monotonic-clock            | clock:monotonic",
                "wasi-random                            | random:crypto random:insecure",
                "random                                 | random:crypto",
                "wasi-network-egress                    | network:tcp-connect network:udp network:http-outgoing",
                "network:egress:h:1                     | network:tcp-connect:h:1 network:udp:h:1 network:http-outgoing:h:1",
                "environment:TZ,LANG                    | environment:read:LANG,TZ",
                "resource-pool:large                    | torvyn:resource-allocate:large",
                "AllocateBuffer                         | torvyn:resource-allocate",
                "backpressure-control                   | torvyn:emit-backpressure",
                "flow-metadata                          | torvyn:inspect-flow-meta",
                "runtime-inspection                     | torvyn:runtime-inspect",
                "stream-ops                             | ''"
            })
    void everySpellingIsUnderstoodAndPrintedCanonically(String written, String canonical) {
        assertThat(Capability.parseGrant(written).stream()
                        .map(Capability::toString)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                 | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "anything                           | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "stdio:stdout:everything            | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "filesystem:read:data               | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "filesystem:read:/a/../..           | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "network:tcp-connect:h:http         | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "network:tcp-connect:h:70000        | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "network:tcp-connect:h:90-80        | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "network:tcp-connect:h:80,          | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "network:tcp-connect:a b:80         | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "network:http-outgoing:file:///etc  | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "environment:read:A B               | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "environment:read:TORVYN_TOKEN      | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "environment:read:Torvyn_Token      | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "torvyn:pool-access:a/b             | E0510 | write <domain>:<action>[:<scope>], for example \"stdio:stdout\"",
                "filesystem:read                    | E0511 | write for example \"filesystem:read:/data/input\"",
                "wasi-filesystem-write              | E0511 | write for example \"filesystem:write:/data/input\"",
                "environment                        | E0511 | write for example \"environment:read:LANG,TZ\"",
                "torvyn:pool-access                 | E0511 | write for example \"torvyn:pool-access:default\"",
                "stdio:stduot                       | E0512 | did you mean \"stdio:stdout\"?",
                "filesytem:read:/data               | E0512 | did you mean \"filesystem:read\"?",
                "stduot                             | E0512 | did you mean \"stdout\"?",
                "bluetooth:scan                     | E0512 | 'known are, among others, stdio:stdout, filesystem:read:<path>, environment:read:<NAME>'",
                "?stdio:stdout                      | E0512 | did you mean \"stdio:stdout\"?"
            })
    void whatIsNoGrantIsRefusedWithWhatToWrite(String written, String code, String help) {
        TorvynException thrown = catchThrowableOfType(TorvynException.class, () -> Capability.parseGrant(written));

        assertThat(thrown).as(written).isNotNull();
        assertThat(thrown.failure().code().id()).isEqualTo(code);
        assertThat(thrown.failure().help()).isEqualTo(help);
    }

    @Test
    void aRequestMayLeaveItsScopeToTheGrant() {
        Capability request = Capability.parseRequest("wasi-filesystem-read").getFirst();

        assertThat(request.scope()).isInstanceOf(CapabilityScope.Unstated.class);
        assertThat(grant("filesystem:read:/data").covers(request)).isTrue();
        assertThat(grant("filesystem:write:/data").covers(request)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "filesystem:read:/data                 | filesystem:read:/data               | true",
                "filesystem:read:/data                 | filesystem:read:/data/in/a.txt      | true",
                "filesystem:read:/                     | filesystem:read:/data               | true",
                "filesystem:read:/data                 | filesystem:read:/database           | false",
                "filesystem:read:/data                 | filesystem:read:/data/../etc        | false",
                "filesystem:read:/data/in              | filesystem:read:/data               | false",
                "filesystem:read:/data                 | filesystem:write:/data              | false",
                "network:tcp-connect                   | network:tcp-connect:h:1             | true",
                "network:tcp-connect:h                 | network:tcp-connect:h:1             | true",
                "network:tcp-connect:h:1               | network:tcp-connect:h               | false",
                "network:tcp-connect:h:1               | network:tcp-connect                 | false",
                "network:tcp-connect:*:443             | network:tcp-connect:h:443           | true",
                "network:tcp-connect:*:443             | network:tcp-connect:h               | false",
                "network:tcp-connect:h                 | network:tcp-connect:*:443           | false",
                "network:tcp-connect:a,b:80-90         | network:tcp-connect:b,a:81,85-90    | true",
                "network:tcp-connect:a,b:80-90         | network:tcp-connect:a,c:81          | false",
                "network:tcp-connect:a:80-90           | network:tcp-connect:a:85-91         | false",
                "network:tcp-connect:*.example.org     | network:tcp-connect:example.org     | true",
                "network:tcp-connect:*.example.org     | network:tcp-connect:a.b.example.org | true",
                "network:tcp-connect:*.example.org     | network:tcp-connect:*.b.example.org | true",
                "network:tcp-connect:*.example.org     | network:tcp-connect:badexample.org  | false",
                "network:tcp-connect:a.example.org     | network:tcp-connect:*.example.org   | false",
                "network:tcp-connect:h:1               | network:tcp-listen:h:1              | false",
                "environment:read:A,B                  | environment:read:B                  | true",
                "environment:read:A                    | environment:read:A,B                | false",
                "torvyn:resource-allocate              | torvyn:resource-allocate:large      | true",
                "torvyn:resource-allocate:large        | torvyn:resource-allocate            | false",
                "torvyn:resource-allocate:large        | torvyn:resource-allocate:small      | false",
                "stdio:stdout                          | stdio:stdout                        | true",
                "stdio:stdout                          | stdio:stderr                        | false"
            })
    void aGrantCoversWhatLiesWithinIt(String granted, String requested, boolean covered) {
        assertThat(grant(granted).covers(Capability.parseRequest(requested).getFirst()))
                .isEqualTo(covered);
    }

    @Test
    void whateverIsWrittenIsReadOrRefused() {
        Random random = new Random(7);
        String letters = "abz:/.*,-?[]@0129 \u0000é";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(
                    CapabilityKind.values()[random.nextInt(CapabilityKind.values().length)].example());
            for (int i = 0; i < 3; i++) {
                text.insert(random.nextInt(text.length() + 1), letters.charAt(random.nextInt(letters.length())));
            }
            try {
                for (Capability capability : Capability.parseGrant(text.toString())) {
                    assertThat(Capability.parseGrant(capability.toString())).containsExactly(capability);
                }
            } catch (TorvynException e) {
                assertThat(e.failure()).isInstanceOf(SecurityFailure.class);
            }
        }
    }

    private static Capability grant(String text) {
        return Capability.parseGrant(text).getFirst();
    }
}
