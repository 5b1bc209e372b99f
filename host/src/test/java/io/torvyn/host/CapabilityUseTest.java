package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.security.AuditLog;
import io.torvyn.security.CapabilityGuard;
import io.torvyn.security.GrantedCapabilities;
import io.torvyn.security.SandboxConfig;
import io.torvyn.types.Diagnostic;
import io.torvyn.wasi.DenialListener;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilityUseTest {
    private final CapabilityGuard guard =
            new CapabilityGuard(SandboxConfig.of("node", GrantedCapabilities.NONE), AuditLog.NONE);
    private final CapabilityUse use = new CapabilityUse();
    private final DenialListener listener = use.of("node", guard);

    @Test
    void whatLibrariesAskForAtEveryStartIsNoWarningOfAFlowThatWentWell() {
        listener.asked("filesystem:read:<path>", "asked for its directories");

        assertThat(use.warnings(true)).isEmpty();
        assertThat(use.warnings(false))
                .extracting(Diagnostic::message)
                .containsExactly(
                        "'node' asked for its directories without the grant filesystem:read:<path>; it was denied");
        assertThat(guard.denials()).containsOnlyKeys("filesystem:read:<path>");
    }

    @Test
    void whatAComponentWasDeniedIsAWarningAnyway() {
        listener.denied("environment:read", "read its environment");

        assertThat(List.of(use.warnings(true), use.warnings(false)))
                .allSatisfy(warnings -> assertThat(warnings).hasSize(1));
    }
}
