package io.torvyn.observability;

import java.util.Map;

/**
 * One value of one metric, as exporters want it.
 *
 * @param labels what it is a value of
 */
public record Sample(Metric metric, Map<String, String> labels, Value value) {
    public Sample {
        labels = Map.copyOf(labels);
    }

    /** A value, by the kind of its metric. */
    public sealed interface Value {
        /** Of a counter or a gauge. */
        record Whole(long number) implements Value {}

        /** Of what is derived. */
        record Ratio(double number) implements Value {}

        record Distribution(HistogramSnapshot histogram) implements Value {}
    }

    static Sample of(Metric metric, Map<String, String> labels, long number) {
        return new Sample(metric, labels, new Value.Whole(number));
    }

    static Sample of(Metric metric, Map<String, String> labels, double number) {
        return new Sample(metric, labels, new Value.Ratio(number));
    }

    static Sample of(Metric metric, Map<String, String> labels, HistogramSnapshot histogram) {
        return new Sample(metric, labels, new Value.Distribution(histogram));
    }
}
