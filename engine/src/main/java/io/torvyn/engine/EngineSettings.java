package io.torvyn.engine;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.types.Defaults;

/**
 * How components are compiled and what their instances may take.
 *
 * @param strategy compiled, interpreted, or first the one and then the other
 * @param limits for each core instance of a component
 */
public record EngineSettings(CoreEngine.Strategy strategy, CoreLimits limits) {
    public static final EngineSettings DEFAULT = new EngineSettings(
            CoreEngine.Strategy.OPTIMIZED, new CoreLimits(Defaults.MAX_MEMORY, Defaults.MAX_TABLE_ELEMENTS));

    public EngineSettings withStrategy(CoreEngine.Strategy other) {
        return new EngineSettings(other, limits);
    }

    public EngineSettings withLimits(CoreLimits other) {
        return new EngineSettings(strategy, other);
    }
}
