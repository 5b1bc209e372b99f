package io.torvyn.types;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A place in a trace, as W3C Trace Context has it: the trace, and the span that is at work.
 *
 * @param traceId 32 lower-case hexadecimal digits; all zero means none
 * @param spanId 16 lower-case hexadecimal digits; all zero means none
 */
public record TraceContext(String traceId, String spanId) {
    /** No tracing. */
    public static final TraceContext NONE = new TraceContext("0".repeat(32), "0".repeat(16));

    /** Of a {@code traceparent}: version, trace id, parent id, flags, each with a dash before the next. */
    private static final int LENGTH = 2 + 1 + 32 + 1 + 16 + 1 + 2;

    public TraceContext {
        if (!isHex(traceId, 32) || !isHex(spanId, 16)) {
            throw new IllegalArgumentException("not a W3C trace context: " + traceId + ", " + spanId);
        }
    }

    private static boolean isHex(String text, int digits) {
        return text.length() == digits && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /** The beginning of a trace of its own. Safe for use by many threads. */
    public static TraceContext fresh() {
        var random = ThreadLocalRandom.current();
        long high = random.nextLong();
        long low = random.nextLong();
        return high == 0 && low == 0
                ? fresh()
                : new TraceContext(
                                HexFormat.of().toHexDigits(high)
                                        + HexFormat.of().toHexDigits(low),
                                NONE.spanId)
                        .child();
    }

    /**
     * Reads a {@code traceparent}: W3C Trace Context, section 3.2. Of a later version, what this one knows is read.
     *
     * @param text the value of the header, or of the variable
     * @return empty when it is not valid; whoever got it is to begin a trace of its own
     */
    public static Optional<TraceContext> parse(String text) {
        if (text.length() < LENGTH || text.charAt(2) != '-' || text.charAt(35) != '-' || text.charAt(52) != '-') {
            return Optional.empty();
        }
        String version = text.substring(0, 2);
        boolean ends = text.length() == LENGTH || (!version.equals("00") && text.charAt(LENGTH) == '-');
        String trace = text.substring(3, 35);
        String span = text.substring(36, 52);
        return ends
                        && !version.equals("ff")
                        && isHex(version, 2)
                        && isHex(trace, 32)
                        && isHex(span, 16)
                        && isHex(text.substring(53, LENGTH), 2)
                ? Optional.of(new TraceContext(trace, span)).filter(TraceContext::isValid)
                : Optional.empty();
    }

    /** Another span of the same trace; of none, none. */
    public TraceContext child() {
        if (traceId.equals(NONE.traceId)) {
            return NONE;
        }
        long span = ThreadLocalRandom.current().nextLong();
        return span == 0 ? child() : new TraceContext(traceId, HexFormat.of().toHexDigits(span));
    }

    public boolean isValid() {
        return !traceId.equals(NONE.traceId) && !spanId.equals(NONE.spanId);
    }

    @Override
    public String toString() {
        return "trace[" + traceId + ":" + spanId + "]";
    }
}
