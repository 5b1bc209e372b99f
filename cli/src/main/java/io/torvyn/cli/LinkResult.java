package io.torvyn.cli;

import io.torvyn.config.FlowDefinition;
import io.torvyn.linker.LinkReport;
import io.torvyn.linker.LinkedPipeline;
import io.torvyn.linker.LinkedStage;
import io.torvyn.linker.LinkedStream;
import io.torvyn.linker.ResolvedImport;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What linking some flows came to, for people and as JSON.
 *
 * @param warnings about their manifest
 */
record LinkResult(List<Diagnostic> warnings, List<OfFlow> flows) {
    record OfFlow(FlowDefinition flow, LinkReport report) {
        boolean linked() {
            return report.errors().isEmpty();
        }

        String size() {
            return Sizes.counted(flow.nodes().size(), "component") + ", "
                    + Sizes.counted(flow.edges().size(), "edge") + ", "
                    + Sizes.counted(report.errors().size(), "error");
        }
    }

    LinkResult {
        warnings = List.copyOf(warnings);
        flows = List.copyOf(flows);
    }

    int exitCode() {
        List<Diagnostic> errors =
                flows.stream().flatMap(flow -> flow.report().errors().stream()).toList();
        if (errors.isEmpty()) {
            return ExitCode.SUCCESS;
        }
        return errors.stream().allMatch(error -> error.code() == ErrorCode.COMPONENT_NOT_FOUND)
                ? ExitCode.INVALID
                : ExitCode.FAILED;
    }

    void print(PrintWriter out, Style style, boolean detail) {
        var findings = new Failures(out, style);
        warnings.forEach(findings::print);
        for (OfFlow each : flows) {
            String name = "Flow \"" + each.flow().name() + "\"";
            if (each.linked()) {
                out.println(style.success(name + " links successfully (" + each.size() + ")"));
            } else {
                out.println(style.failure(name + " has linking errors (" + each.size() + ")"));
            }
            each.report().errors().forEach(findings::print);
            each.report().warnings().forEach(findings::print);
            if (detail) {
                each.report().pipeline().ifPresent(pipeline -> print(out, style, pipeline));
            }
        }
        out.flush();
    }

    private static void print(PrintWriter out, Style style, LinkedPipeline pipeline) {
        for (LinkedStage stage : pipeline.stages()) {
            out.println("  " + stage.name() + " "
                    + style.dim("(" + stage.node().stageInterface() + ", "
                            + (stage.artifact().isEmpty() ? stage.node().component() : stage.artifact()) + ")"));
            for (ResolvedImport wanted : stage.imports()) {
                out.println("    imports " + wanted.name() + " " + style.dim("from " + wanted.provider()));
            }
            if (!stage.grants().isEmpty()) {
                out.println("    may " + String.join(", ", stage.grants()));
            }
        }
        for (LinkedStream stream : pipeline.streams()) {
            out.println("  " + stream + " "
                    + style.dim("(queue of " + stream.queue().depth() + ", "
                            + policy(stream.queue().policy()) + ")"));
        }
    }

    void printJson(PrintWriter out, boolean detail) {
        List<Diagnostic> findings = new ArrayList<>(warnings);
        flows.forEach(flow -> {
            findings.addAll(flow.report().errors());
            findings.addAll(flow.report().warnings());
        });
        new JsonResult("link").data(data -> fill(data, detail)).print(out, exitCode(), findings);
    }

    private void fill(ObjectNode data, boolean detail) {
        data.put("all_linked", exitCode() == ExitCode.SUCCESS);
        ArrayNode list = data.putArray("flows");
        for (OfFlow each : flows) {
            ObjectNode flow = list.addObject();
            flow.put("name", each.flow().name());
            flow.put("linked", each.linked());
            flow.put("component_count", each.flow().nodes().size());
            flow.put("edge_count", each.flow().edges().size());
            ArrayNode diagnostics = flow.putArray("diagnostics");
            each.report().errors().forEach(error -> JsonResult.finding(diagnostics.addObject(), error));
            each.report().warnings().forEach(warning -> JsonResult.finding(diagnostics.addObject(), warning));
            if (detail) {
                each.report().pipeline().ifPresent(pipeline -> fill(flow, pipeline));
            }
        }
    }

    private static void fill(ObjectNode flow, LinkedPipeline pipeline) {
        ArrayNode components = flow.putArray("components");
        for (LinkedStage stage : pipeline.stages()) {
            ObjectNode component = components.addObject();
            component.put("name", stage.name());
            component.put("role", word(stage.role()));
            component.put("component", stage.node().component().toString());
            component.put("artifact", stage.artifact().isEmpty() ? null : stage.artifact());
            ArrayNode imports = component.putArray("imports");
            stage.imports().forEach(wanted -> imports.addObject()
                    .put("name", wanted.name())
                    .put("provider", wanted.provider().toString()));
            stage.grants().forEach(component.putArray("grants")::add);
            component.put("config", stage.node().config().orElse(null));
        }
        ArrayNode connections = flow.putArray("connections");
        for (LinkedStream stream : pipeline.streams()) {
            connections
                    .addObject()
                    .put("from", stream.from().toString())
                    .put("to", stream.to().toString())
                    .put("queue_depth", stream.queue().depth())
                    .put("backpressure_policy", policy(stream.queue().policy()));
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String policy(BackpressurePolicy policy) {
        return switch (policy) {
            case BackpressurePolicy.BlockProducer() -> "block-producer";
            case BackpressurePolicy.DropOldest() -> "drop-oldest";
            case BackpressurePolicy.DropNewest() -> "drop-newest";
            case BackpressurePolicy.Fail() -> "error";
            case BackpressurePolicy.RateLimit(int perSecond) -> "rate-limit to " + perSecond + " per second";
        };
    }
}
