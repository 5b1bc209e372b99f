package io.torvyn.resources;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The free buffers of one tier, shared by all flows. Lock-free, O(1) for each buffer. */
final class BufferPool {
    /*
     * A stack of slot numbers: head and, for each slot, the one below it. The upper half of the head counts every change
     * of the stack, so that a head that was popped and pushed again in the meantime is not mistaken for the old one
     * (ABA). That count is also what makes taking several at once sound: the walk down the stack may read links that
     * somebody is changing, but then the count has changed and the walk is thrown away.
     *
     * Filling is lazy. "So many buffers, preallocated" is a promise about what can be had without failing, and the JVM
     * zeroes a fresh payload anyway; 21 MiB written at start-up would only cost time before the first element. A payload
     * is made when the stack is empty and fewer than the tier's number exist; it is never given back to the heap.
     */
    private static final int EMPTY = 0;

    private final PoolTier tier;
    private final AtomicLong head = new AtomicLong();
    private final AtomicIntegerArray below;
    private final AtomicReferenceArray<Buffer> buffers;
    private final AtomicInteger created = new AtomicInteger();
    private final LongAdder allocated = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final LongAdder fallbacks = new LongAdder();
    private final LongAdder exhaustions = new LongAdder();

    BufferPool(PoolTier tier, int size) {
        this.tier = tier;
        this.below = new AtomicIntegerArray(size);
        this.buffers = new AtomicReferenceArray<>(size);
    }

    /**
     * Moves free buffers into an array, most recently returned first.
     *
     * @return how many, between 0 and {@code wanted}
     */
    int take(@Nullable Buffer[] target, int at, int wanted) {
        while (true) {
            long seen = head.getAcquire();
            int top = (int) seen;
            int taken = 0;
            while (top != EMPTY && taken < wanted) {
                target[at + taken] = buffers.getPlain(top - 1);
                taken++;
                top = below.getOpaque(top - 1);
            }
            if (taken == 0 || head.compareAndSet(seen, changed(seen, top))) {
                return taken;
            }
        }
    }

    /** Takes buffers back; they have been cleared. */
    void put(@Nullable Buffer[] source, int from, int count) {
        int first = EMPTY;
        int last = EMPTY;
        for (int i = from + count - 1; i >= from; i--) {
            Buffer buffer = source[i];
            if (buffer == null) {
                throw new IllegalStateException("no buffer at " + i);
            }
            source[i] = null;
            buffers.setPlain(buffer.poolSlot, buffer);
            if (last == EMPTY) {
                last = buffer.poolSlot + 1;
            } else {
                below.setOpaque(buffer.poolSlot, first);
            }
            first = buffer.poolSlot + 1;
        }
        if (first == EMPTY) {
            return;
        }
        while (true) {
            long seen = head.getAcquire();
            below.setOpaque(last - 1, (int) seen);
            if (head.compareAndSet(seen, changed(seen, first))) {
                return;
            }
        }
    }

    private static long changed(long seen, int top) {
        return (((seen >>> 32) + 1) << 32) | top;
    }

    /** A buffer that has never been used; null when the tier has as many as it may have. */
    @Nullable
    Buffer create(ResourceTable table) {
        int slot = created.getAndUpdate(n -> n < buffers.length() ? n + 1 : n);
        return slot == buffers.length() ? null : table.add(tier, slot, new byte[tier.capacity()]);
    }

    void count(long allocations, long returns) {
        allocated.add(allocations);
        returned.add(returns);
    }

    void countFallback() {
        fallbacks.increment();
    }

    void countExhaustion() {
        exhaustions.increment();
    }

    PoolStatistics statistics() {
        int free = 0;
        for (int top = (int) head.get(); top != EMPTY && free < buffers.length(); top = below.getOpaque(top - 1)) {
            free++;
        }
        return new PoolStatistics(
                tier,
                buffers.length(),
                buffers.length() - created.get() + free,
                allocated.sum(),
                returned.sum(),
                fallbacks.sum(),
                exhaustions.sum());
    }

    int size() {
        return buffers.length();
    }
}
