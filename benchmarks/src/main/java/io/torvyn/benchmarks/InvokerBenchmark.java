package io.torvyn.benchmarks;

import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.Element;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claim: our own code allocates nothing for an element, and three calls into components cost what the guests' 14 calls
 * back cost, not what wraps them; a limit of fuel adds a few per cent. One element through source, copy and sink without
 * queues and scheduling.
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
public class InvokerBenchmark {
    @Param({"0", "64", "1024", "65536"})
    public int payload;

    /** Whether each call has a limit of fuel, far away. */
    @Param("false")
    public boolean metered;

    private final Element pulled = new Element();
    private final Element processed = new Element();
    private GuestStages stages;
    private long elements;

    @Setup(Level.Trial)
    public void instantiate() {
        stages = new GuestStages(
                payload,
                CompiledComponentCache.inMemory(),
                new Resources(PoolSizes.DEFAULT),
                metered ? OptionalLong.of(1L << 40) : OptionalLong.empty());
    }

    @Benchmark
    public Outcome element() {
        expect(Outcome.EMITTED, stages.source.pull(pulled));
        stages.receive(pulled);
        expect(Outcome.EMITTED, stages.copy.process(pulled, processed));
        stages.release(pulled);
        stages.receive(processed);
        Outcome outcome = stages.sink.push(processed);
        expect(Outcome.READY, outcome);
        stages.release(processed);
        elements++;
        return outcome;
    }

    private static void expect(Outcome expected, Outcome actual) {
        if (expected != actual) {
            throw new IllegalStateException("expected " + expected + ", got " + actual);
        }
    }

    @TearDown(Level.Trial)
    public void check() {
        long copies = stages.flow.ledger().copies();
        stages.close();
        if (copies != (payload == 0 ? 0 : 4 * elements)) {
            throw new IllegalStateException(copies + " copies of " + elements + " elements");
        }
    }
}
