package io.torvyn.reactor;

import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.Defaults;
import io.torvyn.types.StreamId;

/**
 * One edge of a flow to be: the queue between two stages.
 *
 * @param from the stage that produces
 * @param port where elements leave it; its name matters for routers, which have several
 * @param to the stage that consumes
 * @param capacity elements it holds at most
 * @param lowWatermarkRatio the share of the capacity at which a queue that was full lets the producer go on
 */
public record StreamDefinition(
        StreamId id,
        String from,
        String port,
        String to,
        int capacity,
        BackpressurePolicy policy,
        double lowWatermarkRatio) {
    /** The port of a stage that has only one. */
    public static final String OUTPUT = "output";

    public StreamDefinition {
        if (capacity < 1) {
            throw new IllegalArgumentException("a queue holds at least one element, not " + capacity);
        }
        if (!(lowWatermarkRatio >= 0 && lowWatermarkRatio < 1)) {
            throw new IllegalArgumentException("a low watermark ratio is in [0, 1), not " + lowWatermarkRatio);
        }
    }

    /** An edge from the usual port, with the default depth, watermark and policy. */
    public static StreamDefinition of(StreamId id, String from, String to) {
        return new StreamDefinition(
                id,
                from,
                OUTPUT,
                to,
                Defaults.QUEUE_DEPTH,
                new BackpressurePolicy.BlockProducer(),
                Defaults.LOW_WATERMARK_RATIO);
    }

    public StreamDefinition withPort(String other) {
        return new StreamDefinition(id, from, other, to, capacity, policy, lowWatermarkRatio);
    }

    public StreamDefinition withCapacity(int elements) {
        return new StreamDefinition(id, from, port, to, elements, policy, lowWatermarkRatio);
    }

    public StreamDefinition withPolicy(BackpressurePolicy other) {
        return new StreamDefinition(id, from, port, to, capacity, other, lowWatermarkRatio);
    }
}
