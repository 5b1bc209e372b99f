package io.torvyn.reactor;

import io.torvyn.types.StreamId;
import java.time.Duration;

/**
 * What has gone through one queue.
 *
 * @param transferred elements that were put in
 * @param dropped elements that its policy or the flow's end discarded
 * @param depth elements in it now
 */
public record StreamReport(
        StreamId stream,
        String from,
        String to,
        int capacity,
        long transferred,
        long dropped,
        int depth,
        int peakDepth,
        boolean backpressure,
        long backpressureEvents,
        Duration backpressureTime) {}
