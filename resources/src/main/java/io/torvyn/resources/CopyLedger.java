package io.torvyn.resources;

import io.torvyn.types.CopyReason;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.util.Arrays;

/**
 * Every copy of payload bytes in one flow. Kept at all observability levels.
 *
 * <p>Written by the flow's thread only; what other threads copy for the flow they enter in parts of their own, which are
 * added when somebody asks. Others may read; what they see may be a moment old. Copies of nothing and calls
 * that failed are not entered. spec: runtime semantics, "Copies".
 */
@SuppressWarnings("EnumOrdinal") // as places in arrays of this object; a map would cost every copy too much
public final class CopyLedger {
    private static final CopyReason[] REASONS = CopyReason.values();

    private final FlowId flow;
    private final EventSink sink;
    private final long[] copies = new long[REASONS.length];
    private final long[] bytes = new long[REASONS.length];
    private long metadataBytes;
    private boolean detailed;
    /** Those of other threads. */
    private CopyLedger[] parts = {};

    CopyLedger(FlowId flow, EventSink sink) {
        this.flow = flow;
        this.sink = sink;
        observe();
    }

    /** A part of it that another thread writes; given out before that thread begins. */
    CopyLedger part() {
        var part = new CopyLedger(flow, sink);
        CopyLedger[] more = Arrays.copyOf(parts, parts.length + 1);
        more[parts.length] = part;
        parts = more;
        return part;
    }

    /** Looks at the sink's level again; below Diagnostic no event is sent. */
    void observe() {
        detailed = sink.level() == ObservabilityLevel.DIAGNOSTIC;
        for (CopyLedger part : parts) {
            part.detailed = detailed;
        }
    }

    /** Enters a copy that has happened. */
    void record(CopyReason reason, int length, BufferOwner component) {
        if (length == 0) {
            return;
        }
        int r = reason.ordinal();
        copies[r]++;
        bytes[r] += length;
        if (detailed) {
            sink.recordCopy(flow, component.id(), length, reason);
        }
    }

    /** Bytes of element metadata (content types and numbers) that crossed a guest's border; never payload. */
    public void recordMetadata(int length) {
        metadataBytes += length;
    }

    /** Copy operations. */
    public long copies() {
        long sum = 0;
        for (CopyReason reason : REASONS) {
            sum += copies(reason);
        }
        return sum;
    }

    public long copies(CopyReason reason) {
        long sum = copies[reason.ordinal()];
        for (CopyLedger part : parts) {
            sum += part.copies[reason.ordinal()];
        }
        return sum;
    }

    /** Payload bytes copied. */
    public long bytes() {
        long sum = 0;
        for (CopyReason reason : REASONS) {
            sum += bytes(reason);
        }
        return sum;
    }

    public long bytes(CopyReason reason) {
        long sum = bytes[reason.ordinal()];
        for (CopyLedger part : parts) {
            sum += part.bytes[reason.ordinal()];
        }
        return sum;
    }

    public long metadataBytes() {
        long sum = metadataBytes;
        for (CopyLedger part : parts) {
            sum += part.metadataBytes;
        }
        return sum;
    }

    public Snapshot snapshot() {
        return new Snapshot(
                copies(CopyReason.HOST_TO_COMPONENT),
                copies(CopyReason.COMPONENT_TO_HOST),
                copies(CopyReason.CROSS_COMPONENT),
                copies(CopyReason.POOL_RETURN),
                bytes(CopyReason.HOST_TO_COMPONENT),
                bytes(CopyReason.COMPONENT_TO_HOST),
                bytes(CopyReason.CROSS_COMPONENT),
                bytes(CopyReason.POOL_RETURN),
                metadataBytes());
    }

    /** The ledger at one moment: operations, then payload bytes, by reason. */
    public record Snapshot(
            long reads,
            long writes,
            long clones,
            long poolReturns,
            long bytesRead,
            long bytesWritten,
            long bytesCloned,
            long bytesPoolReturned,
            long metadataBytes) {
        public long copies() {
            return reads + writes + clones + poolReturns;
        }

        public long bytes() {
            return bytesRead + bytesWritten + bytesCloned + bytesPoolReturned;
        }

        public long copies(CopyReason reason) {
            return switch (reason) {
                case HOST_TO_COMPONENT -> reads;
                case COMPONENT_TO_HOST -> writes;
                case CROSS_COMPONENT -> clones;
                case POOL_RETURN -> poolReturns;
            };
        }
    }
}
