package io.torvyn.benchmarks;

import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Claim: two flows on two cores move within a tenth of twice what one moves, and a thousand of them no less. Flows of
 * source, copy and sink in one host: one, two, then a thousand, in turns, each time after they have come to their pace;
 * with the time for starting one and the memory that each takes, queues full and all.
 *
 * <p>Its arguments are the folder of the guests and how many are many.
 */
public final class BusyFlows {
    private static final int PAYLOAD = 64;
    private static final int ROUNDS = 7;
    private static final long SETTLING_MILLIS = 1_000;
    private static final long SLICE_MILLIS = 1_000;

    private static final int ROUNDS_OF_MANY = 3;
    private static final int ELEMENTS_TO_SETTLE = 1_000;

    private final HostedFlows flows;
    private final List<FlowId> running = new ArrayList<>();
    /** In the last slice. */
    private double allocatedPerElement;

    private BusyFlows(HostedFlows flows) {
        this.flows = flows;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (var hosted = new HostedFlows(Path.of(arguments[0]), ObservabilityLevel.PRODUCTION)) {
            var flows = new BusyFlows(hosted);
            flows.start(1);
            flows.perSecond();
            flows.end(); // warm by now
            System.out.println("| flows | elements/s | times as many as one (median, least, most) | start of one, ms "
                    + "| resident for each, KiB | allocated B/element |");
            System.out.println("|---:|---:|---:|---:|---:|---:|");
            flows.compare(2, ROUNDS);
            flows.compare(Integer.parseInt(arguments[1]), ROUNDS_OF_MANY);
        }
    }

    /** Prints what so many flows are, beside one. */
    private void compare(int many, int rounds) throws IOException, InterruptedException {
        double[] perSecond = new double[rounds];
        double[] ratios = new double[rounds];
        double[] starts = new double[rounds];
        double[] allocated = new double[rounds];
        double resident = 0;
        for (int round = 0; round < rounds; round++) {
            start(1);
            double alone = perSecond();
            long before = ManyFlows.residentKiB();
            starts[round] = start(many) / (many - 1);
            perSecond[round] = perSecond();
            ratios[round] = perSecond[round] / alone;
            allocated[round] = allocatedPerElement;
            if (round == 0) { // later ones find the heap as large as they need it
                resident = (double) (ManyFlows.residentKiB() - before) / (many - 1);
            }
            end();
        }
        Arrays.sort(perSecond);
        Arrays.sort(ratios);
        Arrays.sort(starts);
        Arrays.sort(allocated);
        int middle = rounds / 2;
        System.out.printf(
                Locale.ROOT,
                "| %d | %.0f | %.2f (%.2f, %.2f) | %.2f | %.0f | %.0f |%n",
                many,
                perSecond[middle],
                ratios[middle],
                ratios[0],
                ratios[rounds - 1],
                starts[middle],
                resident,
                allocated[middle]);
    }

    /**
     * Starts flows until so many are running.
     *
     * @return milliseconds
     */
    private double start(int count) throws InterruptedException {
        long start = System.nanoTime();
        while (running.size() < count) {
            running.add(flows.start(PAYLOAD));
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private void end() throws InterruptedException {
        running.forEach(flows::endInOrder);
        for (FlowId flow : running) {
            flows.ended(flow, PAYLOAD);
        }
        running.clear();
    }

    /** All of them together, once each has passed on what its queues hold. */
    private double perSecond() throws InterruptedException {
        for (FlowId flow : running) {
            while (flows.elements(flow) < ELEMENTS_TO_SETTLE) {
                Thread.sleep(1);
            }
        }
        Thread.sleep(SETTLING_MILLIS);
        SideBySide.Reading start = SideBySide.Reading.now();
        long before = elements();
        long looking = SideBySide.Reading.now().allocatedBytes() - start.allocatedBytes();
        Thread.sleep(SLICE_MILLIS);
        SideBySide.Reading end = SideBySide.Reading.now();
        long moved = elements() - before;
        allocatedPerElement = (double) (end.allocatedBytes() - start.allocatedBytes() - looking) / moved;
        return moved * 1e9 / (end.nanos() - start.nanos());
    }

    private long elements() {
        return running.stream().mapToLong(flows::elements).sum();
    }
}
