package io.torvyn.types;

/**
 * A W3C trace context.
 *
 * @param traceId 32 lower-case hexadecimal digits; all zero means none
 * @param spanId 16 lower-case hexadecimal digits; all zero means none
 */
public record TraceContext(String traceId, String spanId) {
    /** No tracing. */
    public static final TraceContext NONE = new TraceContext("0".repeat(32), "0".repeat(16));

    public TraceContext {
        if (!traceId.matches("[0-9a-f]{32}") || !spanId.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("not a W3C trace context: " + traceId + ", " + spanId);
        }
    }

    public boolean isValid() {
        return !traceId.equals(NONE.traceId) && !spanId.equals(NONE.spanId);
    }

    @Override
    public String toString() {
        return "trace[" + traceId + ":" + spanId + "]";
    }
}
