package io.torvyn.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.torvyn.config.Manifest;
import io.torvyn.host.TorvynHost;
import io.torvyn.reactor.FlowStatus;
import io.torvyn.reactor.StageReport;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Claim: two heavy stages of a flow run at once when each has a thread of its own, and so do two instances of one. Flows of a
 * source, one or two {@code slow} and a sink take turns, a slice each, with calls of several lengths; a ratio is taken within
 * each round. What two processors are worth at the time is what two flows get done beside one.
 *
 * <p>Its arguments are the folder of the guests and the number of rounds.
 */
public final class Parallel {
    /** Of an empty loop, in each call. */
    private static final List<Integer> TURNS = List.of(1, 2_000, 8_000, 20_000, 80_000);

    private static final long WARM_UP_MILLIS = 1_200;
    private static final long SLICE_MILLIS = 300;

    /**
     * @param flows of it at the same time
     * @param heavy stages of each
     * @param settings of these
     * @param beside the row that it is compared with
     */
    private record Row(String name, String flow, int flows, int heavy, String settings, String beside) {}

    private static final List<Row> ROWS = List.of(
            new Row("two stages, on the flow's thread", "two", 1, 2, "", "two"),
            new Row("two stages, on threads of their own", "two-stage", 1, 2, "parallelism = \"stage\"", "two"),
            new Row("one stage, on the flow's thread", "one", 1, 1, "", "one"),
            new Row("one stage, on a thread of its own", "one-stage", 1, 1, "parallelism = \"stage\"", "one"),
            new Row("one stage, two instances", "one-instances", 1, 1, "instances = 2", "one"),
            new Row("one stage, two flows of it", "one-twice", 2, 1, "", "one"));

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * One slice, by the element.
     *
     * @param nanos of wall time
     * @param processorNanos of the whole process
     * @param callNanos in one heavy stage
     */
    private record Slice(double nanos, double processorNanos, double callNanos) {}

    private Parallel() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path guests = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path project = Files.createTempDirectory("torvyn-parallel");
        for (String guest : List.of("source", "slow", "sink")) {
            Files.write(project.resolve(guest + ".wasm"), Files.readAllBytes(guests.resolve(guest + ".wasm")));
        }
        System.out.println("| a call takes, µs | | µs/element | times as fast | processor time, µs/element |");
        System.out.println("|---:|---|---:|---:|---:|");
        for (int turns : TURNS) {
            Files.writeString(project.resolve("Torvyn.toml"), manifest(turns));
            try (TorvynHost host = TorvynHost.builder(Manifest.load(project))
                    .level(ObservabilityLevel.PRODUCTION)
                    .build()) {
                measure(host, rounds);
            }
        }
        System.out.printf(Locale.ROOT, "Load average %.1f.%n", PROCESS.getSystemLoadAverage());
    }

    private static String manifest(int turns) {
        var text = new StringBuilder("""
                [torvyn]
                name = "parallel"
                version = "0.1.0"
                contract_version = "0.1.0"
                """);
        for (String name : List.of("source", "slow", "sink")) {
            text.append("\n[[component]]\nname = \"%s\"\npath = \".\"\n".formatted(name));
        }
        for (Row row : ROWS) {
            List<String> nodes = new ArrayList<>(List.of("source"));
            for (int i = 0; i < row.heavy(); i++) {
                nodes.add("slow" + i);
                text.append("""

                        [flow.%1$s.nodes.slow%2$d]
                        component = "slow"
                        interface = "torvyn:streaming/processor"
                        config = '{"spin_iterations": %3$d}'
                        %4$s
                        """.formatted(row.flow(), i, turns, row.settings()));
            }
            nodes.add("sink");
            for (String end : List.of("source", "sink")) {
                text.append("""

                        [flow.%1$s.nodes.%2$s]
                        component = "%2$s"
                        interface = "torvyn:streaming/%2$s"
                        """.formatted(row.flow(), end));
            }
            for (int i = 1; i < nodes.size(); i++) {
                text.append("\n[[flow.%s.edges]]\nfrom = \"%s\"\nto = \"%s\"\n"
                        .formatted(row.flow(), nodes.get(i - 1), nodes.get(i)));
            }
        }
        return text.toString();
    }

    private static void measure(TorvynHost host, int rounds) throws InterruptedException {
        for (Row row : ROWS) {
            slice(host, row, WARM_UP_MILLIS);
        }
        Map<String, List<Slice>> slices = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Row row : ROWS) {
                slices.computeIfAbsent(row.flow(), _ -> new ArrayList<>()).add(slice(host, row, SLICE_MILLIS));
            }
        }
        double call = median(slices.getOrDefault("one", List.of()), Slice::callNanos);
        for (Row row : ROWS) {
            List<Slice> of = slices.getOrDefault(row.flow(), List.of());
            System.out.printf(
                    Locale.ROOT,
                    "| %.1f | %s | %.2f | %.2f | %.2f |%n",
                    call / 1000,
                    row.name(),
                    median(of, Slice::nanos) / 1000,
                    ratio(slices.getOrDefault(row.beside(), List.of()), of),
                    median(of, Slice::processorNanos) / 1000);
        }
    }

    /** The flow has been running for a third as long before it is looked at. */
    private static Slice slice(TorvynHost host, Row row, long millis) throws InterruptedException {
        List<FlowId> flows = new ArrayList<>();
        for (int i = 0; i < row.flows(); i++) {
            flows.add(host.startFlow(row.flow()));
        }
        Thread.sleep(millis / 3);
        long processor = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        List<FlowStatus> before = flows.stream().map(host::flowStatus).toList();
        Thread.sleep(millis);
        List<FlowStatus> after = flows.stream().map(host::flowStatus).toList();
        double nanos = System.nanoTime() - start;
        double processorNanos = PROCESS.getProcessCpuTime() - processor;
        for (FlowId flow : flows) {
            host.cancelFlow(flow, new CancellationReason.OperatorRequest("measured"));
            var outcome = host.await(flow);
            if (outcome.elements() + outcome.discarded() != outcome.pulled()) {
                throw new IllegalStateException(outcome + " has lost elements");
            }
        }
        double elements = elements(after) - elements(before);
        double busy = busy(after).minus(busy(before)).toNanos();
        return new Slice(nanos / elements, processorNanos / elements, busy / elements / row.heavy());
    }

    private static long elements(List<FlowStatus> flows) {
        return flows.stream().mapToLong(FlowStatus::elements).sum();
    }

    private static Duration busy(List<FlowStatus> flows) {
        return flows.stream()
                .flatMap(flow -> flow.stages().stream())
                .filter(stage -> stage.name().startsWith("slow"))
                .map(StageReport::busy)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static double ratio(List<Slice> slow, List<Slice> fast) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < slow.size(); i++) {
            ratios.add(slow.get(i).nanos() / fast.get(i).nanos());
        }
        return median(ratios);
    }

    private static double median(List<Slice> slices, ToDoubleFunction<Slice> of) {
        return median(slices.stream().map(of::applyAsDouble).toList());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
