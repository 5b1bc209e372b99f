package io.torvyn.benchmarks;

import io.torvyn.config.Manifest;
import io.torvyn.host.FlowOptions;
import io.torvyn.host.FlowOverrides;
import io.torvyn.host.TorvynHost;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.ReactorFailure;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The product itself: source → copy → sink as components, through one {@link TorvynHost}, with queues, ledger and
 * ownership tracking as every flow has them. Each slice is a flow of its own; compiled code is shared.
 *
 * <p>Every slice is checked whole, on the figures that its flow ended with: all that was pulled has reached the sink,
 * the sink's checksum is right, the ledger shows four copies of each element, and no buffer is held any more.
 */
final class HostedFlows implements SideBySide.Variant {
    private static final int COPIES_PER_ELEMENT = 4;
    private static final String MANIFEST = """
            [torvyn]
            name = "side-by-side"
            version = "0.1.0"
            contract_version = "0.1.0"

            [[component]]
            name = "source"
            path = "."

            [[component]]
            name = "copy"
            path = "."

            [[component]]
            name = "sink"
            path = "."

            [flow.main.nodes.source]
            component = "source"
            interface = "torvyn:streaming/source"
            config = '{"size": 64}'

            [flow.main.nodes.copy]
            component = "copy"
            interface = "torvyn:streaming/processor"

            [flow.main.nodes.sink]
            component = "sink"
            interface = "torvyn:streaming/sink"
            config = '{"report": 1}'

            [[flow.main.edges]]
            from = { node = "source", port = "output" }
            to = { node = "copy", port = "input" }

            [[flow.main.edges]]
            from = { node = "copy", port = "output" }
            to = { node = "sink", port = "input" }
            """;

    private static final List<String> COMPONENTS = List.of("source", "copy", "sink");

    private final Path project;
    private final TorvynHost host;

    HostedFlows(Path guests, ObservabilityLevel level) {
        try {
            project = Files.createTempDirectory("torvyn-side-by-side");
            Files.writeString(manifest(), MANIFEST);
            for (String component : COMPONENTS) {
                Files.copy(guests.resolve(component + ".wasm"), artifact(component));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        host = TorvynHost.builder(Manifest.load(project)).level(level).build();
    }

    private Path manifest() {
        return project.resolve("Torvyn.toml");
    }

    private Path artifact(String component) {
        return project.resolve(component + ".wasm");
    }

    @Override
    public SideBySide.Slice run(int payload, long millis) throws InterruptedException {
        FlowId flow = start(payload);
        // The first elements fill the queues and the flow's own stock of buffers.
        Thread.sleep(Math.clamp(millis / 10, 1, 20));
        long before = elements(flow);
        SideBySide.Reading start = SideBySide.Reading.now();
        Thread.sleep(millis);
        long moved = elements(flow) - before;
        SideBySide.Slice slice = SideBySide.Reading.now().since(start, moved);
        end(flow, payload);
        if (moved == 0) {
            throw new IllegalStateException("no element moved within " + millis + " ms");
        }
        return slice;
    }

    FlowId start(int payload) throws InterruptedException {
        return host.startFlow("main", options(payload));
    }

    /** That have come to its sink so far. */
    long elements(FlowId flow) {
        return host.flowStatus(flow).elements();
    }

    /**
     * Ends the flow as if its source had run dry: what is queued arrives, and the sink is asked to complete, which it
     * answers with its checksum. After any other reason nobody would hear that.
     *
     * @throws IllegalStateException when anything about the flow was not as it should be
     */
    void end(FlowId flow, int payload) throws InterruptedException {
        host.cancelFlow(flow, new CancellationReason.SourceComplete());
        check(payload, host.await(flow));
        host.forget(flow);
    }

    private static FlowOptions options(int payload) {
        var size = new FlowOverrides(Optional.empty(), Optional.empty(), List.of("source={\"size\": " + payload + "}"));
        return new FlowOptions(size, OptionalLong.empty(), Optional.empty());
    }

    private void check(int payload, FlowOutcome outcome) {
        long elements = outcome.pulled();
        require(outcome.elements() == elements && outcome.discarded() == 0, "elements were lost", outcome);
        // The ledger knows no copies of nothing.
        long copies = payload == 0 ? 0 : COPIES_PER_ELEMENT * elements;
        require(
                outcome.copies().copies() == copies && outcome.copies().bytes() == copies * payload,
                "the ledger should show " + copies + " copies",
                outcome);
        require(outcome.leaked().reclaimed().isEmpty(), "buffers were still held", outcome);
        Work expected = new Work(payload);
        for (long i = 0; i < elements; i++) {
            expected.stamp();
            expected.push(expected.pattern);
        }
        String report = "%d %016x".formatted(elements, expected.sum());
        require(
                outcome.failure().orElse(null) instanceof ReactorFailure.ComponentError(var _, var call, var error)
                        && call.equals("complete")
                        && report.equals(error.message()),
                "the sink should have reported " + report,
                outcome);
    }

    private static void require(boolean holds, String otherwise, FlowOutcome outcome) {
        if (!holds) {
            throw new IllegalStateException(otherwise + ": " + outcome);
        }
    }

    @Override
    public void close() {
        long held = host.liveBuffers();
        host.close();
        if (held != 0) {
            throw new IllegalStateException(held + " buffers are still held");
        }
        try {
            Files.delete(manifest());
            for (String component : COMPONENTS) {
                Files.delete(artifact(component));
            }
            Files.delete(project);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
