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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
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
        out.println(style.line(
                "Flow", outcome.name() + ", " + outcome.state().name().toLowerCase(Locale.ROOT)));
        out.println(style.line("Duration", Sizes.duration(outcome.duration())));
        out.println(style.line("Elements", Long.toString(outcome.pulled())));
        out.println(style.line("Throughput", Sizes.rate(outcome.pulled(), outcome.duration())));
        out.println(style.line(
                "Copies",
                outcome.copies().copies() + " (" + Sizes.bytes(outcome.copies().bytes()) + ")"));
        out.println(style.line("Errors", Long.toString(outcome.errors())));
        if (outcome.deadLettered() > 0) {
            out.println(style.line("Dead letters", Long.toString(outcome.deadLettered())));
        }
        if (outcome.lost() > 0) {
            out.println(style.line("Lost", Long.toString(outcome.lost())));
        }
        if (outcome.discarded() > 0) {
            out.println(style.line("Discarded", Long.toString(outcome.discarded())));
        }
        if (outcome.restarts() > 0) {
            out.println(style.line("Restarts", Long.toString(outcome.restarts())));
        }
        if (outcome.backpressureEvents() > 0) {
            out.println(style.line("Backpressure", outcome.backpressureEvents() + " times"));
        }
        out.println(style.line("Queue peak", Integer.toString(outcome.queuePeak())));
        out.println(style.line("Peak memory", Sizes.bytes(peakMemory)));
    }

    void printJson(PrintWriter out) {
        List<Failure> findings = new ArrayList<>(warnings);
        outcome.failure().ifPresent(findings::add);
        new JsonResult("run").data(this::fill).print(out, exitCode, findings);
    }

    private void fill(ObjectNode data) {
        double seconds = outcome.duration().toNanos() / 1e9;
        data.put("flow_name", outcome.name());
        data.put("state", outcome.state().name().toLowerCase(Locale.ROOT));
        data.put("cancellation_reason", outcome.reason().getClass().getSimpleName());
        data.put("duration_secs", seconds);
        data.put("elements_processed", outcome.pulled());
        data.put("throughput_elem_per_sec", seconds == 0 ? 0 : outcome.pulled() / seconds);
        data.put("error_count", outcome.errors());
        data.put("discarded", outcome.discarded());
        data.put("dead_lettered", outcome.deadLettered());
        data.put("lost", outcome.lost());
        data.put("restarts", outcome.restarts());
        data.put("copies", outcome.copies().copies());
        data.put("copy_bytes", outcome.copies().bytes());
        data.put("backpressure_events", outcome.backpressureEvents());
        data.put("queue_peak", outcome.queuePeak());
        data.put("peak_memory_bytes", peakMemory);
        data.put("component_count", outcome.stages().size());
        data.put("edge_count", outcome.streams().size());
    }
}
