package io.torvyn.engine;

import io.torvyn.resources.Buffer;
import io.torvyn.resources.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * One element on its way, in a carrier that its owner uses over and over again: a stage's driver has one for what goes
 * in and one for what comes out, and allocates nothing for an element.
 *
 * <p>Plain fields, on purpose: they are read and written by one thread only, once for each element.
 */
public final class Element {
    /** Order number in the flow, from 0. */
    public long sequence;
    /** Wall clock at the element's entry into the flow, in nanoseconds since 1970. */
    public long timestampNanos;
    /** What the stage says its payload is; {@link ContentType#NONE} when it says nothing. */
    public ContentType contentType = ContentType.NONE;
    /** Null when the carrier is empty. */
    public @Nullable Buffer payload;

    /** An empty carrier. */
    public Element() {}

    /** Empties the carrier, and hands on what it held. */
    public @Nullable Buffer take() {
        Buffer buffer = payload;
        payload = null;
        return buffer;
    }
}
