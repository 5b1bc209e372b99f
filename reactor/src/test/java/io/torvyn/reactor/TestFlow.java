package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.observability.FlowMetrics;
import io.torvyn.observability.Observability;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.EventSink;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;
import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Puts a flow together for a test, runs it, and checks that nothing leaks, whatever the test is about. */
class TestFlow implements FlowObserver {
    final Resources resources = new Resources(PoolSizes.DEFAULT);
    final FlowResources flow = resources.open(new FlowId(1), EventSink.NOOP);
    final List<StageDefinition> stages = new ArrayList<>();
    final List<StreamDefinition> streams = new ArrayList<>();
    final List<FlowState> states = new ArrayList<>();
    final List<String> seen = new ArrayList<>();
    final List<Integer> yields = new ArrayList<>();
    final Reactor reactor = new Reactor();
    FlowSettings settings = FlowSettings.DEFAULT;
    Deadline deadline = Deadline.none();
    TraceContext trace = TraceContext.NONE;
    final Observability observability = new Observability(ObservabilityLevel.PRODUCTION);
    FlowObserver observer = this;

    TestFlow source(Stages.Fake fake) {
        return stage(ComponentRole.SOURCE, fake, UnaryOperator.identity());
    }

    TestFlow processor(Stages.Fake fake) {
        return stage(ComponentRole.PROCESSOR, fake, UnaryOperator.identity());
    }

    TestFlow sink(Stages.Fake fake) {
        return stage(ComponentRole.SINK, fake, UnaryOperator.identity());
    }

    TestFlow filter(Stages.Fake fake) {
        return stage(ComponentRole.FILTER, fake, UnaryOperator.identity());
    }

    TestFlow router(Stages.Fake fake) {
        return stage(ComponentRole.ROUTER, fake, UnaryOperator.identity());
    }

    TestFlow aggregator(Stages.Fake fake) {
        return stage(ComponentRole.AGGREGATOR, fake, UnaryOperator.identity());
    }

    TestFlow stage(ComponentRole role, Stages.Fake fake, UnaryOperator<StageDefinition> change) {
        fake.owner = flow.owner(fake.id, fake.name);
        stages.add(change.apply(StageDefinition.of(fake.name, role, fake, fake.owner, "config of " + fake.name)));
        return this;
    }

    /** A stage on a thread of its own, or on one for each of its instances. */
    TestFlow parallel(ComponentRole role, UnaryOperator<StageDefinition> change, Stages.Fake... fakes) {
        List<StageDefinition.Instance> instances = new ArrayList<>();
        for (Stages.Fake fake : fakes) {
            fake.owner = flow.ownerElsewhere(fake.id, fake.name);
            instances.add(new StageDefinition.Instance(fake, fake.owner));
        }
        Stages.Fake first = fakes[0];
        stages.add(change.apply(StageDefinition.of(first.name, role, first, first.owner, "config of " + first.name)
                .inParallel(instances.subList(1, instances.size()))));
        return this;
    }

    TestFlow parallel(ComponentRole role, Stages.Fake... fakes) {
        return parallel(role, UnaryOperator.identity(), fakes);
    }

    TestFlow edge(String from, String to) {
        return edge(from, to, UnaryOperator.identity());
    }

    TestFlow edge(String from, String to, UnaryOperator<StreamDefinition> change) {
        streams.add(change.apply(StreamDefinition.of(new StreamId(streams.size() + 1L), from, to)));
        return this;
    }

    /** Edges from each stage to the next, in the order in which they were added. */
    TestFlow chained(UnaryOperator<StreamDefinition> change) {
        for (int i = 1; i < stages.size(); i++) {
            edge(stages.get(i - 1).name(), stages.get(i).name(), change);
        }
        return this;
    }

    TestFlow chained() {
        return chained(UnaryOperator.identity());
    }

    FlowDefinition definition() {
        Map<ComponentId, String> components =
                stages.stream().collect(Collectors.toMap(s -> s.invoker().id(), StageDefinition::name, (a, b) -> a));
        Map<StreamId, String> names =
                streams.stream().collect(Collectors.toMap(StreamDefinition::id, s -> s.from() + " -> " + s.to()));
        for (StageDefinition stage : stages) {
            if (stage.errorPolicy() instanceof ErrorPolicy.DeadLetter(var id, var sink, var _)) {
                names.put(id, stage.name() + " -> " + sink);
            }
        }
        FlowMetrics metrics = observability.register(new FlowId(1), "test", components, names);
        return new FlowDefinition(
                new FlowId(1), "test", stages, streams, flow, metrics, observer, settings, deadline, trace);
    }

    Flow start() {
        return reactor.create(definition());
    }

    FlowOutcome run() throws InterruptedException {
        return ended(start());
    }

    FlowOutcome ended(Flow running) throws InterruptedException {
        FlowOutcome outcome = running.await(Duration.ofSeconds(30)).orElseThrow(() -> new AssertionError("it hangs"));
        assertThat(running.defect()).isEmpty();
        assertThat(outcome.leaked().reclaimed()).isEmpty();
        assertThat(resources.liveBuffers()).isZero();
        reactor.close();
        return outcome;
    }

    @Override
    public void stateChanged(FlowId id, FlowState state) {
        states.add(state);
    }

    @Override
    public void componentError(FlowId id, String node, ProcessError error, long sequence, ErrorPolicy policy) {
        seen.add(node + " answered " + error + " for " + sequence);
    }

    @Override
    public void componentFinished(FlowId id, String node, Failure failure, long sequence, boolean replaced) {
        seen.add(
                node + " finished at " + sequence + " by " + failure.code() + (replaced ? ", replaced" : ", for good"));
    }

    @Override
    public void circuitOpened(FlowId id, String node, Failure failure) {
        seen.add(failure.text());
    }

    @Override
    public void circuitClosed(FlowId id, String node) {
        seen.add(node + " answers again");
    }

    @Override
    public void backpressureChanged(FlowId id, StreamId stream, boolean active, int depth) {
        seen.add(stream + (active ? " full" : " open") + " at " + depth);
    }

    @Override
    public void yielded(FlowId id, int elements) {
        yields.add(elements);
    }

    @Override
    public void cleanupFailed(FlowId id, String node, Failure failure) {
        seen.add("cleanup of " + node + ": " + failure.code());
    }

    @Override
    public void ended(FlowOutcome outcome) {
        seen.add("ended " + outcome.state());
    }
}
