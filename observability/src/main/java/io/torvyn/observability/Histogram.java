package io.torvyn.observability;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Counts values by size, in fixed buckets. Written by one thread, without a lock and without allocating; others read
 * {@link #snapshot}, which may miss the values of the last moment.
 *
 * <p>A value equal to a bound belongs to that bound's bucket; what is larger than the last one goes to the overflow
 * bucket. spec: metrics, "Histogram bounds".
 */
public final class Histogram {
    /*
     * One array holds everything: the buckets, the overflow bucket, then sum, least and greatest value. The writer
     * reads plainly what only it writes, and writes opaquely, so that a reader sees whole numbers, each sooner or
     * later. The number of values is not kept: a snapshot adds up the buckets, so that percentiles always agree with
     * their buckets.
     */
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private static final long[] LATENCY_BOUNDS = {
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        25_000_000,
        50_000_000,
        100_000_000,
        250_000_000,
        500_000_000,
        1_000_000_000,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L
    };

    private static final long[] SIZE_BOUNDS = {
        64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216
    };

    private final long[] bounds;
    private final long[] cells;
    private final int sum;
    private final int least;
    private final int greatest;

    private Histogram(long[] bounds) {
        this.bounds = bounds;
        this.sum = bounds.length + 1;
        this.least = sum + 1;
        this.greatest = sum + 2;
        this.cells = new long[greatest + 1];
        this.cells[least] = Long.MAX_VALUE;
    }

    /** For durations in nanoseconds: 25 bounds from 100 ns to 10 s. */
    public static Histogram ofNanos() {
        return new Histogram(LATENCY_BOUNDS);
    }

    /** For sizes in bytes: 10 bounds from 64 bytes to 16 MiB. */
    public static Histogram ofBytes() {
        return new Histogram(SIZE_BOUNDS);
    }

    /** Adds a value; a negative one, as clocks may yield, counts as 0. */
    public void record(long value) {
        long counted = Math.max(0, value);
        int found = Arrays.binarySearch(bounds, counted);
        add(found >= 0 ? found : -found - 1, 1);
        add(sum, counted);
        if (counted < cells[least]) {
            CELL.setOpaque(cells, least, counted);
        }
        if (counted > cells[greatest]) {
            CELL.setOpaque(cells, greatest, counted);
        }
    }

    private void add(int cell, long amount) {
        CELL.setOpaque(cells, cell, cells[cell] + amount);
    }

    /** May be called from any thread. */
    public HistogramSnapshot snapshot() {
        long[] counts = new long[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (long) CELL.getOpaque(cells, i);
        }
        return new HistogramSnapshot(
                bounds, counts, (long) CELL.getOpaque(cells, sum), (long) CELL.getOpaque(cells, least), (long)
                        CELL.getOpaque(cells, greatest));
    }
}
