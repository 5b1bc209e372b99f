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
        Duration busy,
        long memoryBytes) {}
