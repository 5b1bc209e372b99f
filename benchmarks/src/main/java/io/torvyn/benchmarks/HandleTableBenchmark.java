package io.torvyn.benchmarks;

import io.torvyn.component.HandleTable;
import io.torvyn.component.HostResource;
import io.torvyn.contracts.ResourceType;
import io.torvyn.engine.CompiledComponentCache;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Claim: a handle's life costs a few nanoseconds and allocates nothing. An element of three stages needs nine. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else, and fills in @Param
public class HandleTableBenchmark {
    private static final ResourceType TYPE = new ResourceType("thing");

    private final HostResource thing = new HostResource() {};
    private GuestStages stages;
    private HandleTable handles;

    @Setup(Level.Trial)
    public void instantiate() {
        stages = new GuestStages(0, CompiledComponentCache.inMemory());
        handles = stages.copyInstance.instance().handles();
    }

    /** What becomes of a buffer that a guest makes and gives away. */
    @Benchmark
    public HostResource ownedThenGivenAway() {
        return handles.removeOwn(handles.newOwn(TYPE, thing), TYPE);
    }

    /** What becomes of a payload that is lent to a guest, read once and given back. */
    @Benchmark
    public HostResource lentThenDropped() {
        int handle = handles.newBorrow(TYPE, thing);
        HostResource read = handles.rep(handle, TYPE);
        handles.drop(handle, TYPE);
        return read;
    }

    @TearDown(Level.Trial)
    public void close() {
        stages.close();
    }
}
