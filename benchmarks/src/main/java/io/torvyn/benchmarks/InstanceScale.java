package io.torvyn.benchmarks;

import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.Element;
import io.torvyn.guests.Guests;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Claim: many instances of one component are as fast as one, and each costs its memory and its tables, not classes. Prints
 * for 1, 2, 8 and 64 of them what an element through source, copy and sink takes when their flows take turns, and what
 * each further instance adds to the heap and to the metadata of classes.
 */
public final class InstanceScale {
    private static final int[] COUNTS = {1, 2, 8, 64};
    private static final int PAYLOAD = 64;
    private static final int BURST = 32;
    private static final int ROUNDS = 9;
    private static final int FURTHER = 64;
    private static final long SLICE_NANOS = 300_000_000;

    private InstanceScale() {}

    public static void main(String[] arguments) {
        System.out.println("| instances of each component | ns/element, in turns of 32 | times one instance's |");
        System.out.println("|---:|---:|---:|");
        List<Turns> turns = new ArrayList<>();
        CompiledComponentCache cache = CompiledComponentCache.inMemory();
        var resources = new Resources(PoolSizes.DEFAULT);
        for (int count : COUNTS) {
            turns.add(new Turns(count, cache, resources));
        }
        double[][] samples = new double[COUNTS.length][ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) { // the first half warms up
            for (int i = 0; i < COUNTS.length; i++) {
                double nanos = turns.get(i).run();
                if (round >= 0) {
                    samples[i][round] = nanos;
                }
            }
        }
        double[] medians = new double[COUNTS.length];
        for (int i = 0; i < COUNTS.length; i++) {
            Arrays.sort(samples[i]);
            medians[i] = samples[i][ROUNDS / 2];
            System.out.printf(Locale.ROOT, "| %d | %.0f | %.2f |%n", COUNTS[i], medians[i], medians[i] / medians[0]);
        }
        turns.forEach(Turns::close);
        System.out.println();
        System.out.println("| what | linear memory, KiB | heap for each further one, KiB | metadata, KiB |");
        System.out.println("|---|---:|---:|---:|");
        CoreEngine engine = ServiceLoader.load(CoreEngine.class).findFirst().orElseThrow();
        Component calls = Component.load(Guests.bytes("calls"), "calls", engine, CoreEngine.Strategy.OPTIMIZED);
        var options = new InstanceOptions("calls", new CoreLimits(1 << 28, 100));
        System.out.println(cost(
                "`calls`", () -> calls.instantiate(new Imports(), options), Instance::memoryBytes, Instance::close));
        System.out.println(cost(
                "`source`, `copy`, `sink`",
                () -> new GuestStages(PAYLOAD, cache, resources),
                stages -> stages.source.memoryBytes() + stages.copy.memoryBytes() + stages.sink.memoryBytes(),
                GuestStages::close));
    }

    /** So many flows without queues, which take turns. */
    private static final class Turns implements AutoCloseable {
        private final List<GuestStages> flows = new ArrayList<>();
        private final Element pulled = new Element();
        private final Element processed = new Element();

        Turns(int count, CompiledComponentCache cache, Resources resources) {
            for (int i = 0; i < count; i++) {
                flows.add(new GuestStages(PAYLOAD, cache, resources));
            }
        }

        double run() {
            long start = System.nanoTime();
            long elements = 0;
            while (System.nanoTime() - start < SLICE_NANOS) {
                for (GuestStages stages : flows) {
                    for (int i = 0; i < BURST; i++) {
                        move(stages);
                    }
                    elements += BURST;
                }
            }
            return (double) (System.nanoTime() - start) / elements;
        }

        private void move(GuestStages stages) {
            expect(Outcome.EMITTED, stages.source.pull(pulled));
            stages.receive(pulled);
            expect(Outcome.EMITTED, stages.copy.process(pulled, processed));
            stages.release(pulled);
            stages.receive(processed);
            expect(Outcome.READY, stages.sink.push(processed));
            stages.release(processed);
        }

        private static void expect(Outcome expected, Outcome actual) {
            if (expected != actual) {
                throw new IllegalStateException("expected " + expected + ", got " + actual);
            }
        }

        @Override
        public void close() {
            flows.forEach(GuestStages::close);
        }
    }

    /** What each further one adds when two are there already. */
    private static <T> String cost(String name, Supplier<T> make, ToLongFunction<T> memoryBytes, Consumer<T> close) {
        List<T> made = new ArrayList<>(List.of(make.get(), make.get()));
        long heap = heapUsed();
        long metadata = metadataUsed();
        for (int i = 0; i < FURTHER; i++) {
            made.add(make.get());
        }
        long heapAfter = heapUsed();
        long metadataAfter = metadataUsed();
        long memory = memoryBytes.applyAsLong(made.getFirst());
        made.forEach(close);
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.1f | %.1f |",
                name,
                memory / 1024.0,
                (heapAfter - heap) / 1024.0 / FURTHER,
                (metadataAfter - metadata) / 1024.0 / FURTHER);
    }

    /** What is left once nothing more is collected. */
    private static long heapUsed() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static long metadataUsed() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool ->
                        pool.getName().equals("Metaspace") || pool.getName().equals("Compressed Class Space"))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }
}
