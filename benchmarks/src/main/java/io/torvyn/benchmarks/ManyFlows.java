package io.torvyn.benchmarks;

import io.torvyn.config.Manifest;
import io.torvyn.host.TorvynHost;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Claim: 10,000 flows of a native source, one component of one memory page and a native sink, all waiting for input, stay
 * under 2 GiB in one process; and each is awake when its input comes. Prints the process's resident memory, time for
 * starting one, and time until an element for each of them has arrived.
 *
 * <p>Its arguments are the folder of the guests and the number of flows.
 */
public final class ManyFlows {
    private static final String MANIFEST = """
            [torvyn]
            name = "many-flows"
            version = "0.1.0"
            contract_version = "0.1.0"

            [[component]]
            name = "copy"
            path = "."

            [flow.main.nodes.input]
            component = "native:waiting"
            interface = "torvyn:streaming/source"

            [flow.main.nodes.copy]
            component = "copy"
            interface = "torvyn:streaming/processor"

            [flow.main.nodes.output]
            component = "native:waiting"
            interface = "torvyn:streaming/sink"

            [[flow.main.edges]]
            from = { node = "input", port = "output" }
            to = { node = "copy", port = "input" }

            [[flow.main.edges]]
            from = { node = "copy", port = "output" }
            to = { node = "output", port = "input" }
            """;

    private ManyFlows() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path guests = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        Path project = Files.createTempDirectory("torvyn-many-flows");
        Path manifest = Files.writeString(project.resolve("Torvyn.toml"), MANIFEST);
        Path component = Files.copy(guests.resolve("copy.wasm"), project.resolve("copy.wasm"));
        try (TorvynHost host = TorvynHost.builder(Manifest.load(project))
                .level(ObservabilityLevel.PRODUCTION)
                .build()) {
            measure(host, count);
        } finally {
            Files.delete(component);
            Files.delete(manifest);
            Files.delete(project);
        }
    }

    private static void measure(TorvynHost host, int count) throws IOException, InterruptedException {
        host.startFlow("main");
        long before = residentKiB();
        long start = System.nanoTime();
        List<FlowId> flows = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            flows.add(host.startFlow("main"));
        }
        double startMillis = (System.nanoTime() - start) / 1e6;
        Thread.sleep(2000);
        long waiting = residentKiB();
        long cpu =
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
        Thread.sleep(5000);
        long idleMillis =
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() - cpu;
        long given = System.nanoTime();
        WaitingStages.give();
        while (WaitingStages.arrived() < count) {
            Thread.sleep(1);
        }
        double arrivedMillis = (System.nanoTime() - given) / 1e6;
        long after = residentKiB();
        for (FlowId flow : flows) {
            host.cancelFlow(flow, new CancellationReason.SourceComplete());
            FlowOutcome outcome = host.await(flow);
            if (outcome.elements() != 1 || outcome.failure().isPresent()) {
                throw new IllegalStateException("a flow went wrong: " + outcome);
            }
            host.forget(flow);
        }
        System.out.println("| flows | resident with one, MiB | with all, waiting | after an element each "
                + "| start of one, ms | an element for each, ms | processor while waiting |");
        System.out.println("|---:|---:|---:|---:|---:|---:|---:|");
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %d | %d | %.2f | %.0f | %.2f %% |%n",
                count,
                before >> 10,
                waiting >> 10,
                after >> 10,
                startMillis / (count - 1),
                arrivedMillis,
                idleMillis / 50.0);
    }

    static long residentKiB() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
