package io.torvyn.host;

import io.torvyn.engine.Element;
import io.torvyn.resources.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * An element as an application sees it: what it gives to a flow, and what it gets from one. Immutable, and independent of
 * the flow it came from.
 *
 * <p>On its way into a flow the payload is copied once, into a pooled buffer; on its way out once, into an array of its
 * own. Both copies stand in the flow's ledger, as every stage's do.
 */
public final class FlowElement {
    private final byte[] payload;
    private final String contentType;
    private final long sequence;
    private final long timestampNanos;

    private FlowElement(byte[] payload, String contentType, long sequence, long timestampNanos) {
        this.payload = payload;
        this.contentType = contentType;
        this.sequence = sequence;
        this.timestampNanos = timestampNanos;
    }

    /**
     * An element for a flow, without a content type.
     *
     * @param payload is the element's from now on, and must not be changed; at most 16 MiB
     */
    public static FlowElement of(byte[] payload) {
        return of(payload, "");
    }

    /**
     * @param payload is the element's from now on, and must not be changed; at most 16 MiB
     * @param contentType a media type, of which flows keep 63 bytes; empty when there is nothing to say
     */
    public static FlowElement of(byte[] payload, String contentType) {
        return new FlowElement(payload, contentType, 0, 0);
    }

    /** An element of a text in UTF-8, as {@code text/plain}. */
    public static FlowElement ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    /** What a stage was lent, for as long as anybody likes: one copy. */
    static FlowElement copyOf(Element lent) {
        Buffer buffer = lent.payload;
        if (buffer == null) {
            throw new IllegalArgumentException("an element without a payload");
        }
        return new FlowElement(buffer.toArray(), lent.contentType.text(), lent.sequence, lent.timestampNanos);
    }

    /** The payload, to be read only. */
    public ByteBuffer payload() {
        return ByteBuffer.wrap(payload).asReadOnlyBuffer();
    }

    /** The payload itself: not to be changed. */
    byte[] bytes() {
        return payload;
    }

    /** The payload in an array that the caller may do with as it likes. */
    public byte[] toByteArray() {
        return payload.clone();
    }

    /** The payload as a text in UTF-8; what is no UTF-8 becomes U+FFFD. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Bytes of payload. */
    public int size() {
        return payload.length;
    }

    /** Empty when nobody said. */
    public String contentType() {
        return contentType;
    }

    /** Its number in its flow, from 0, given by the source it came in by; 0 before it has been in one. */
    public long sequence() {
        return sequence;
    }

    /** When it entered its flow, in nanoseconds since 1970; 0 before it has been in one. */
    public long timestampNanos() {
        return timestampNanos;
    }

    /** The same as {@link #timestampNanos}. */
    public Instant timestamp() {
        return Instant.ofEpochSecond(timestampNanos / 1_000_000_000L, timestampNanos % 1_000_000_000L);
    }

    @Override
    public String toString() {
        return "element " + sequence + " (" + payload.length + " bytes"
                + (contentType.isEmpty() ? "" : " of " + contentType) + ")";
    }
}
