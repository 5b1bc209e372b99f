package io.torvyn.benchmarks;

import io.torvyn.types.ObservabilityLevel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Claim: two flows on two cores move within a tenth of twice what one moves. One flow of source, copy and sink, then two
 * of them in the same host, in turns. Its argument is the folder of the guests.
 */
public final class TwoFlows {
    private static final int PAYLOAD = 64;
    private static final int ROUNDS = 9;
    private static final long SLICE_MILLIS = 500;

    private TwoFlows() {}

    public static void main(String[] arguments) throws Exception {
        try (var flows = new HostedFlows(Path.of(arguments[0]), ObservabilityLevel.PRODUCTION);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Callable<SideBySide.Slice> slice = () -> flows.run(PAYLOAD, SLICE_MILLIS);
            double[] ratios = new double[ROUNDS];
            double[] alone = new double[ROUNDS];
            for (int round = -ROUNDS; round < ROUNDS; round++) { // the first half warms up
                double one = perSecond(slice.call());
                Future<SideBySide.Slice> first = threads.submit(slice);
                Future<SideBySide.Slice> second = threads.submit(slice);
                double two = perSecond(first.get()) + perSecond(second.get());
                if (round >= 0) {
                    alone[round] = one;
                    ratios[round] = two / one;
                }
            }
            Arrays.sort(alone);
            Arrays.sort(ratios);
            System.out.println("| one flow, elements/s | two flows, times as many (median, least, most) |");
            System.out.println("|---:|---:|");
            System.out.printf(
                    Locale.ROOT,
                    "| %.0f | %.2f (%.2f, %.2f) |%n",
                    alone[ROUNDS / 2],
                    ratios[ROUNDS / 2],
                    ratios[0],
                    ratios[ROUNDS - 1]);
        }
    }

    private static double perSecond(SideBySide.Slice slice) {
        return slice.elements() * 1e9 / slice.nanos();
    }
}
