package io.torvyn.reactor;

/**
 * What became of the flows that were running at shutdown.
 *
 * @param timedOut flows that did not end in time and were left behind
 */
public record ShutdownReport(int completed, int cancelled, int failed, int timedOut) {}
