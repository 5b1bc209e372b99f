package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.guests.Guests;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.resources.CopyLedger;
import io.torvyn.types.FlowState;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a flow of each shape copies, by reason; every stage is a component. spec: runtime semantics, "Copies". */
@Timeout(60)
class CopiesByShapeTest {
    private static final int ELEMENTS = 40;
    private static final int SIZE = 64;
    private static final TorvynHost HOST =
            TorvynHost.builder().cache(CompiledComponentCache.inMemory()).build();

    @AfterAll
    static void nothingIsLeft() {
        HOST.close();
        assertThat(HOST.liveBuffers()).isZero();
    }

    /**
     * @param reads for each element
     * @param writes the same
     * @param clones the same
     */
    record Shape(String name, FlowBuilder flow, double reads, double writes, double clones) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static FlowBuilder source() {
        return FlowBuilder.named("shape")
                .component(
                        "in",
                        Guests.bytes("source"),
                        node -> node.config("{\"count\": %d, \"size\": %d}".formatted(ELEMENTS, SIZE)));
    }

    private static FlowBuilder linear(List<String> guests, String config) {
        FlowBuilder flow = source();
        for (int i = 0; i < guests.size(); i++) {
            String guest = guests.get(i);
            flow.component(guest + i, Guests.bytes(guest), node -> node.config(guest.equals("copy") ? "" : config));
        }
        return flow.component("out", Guests.bytes("sink"));
    }

    private static Shape copies(int processors) {
        return new Shape(
                processors + " processors",
                linear(IntStream.range(0, processors).mapToObj(_ -> "copy").toList(), ""),
                1 + processors,
                1 + processors,
                0);
    }

    private static FlowBuilder sinks(FlowBuilder flow, String... names) {
        for (String name : names) {
            flow.component(name, Guests.bytes("sink"));
        }
        return flow;
    }

    private static FlowBuilder routed(String parts) {
        return sinks(source().component("route", Guests.bytes("signpost"), node -> node.config(parts)), "a", "b")
                .edge("in", "route")
                .edge("route:a", "a")
                .edge("route:b", "b");
    }

    static Stream<Shape> shapes() {
        FlowBuilder nothing = FlowBuilder.named("shape")
                .component(
                        "in",
                        Guests.bytes("source"),
                        node -> node.config("{\"count\": %d, \"size\": 0}".formatted(ELEMENTS)))
                .component("same", Guests.bytes("copy"))
                .component("out", Guests.bytes("sink"));
        FlowBuilder diamond = sinks(
                        source().component("left", Guests.bytes("copy")).component("right", Guests.bytes("copy")),
                        "out")
                .edge("in", "left")
                .edge("in", "right")
                .edge("left", "out")
                .edge("right", "out");
        return Stream.of(
                new Shape("source and sink", linear(List.of(), ""), 1, 1, 0),
                copies(1),
                copies(2),
                copies(5),
                new Shape("a filter that reads", linear(List.of("containing"), ""), 2, 1, 0),
                new Shape("a processor and a filter that reads", linear(List.of("copy", "containing"), ""), 3, 2, 0),
                new Shape("a filter that reads, and lets nothing pass", linear(List.of("containing"), "\1\2"), 1, 1, 0),
                new Shape("a filter on metadata", linear(List.of("every-nth"), "{\"n\": 1}"), 1, 1, 0),
                new Shape("a filter on metadata that lets half pass", linear(List.of("every-nth"), "{}"), 0.5, 1, 0),
                new Shape("a clone", linear(List.of("clone"), ""), 1, 1, 1),
                new Shape("an aggregator of four", linear(List.of("batch"), "{\"size\": 4}"), 1.25, 1.25, 0),
                new Shape(
                        "fan-out to four",
                        sinks(source(), "a", "b", "c", "d")
                                .edge("in", "a")
                                .edge("in", "b")
                                .edge("in", "c")
                                .edge("in", "d"),
                        4,
                        1,
                        0),
                new Shape("a diamond", diamond, 4, 3, 0),
                new Shape("a router to one of two", routed("a;b"), 1, 1, 0),
                new Shape("a router to both", routed("a b"), 2, 1, 0),
                new Shape("a router to nobody", routed(";"), 0, 1, 0),
                new Shape("payloads of nothing", nothing, 0, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void areThoseOfItsStages(Shape shape) throws Exception {
        FlowOutcome outcome;
        try (RunningFlow flow = HOST.start(shape.flow())) {
            outcome = flow.await();
        }
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.pulled()).isEqualTo(ELEMENTS);
        CopyLedger.Snapshot copies = outcome.copies();
        assertThat(copies.reads()).as("reads").isEqualTo((long) (ELEMENTS * shape.reads()));
        assertThat(copies.writes()).as("writes").isEqualTo((long) (ELEMENTS * shape.writes()));
        assertThat(copies.clones()).as("clones").isEqualTo((long) (ELEMENTS * shape.clones()));
        assertThat(copies.poolReturns()).isZero();
        if (!shape.name().equals("an aggregator of four")) { // whose results are larger
            assertThat(copies.bytes()).isEqualTo(copies.copies() * SIZE);
        }
        assertThat(outcome.leaked().reclaimed()).isEmpty();
    }
}
