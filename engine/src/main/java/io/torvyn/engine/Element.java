package io.torvyn.engine;

import io.torvyn.resources.Buffer;
import io.torvyn.resources.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * One element on its way, in a carrier that its owner uses over and over again: the places of a queue are carriers, so
 * what a stage puts into one stands in the queue already, and nothing is allocated for an element.
 *
 * <p>Plain fields, on purpose: they are read and written by one thread only, once for each element.
 */
public final class Element {
    /** Order number in the flow, from 0. */
    public long sequence;
    /** Wall clock at the element's entry into the flow, in nanoseconds since 1970. */
    public long timestampNanos;
    /** What its payload is; {@link ContentType#NONE} when nobody says. Whoever fills the carrier sets it. */
    public ContentType contentType = ContentType.NONE;
    /** Null when the carrier is empty. */
    public @Nullable Buffer payload;

    /** An empty carrier. */
    public Element() {}

    /** Becomes what another carrier holds. */
    public void set(Element other) {
        sequence = other.sequence;
        timestampNanos = other.timestampNanos;
        contentType = other.contentType;
        payload = other.payload;
    }

    /** Empties the carrier, and hands on what it held. */
    public @Nullable Buffer take() {
        Buffer buffer = payload;
        payload = null;
        return buffer;
    }
}
