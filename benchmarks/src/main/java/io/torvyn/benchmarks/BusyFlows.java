package io.torvyn.benchmarks;

import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Claim: two flows on two cores move within a tenth of twice what one moves. One flow of source, copy and sink, then two
 * of them in the same host, in turns, each time after they have come to their pace. Its argument is the folder of the
 * guests.
 */
public final class TwoFlows {
    private static final int PAYLOAD = 64;
    private static final int ROUNDS = 7;
    private static final long SETTLING_MILLIS = 1_000;
    private static final long SLICE_MILLIS = 1_000;

    private TwoFlows() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (var flows = new HostedFlows(Path.of(arguments[0]), ObservabilityLevel.PRODUCTION)) {
            double[] ratios = new double[ROUNDS];
            double[] alone = new double[ROUNDS];
            for (int round = -1; round < ROUNDS; round++) { // the first one warms up
                FlowId first = flows.start(PAYLOAD);
                double one = perSecond(flows, first);
                FlowId second = flows.start(PAYLOAD);
                double two = perSecond(flows, first, second);
                flows.end(first, PAYLOAD);
                flows.end(second, PAYLOAD);
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

    /** All of them together. */
    private static double perSecond(HostedFlows flows, FlowId... running) throws InterruptedException {
        Thread.sleep(SETTLING_MILLIS);
        long start = System.nanoTime();
        long before = elements(flows, running);
        Thread.sleep(SLICE_MILLIS);
        return (elements(flows, running) - before) * 1e9 / (System.nanoTime() - start);
    }

    private static long elements(HostedFlows flows, FlowId... running) {
        return Arrays.stream(running).mapToLong(flows::elements).sum();
    }
}
