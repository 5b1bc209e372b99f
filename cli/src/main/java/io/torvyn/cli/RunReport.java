package io.torvyn.cli;

import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run has come to, for people and as JSON.
 *
 * @param warnings what was found that is allowed, but probably not meant
 * @param peakMemory the most memory that the process has had, in bytes
 * @param exitCode what the process answers
 */
record RunReport(FlowOutcome outcome, List<Diagnostic> warnings, long peakMemory, int exitCode) {
    static RunReport of(FlowOutcome outcome, List<Diagnostic> warnings, OptionalInt signal) {
        int exitCode = signal.orElse(outcome.state() == FlowState.FAILED ? ExitCode.FAILED : ExitCode.SUCCESS);
        return new RunReport(outcome, warnings, mostMemory(), exitCode);
    }

    /** From the kernel where it says so, else what the Java heap has now. */
    private static long mostMemory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // not Linux
        }
        return Runtime.getRuntime().totalMemory();
    }

    /** Whoever read the output has gone: there is nobody to tell anything. */
    boolean isReaderGone() {
        return outcome.reason() instanceof CancellationReason.SinkClosed;
    }

    void print(PrintWriter out, Style style) {
        out.println(style.header("Summary"));
        line(out, style, "Flow", outcome.name() + ", " + outcome.state().name().toLowerCase(Locale.ROOT));
        line(out, style, "Duration", Sizes.duration(outcome.duration()));
        line(out, style, "Elements", Long.toString(outcome.pulled()));
        line(out, style, "Throughput", Sizes.rate(outcome.pulled(), outcome.duration()));
        line(
                out,
                style,
                "Copies",
                outcome.copies().copies() + " (" + Sizes.bytes(outcome.copies().bytes()) + ")");
        line(out, style, "Errors", Long.toString(outcome.errors()));
        if (outcome.discarded() > 0) {
            line(out, style, "Discarded", Long.toString(outcome.discarded()));
        }
        if (outcome.backpressureEvents() > 0) {
            line(out, style, "Backpressure", outcome.backpressureEvents() + " times");
        }
        line(out, style, "Queue peak", Integer.toString(outcome.queuePeak()));
        line(out, style, "Peak memory", Sizes.bytes(peakMemory));
    }

    private static void line(PrintWriter out, Style style, String key, String value) {
        out.println(style.dim(String.format(Locale.ROOT, "%-13s", key + ":")) + " " + value);
    }

    void printJson(PrintWriter out) {
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        ObjectNode root = json.createObjectNode();
        root.put("success", exitCode == ExitCode.SUCCESS);
        root.put("command", "run");
        ObjectNode data = root.putObject("data");
        double seconds = outcome.duration().toNanos() / 1e9;
        data.put("flow_name", outcome.name());
        data.put("state", outcome.state().name().toLowerCase(Locale.ROOT));
        data.put("cancellation_reason", outcome.reason().getClass().getSimpleName());
        data.put("duration_secs", seconds);
        data.put("elements_processed", outcome.pulled());
        data.put("throughput_elem_per_sec", seconds == 0 ? 0 : outcome.pulled() / seconds);
        data.put("error_count", outcome.errors());
        data.put("discarded", outcome.discarded());
        data.put("copies", outcome.copies().copies());
        data.put("copy_bytes", outcome.copies().bytes());
        data.put("backpressure_events", outcome.backpressureEvents());
        data.put("queue_peak", outcome.queuePeak());
        data.put("peak_memory_bytes", peakMemory);
        data.put("component_count", outcome.stages().size());
        data.put("edge_count", outcome.streams().size());
        if (!warnings.isEmpty()) {
            var list = root.putArray("warnings");
            warnings.forEach(warning -> list.add(warning.text()));
        }
        root.put("exit_code", exitCode);
        var errors = root.putArray("errors");
        outcome.failure().ifPresent(failure -> Failures.json(errors.addObject(), failure));
        if (outcome.failure().isPresent()) {
            Failure failure = outcome.failure().get();
            root.put("error", true);
            root.put("code", failure.code().id());
            root.put("category", failure.code().category().label());
            root.put("detail", failure.message());
        }
        out.println(json.writeValueAsString(root));
        out.flush();
    }
}
