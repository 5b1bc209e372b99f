package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.observability.Observability;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** spec: runtime semantics, "Scheduling inside a flow": which of the ready stages has its turn. */
class SchedulerTest {
    private static final long NOW = 0;

    private final TestFlow flow = new TestFlow();

    /** Sources, which are ready unless they have ended; upstream ones first, as a driver has its stages. */
    private final Stage[] stages = new Stage[3];

    @AfterEach
    void close() {
        flow.reactor.close();
    }

    private void priorities(int... priorities) {
        for (int i = 0; i < stages.length; i++) {
            var fake = new Stages.Source(i + 1, "stage " + i, new ArrayList<>(), _ -> null);
            fake.owner = flow.flow.owner(fake.id, fake.name);
            var metrics = new Observability(ObservabilityLevel.OFF)
                    .register(new FlowId(1), "test", Map.of(fake.id, fake.name), Map.of());
            stages[i] = new Stage(
                    StageDefinition.of(fake.name, ComponentRole.SOURCE, fake, fake.owner, "")
                            .withPriority(priorities[i]),
                    metrics.component(fake.id));
        }
    }

    private int next(Scheduler scheduler) {
        return Arrays.asList(stages).indexOf(scheduler.next(stages, NOW));
    }

    @Test
    void demandDrivenTakesTheOneNearestToTheSinks() {
        priorities(5, 5, 5);
        var scheduler = Scheduler.of(new SchedulingPolicy.DemandDriven());
        assertThat(next(scheduler)).isEqualTo(2);
        stages[2].ended = true;
        assertThat(next(scheduler)).isEqualTo(1);
        assertThat(scheduler.burst()).isEqualTo(1);
    }

    @Test
    void roundRobinGoesRoundAndLeavesOutWhoIsNotReady() {
        priorities(5, 5, 5);
        var scheduler = Scheduler.of(new SchedulingPolicy.RoundRobin());
        assertThat(List.of(next(scheduler), next(scheduler), next(scheduler), next(scheduler)))
                .containsExactly(0, 1, 2, 0);
        stages[1].ended = true;
        assertThat(List.of(next(scheduler), next(scheduler))).containsExactly(2, 0);
    }

    @Test
    void weightedFairTakesWhoHasHadLeastTimeForItsWeight() {
        priorities(5, 10, 5);
        var scheduler = Scheduler.of(new SchedulingPolicy.WeightedFair());
        assertThat(next(scheduler)).as("of equals the consumer").isEqualTo(2);
        stages[0].busyNanos = 100;
        stages[1].busyNanos = 199;
        stages[2].busyNanos = 101;
        assertThat(next(scheduler)).as("99.5 against 100 and 101").isEqualTo(1);
        stages[1].busyNanos = 201;
        assertThat(next(scheduler)).isEqualTo(0);
    }

    @Test
    void priorityTakesTheHighestAndOfEqualsTheConsumer() {
        priorities(7, 7, 5);
        var scheduler = Scheduler.of(new SchedulingPolicy.Priority());
        assertThat(next(scheduler)).isEqualTo(1);
        stages[1].ended = true;
        assertThat(next(scheduler)).isEqualTo(0);
        stages[0].ended = true;
        assertThat(next(scheduler)).isEqualTo(2);
    }

    @Test
    void whenNoneIsReadyNobodyHasItsTurn() {
        priorities(5, 5, 5);
        for (Stage stage : stages) {
            stage.ended = true;
        }
        FlowDriverTest.policies()
                .forEach(policy -> assertThat(next(Scheduler.of(policy))).isEqualTo(-1));
    }

    /** In a process with more flows than processors. */
    private List<Integer> yields(FlowPriority priority, FlowPriority later) {
        flow.settings = flow.settings.withPriority(priority);
        FlowDefinition definition = flow.source(Stages.Source.of(3000))
                .sink(Stages.Sink.plain())
                .chained()
                .definition();
        var crowd = new ActiveFlows();
        for (int i = 0; i < 1000; i++) {
            crowd.enter();
        }
        var driver = new FlowDriver(definition, Topology.of(definition), crowd, _ -> {});
        driver.priority(later);
        driver.run();
        return flow.yields;
    }

    /** A burst is never cut in two, so it may be one burst more. */
    @ParameterizedTest
    @EnumSource(FlowPriority.class)
    void aFlowGivesWayAfterSoManyElements(FlowPriority priority) {
        int most = priority.elementsPerYield() + Math.min(32, priority.elementsPerYield());
        assertThat(yields(priority, priority)).isNotEmpty().allSatisfy(n -> assertThat(n)
                .isLessThan(most));
        assertThat(most).isLessThanOrEqualTo(256);
    }

    @Test
    void aChangeOfItsPriorityHoldsForAFlowThatRuns() {
        assertThat(yields(FlowPriority.CRITICAL, FlowPriority.BACKGROUND))
                .isNotEmpty()
                .allSatisfy(n -> assertThat(n).isLessThan(16));
    }

    @Test
    void theReactorChangesThePriorityOfFlowsThatItHas() throws Exception {
        assertThat(flow.reactor.updatePriority(new FlowId(1), FlowPriority.HIGH))
                .isFalse();
        Flow running = flow.source(new Stages.Source(1, "source", new ArrayList<>(), _ -> "endless"))
                .sink(Stages.Sink.plain())
                .chained()
                .start();
        assertThat(flow.reactor.updatePriority(running.id(), FlowPriority.HIGH)).isTrue();
        running.cancel(new CancellationReason.LimitReached(0));
        flow.ended(running);
    }
}
