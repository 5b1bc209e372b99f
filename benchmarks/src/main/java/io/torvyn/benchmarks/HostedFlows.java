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
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The product itself: source → copy → sink as components, or another {@link Shape}, through one {@link TorvynHost}, with
 * queues, ledger and ownership tracking as every flow has them. Each slice is a flow of its own; compiled code is shared.
 *
 * <p>Every slice is checked whole, on the figures that its flow ended with: all that was pulled has reached the sink,
 * the (first) sink's checksum is right, the ledger shows the copies of each element, and no buffer is held any more.
 */
final class HostedFlows implements SideBySide.Variant {
    /** Stages between source and sinks. */
    private enum Middle {
        COPY("copy", "torvyn:streaming/processor", ""),
        /** On metadata only, which lets everything pass. */
        FILTER("every-nth", "torvyn:filtering/filter", "{\"n\": 1}"),
        /** A router that reads nothing and names all four ports. */
        ROUTER("signpost", "torvyn:filtering/router", "port0 port1 port2 port3");

        private final String component;
        private final String contract;
        private final String config;

        Middle(String component, String contract, String config) {
            this.component = component;
            this.contract = contract;
            this.config = config;
        }
    }

    /** What stands between the source and how many sinks. */
    enum Shape {
        COPY(1, 4, 1, Middle.COPY),
        FILTER(1, 2, 1, Middle.FILTER),
        /** A filter more than {@link #FILTER}, and so a queue more. */
        HOP(2, 2, 1, Middle.FILTER),
        FAN_OUT(1, 5, 4, Middle.ROUTER),
        /** Ten stages, all of which copy. */
        CHAIN(8, 18, 1, Middle.COPY);

        private final int middles;
        private final int copiesPerElement;
        private final int sinks;
        private final Middle middle;

        Shape(int middles, int copiesPerElement, int sinks, Middle middle) {
            this.middles = middles;
            this.copiesPerElement = copiesPerElement;
            this.sinks = sinks;
            this.middle = middle;
        }

        private String manifest() {
            var text = new StringBuilder("""
                    [torvyn]
                    name = "side-by-side"
                    version = "0.1.0"
                    contract_version = "0.1.0"
                    """);
            for (String name : components()) {
                text.append("[[component]]\nname = \"%s\"\npath = \".\"\n".formatted(name));
            }
            node(text, "source", "source", "torvyn:streaming/source", "{\"size\": 64}");
            String last = "source";
            for (int i = 0; i < middles; i++) {
                String name = "middle" + i;
                node(text, name, middle.component, middle.contract, middle.config);
                edge(text, last, name);
                last = name;
            }
            for (int i = 0; i < sinks; i++) {
                node(text, "sink" + i, "sink", "torvyn:streaming/sink", "{\"report\": 1}");
                edge(text, middle == Middle.ROUTER ? last + ":port" + i : last, "sink" + i);
            }
            return text.toString();
        }

        private static void node(StringBuilder text, String name, String component, String contract, String config) {
            text.append("""
                    [flow.main.nodes.%s]
                    component = "%s"
                    interface = "%s"
                    config = '%s'
                    """.formatted(name, component, contract, config));
        }

        private static void edge(StringBuilder text, String from, String to) {
            text.append("[[flow.main.edges]]\nfrom = \"%s\"\nto = \"%s\"\n".formatted(from, to));
        }

        private List<String> components() {
            return List.of("source", middle.component, "sink");
        }
    }

    private static final int MOST_SLEEPS = 100;

    private final Shape shape;
    private final Path project;
    private final TorvynHost host;

    HostedFlows(Path guests, ObservabilityLevel level) {
        this(guests, level, Shape.COPY);
    }

    HostedFlows(Path guests, ObservabilityLevel level, Shape shape) {
        this.shape = shape;
        try {
            project = Files.createTempDirectory("torvyn-side-by-side");
            Files.writeString(manifest(), shape.manifest());
            for (String component : shape.components()) {
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
        long moved;
        int sleeps = 0;
        do { // on a machine with much else to do a flow may not come to run within a short slice
            Thread.sleep(millis);
            moved = elements(flow) - before;
        } while (moved == 0 && ++sleeps < MOST_SLEEPS);
        SideBySide.Slice slice = SideBySide.Reading.now().since(start, moved);
        endInOrder(flow);
        FlowOutcome outcome = ended(flow, payload);
        if (moved == 0) {
            throw new IllegalStateException("no element moved within " + sleeps * millis + " ms");
        }
        double copies = (double) outcome.copies().copies() / outcome.pulled();
        return new SideBySide.Slice(moved, slice.nanos(), slice.allocatedBytes(), OptionalDouble.of(copies));
    }

    FlowId start(int payload) throws InterruptedException {
        return host.startFlow("main", options(payload));
    }

    /** That have come to all of its sinks so far. */
    long elements(FlowId flow) {
        return host.flowStatus(flow).elements() / shape.sinks;
    }

    /**
     * Has the flow end as if its source had run dry: what is queued arrives, and the sink is asked to complete, which it
     * answers with its checksum. After any other reason nobody would hear that.
     */
    void endInOrder(FlowId flow) {
        host.cancelFlow(flow, new CancellationReason.SourceComplete());
    }

    /**
     * Waits for a flow that is to end.
     *
     * @throws IllegalStateException when anything about the flow was not as it should be
     */
    FlowOutcome ended(FlowId flow, int payload) throws InterruptedException {
        FlowOutcome outcome = host.await(flow);
        host.forget(flow);
        check(payload, outcome);
        return outcome;
    }

    private static FlowOptions options(int payload) {
        var size = new FlowOverrides(Optional.empty(), Optional.empty(), List.of("source={\"size\": " + payload + "}"));
        return new FlowOptions(size, OptionalLong.empty(), Optional.empty());
    }

    private void check(int payload, FlowOutcome outcome) {
        long elements = outcome.pulled();
        require(
                outcome.elements() == elements * shape.sinks && outcome.discarded() == 0,
                "elements were lost",
                outcome);
        // The ledger knows no copies of nothing.
        long copies = payload == 0 ? 0 : shape.copiesPerElement * elements;
        require(
                outcome.copies().copies() == copies && outcome.copies().bytes() == copies * payload,
                "the ledger should show " + copies + " copies",
                outcome);
        require(outcome.leaked().reclaimed().isEmpty(), "buffers were still held", outcome);
        String report = Work.report(payload, elements);
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
            for (String component : shape.components()) {
                Files.delete(artifact(component));
            }
            Files.delete(project);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
