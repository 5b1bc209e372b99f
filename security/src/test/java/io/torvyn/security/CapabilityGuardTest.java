package io.torvyn.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CapabilityGuardTest {
    private final List<AuditEvent.Detail> audited = new ArrayList<>();
    private final CapabilityGuard guard = new CapabilityGuard(
            SandboxConfig.of("sink", GrantedCapabilities.of(Capability.parseGrant("stdio:stdout"))),
            new AuditLog(event -> audited.add(event.detail())));

    @Test
    void usesAreCountedAndAuditedTogether() {
        for (int i = 0; i < 1000; i++) {
            assertThat(guard.exercise(CapabilityKind.STDOUT)).isTrue();
        }
        assertThat(guard.uses()).isEqualTo(Map.of(CapabilityKind.STDOUT, 1000L));
        assertThat(audited).isEmpty();

        guard.close();

        assertThat(audited).hasSize(1);
        assertThat(audited.getFirst())
                .isInstanceOfSatisfying(AuditEvent.CapabilityExercisedAggregate.class, aggregate -> {
                    assertThat(aggregate.capability()).isEqualTo("stdio:stdout");
                    assertThat(aggregate.count()).isEqualTo(1000);
                });
    }

    @Test
    void theFirstDenialIsAuditedAtOnceAndTheOthersAreCounted() {
        for (int i = 0; i < 5; i++) {
            assertThat(guard.exercise(CapabilityKind.STDERR)).isFalse();
        }

        assertThat(audited)
                .containsExactly(new AuditEvent.CapabilityDeniedAtRuntime("stdio:stderr", "it is not granted"));
        assertThat(guard.denials()).isEqualTo(Map.of("stdio:stderr", 5L));
        guard.close();
        assertThat(audited.getLast().toString()).contains("denied 5 times in");
    }

    @Test
    void aGuestCannotFillTheLogWithDenials() {
        for (int i = 0; i < 10_000; i++) {
            guard.denied("environment:read:V" + i, "it read a variable");
        }

        assertThat(audited).hasSize(256);
    }

    @Test
    void aUseOfOneThingIsAuditedAsSuch() {
        Capability stdout = Capability.of(CapabilityKind.STDOUT);
        Capability stderr = Capability.of(CapabilityKind.STDERR);

        assertThat(guard.exercise(stdout, "opened")).isTrue();
        assertThat(guard.exercise(stderr, "opened")).isFalse();
        assertThat(audited)
                .containsExactly(
                        new AuditEvent.CapabilityExercised("stdio:stdout", "opened"),
                        new AuditEvent.CapabilityDeniedAtRuntime("stdio:stderr", "opened"));
    }
}
