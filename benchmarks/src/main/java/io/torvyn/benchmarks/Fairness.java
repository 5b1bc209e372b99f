package io.torvyn.benchmarks;

import io.torvyn.config.Manifest;
import io.torvyn.host.TorvynHost;
import io.torvyn.reactor.FlowStatus;
import io.torvyn.reactor.StageReport;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Claim: while there are more flows than processors, each has time of theirs in proportion to its priority, however long
 * its elements take. Flows of a source, {@code slow} and a sink run side by side; the table has the share that each kind
 * was to have, and the one that it had.
 *
 * <p>Its arguments are the folder of the guests and how many seconds each line takes.
 */
public final class Fairness {
    /** @param turns of an empty loop that each element takes */
    private record Kind(String name, int flows, String priority, int weight, int turns) {}

    private static final List<List<Kind>> LINES = List.of(
            List.of(new Kind("fast", 1, "normal", 32, 1), new Kind("greedy", 4, "normal", 32, 2_000_000)),
            List.of(new Kind("fast", 4, "normal", 32, 1), new Kind("greedy", 4, "normal", 32, 2_000_000)),
            List.of(
                    new Kind("critical", 3, "critical", 128, 100),
                    new Kind("normal", 3, "normal", 32, 20_000),
                    new Kind("background", 3, "background", 8, 2_000_000)));

    private Fairness() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path guests = Path.of(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        Path project = Files.createTempDirectory("torvyn-fairness");
        System.out.println(
                "| flows | priority | an element takes, µs | elements/s of one | share wanted | share had |");
        System.out.println("|---|---|---:|---:|---:|---:|");
        for (List<Kind> line : LINES) {
            for (String guest : List.of("source", "slow", "sink")) {
                Files.write(project.resolve(guest + ".wasm"), Files.readAllBytes(guests.resolve(guest + ".wasm")));
            }
            Files.writeString(project.resolve("Torvyn.toml"), manifest(line));
            try (TorvynHost host = TorvynHost.builder(Manifest.load(project))
                    .level(ObservabilityLevel.PRODUCTION)
                    .build()) {
                measure(host, line, seconds);
            }
        }
    }

    private static String manifest(List<Kind> kinds) {
        var text = new StringBuilder("""
                [torvyn]
                name = "fairness"
                version = "0.1.0"
                contract_version = "0.1.0"

                [[component]]
                name = "source"
                path = "."

                [[component]]
                name = "slow"
                path = "."

                [[component]]
                name = "sink"
                path = "."
                """);
        for (Kind kind : kinds) {
            text.append("""

                    [flow.%1$s]
                    priority = "%2$s"

                    [flow.%1$s.nodes.source]
                    component = "source"
                    interface = "torvyn:streaming/source"

                    [flow.%1$s.nodes.slow]
                    component = "slow"
                    interface = "torvyn:streaming/processor"
                    config = '{"spin_iterations": %3$d}'

                    [flow.%1$s.nodes.sink]
                    component = "sink"
                    interface = "torvyn:streaming/sink"

                    [[flow.%1$s.edges]]
                    from = { node = "source", port = "output" }
                    to = { node = "slow", port = "input" }

                    [[flow.%1$s.edges]]
                    from = { node = "slow", port = "output" }
                    to = { node = "sink", port = "input" }
                    """.formatted(kind.name(), kind.priority(), kind.turns()));
        }
        return text.toString();
    }

    private static void measure(TorvynHost host, List<Kind> kinds, int seconds) throws InterruptedException {
        List<List<FlowId>> flows = new ArrayList<>();
        for (Kind kind : kinds) {
            List<FlowId> ofKind = new ArrayList<>();
            for (int i = 0; i < kind.flows(); i++) {
                ofKind.add(host.startFlow(kind.name()));
            }
            flows.add(ofKind);
        }
        Thread.sleep(3000); // compiled by then
        List<List<FlowStatus>> before = statuses(host, flows);
        Thread.sleep(seconds * 1000L);
        List<List<FlowStatus>> after = statuses(host, flows);
        double all = 0;
        double weights = 0;
        for (int k = 0; k < kinds.size(); k++) {
            all += busy(after.get(k)) - busy(before.get(k));
            weights += kinds.get(k).flows() * kinds.get(k).weight();
        }
        for (int k = 0; k < kinds.size(); k++) {
            Kind kind = kinds.get(k);
            double had = busy(after.get(k)) - busy(before.get(k));
            long elements = elements(after.get(k)) - elements(before.get(k));
            System.out.printf(
                    Locale.ROOT,
                    "| %d %s | %s | %.1f | %.0f | %.1f %% | %.1f %% |%n",
                    kind.flows(),
                    kind.name(),
                    kind.priority(),
                    elements == 0 ? Double.NaN : had / elements / 1000,
                    (double) elements / kind.flows() / seconds,
                    100.0 * kind.flows() * kind.weight() / weights,
                    100 * had / all);
        }
        for (List<FlowId> ofKind : flows) {
            for (FlowId flow : ofKind) {
                host.cancelFlow(flow, new CancellationReason.SourceComplete());
                host.await(flow);
            }
        }
    }

    private static List<List<FlowStatus>> statuses(TorvynHost host, List<List<FlowId>> flows) {
        return flows.stream()
                .map(ofKind -> ofKind.stream().map(host::flowStatus).toList())
                .toList();
    }

    /** Nanoseconds. */
    private static double busy(List<FlowStatus> flows) {
        return flows.stream()
                .flatMap(flow -> flow.stages().stream())
                .map(StageReport::busy)
                .mapToDouble(Duration::toNanos)
                .sum();
    }

    private static long elements(List<FlowStatus> flows) {
        return flows.stream().mapToLong(FlowStatus::elements).sum();
    }
}
