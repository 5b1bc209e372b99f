package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.engine.Element;
import io.torvyn.resources.Buffer;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Filters, routers and aggregators; spec: runtime semantics, "Stage execution". */
class RolesTest {
    private final List<String> diary = new ArrayList<>();
    private final TestFlow flow = new TestFlow();

    /** Remembers the very buffers that it was lent. */
    private static final class Keeper extends Stages.Sink {
        final List<Buffer> buffers = new ArrayList<>();

        Keeper(long id, String name, List<String> diary) {
            super(id, name, diary);
        }

        @Override
        public Outcome push(Element in) {
            buffers.add(in.payload);
            return super.push(in);
        }
    }

    private static Stages.Source source(int count) {
        return Stages.Source.of(count);
    }

    private Keeper sink(long id, String name) {
        return new Keeper(id, name, diary);
    }

    private static boolean isEven(String text) {
        return (text.charAt(text.length() - 1) - '0') % 2 == 0;
    }

    static List<SchedulingPolicy> policies() {
        return FlowDriverTest.policies();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void whatAFilterLetsPassMovesOnInTheVerySameBufferAndTheRestIsReleased(SchedulingPolicy policy) throws Exception {
        var filter = new Stages.Filter(2, "filter", RolesTest::isEven);
        var sink = sink(3, "sink");
        flow.settings = flow.settings.withScheduling(policy);
        FlowOutcome outcome = flow.source(source(100))
                .filter(filter)
                .sink(sink)
                .chained(s -> s.withCapacity(8))
                .run();

        assertThat(sink.sequences)
                .isEqualTo(
                        LongStream.iterate(0, i -> i < 100, i -> i + 2).boxed().toList());
        assertThat(sink.buffers)
                .isEqualTo(IntStream.iterate(0, i -> i < 100, i -> i + 2)
                        .mapToObj(filter.seen::get)
                        .toList());
        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(100);
        assertThat(outcome.copies().copies(CopyReason.HOST_TO_COMPONENT)).isEqualTo(100 + 50);
        assertThat(outcome.elements()).isEqualTo(100);
        assertThat(outcome.stages().get(1).emitted()).isEqualTo(50);
        assertThat(outcome.stages().get(1).dropped()).isEqualTo(50);
        assertThat(outcome.discarded()).isZero();
    }

    /** A diamond: both branches hold the same buffer, and what they let pass meets again in the sink. */
    @Test
    void branchesThatMeetAgainShareOneBuffer() throws Exception {
        var sink = sink(4, "sink");
        FlowOutcome outcome = flow.source(source(40))
                .filter(new Stages.Filter(2, "even", RolesTest::isEven))
                .filter(new Stages.Filter(3, "all", _ -> true))
                .sink(sink)
                .edge("source", "even")
                .edge("source", "all", s -> s.withCapacity(3))
                .edge("even", "sink", s -> s.withCapacity(2))
                .edge("all", "sink")
                .run();

        assertThat(sink.sequences).hasSize(60);
        for (long even = 0; even < 40; even += 2) {
            assertThat(sink.sequences.stream().filter(List.of(even)::contains)).hasSize(2);
            Buffer first = sink.buffers.get(sink.sequences.indexOf(even));
            assertThat(sink.buffers.get(sink.sequences.lastIndexOf(even))).isSameAs(first);
        }
        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(40);
        assertThat(outcome.elements()).isEqualTo(20 + 60);
    }

    @Test
    void everyEdgeOfAFilterGetsWhatPasses() throws Exception {
        var left = sink(3, "left");
        var right = sink(4, "right");
        flow.source(source(50))
                .filter(new Stages.Filter(2, "filter", RolesTest::isEven))
                .sink(left)
                .sink(right)
                .edge("source", "filter")
                .edge("filter", "left")
                .edge("filter", "right")
                .run();

        assertThat(left.sequences).hasSize(25).isEqualTo(right.sequences);
        assertThat(left.buffers).isEqualTo(right.buffers);
    }

    private FlowOutcome routed(
            int count, List<String> routes, Stages.Sink a, Stages.Sink b, ErrorPolicy policy, int capacity)
            throws InterruptedException {
        var router = new Stages.Router(2, "router", text -> {
            String route = routes.get((text.charAt(text.length() - 1) - '0') % routes.size());
            return route.isEmpty() ? List.of() : Arrays.asList(route.split(" "));
        });
        return flow.source(source(count))
                .stage(ComponentRole.ROUTER, router, s -> s.withErrorPolicy(policy))
                .sink(a)
                .sink(b)
                .edge("source", "router")
                .edge("router", "a", s -> s.withPort("left").withCapacity(capacity))
                .edge("router", "b", s -> s.withPort("right").withCapacity(capacity))
                .run();
    }

    @Test
    void aRouterSendsTheSameBufferToEachPortThatItNamesOnce() throws Exception {
        var a = sink(3, "a");
        var b = sink(4, "b");
        FlowOutcome outcome =
                routed(8, List.of("left", "right left right", "", "right"), a, b, new ErrorPolicy.FailFast(), 64);

        assertThat(a.sequences).containsExactly(0L, 1L, 4L, 5L);
        assertThat(b.sequences).containsExactly(1L, 3L, 5L, 7L);
        assertThat(a.buffers.get(1)).isSameAs(b.buffers.get(0));
        assertThat(outcome.stages().get(1).emitted()).isEqualTo(6);
        assertThat(outcome.stages().get(1).dropped()).isEqualTo(2);
        assertThat(outcome.elements()).isEqualTo(8 + 2);
        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(8);
    }

    /** The edges of one port fan out, as those of any stage do. */
    @Test
    void everyEdgeOfAPortGetsTheElementInTheOrderOfThePorts() throws Exception {
        var seen = new ArrayList<String>();
        for (String name : List.of("first", "second", "third")) {
            flow.sink(new Stages.Sink(10 + flow.stages.size(), name, diary) {
                @Override
                public Outcome push(Element in) {
                    seen.add(name + " " + in.sequence);
                    return super.push(in);
                }
            });
        }
        flow.settings = flow.settings.withScheduling(new SchedulingPolicy.Priority());
        FlowOutcome outcome = flow.source(source(2))
                .router(new Stages.Router(2, "router", _ -> List.of("x", "y")))
                .edge("source", "router")
                .edge("router", "second", s -> s.withPort("y"))
                .edge("router", "first", s -> s.withPort("x"))
                .edge("router", "third", s -> s.withPort("y"))
                .run();

        assertThat(seen).containsExactlyInAnyOrder("first 0", "second 0", "third 0", "first 1", "second 1", "third 1");
        assertThat(outcome.elements()).isEqualTo(6);
    }

    @Test
    void aPortWithoutAnEdgeFailsTheFlowWithE0209() throws Exception {
        var a = sink(3, "a");
        FlowOutcome outcome =
                routed(4, List.of("left", "left nowhere"), a, sink(4, "b"), new ErrorPolicy.FailFast(), 64);

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.ROUTER_PORT_UNKNOWN);
        assertThat(outcome.failure().orElseThrow().text())
                .isEqualTo("[E0209] Router 'router' named the port 'nowhere', from which no edge leads on; its ports"
                        + " are left, right. Add an edge from \"router:nowhere\", or correct the name in the component"
                        + " or in the edge.");
        assertThat(a.sequences).containsExactly(0L); // none of its ports gets an element that went astray
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.discarded());
    }

    @Test
    void underSkipAnElementThatWentAstrayIsGivenUp() throws Exception {
        var a = sink(3, "a");
        FlowOutcome outcome =
                routed(4, List.of("left", "left nowhere"), a, sink(4, "b"), new ErrorPolicy.SkipElement(), 64);

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(a.sequences).containsExactly(0L, 2L);
        assertThat(outcome.discarded()).isEqualTo(2);
        assertThat(outcome.errors()).isEqualTo(2);
        assertThat(flow.seen).anyMatch(line -> line.contains("named the port 'nowhere'") && line.endsWith(" for 1"));
    }

    @Test
    void aSlowBranchHoldsTheRouterBack() throws Exception {
        var b = new Stages.Sink(4, "b", diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence == 0 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        var a = sink(3, "a");
        FlowOutcome outcome = routed(10, List.of("left right"), a, b, new ErrorPolicy.FailFast(), 2);

        assertThat(a.sequences).hasSize(10).isEqualTo(b.sequences);
        assertThat(outcome.queuePeak()).isLessThanOrEqualTo(10);
        assertThat(outcome.streams().get(1).peakDepth()).isLessThanOrEqualTo(2);
        assertThat(outcome.discarded()).isZero();
    }

    @Test
    void aBranchThatDropsDoesNotTakeTheBufferFromTheOther() throws Exception {
        var a = sink(3, "a");
        var b = new Stages.Sink(4, "b", diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence == 0 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        FlowOutcome outcome = flow.source(source(30))
                .router(new Stages.Router(2, "router", _ -> List.of("left", "right")))
                .sink(a)
                .sink(b)
                .edge("source", "router")
                .edge("router", "a", s -> s.withPort("left"))
                .edge("router", "b", s -> s.withPort("right")
                        .withCapacity(2)
                        .withPolicy(new BackpressurePolicy.DropOldest()))
                .run();

        assertThat(a.sequences).hasSize(30);
        assertThat(a.texts.getLast()).isEqualTo("element 29");
        assertThat(b.sequences.getLast()).isEqualTo(29);
        assertThat(outcome.elements() + outcome.discarded()).isEqualTo(60);
        assertThat(outcome.discarded()).isPositive();
    }

    @Test
    void whatAnAggregatorMakesIsNumberedByItselfAndFlushedOnceBeforeItsOutputIsComplete() throws Exception {
        var batch = new Stages.Batch(3, "batch", diary, 4);
        var sink = sink(4, "sink");
        FlowOutcome outcome = flow.source(source(10))
                .filter(new Stages.Filter(2, "filter", _ -> true))
                .aggregator(batch)
                .sink(sink)
                .chained()
                .run();

        assertThat(sink.texts)
                .containsExactly(
                        "element 0+element 1+element 2+element 3",
                        "element 4+element 5+element 6+element 7",
                        "element 8",
                        "element 9");
        assertThat(sink.sequences).containsExactly(0L, 1L, 2L, 3L);
        assertThat(batch.flushes).isEqualTo(1);
        assertThat(diary.indexOf("batch.flush")).isLessThan(diary.indexOf("sink.complete"));
        assertThat(outcome.stages().get(2).emitted()).isEqualTo(4);
        // Eight were kept, two of them went out again as one each; four reached the sink.
        assertThat(outcome.elements()).isEqualTo(8 + 4);
        assertThat(outcome.copies().copies()).isEqualTo(10 + 10 + 10 + 4 + 4);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void whatIsFlushedWaitsForRoomAndKeepsItsOrder(SchedulingPolicy policy) throws Exception {
        var batch = new Stages.Batch(2, "batch", diary, 1000);
        var sink = sink(3, "sink");
        flow.settings = flow.settings.withScheduling(policy);
        FlowOutcome outcome = flow.source(source(100))
                .aggregator(batch)
                .sink(sink)
                .chained(s -> s.withCapacity(3))
                .run();

        assertThat(sink.texts)
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "element " + i).toList());
        assertThat(sink.sequences).isEqualTo(LongStream.range(0, 100).boxed().toList());
        assertThat(batch.flushes).isEqualTo(1);
        assertThat(outcome.queuePeak()).isLessThanOrEqualTo(3);
    }

    @Test
    void anAggregatorWaitsForAllItsInputs() throws Exception {
        var batch = new Stages.Batch(3, "batch", diary, 1000);
        var sink = sink(4, "sink");
        flow.source(new Stages.Source(1, "a", diary, i -> i < 5 ? "a" + i : null))
                .source(new Stages.Source(2, "b", diary, i -> i < 50 ? "b" + i : null))
                .aggregator(batch)
                .sink(sink)
                .edge("a", "batch")
                .edge("b", "batch", s -> s.withCapacity(2))
                .edge("batch", "sink")
                .run();

        assertThat(sink.texts).hasSize(55);
        assertThat(batch.flushes).isEqualTo(1);
    }

    @Test
    void aLimitFlushesWhatHasComeSoFar() throws Exception {
        var sink = sink(4, "sink");
        flow.settings = flow.settings.withLimit(6);
        FlowOutcome outcome = flow.source(source(100))
                .filter(new Stages.Filter(2, "filter", _ -> true))
                .aggregator(new Stages.Batch(3, "batch", diary, 4))
                .sink(sink)
                .chained()
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.texts).hasSize(3).endsWith("element 4", "element 5");
    }

    private static final class Refusing extends Stages.Batch {
        private int refusals;

        Refusing(List<String> diary, int refusals) {
            super(2, "batch", diary, 1000);
            this.refusals = refusals;
        }

        @Override
        public Outcome flush(Collection<Element> out) {
            return refusals-- > 0 ? fail(new ProcessError(ProcessError.Kind.UNAVAILABLE, "not now")) : super.flush(out);
        }
    }

    private FlowOutcome refusing(int refusals, ErrorPolicy policy, Stages.Sink sink) throws InterruptedException {
        return flow.source(source(5))
                .stage(ComponentRole.AGGREGATOR, new Refusing(diary, refusals), s -> s.withErrorPolicy(policy))
                .sink(sink)
                .chained()
                .run();
    }

    @Test
    void aFlushThatFailsIsTriedAgain() throws Exception {
        var sink = sink(3, "sink");
        FlowOutcome outcome = refusing(2, new ErrorPolicy.Retry(3, Duration.ofMillis(1)), sink);

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.texts).hasSize(5);
        assertThat(outcome.errors()).isEqualTo(2);
    }

    @Test
    void aFlushThatFailsUnderSkipEndsTheAggregatorWithoutIt() throws Exception {
        var sink = sink(3, "sink");
        FlowOutcome outcome = refusing(1, new ErrorPolicy.SkipElement(), sink);

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.texts).isEmpty();
        assertThat(diary).contains("sink.complete");
    }

    @Test
    void aFlushThatFailsFailsTheFlow() throws Exception {
        FlowOutcome outcome = refusing(1, new ErrorPolicy.FailFast(), sink(3, "sink"));

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().message())
                .isEqualTo("Component 'batch' answered an error in flush: unavailable: not now.");
    }

    @Test
    void whatWasFlushedAndHasNowhereToGoIsDiscardedAndCounted() throws Exception {
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence == 3 ? fail(new ProcessError(ProcessError.Kind.FATAL, "no more")) : Outcome.READY;
            }
        };
        FlowOutcome outcome = flow.source(source(20))
                .aggregator(new Stages.Batch(2, "batch", diary, 1000))
                .sink(sink)
                .edge("source", "batch")
                .edge("batch", "sink", s -> s.withCapacity(2))
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        // All 20 were kept and came out again: three reached the sink, the fourth broke it.
        assertThat(outcome.elements()).isEqualTo(20 + 3);
        assertThat(outcome.discarded()).isEqualTo(17);
    }

    /** It may say so when it has been told to pause, and is asked nevertheless because its queue drops what is too much. */
    @Test
    void aSourceThatAnswersNoneWhilePausedHasNotEnded() throws Exception {
        var source = new Stages.Source(1, "source", diary, i -> i < 200 ? "element " + i : null) {
            private boolean paused;

            @Override
            public Outcome pull(Element out) {
                diary.add(paused ? "pull while paused" : "pull");
                return paused ? Outcome.NOTHING : super.pull(out);
            }

            @Override
            public void notifyBackpressure(io.torvyn.streaming.Types.BackpressureSignal signal) {
                super.notifyBackpressure(signal);
                paused = signal == io.torvyn.streaming.Types.BackpressureSignal.PAUSE;
            }
        };
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence == 0 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        FlowOutcome outcome = flow.source(source)
                .sink(sink)
                .chained(s -> s.withCapacity(4).withPolicy(new BackpressurePolicy.DropNewest()))
                .run();

        assertThat(outcome.pulled()).isEqualTo(200);
        assertThat(outcome.elements() + outcome.discarded()).isEqualTo(200);
        assertThat(diary).contains("pull while paused", "source.ready");
    }
}
