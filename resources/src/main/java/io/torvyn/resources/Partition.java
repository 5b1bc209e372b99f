package io.torvyn.resources;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.types.CopyReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of a flow works with: free buffers, its part of the ledger, content types. A flow has one for its own
 * thread, and one for each component that another thread calls. Used by one thread at a time, which sees what the one
 * before it has done.
 */
final class Partition {
    private static final PoolTier[] TIERS = PoolTier.values();

    final CopyLedger ledger;
    final ContentTypes contentTypes = new ContentTypes();
    /** By tier. */
    private final Magazine[] magazines;

    private final Slice slice = new Slice();
    private @Nullable BufferOwner entered;

    Partition(BufferPoolSet pools, CopyLedger ledger) {
        this.ledger = ledger;
        this.magazines =
                Arrays.stream(TIERS).map(tier -> new Magazine(pools, tier)).toArray(Magazine[]::new);
    }

    /** Who is about to run: copies out of buffers are theirs. */
    void enter(BufferOwner owner) {
        if (entered != owner) {
            entered = owner;
        }
    }

    /** Enters a copy out of a buffer. */
    void recordRead(int count) {
        BufferOwner reader = entered;
        if (reader == null) {
            throw new IllegalStateException("somebody reads who has not been entered");
        }
        ledger.record(CopyReason.HOST_TO_COMPONENT, count, reader);
    }

    /** Where a buffer for so many bytes is to be had. */
    Magazine magazine(int capacity) {
        return magazines[PoolTier.indexFor(capacity)];
    }

    /** A buffer's life is over. */
    void recycle(Buffer buffer) {
        magazines[buffer.tierIndex].put(buffer);
    }

    /** A buffer's life was ended by force. */
    void countReturn(Buffer buffer) {
        magazines[buffer.tierIndex].countReturn();
    }

    /** How many more buffers have been taken here than put back since the last {@link #trim}; may be negative. */
    long outstanding() {
        long sum = 0;
        for (Magazine magazine : magazines) {
            sum += magazine.outstanding();
        }
        return sum;
    }

    /** Gives up what the magazines hold. */
    void trim() {
        for (Magazine magazine : magazines) {
            magazine.trim();
        }
    }

    /** Part of a buffer, on its way into a guest. One object serves all reads, one after the other. */
    ByteSource slice(Buffer buffer, int from, int count) {
        slice.buffer = buffer;
        slice.from = from;
        slice.count = count;
        return slice;
    }

    private final class Slice implements ByteSource {
        private @Nullable Buffer buffer;
        private int from;
        private int count;

        @Override
        public int length() {
            return count;
        }

        @Override
        public void writeTo(CoreMemory memory, int address) {
            Buffer source = buffer;
            if (source == null) {
                throw new IllegalStateException("nothing has been read");
            }
            memory.write(address, source.array(), from, count);
            recordRead(count);
        }
    }
}
