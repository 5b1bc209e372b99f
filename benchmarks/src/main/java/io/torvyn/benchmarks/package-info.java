/**
 * What Torvyn costs, beside what else could do the same work.
 *
 * <p>{@link io.torvyn.benchmarks.SideBySide} is the JVM's end of {@code benchmarks/side-by-side}: whole flows through
 * {@code TorvynHost}, and plain Java. The classes called {@code …Benchmark} are JMH's, one for each claim that the
 * design makes about a part. Nothing here is a test; but whatever moves bytes checks that they arrived.
 *
 * <p>Open {@link io.torvyn.benchmarks.SideBySide} first, then {@link io.torvyn.benchmarks.HostedFlows}.
 */
@NullMarked
package io.torvyn.benchmarks;

import org.jspecify.annotations.NullMarked;
