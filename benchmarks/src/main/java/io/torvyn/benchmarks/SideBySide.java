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
import java.util.function.Supplier;

/**
 * A peer of {@code benchmarks/side-by-side}: reads {@code <variant> <payload> <millis>} from standard input, works for
 * so long, and answers {@code <ns per element> <bytes allocated per element>}.
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

    /** What was done in one slice of time. */
    record Slice(long elements, long nanos, long allocatedBytes) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%.1f %.1f", (double) nanos / elements, (double) allocatedBytes / elements);
        }
    }

    /** Time and heap used so far, by all threads of this process. */
    record Reading(long nanos, long allocatedBytes) {
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        static Reading now() {
            return new Reading(System.nanoTime(), THREADS.getTotalThreadAllocatedBytes());
        }

        Slice since(Reading start, long elements) {
            return new Slice(elements, nanos - start.nanos, allocatedBytes - start.allocatedBytes);
        }
    }

    private SideBySide() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: SideBySide <folder of the guest components>");
            System.exit(2);
        }
        Path guests = Path.of(arguments[0]).toAbsolutePath();
        Map<String, Supplier<Variant>> variants = Map.of(
                "production/copy", () -> new HostedFlows(guests, ObservabilityLevel.PRODUCTION),
                "production/filter",
                        () -> new HostedFlows(guests, ObservabilityLevel.PRODUCTION, HostedFlows.Shape.FILTER),
                "production/fan-out",
                        () -> new HostedFlows(guests, ObservabilityLevel.PRODUCTION, HostedFlows.Shape.FAN_OUT),
                "off/copy", () -> new HostedFlows(guests, ObservabilityLevel.OFF),
                "production/idle", () -> new IdleFlows(ObservabilityLevel.PRODUCTION),
                "off/idle", () -> new IdleFlows(ObservabilityLevel.OFF),
                "plain/direct", () -> new PlainFlows(PlainFlows::direct),
                "plain/pooled", () -> new PlainFlows(PlainFlows::pooled),
                "plain/queues", () -> new PlainFlows(PlainFlows::queues));
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
        } finally {
            open.values().forEach(Variant::close);
        }
    }
}
