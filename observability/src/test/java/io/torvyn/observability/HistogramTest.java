package io.torvyn.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
    private static HistogramSnapshot of(long... values) {
        Histogram histogram = Histogram.ofNanos();
        for (long value : values) {
            histogram.record(value);
        }
        return histogram.snapshot();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "100, 0", "101, 1", "250, 1", "251, 2", "10000000000, 24", "10000000001, 25", "-5, 0"})
    void aValueEqualToABoundBelongsToIt(long value, int bucket) {
        assertThat(of(value).count(bucket)).isEqualTo(1);
    }

    @Test
    void theBoundsAreThoseOfTheCatalogue() {
        HistogramSnapshot nanos = Histogram.ofNanos().snapshot();
        HistogramSnapshot bytes = Histogram.ofBytes().snapshot();

        assertThat(nanos.buckets()).isEqualTo(25);
        assertThat(nanos.bound(0)).isEqualTo(100);
        assertThat(nanos.bound(24)).isEqualTo(10_000_000_000L);
        for (int i = 3; i < nanos.buckets(); i++) {
            assertThat(nanos.bound(i)).isEqualTo(nanos.bound(i - 3) * 10);
        }
        assertThat(bytes.buckets()).isEqualTo(10);
        for (int i = 0; i < bytes.buckets(); i++) {
            assertThat(bytes.bound(i)).isEqualTo(64L << 2 * i);
        }
    }

    @Test
    void sumLeastGreatestAndMeanAreExact() {
        HistogramSnapshot snapshot = of(10, 20, 600);

        assertThat(snapshot.count()).isEqualTo(3);
        assertThat(snapshot.sum()).isEqualTo(630);
        assertThat(snapshot.min()).isEqualTo(10);
        assertThat(snapshot.max()).isEqualTo(600);
        assertThat(snapshot.mean()).isEqualTo(210);
    }

    @Test
    void anEmptyOneHasZeroPercentiles() {
        HistogramSnapshot snapshot = of();

        assertThat(snapshot.percentile(50)).isZero();
        assertThat(snapshot.mean()).isZero();
        assertThat(snapshot.min()).isEqualTo(Long.MAX_VALUE);
        assertThat(snapshot.max()).isZero();
    }

    /** Four values in (250, 500], and one in (500, 1000]. */
    @ParameterizedTest
    @CsvSource({"0, 313", "20, 313", "21, 375", "50, 438", "80, 500", "81, 1000", "100, 1000"})
    void percentilesAreInterpolatedWithinTheirBucket(double percent, long expected) {
        assertThat(of(300, 300, 300, 300, 999).percentile(percent)).isEqualTo(expected);
    }

    @Test
    void theOverflowBucketEndsAtTheGreatestValue() {
        assertThat(of(30_000_000_000L).percentile(99)).isEqualTo(30_000_000_000L);
        assertThat(of(30_000_000_000L, 20_000_000_000L).percentile(50)).isEqualTo(20_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 100.5, Double.NaN})
    void aPercentileIsBetweenZeroAndAHundred(double percent) {
        HistogramSnapshot snapshot = of(1);

        assertThatThrownBy(() -> snapshot.percentile(percent)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aPercentileLiesInTheBucketOfTheValueOfItsRank(long seed) {
        Random random = new Random(seed);
        Histogram histogram = Histogram.ofNanos();
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            long value = (long) Math.exp(random.nextDouble() * 25);
            histogram.record(value);
            values.add(value);
        }
        Collections.sort(values);
        HistogramSnapshot snapshot = histogram.snapshot();

        for (double percent : new double[] {1, 10, 50, 95, 99, 99.9, 100}) {
            long exact = values.get((int) Math.max(1, Math.ceil(percent / 100 * values.size())) - 1);
            int bucket = 0;
            while (bucket < snapshot.buckets() && exact > snapshot.bound(bucket)) {
                bucket++;
            }
            assertThat(snapshot.percentile(percent))
                    .isBetween(
                            bucket == 0 ? 0 : snapshot.bound(bucket - 1),
                            bucket == snapshot.buckets() ? snapshot.max() : snapshot.bound(bucket));
        }
    }

    @Test
    void aDifferenceCoversItsTimeOnly() {
        Histogram histogram = Histogram.ofNanos();
        for (int i = 0; i < 1000; i++) {
            histogram.record(5_000_000);
        }
        HistogramSnapshot before = histogram.snapshot();
        for (int i = 0; i < 10; i++) {
            histogram.record(80);
        }
        HistogramSnapshot window = histogram.snapshot().since(before);

        assertThat(window.count()).isEqualTo(10);
        assertThat(window.sum()).isEqualTo(800);
        assertThat(window.percentile(99)).isLessThanOrEqualTo(100);
    }
}
