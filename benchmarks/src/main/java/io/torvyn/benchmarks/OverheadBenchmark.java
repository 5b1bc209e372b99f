package io.torvyn.benchmarks;

import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.ObservabilityLevel;
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
 * element at Off and under 100 ns at Production. A whole flow of a million elements through {@link IdleFlows}.
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
    private static final int CAPACITY = 64;

    @Param({"OFF", "PRODUCTION"})
    public ObservabilityLevel level;

    private IdleFlows flows;

    @Setup(Level.Trial)
    public void start() {
        flows = new IdleFlows(level, 1);
    }

    @Benchmark
    @OperationsPerInvocation(IdleFlows.ELEMENTS)
    public FlowOutcome element() throws InterruptedException {
        return flows.run(CAPACITY);
    }

    @TearDown(Level.Trial)
    public void close() {
        flows.close();
    }
}
