package io.torvyn.benchmarks;

import io.torvyn.component.Imports;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.WasmEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * Claim: where compilation dominates, a cached component starts in less than a fifth of its cold time. From the bytes of
 * a component of {@code guests/large.py} (which needs python3, and the root of the tree as working folder) to the answer
 * of its first call, once in each of ten young JVMs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 10, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else, and fills in @Param
public class LargeComponentBenchmark {
    @Param({"large", "huge"})
    public String component;

    private Path folder;
    private byte[] wasm;

    /** Fills the cache in another process: in this one the classes would be loaded already when the clock starts. */
    @Setup(Level.Trial)
    public void generate() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("torvyn-large-component");
        run("python3", "guests/large.py", folder.toString());
        wasm = Files.readAllBytes(folder.resolve(component + ".wasm"));
        run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LargeComponentBenchmark.class.getName(),
                folder.toString(),
                component);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed");
        }
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        first(
                Files.readAllBytes(folder.resolve(arguments[1] + ".wasm")),
                CoreEngine.Strategy.OPTIMIZED,
                CompiledComponentCache.onDisk(folder.resolve("cache")));
    }

    private static Object first(byte[] wasm, CoreEngine.Strategy strategy, CompiledComponentCache cache) {
        WasmEngine engine = WasmEngine.create(EngineSettings.DEFAULT.withStrategy(strategy), cache);
        try (var instance = engine.compile(wasm, "large")
                .component()
                .instantiate(
                        new Imports(),
                        new InstanceOptions("large", engine.settings().limits()))) {
            return instance.exportedFunction("run").orElseThrow().call(List.of(new Value.U32(1)));
        }
    }

    @Benchmark
    public Object compiled() {
        return first(wasm, CoreEngine.Strategy.OPTIMIZED, CompiledComponentCache.inMemory());
    }

    @Benchmark
    public Object fromDisk() {
        return first(wasm, CoreEngine.Strategy.OPTIMIZED, CompiledComponentCache.onDisk(folder.resolve("cache")));
    }

    @Benchmark
    public Object interpreted() {
        return first(wasm, CoreEngine.Strategy.BASELINE, CompiledComponentCache.inMemory());
    }

    @Benchmark
    public Object tiered() {
        return first(wasm, CoreEngine.Strategy.TIERED, CompiledComponentCache.inMemory());
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
