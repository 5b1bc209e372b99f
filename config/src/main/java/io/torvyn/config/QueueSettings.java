package io.torvyn.config;

import io.torvyn.types.BackpressurePolicy;

/**
 * The queue behind an edge.
 *
 * @param depth elements it holds, at least 1
 * @param policy what happens when it is full
 * @param lowWatermarkRatio a queue that was full is open again at this share of its depth; from 0, less than 1
 */
public record QueueSettings(int depth, BackpressurePolicy policy, double lowWatermarkRatio) {}
