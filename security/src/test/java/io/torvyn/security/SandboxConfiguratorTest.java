package io.torvyn.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SandboxConfiguratorTest {
    private final List<AuditEvent> audited = new ArrayList<>();
    private final AuditLog audit = new AuditLog(audited::add);
    private final SandboxConfigurator denying = new SandboxConfigurator(SandboxConfigurator.Policy.DENY_ALL, audit);
    private final SandboxConfigurator allowing = new SandboxConfigurator(SandboxConfigurator.Policy.ALLOW_ALL, audit);

    @Test
    void nothingIsAllowedThatIsNotGranted() {
        GrantedCapabilities capabilities = denying.configure("sink", List.of(), CapabilityRequests.UNDECLARED)
                .sandbox()
                .capabilities();

        assertThat(capabilities).isEqualTo(GrantedCapabilities.NONE);
        for (CapabilityKind kind : CapabilityKind.values()) {
            assertThat(capabilities.allows(kind)).isFalse();
        }
    }

    @Test
    void aComponentThatDeclaresNothingHasWhatIsGranted() {
        GrantedCapabilities capabilities = denying.configure(
                        "sink",
                        written("stdio:stdout", "wasi-clocks", "environment:read:B,A", "filesystem:read:/data/*"),
                        CapabilityRequests.UNDECLARED)
                .sandbox()
                .capabilities();

        assertThat(capabilities.stdout()).isTrue();
        assertThat(capabilities.stderr()).isFalse();
        assertThat(capabilities.stdin()).isFalse();
        assertThat(capabilities.wallClock()).isTrue();
        assertThat(capabilities.monotonicClock()).isTrue();
        assertThat(capabilities.cryptoRandom()).isFalse();
        assertThat(capabilities.variables()).containsExactly("A", "B");
        assertThat(capabilities.paths(CapabilityKind.FILESYSTEM_READ)).containsExactly("/data");
        assertThat(capabilities.paths(CapabilityKind.FILESYSTEM_WRITE)).isEmpty();
    }

    @Test
    void aComponentGetsWhatItAsksForAndNotAllThatIsGranted() {
        SandboxConfigurator.Outcome outcome = denying.configure(
                "reader",
                written("filesystem:read:/data", "stdio:stdout"),
                new CapabilityRequests(written("filesystem:read:/data/in"), List.of()));

        assertThat(outcome.sandbox().capabilities().all())
                .extracting(Capability::toString)
                .containsExactly("filesystem:read:/data/in");
        assertThat(outcome.warnings())
                .extracting(Diagnostic::code, Diagnostic::message)
                .containsExactly(
                        tuple(ErrorCode.UNUSED_GRANT, "reader is granted stdio:stdout but does not ask for it"));
    }

    @Test
    void aRequestWithoutAScopeGetsTheScopeThatIsGranted() {
        GrantedCapabilities capabilities = denying.configure(
                        "reader",
                        written("filesystem:read:/a", "filesystem:read:/b"),
                        new CapabilityRequests(written("wasi-filesystem-read"), List.of()))
                .sandbox()
                .capabilities();

        assertThat(capabilities.paths(CapabilityKind.FILESYSTEM_READ)).containsExactly("/a", "/b");
    }

    @Test
    void everythingThatIsMissingIsReportedAtOnceWithTheGrantToAdd() {
        DiagnosticsException thrown = catchThrowableOfType(
                DiagnosticsException.class,
                () -> denying.configure(
                        "reader",
                        List.of(
                                at("filesystem:read:/data/in", 3),
                                at("stdio:stdotu", 4),
                                at("network:tcp-connect:h:x", 5)),
                        new CapabilityRequests(
                                List.of(at("filesystem:read:/data", 1), at("clock:wall", 2)), List.of())));

        assertThat(thrown.diagnostics())
                .extracting(d -> d.code() + " " + d.locations().getFirst().line() + " " + d.help())
                .containsExactly(
                        "E0521 1 grant it: capabilities = [\"filesystem:read:/data\"] under [security.grants.reader]",
                        "E0520 2 grant it: capabilities = [\"clock:wall\"] under [security.grants.reader]",
                        "E0512 4 did you mean \"stdio:stdout\"?",
                        "E0510 5 write <domain>:<action>[:<scope>], for example \"stdio:stdout\"");
    }

    @Test
    void anOptionalCapabilityMayBeMissing() {
        SandboxConfigurator.Outcome outcome = denying.configure(
                "reader", List.of(), new CapabilityRequests(written("?clock:wall"), written("stdio:stderr")));

        assertThat(outcome.sandbox().capabilities()).isEqualTo(GrantedCapabilities.NONE);
        assertThat(outcome.warnings())
                .extracting(Diagnostic::code)
                .containsExactly(ErrorCode.OPTIONAL_CAPABILITY_NOT_GRANTED, ErrorCode.OPTIONAL_CAPABILITY_NOT_GRANTED);
        assertThat(outcome.warnings()).allMatch(w -> w.level() == Diagnostic.Level.WARNING);
    }

    @Test
    void allowAllGivesWhatIsAskedForAndWarns() {
        SandboxConfigurator.Outcome outcome = allowing.configure(
                "sink",
                List.of(),
                CapabilityRequests.ofImports(
                        List.of("wasi:cli/stdout@0.2.3", "wasi:io/streams@0.2.3", "wasi:filesystem/types@0.2.3")));

        assertThat(outcome.sandbox().capabilities().stdout()).isTrue();
        assertThat(outcome.sandbox().capabilities().paths(CapabilityKind.FILESYSTEM_READ))
                .isEmpty();
        assertThat(outcome.warnings())
                .extracting(Diagnostic::message)
                .contains("sink may use [stdio:stdout], because default_capability_policy is allow-all");
    }

    @Test
    void theNetworkIsOpenOnlyWhereItIsGranted() {
        GrantedCapabilities capabilities =
                GrantedCapabilities.of(Capability.parseGrant("network:tcp-connect:*.example.org:443"));

        assertThat(capabilities.allowsNetwork(CapabilityKind.TCP_CONNECT, "API.example.org", 443))
                .isTrue();
        assertThat(capabilities.allowsNetwork(CapabilityKind.TCP_CONNECT, "api.example.org", 80))
                .isFalse();
        assertThat(capabilities.allowsNetwork(CapabilityKind.TCP_CONNECT, "example.com", 443))
                .isFalse();
        assertThat(capabilities.allowsNetwork(CapabilityKind.UDP_ACCESS, "example.org", 443))
                .isFalse();
    }

    @Test
    void decisionsAreAudited() {
        denying.configure("sink", written("stdout"), CapabilityRequests.UNDECLARED);
        catchThrowableOfType(
                DiagnosticsException.class,
                () -> denying.configure("reader", List.of(), new CapabilityRequests(written("clock:wall"), List.of())));

        assertThat(audited)
                .extracting(AuditEvent::sequence, AuditEvent::severity, AuditEvent::detail)
                .containsExactly(
                        tuple(
                                1L,
                                AuditEvent.Severity.INFO,
                                new AuditEvent.CapabilityGrantResolved(
                                        List.of(), List.of("stdio:stdout"), List.of("stdio:stdout"))),
                        tuple(
                                2L,
                                AuditEvent.Severity.CRIT,
                                new AuditEvent.CapabilityDeniedAtLink(
                                        "clock:wall", "reader needs clock:wall, which is not granted")));
    }

    private static List<WrittenCapability> written(String... texts) {
        return Stream.of(texts).map(WrittenCapability::new).toList();
    }

    private static WrittenCapability at(String text, int line) {
        return new WrittenCapability(text, new Diagnostic.Location("Torvyn.toml", line, 1, text));
    }
}
