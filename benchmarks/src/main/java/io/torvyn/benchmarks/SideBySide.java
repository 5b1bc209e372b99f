package io.torvyn.benchmarks;

import com.sun.management.ThreadMXBean;
import io.torvyn.types.ObservabilityLevel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * A peer of {@code benchmarks/side-by-side}: reads {@code <variant> <payload> <millis>} from standard input, works for
 * so long, and answers {@code <ns per element> <bytes allocated per element>}, and {@code <copies per element>} where
 * there is a ledger that knows.
 *
 * <p>Its argument is the folder of the guests. Whoever finds a wrong checksum, a copy too many or a buffer that nobody
 * gave back dies of it, so a figure stands for work that was done.
 */
public final class SideBySide {
    /** One way of moving elements from a source to a sink, for many payload sizes and slices of time. */
    interface Variant extends AutoCloseable {
        /**
         * @throws IllegalStateException when the elements did not arrive as they should
         */
        Slice run(int payload, long millis) throws InterruptedException;

        @Override
        default void close() {}
    }

    /**
     * What was done in one slice of time.
     *
     * @param copies of the payload of each element, by the ledger
     */
    record Slice(long elements, long nanos, long allocatedBytes, OptionalDouble copies) {
        @Override
        public String toString() {
            String figures = String.format(
                    Locale.ROOT, "%.1f %.1f", (double) nanos / elements, (double) allocatedBytes / elements);
            return copies.isPresent() ? figures + String.format(Locale.ROOT, " %.2f", copies.getAsDouble()) : figures;
        }
    }

    /** Time and heap used so far, by all threads of this process. */
    record Reading(long nanos, long allocatedBytes) {
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        static Reading now() {
            return new Reading(System.nanoTime(), THREADS.getTotalThreadAllocatedBytes());
        }

        Slice since(Reading start, long elements) {
            return new Slice(
                    elements, nanos - start.nanos, allocatedBytes - start.allocatedBytes, OptionalDouble.empty());
        }
    }

    /** Processors between source and sink, when there are ten stages. */
    private static final int CHAINED = 8;

    private SideBySide() {}

    private static Variant production(Path guests, HostedFlows.Shape shape) {
        return new HostedFlows(guests, ObservabilityLevel.PRODUCTION, shape);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: SideBySide <folder of the guest components>");
            System.exit(2);
        }
        Path guests = Path.of(arguments[0]).toAbsolutePath();
        Map<String, Supplier<Variant>> variants = Map.ofEntries(
                Map.entry("production/copy", () -> new HostedFlows(guests, ObservabilityLevel.PRODUCTION)),
                Map.entry("production/filter", () -> production(guests, HostedFlows.Shape.FILTER)),
                Map.entry("production/hop", () -> production(guests, HostedFlows.Shape.HOP)),
                Map.entry("production/fan-out", () -> production(guests, HostedFlows.Shape.FAN_OUT)),
                Map.entry("production/chain", () -> production(guests, HostedFlows.Shape.CHAIN)),
                Map.entry("off/copy", () -> new HostedFlows(guests, ObservabilityLevel.OFF)),
                Map.entry("off/chain", () -> new HostedFlows(guests, ObservabilityLevel.OFF, HostedFlows.Shape.CHAIN)),
                Map.entry("bare/copy", () -> new BareFlows(1)),
                Map.entry("bare/chain", () -> new BareFlows(CHAINED)),
                Map.entry("production/idle", () -> new IdleFlows(ObservabilityLevel.PRODUCTION, 1)),
                Map.entry("production/idle-chain", () -> new IdleFlows(ObservabilityLevel.PRODUCTION, CHAINED)),
                Map.entry("off/idle", () -> new IdleFlows(ObservabilityLevel.OFF, 1)),
                Map.entry("off/idle-chain", () -> new IdleFlows(ObservabilityLevel.OFF, CHAINED)),
                Map.entry("plain/direct", () -> new PlainFlows(PlainFlows::direct)),
                Map.entry("plain/pooled", () -> new PlainFlows(PlainFlows::pooled)),
                Map.entry("plain/queues", () -> new PlainFlows(PlainFlows::queues)));
        Map<String, Variant> open = new HashMap<>();
        try (var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                String[] fields = line.trim().split("\\s+", -1);
                Supplier<Variant> known = variants.get(fields[0]);
                if (fields.length != 3 || known == null) {
                    throw new IllegalArgumentException("'" + line
                            + "' is not <variant> <payload> <millis> with a variant of " + variants.keySet());
                }
                Variant variant = open.computeIfAbsent(fields[0], _ -> known.get());
                System.out.println(variant.run(Integer.parseInt(fields[1]), Long.parseLong(fields[2])));
            }
        }
        open.values().forEach(Variant::close);
    }
}
