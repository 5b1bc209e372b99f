package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys that are read and checked, and that nothing acts on yet. Who sets one is told. */
final class IdleKeys {
    static final Set<String> ALL = Set.of(
            "capabilities.torvyn.max-buffer-size",
            "capabilities.torvyn.max-memory",
            "capabilities.torvyn.buffer-pool-access",
            "test.timeout_seconds",
            "test.fixtures_dir",
            "registry.default",
            "runtime.worker_threads",
            "runtime.compilation_cache_dir",
            "observability.tracing_exporter",
            "observability.tracing_endpoint",
            "observability.sample_rate",
            "observability.error_promote",
            "observability.latency_promote_threshold_ms",
            "observability.ring_buffer_capacity",
            "observability.metrics_enabled",
            "observability.metrics_exporter",
            "observability.metrics_endpoint",
            "observability.prometheus_enabled",
            "observability.otlp_metrics_enabled",
            "observability.otlp_metrics_interval_s",
            "observability.event_channel_capacity",
            "observability.histogram_buckets",
            "observability.export.batch_size",
            "observability.export.interval",
            "observability.inspection.enabled",
            "observability.inspection.bind",
            "observability.inspection.auth_token",
            "security.audit_enabled",
            "security.audit_target",
            "security.signature_policy");

    private IdleKeys() {}

    /**
     * Warns of each that a project, a variable or an option sets. What a user has in a file for all projects may wait
     * there, and whoever switches something off has what they want.
     */
    static void warn(List<Reading> readings, Findings findings) {
        for (Reading reading : readings) {
            if (ALL.contains(reading.key()) && !reading.said().isEmpty() && !isOff(reading.value())) {
                Said said = reading.said().getFirst();
                if (said.layer() != Layer.USER) {
                    findings.add(Diagnostic.warning(
                                    ErrorCode.SEMANTIC_ERROR,
                                    "`%s` is understood, and has no effect in this version of Torvyn"
                                            .formatted(said.path()),
                                    "remove it, or leave it for a later version")
                            .at(said.keyAt())
                            .atKey(said.path()));
                }
            }
        }
    }

    private static boolean isOff(@Nullable Object value) {
        return Boolean.FALSE.equals(value)
                || value == ObservabilitySettings.TraceExporter.NONE
                || value == ObservabilitySettings.MetricsExporter.NONE;
    }
}
