package io.torvyn.benchmarks;

import io.torvyn.component.Component;
import io.torvyn.component.ExportedFunction;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.guests.Guests;
import io.torvyn.wasi.DirectoryGrant;
import io.torvyn.wasi.Wasi;
import io.torvyn.wasi.WasiGrants;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
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
 * Claim: a function of WASI allocates nothing on the Java heap when it is called again and again. An operation is one
 * call, or the three that make one write ({@code check-write}, {@code write}, {@code blocking-flush}).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(WasiCallBenchmark.TIMES)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else, and fills in @Param
public class WasiCallBenchmark {
    /** What the call itself allocates, which makes values of what it is given, counts for nothing among so many. */
    static final int TIMES = 10_000;

    private static final int FILE_SIZE = 1 << 20;

    /** In the order of the guest's numbers. */
    private static final List<String> FUNCTIONS =
            List.of("read", "write", "print", "random-bytes", "random-u64", "monotonic", "wall");

    @Param({
        "read 65536",
        "read 4096",
        "write 65536",
        "write 4096",
        "print 64",
        "random-bytes 4096",
        "random-bytes 32",
        "random-u64",
        "monotonic",
        "wall"
    })
    private String call;

    private Path folder;
    private Instance instance;
    private ExportedFunction repeat;
    private List<Value> arguments;

    @Setup(Level.Trial)
    public void instantiate() throws IOException {
        String[] words = call.split(" ", 2);
        int size = words.length > 1 ? Integer.parseInt(words[1]) : 0;
        arguments = List.of(new Value.U32(FUNCTIONS.indexOf(words[0])), new Value.U32(size), new Value.U32(TIMES));

        folder = Files.createTempDirectory("torvyn-wasi-calls");
        Files.write(folder.resolve("read"), new byte[FILE_SIZE]);
        var grants = new WasiGrants(
                        Optional.empty(),
                        Optional.of(OutputStream.nullOutputStream()),
                        Optional.empty(),
                        Map.of(),
                        List.of(),
                        EnumSet.allOf(WasiGrants.Source.class))
                .withDirectories(List.of(new DirectoryGrant(folder.toString(), "/", true, true)));
        CoreEngine engine = ServiceLoader.load(CoreEngine.class).findFirst().orElseThrow();
        Component component =
                Component.load(Guests.bytes("wasi-calls"), "wasi-calls", engine, CoreEngine.Strategy.OPTIMIZED);
        var imports = new Imports();
        Wasi.addTo(imports, component, grants, (capability, detail) -> {
            throw new IllegalStateException("it %s, which needs the grant %s".formatted(detail, capability));
        });
        instance = component.instantiate(imports, new InstanceOptions("wasi-calls", new CoreLimits(1 << 28, 100)));
        repeat = instance.exportedFunction("repeat").orElseThrow();
    }

    /** What it has moved, or how often it was called. */
    @Benchmark
    public long repeat() {
        if (repeat.call(arguments).orElseThrow() instanceof Value.U64(long done) && done >= TIMES) {
            return done;
        }
        throw new IllegalStateException("fewer calls than were asked for");
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        instance.close();
        for (String name : List.of("read", "write")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }
}
