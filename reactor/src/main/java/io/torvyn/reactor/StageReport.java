package io.torvyn.reactor;

import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import java.time.Duration;

/**
 * What one stage has done.
 *
 * @param invocations calls for elements
 * @param emitted elements that came out, once however many stages they went on to
 * @param dropped elements that it dropped by design; not those that an aggregator keeps
 * @param errors calls that ended in an error
 * @param skipped elements given up because of the error policy
 * @param deadLettered elements that failed in it and went on as dead letters
 * @param lost elements that took its component down with them, where a fresh instance went on
 * @param restarts fresh instances that took the place of finished ones
 * @param circuitOpenings how often it was left alone because it kept answering {@code unavailable}
 * @param busy time it was scheduled for, its bookkeeping included; measured in bursts
 * @param memoryBytes linear memory it held
 */
public record StageReport(
        ComponentId component,
        String name,
        ComponentRole role,
        long invocations,
        long emitted,
        long dropped,
        long errors,
        long skipped,
        long deadLettered,
        long lost,
        long restarts,
        long circuitOpenings,
        Duration busy,
        long memoryBytes) {}
