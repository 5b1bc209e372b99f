package io.torvyn.security;

/** Where audit events go. Best effort: it never throws into those who report. Any thread. */
public interface AuditSink extends AutoCloseable {
    /** Keeps nothing. */
    AuditSink NONE = _ -> {};

    void record(AuditEvent event);

    /** Makes what was recorded last. */
    default void flush() {}

    /** Flushes, and lets go of what it holds. */
    @Override
    default void close() {}
}
