package io.torvyn.observability;

import java.util.Arrays;

/** A histogram at one moment. Immutable. */
public final class HistogramSnapshot {
    private final long[] bounds;
    private final long[] counts;
    private final long count;
    private final long sum;
    private final long min;
    private final long max;

    /** Takes the arrays over. */
    HistogramSnapshot(long[] bounds, long[] counts, long sum, long min, long max) {
        this.bounds = bounds;
        this.counts = counts;
        this.count = Arrays.stream(counts).sum();
        this.sum = sum;
        this.min = min;
        this.max = max;
    }

    /** How many values there are. */
    public long count() {
        return count;
    }

    public long sum() {
        return sum;
    }

    /** The least value; {@link Long#MAX_VALUE} when there is none. */
    public long min() {
        return min;
    }

    /** The greatest value; 0 when there is none. */
    public long max() {
        return max;
    }

    /** 0 when there is no value. */
    public double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    /** Buckets with a bound; one more, the overflow bucket, has none. */
    public int buckets() {
        return bounds.length;
    }

    /** The greatest value that belongs to the bucket. */
    public long bound(int bucket) {
        return bounds[bucket];
    }

    /**
     * The values in one bucket.
     *
     * @param bucket up to {@link #buckets}, which is the overflow bucket
     */
    public long count(int bucket) {
        return counts[bucket];
    }

    /**
     * The value below which {@code percent} of all lie, interpolated within its bucket: what is above the last bound
     * lies between it and the greatest value. 0 when there is no value.
     *
     * @param percent from 0 to 100
     */
    public long percentile(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("a percentile is between 0 and 100, not " + percent);
        }
        if (count == 0) {
            return 0;
        }
        long rank = Math.max(1, (long) Math.ceil(percent / 100 * count));
        long below = 0;
        int bucket = 0;
        while (below + counts[bucket] < rank) {
            below += counts[bucket++];
        }
        long lower = bucket == 0 ? 0 : bounds[bucket - 1];
        long upper = bucket < bounds.length ? bounds[bucket] : Math.max(lower, max);
        double share = (double) (rank - below) / counts[bucket];
        return lower + Math.round(share * (upper - lower));
    }

    /**
     * What has come since {@code earlier}, a snapshot of the same histogram, so that percentiles cover that time only.
     * Least and greatest value remain those of the whole time: nobody knows the others.
     */
    public HistogramSnapshot since(HistogramSnapshot earlier) {
        long[] later = new long[counts.length];
        for (int i = 0; i < later.length; i++) {
            later[i] = Math.max(0, counts[i] - earlier.counts[i]);
        }
        return new HistogramSnapshot(bounds, later, Math.max(0, sum - earlier.sum), min, max);
    }

    @Override
    public String toString() {
        return count == 0
                ? "no values"
                : "%d values, p50 %d, p99 %d, max %d".formatted(count, percentile(50), percentile(99), max);
    }
}
