package io.torvyn.benchmarks;

import io.torvyn.engine.CompiledComponentCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/**
 * Claim: a cached pipeline starts in a fraction of a second. Compiling (or loading), instantiating and initialising
 * source, copy and sink, once in each of ten young JVMs: {@code benchmarks/start-up} has the process around it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 10, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else, and fills in @Param
public class ColdStartBenchmark {
    private Path folder;
    private GuestStages stages;

    /** Fills the folder in another process: in this one the classes would be loaded already when the clock starts. */
    @Setup(Level.Trial)
    public void fillFolder() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("torvyn-cold-start");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ColdStartBenchmark.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        if (other.waitFor() != 0) {
            throw new IllegalStateException("the cache was not filled");
        }
    }

    public static void main(String[] arguments) {
        new GuestStages(0, CompiledComponentCache.onDisk(Path.of(arguments[0]))).close();
    }

    @Benchmark
    public Object compiled() {
        stages = new GuestStages(0, CompiledComponentCache.inMemory());
        return stages;
    }

    @Benchmark
    public Object fromDisk() {
        stages = new GuestStages(0, CompiledComponentCache.onDisk(folder));
        return stages;
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        stages.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
