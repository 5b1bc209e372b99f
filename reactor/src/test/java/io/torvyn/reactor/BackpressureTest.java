package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.engine.Element;
import io.torvyn.observability.FlowMetrics;
import io.torvyn.observability.Observability;
import io.torvyn.resources.Buffer;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private final List<String> diary = new ArrayList<>();
    private final TestFlow flow = new TestFlow();

    private Stages.Source source(int count) {
        return new Stages.Source(1, "source", diary, i -> i < count ? "element " + i : null) {
            @Override
            public Outcome pull(Element out) {
                diary.add("pull");
                return super.pull(out);
            }
        };
    }

    private static Stages.Sink pausing(int at, List<String> diary) {
        return new Stages.Sink(3, "sink", diary) {
            private int asked;

            @Override
            public Outcome push(Element in) {
                super.push(in);
                diary.add("push " + in.sequence);
                return in.sequence == at || (in.sequence == at + 1 && asked++ < 1) ? Outcome.PAUSE : Outcome.READY;
            }
        };
    }

    @Test
    void aBlockedProducerNeverOverfillsItsQueueAndLosesNothing() throws Exception {
        var sink = Stages.Sink.plain();
        flow.settings = flow.settings.withScheduling(new SchedulingPolicy.RoundRobin());
        FlowOutcome outcome = flow.source(source(500))
                .sink(sink)
                .chained(s -> s.withCapacity(16))
                .run();
        assertThat(sink.sequences).isEqualTo(LongStream.range(0, 500).boxed().toList());
        assertThat(outcome.queuePeak()).isEqualTo(16);
        assertThat(outcome.backpressureEvents()).isPositive();
        assertThat(outcome.discarded()).isZero();
        assertThat(flow.seen).contains("stream-1 full at 16", "stream-1 open at 8");
    }

    @Test
    void aPausedSinkIsOfferedTheNextElementLaterAndTheSourceIsToldBeforeItIsPulledAgain() throws Exception {
        var sink = pausing(2, diary);
        flow.settings = flow.settings.withScheduling(new SchedulingPolicy.DemandDriven());
        FlowOutcome outcome = flow.source(source(10)).sink(sink).chained().run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(sink.sequences).isEqualTo(LongStream.range(0, 10).boxed().toList());
        assertThat(outcome.backpressureEvents()).isEqualTo(2);
        assertThat(outcome.backpressureTime()).isGreaterThanOrEqualTo(Duration.ofMillis(30)); // 10 ms, then 20
        assertThat(diary.subList(diary.indexOf("push 2"), diary.indexOf("push 5") + 1))
                .containsExactly(
                        "push 2",
                        "source.pause",
                        "source.ready",
                        "pull",
                        "push 3", // and it asks for a pause again
                        "source.pause",
                        "source.ready",
                        "pull",
                        "push 4",
                        "pull",
                        "push 5");
    }

    @Test
    void aSinkThatPausesIsAskedAtOnceWhenTheFlowDrains() throws Exception {
        var sink = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return Outcome.PAUSE;
            }
        };
        flow.settings = flow.settings.withLimit(60).withDrainTimeout(Duration.ofSeconds(5));
        FlowOutcome outcome = flow.source(source(100))
                .sink(sink)
                .chained(s -> s.withPolicy(new BackpressurePolicy.DropNewest())) // so that the source goes on
                .run();
        assertThat(sink.sequences).hasSize(60); // with 160 ms between each two the drain timeout would be over
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
    }

    @Test
    void dropOldestKeepsTheNewestElements() throws Exception {
        var sink = pausing(-1, diary);
        FlowOutcome outcome = lossy(sink, new BackpressurePolicy.DropOldest());
        assertThat(sink.sequences).isEqualTo(List.of(0L, 18L, 19L));
        assertThat(outcome.discarded()).isEqualTo(17);
        assertThat(outcome.streams().getFirst().dropped()).isEqualTo(17);
        assertThat(outcome.pulled()).isEqualTo(20);
    }

    @Test
    void dropNewestKeepsTheOldestElements() throws Exception {
        var sink = pausing(-1, diary);
        FlowOutcome outcome = lossy(sink, new BackpressurePolicy.DropNewest());
        assertThat(sink.sequences).isEqualTo(List.of(0L, 1L, 2L));
        assertThat(outcome.discarded()).isEqualTo(17);
    }

    /** The sink pauses at its first element; meanwhile a source of 20 meets a queue of two. */
    private FlowOutcome lossy(Stages.Sink sink, BackpressurePolicy policy) throws InterruptedException {
        lossy(new TestFlow(), Stages.Sink.plain(), policy); // loading classes may take longer than the pause
        return lossy(flow, sink, policy);
    }

    private FlowOutcome lossy(TestFlow flow, Stages.Sink sink, BackpressurePolicy policy) throws InterruptedException {
        flow.settings = flow.settings.withScheduling(new SchedulingPolicy.DemandDriven());
        var first = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                sink.sequences.add(in.sequence);
                return in.sequence == 0 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        return flow.source(source(20))
                .sink(first)
                .chained(s -> s.withCapacity(2).withPolicy(policy))
                .run();
    }

    @Test
    void theErrorPolicyDecidesAboutAFullQueue() throws Exception {
        var sink = pausing(-1, diary);
        FlowOutcome outcome = lossy(sink, new BackpressurePolicy.Fail());
        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.QUEUE_ERROR);
        assertThat(sink.sequences).isEqualTo(List.of(0L, 1L, 2L)); // what was queued is drained
        assertThat(outcome.discarded()).isEqualTo(1);
    }

    @Test
    void aRateLimitPacesByTokens() {
        var definition =
                StreamDefinition.of(new StreamId(1), "a", "b").withPolicy(new BackpressurePolicy.RateLimit(100));
        var queue = new BoundedQueue(definition, stage(), stage(), metrics().stream(new StreamId(1)));
        queue.start(0);
        assertThat(queue.canTake()).isTrue();
        take(queue);
        assertThat(queue.canTake()).isFalse();
        assertThat(queue.nanosToToken()).isEqualTo(10_000_000);
        queue.refill(9_000_000);
        assertThat(queue.canTake()).isFalse();
        queue.refill(10_000_001);
        assertThat(queue.canTake()).isTrue();
        queue.refill(60_000_000_000L); // a minute's silence is not made up for
        int taken = 0;
        while (queue.canTake()) {
            take(queue);
            taken++;
        }
        assertThat(taken).isEqualTo(10);
    }

    private Stage stage() {
        var fake = Stages.Sink.plain();
        fake.owner = flow.flow.owner(fake.id, fake.name);
        return new Stage(
                StageDefinition.of("x", ComponentRole.SINK, fake, fake.owner, ""),
                metrics().component(fake.id));
    }

    private FlowMetrics metrics() {
        return new Observability(ObservabilityLevel.OFF)
                .register(new FlowId(1), "test", Map.of(new ComponentId(3), "x"), Map.of(new StreamId(1), "a -> b"));
    }

    private void take(BoundedQueue queue) {
        Buffer payload = flow.flow.host().acquire(1);
        queue.tail().payload = payload;
        queue.add(payload, 0);
        queue.remove();
    }

    @Test
    void aRateLimitedFlowDeliversEverything() throws Exception {
        var sink = Stages.Sink.plain();
        flow.source(source(30))
                .sink(sink)
                .chained(s -> s.withPolicy(new BackpressurePolicy.RateLimit(500)))
                .run();
        assertThat(sink.sequences).isEqualTo(LongStream.range(0, 30).boxed().toList());
    }

    /** spec: runtime semantics, "Pressure": before any further pull, also where a full queue does not stop the source. */
    @Test
    void aSourceWhoseQueueDropsIsToldAboutPressureBeforeItIsPulledAgain() throws Exception {
        var sink = pausing(40, diary);
        var lossy = new TestFlow() {
            @Override
            public void backpressureChanged(FlowId id, StreamId stream, boolean active, int depth) {
                diary.add(active ? "full" : "open");
            }
        };
        lossy.settings = lossy.settings.withScheduling(new SchedulingPolicy.RoundRobin());
        lossy.source(source(3000))
                .sink(sink)
                .chained(s -> s.withCapacity(8).withPolicy(new BackpressurePolicy.DropNewest()))
                .run();

        assertThat(diary).contains("full", "source.pause", "source.ready");
        boolean pressure = false;
        boolean told = false;
        for (String line : diary) {
            switch (line) {
                case "full" -> pressure = true;
                case "open" -> pressure = false;
                case "source.pause" -> told = true;
                case "source.ready" -> told = false;
                case "pull" -> assertThat(told).isEqualTo(pressure);
                default -> assertThat(line).doesNotStartWith("source.p");
            }
        }
    }

    @Test
    void pausesOfASinkDoubleUntilItIsReady() {
        Stage sink = stage();
        sink.addInput(new BoundedQueue(
                StreamDefinition.of(new StreamId(1), "a", "b"), stage(), sink, metrics().stream(new StreamId(1))));
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            sink.pause(0);
            millis.add(sink.nanosToTimer(0) / 1_000_000);
            sink.letIn();
        }
        sink.resume();
        sink.pause(0);
        millis.add(sink.nanosToTimer(0) / 1_000_000);
        assertThat(millis).containsExactly(10L, 20L, 40L, 80L, 160L, 160L, 160L, 10L);
    }

    private FlowOutcome branching(Demand demand, Stages.Sink quick, Stages.Sink slow, BackpressurePolicy policy)
            throws InterruptedException {
        flow.settings = flow.settings.withScheduling(new SchedulingPolicy.DemandDriven());
        return flow.stage(ComponentRole.SOURCE, source(100), s -> s.withDemand(demand))
                .sink(quick)
                .sink(slow)
                .edge("source", "quick")
                .edge("source", "slow", s -> s.withCapacity(4).withPolicy(policy))
                .run();
    }

    private Stages.Sink sink(long id, String name, long pausesAt) {
        return new Stages.Sink(id, name, diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence == pausesAt ? Outcome.PAUSE : Outcome.READY;
            }
        };
    }

    @Test
    void theSlowestBranchSetsThePaceUnlessBranchesAreIndependent() throws Exception {
        var quick = sink(3, "quick", -1);
        var slow = sink(4, "slow", 10);
        FlowOutcome outcome = branching(Demand.MINIMUM, quick, slow, new BackpressurePolicy.BlockProducer());

        assertThat(quick.sequences).hasSize(100);
        assertThat(slow.sequences).hasSize(100);
        assertThat(outcome.discarded()).isZero();
    }

    @Test
    void anIndependentBranchGoesWithoutWhatItCannotTake() throws Exception {
        var quick = sink(3, "quick", -1);
        var slow = sink(4, "slow", 10);
        FlowOutcome outcome =
                branching(Demand.INDEPENDENT_PER_BRANCH, quick, slow, new BackpressurePolicy.BlockProducer());

        assertThat(quick.sequences).isEqualTo(LongStream.range(0, 100).boxed().toList());
        assertThat(slow.sequences).hasSizeLessThan(100).isSorted().startsWith(0L, 1L, 2L);
        assertThat(outcome.streams().getLast().dropped()).isEqualTo(100L - slow.sequences.size());
        assertThat(outcome.elements() + outcome.discarded()).isEqualTo(200);
    }

    @Test
    void anIndependentBranchKeepsToItsRate() throws Exception {
        var quick = sink(3, "quick", -1);
        var slow = sink(4, "slow", -1);
        FlowOutcome outcome =
                branching(Demand.INDEPENDENT_PER_BRANCH, quick, slow, new BackpressurePolicy.RateLimit(1));

        assertThat(quick.sequences).hasSize(100);
        assertThat(slow.sequences).hasSizeBetween(1, 99);
        assertThat(outcome.elements() + outcome.discarded()).isEqualTo(200);
    }
}
