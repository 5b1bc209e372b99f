package io.torvyn.security;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asked before a component does what needs a capability, and keeps count. Uses are audited together, when the guard is
 * closed; of denials of one capability the first is audited at once, the others counted.
 *
 * <p>Belongs to the thread of its component.
 */
public final class CapabilityGuard implements AutoCloseable {
    /** A guest may ask for as many different things as it likes; the log does not remember them all. */
    private static final int DIFFERENT_DENIALS = 256;

    private final SandboxConfig sandbox;
    private final AuditLog audit;
    private final long startNanos = System.nanoTime();
    private final Map<CapabilityKind, long[]> counters = new EnumMap<>(CapabilityKind.class);
    private final Map<String, Long> denials = new HashMap<>();

    public CapabilityGuard(SandboxConfig sandbox, AuditLog audit) {
        this.sandbox = sandbox;
        this.audit = audit;
        sandbox.capabilities().all().forEach(granted -> counters.put(granted.kind(), new long[1]));
    }

    public SandboxConfig sandbox() {
        return sandbox;
    }

    /** Whether the component may use anything of that kind; a use is counted, a denial audited. */
    public boolean exercise(CapabilityKind kind) {
        long[] counter = counters.get(kind);
        if (counter == null) {
            denied(kind.canonical(), "it is not granted");
            return false;
        }
        counter[0]++;
        return true;
    }

    /** Whether the component may do exactly that; a use is audited, a denial too. */
    public boolean exercise(Capability capability, String detail) {
        if (!sandbox.capabilities().allows(capability)) {
            denied(capability.toString(), detail);
            return false;
        }
        audit.record(
                AuditEvent.Severity.INFO,
                sandbox.component(),
                new AuditEvent.CapabilityExercised(capability.toString(), detail));
        return true;
    }

    /** Records that something was refused by whoever would have done it. */
    public void denied(String capability, String detail) {
        if (denials.size() >= DIFFERENT_DENIALS && !denials.containsKey(capability)) {
            return;
        }
        if (denials.merge(capability, 1L, Long::sum) == 1) {
            audit.record(
                    AuditEvent.Severity.WARN,
                    sandbox.component(),
                    new AuditEvent.CapabilityDeniedAtRuntime(capability, detail));
        }
    }

    /** How often something of each kind was used so far. */
    public Map<CapabilityKind, Long> uses() {
        Map<CapabilityKind, Long> counts = new EnumMap<>(CapabilityKind.class);
        counters.forEach((kind, counter) -> {
            if (counter[0] > 0) {
                counts.put(kind, counter[0]);
            }
        });
        return counts;
    }

    /** How often each capability was refused so far. */
    public Map<String, Long> denials() {
        return Map.copyOf(denials);
    }

    /** Audits what was only counted. */
    @Override
    public void close() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        uses().forEach((kind, count) -> audit.record(
                AuditEvent.Severity.INFO,
                sandbox.component(),
                new AuditEvent.CapabilityExercisedAggregate(kind.canonical(), count, millis)));
        denials.forEach((capability, count) -> {
            if (count > 1) {
                audit.record(
                        AuditEvent.Severity.WARN,
                        sandbox.component(),
                        new AuditEvent.CapabilityDeniedAtRuntime(
                                capability, "denied %d times in %d ms".formatted(count, millis)));
            }
        });
        audit.flush();
    }
}
