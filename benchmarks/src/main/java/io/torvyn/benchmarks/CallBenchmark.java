package io.torvyn.benchmarks;

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
 * Claim: a call through generated bindings takes at most twice what its core calls and one bulk copy take, and 15 ns,
 * and allocates what the caller gets and nothing else.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(CallBenchmark.TIMES)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else, and fills in @Param
public class CallBenchmark {
    static final int TIMES = 100;

    @Param({
        "nop",
        "add",
        "mix",
        "text",
        "greet",
        "sum-1k",
        "sum-1m",
        "bytes-1k",
        "bytes-1m",
        "bytes-1m-into",
        "relay",
        "relay-all-16",
        "increment",
        "new-and-drop"
    })
    private String call;

    private CallGuest guest;
    private Call.Work generated;
    private Call.Work floor;

    @Setup(Level.Trial)
    public void instantiate() {
        guest = new CallGuest();
        generated = Call.of(call).generated(guest.calls);
        floor = Call.of(call).floor(new BareCalls());
    }

    @Benchmark
    public long generated() {
        return generated.run(TIMES);
    }

    @Benchmark
    public long floor() {
        return floor.run(TIMES);
    }

    @TearDown(Level.Trial)
    public void close() {
        guest.close();
    }
}
