package io.torvyn.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * One peer of {@code benchmarks/calls}: reads {@code <generated|floor> <call> <millis>} line by line, makes calls for
 * about that long and answers the nanoseconds of one, and the bytes it allocated on the heap.
 */
public final class CallPeer {
    private static final int BATCH = 64;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private CallPeer() {}

    public static void main(String[] arguments) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Map<String, Call.Work> works = new HashMap<>();
        try (var guest = new CallGuest()) {
            var bare = new BareCalls();
            for (Call call : Call.values()) {
                works.put("generated " + call.id(), call.generated(guest.calls));
                works.put("floor " + call.id(), call.floor(bare));
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int last = line.lastIndexOf(' ');
                Call.Work work = works.get(line.substring(0, last));
                if (work == null) {
                    throw new IllegalArgumentException("no such calls: " + line);
                }
                out.println(measure(work, Long.parseLong(line.substring(last + 1)) * 1_000_000));
            }
        }
    }

    private static String measure(Call.Work work, long nanos) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long calls = 0;
        long sum = 0;
        long now = start;
        while (now - start < nanos) {
            sum += work.run(BATCH);
            calls += BATCH;
            now = System.nanoTime();
        }
        if (sum == Long.MIN_VALUE) {
            throw new AssertionError("the results of the calls are used");
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        return (double) (now - start) / calls + " " + (double) allocated / calls;
    }
}
