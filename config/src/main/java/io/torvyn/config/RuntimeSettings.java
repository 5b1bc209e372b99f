package io.torvyn.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The {@code [runtime]} tables.
 *
 * @param workerThreads 0: one per processor
 * @param maxMemoryPerComponent linear memory, in bytes
 * @param fuelPerInvocation 0: without limit
 * @param maxTableElements of each table of a component
 * @param maxCallDepth calls of a component's recursive functions that are nested within each other
 * @param strategy how components are compiled
 * @param cacheMaxSize what the user's cache of compiled code may take, in bytes
 * @param compilationCache where compiled code is kept; empty: the user's own cache
 * @param scheduling for flows that say nothing else
 * @param defaultPriority of a node, from 1 (low) to 10 (high)
 * @param queue for flows that say nothing else
 */
public record RuntimeSettings(
        int workerThreads,
        long maxMemoryPerComponent,
        long fuelPerInvocation,
        int maxTableElements,
        int maxCallDepth,
        CompilationStrategy strategy,
        long cacheMaxSize,
        Optional<String> compilationCache,
        Duration initTimeout,
        Duration teardownTimeout,
        Duration shutdownTimeout,
        SchedulingKind scheduling,
        int defaultPriority,
        QueueSettings queue,
        Pools pools) {
    /**
     * The {@code [runtime.pools]} table: buffers kept of each size.
     *
     * @param small of 256 bytes
     * @param medium of 4 KiB
     * @param large of 64 KiB
     * @param huge of 1 MiB, made on demand
     */
    public record Pools(int small, int medium, int large, int huge, Exhaustion exhaustion) {}

    /** What happens when a pool has no buffer left. */
    public enum Exhaustion {
        FALLBACK_ALLOC,
        ERROR
    }
}
