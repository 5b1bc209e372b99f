package io.torvyn.config;

import io.torvyn.types.ObservabilityLevel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The {@code [observability]} tables. */
public record ObservabilitySettings(
        ObservabilityLevel level, Tracing tracing, Metrics metrics, Export export, Inspection inspection) {
    /**
     * @param enabled flows have a trace, unless the level is off
     * @param endpoint empty unless the exporter needs one
     * @param sampleRate share of elements that are traced, from 0 to 1
     * @param errorPromote trace what failed, whatever the rate
     * @param latencyPromoteThreshold trace what was slower, whatever the rate; zero: off
     * @param ringBufferCapacity a power of two, at least 8
     */
    public record Tracing(
            boolean enabled,
            TraceExporter exporter,
            String endpoint,
            double sampleRate,
            boolean errorPromote,
            Duration latencyPromoteThreshold,
            int ringBufferCapacity) {}

    /** Where traces go. */
    public enum TraceExporter {
        OTLP_GRPC,
        OTLP_HTTP,
        STDOUT,
        FILE,
        NONE
    }

    /**
     * @param endpoint {@code host:port} on which Prometheus asks
     * @param histogramBuckets upper bounds in nanoseconds, ascending; empty: the built-in ones
     */
    public record Metrics(
            boolean enabled,
            MetricsExporter exporter,
            String endpoint,
            boolean prometheus,
            boolean otlp,
            Duration otlpInterval,
            int eventChannelCapacity,
            List<Long> histogramBuckets) {}

    /** Where metrics go. */
    public enum MetricsExporter {
        PROMETHEUS,
        OTLP,
        NONE
    }

    /** How exporters send: so many at once, at the latest after so long. */
    public record Export(int batchSize, Duration interval) {}

    /** @param authToken asked of a TCP client */
    public record Inspection(boolean enabled, Bind bind, Optional<String> authToken) {}

    /** Where the inspection API listens. */
    public sealed interface Bind {
        /** @param path empty: the usual place */
        record UnixSocket(Optional<String> path) implements Bind {}

        /** On the loopback address only. */
        record Tcp(int port) implements Bind {}
    }

    /** The same settings at another level. */
    public ObservabilitySettings withLevel(ObservabilityLevel other) {
        return new ObservabilitySettings(other, tracing, metrics, export, inspection);
    }
}
