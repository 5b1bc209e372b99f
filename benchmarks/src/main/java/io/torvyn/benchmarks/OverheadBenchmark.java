package io.torvyn.benchmarks;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.observability.FlowMetrics;
import io.torvyn.observability.Observability;
import io.torvyn.reactor.Deadline;
import io.torvyn.reactor.FlowDefinition;
import io.torvyn.reactor.FlowObserver;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.FlowSettings;
import io.torvyn.reactor.Reactor;
import io.torvyn.reactor.StageDefinition;
import io.torvyn.reactor.StreamDefinition;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claim: what the runtime adds to the guests' own calls (driver, queues, ownership, ledger, metrics) is under 60 ns per
 * element at Off and under 100 ns at Production. A whole flow of a million elements whose stages do nothing but hand a
 * pooled buffer on: a fresh one from the source, a fresh one from the processor.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:+UseCountedLoopSafepoints", "-XX:LoopStripMiningIter=1000"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else, and fills in @Param
public class OverheadBenchmark {
    private static final int ELEMENTS = 1_000_000;
    private static final int CAPACITY = 64;

    @Param({"OFF", "PRODUCTION"})
    public ObservabilityLevel level;

    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private Observability observability;
    private Reactor reactor;
    private long ids;

    @Setup(Level.Trial)
    public void start() {
        observability = new Observability(level);
        reactor = new Reactor();
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public FlowOutcome element() throws InterruptedException {
        var id = new FlowId(++ids);
        var source = new ComponentId(++ids);
        var processor = new ComponentId(++ids);
        var sink = new ComponentId(++ids);
        var first = new StreamId(++ids);
        var second = new StreamId(++ids);
        FlowMetrics metrics = observability.register(
                id,
                "overhead",
                Map.of(source, "source", processor, "processor", sink, "sink"),
                Map.of(first, "source -> processor", second, "processor -> sink"));
        FlowResources buffers = resources.open(id, metrics);
        FlowOutcome outcome = reactor.create(new FlowDefinition(
                        id,
                        "overhead",
                        List.of(
                                stage("source", ComponentRole.SOURCE, buffers.owner(source, "source")),
                                stage("processor", ComponentRole.PROCESSOR, buffers.owner(processor, "processor")),
                                stage("sink", ComponentRole.SINK, buffers.owner(sink, "sink"))),
                        List.of(
                                StreamDefinition.of(first, "source", "processor"),
                                StreamDefinition.of(second, "processor", "sink")),
                        buffers,
                        metrics,
                        FlowObserver.NONE,
                        FlowSettings.DEFAULT.withLimit(ELEMENTS),
                        Deadline.none()))
                .await();
        observability.deregister(id);
        if (outcome.elements() != ELEMENTS || outcome.failure().isPresent()) {
            throw new IllegalStateException("the flow went wrong: " + outcome);
        }
        return outcome;
    }

    private static StageDefinition stage(String name, ComponentRole role, BufferOwner owner) {
        ComponentInvoker invoker = new IdleStage(owner, CAPACITY);
        return StageDefinition.of(name, role, invoker, owner, "");
    }

    @TearDown(Level.Trial)
    public void check() {
        reactor.close();
        if (resources.liveBuffers() != 0) {
            throw new IllegalStateException(resources.liveBuffers() + " buffers are still held");
        }
    }
}
