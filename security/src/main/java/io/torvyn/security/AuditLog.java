package io.torvyn.security;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers audit events, stamps them, and hands them to a sink. Any thread. */
public final class AuditLog implements AutoCloseable {
    /** The tenant of a host that knows only one. */
    public static final String DEFAULT_TENANT = "default";

    /** Keeps nothing. */
    public static final AuditLog NONE = new AuditLog(AuditSink.NONE);

    private final AuditSink sink;
    private final Clock clock;
    private final AtomicLong sequence = new AtomicLong();

    /** @param sink closed with this log */
    public AuditLog(AuditSink sink) {
        this(sink, Clock.systemUTC());
    }

    AuditLog(AuditSink sink, Clock clock) {
        this.sink = sink;
        this.clock = clock;
    }

    void record(AuditEvent.Severity severity, String component, AuditEvent.Detail detail) {
        Instant now = clock.instant();
        sink.record(new AuditEvent(
                sequence.incrementAndGet(),
                now.getEpochSecond() * 1_000_000_000L + now.getNano(),
                severity,
                DEFAULT_TENANT,
                Optional.of(component),
                detail));
    }

    public void flush() {
        sink.flush();
    }

    @Override
    public void close() {
        sink.close();
    }
}
