/**
 * What is measured while flows run, where it is kept and how it is read.
 *
 * <p>Start with {@link io.torvyn.observability.Observability}, the door: it knows the running flows and the level. {@link
 * io.torvyn.observability.FlowMetrics} is the heart: the figures of one flow, written by its thread without locks and
 * read by others as a {@link io.torvyn.observability.FlowSnapshot}. Who counts is not here: flow drivers and copy
 * ledgers count, and publish.
 */
@NullMarked
package io.torvyn.observability;

import org.jspecify.annotations.NullMarked;
