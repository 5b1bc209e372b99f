package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import java.util.Objects;

/** What can be interpreted can be compiled, kept and loaded again, and has the same imports and exports then. */
public final class CompilerFuzz {
    private static final CoreEngine ENGINE = new EndiveEngine();

    private CompilerFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        CoreModule interpreted;
        try {
            interpreted = ENGINE.compile(input, Strategy.BASELINE);
        } catch (CoreModuleException _) {
            return;
        }
        CoreModule compiled = ENGINE.compile(input, Strategy.OPTIMIZED);
        byte[] kept = Objects.requireNonNull(compiled.serialize());
        CoreModule loaded = ENGINE.deserialize(input, kept, Strategy.OPTIMIZED);
        if (!loaded.imports().equals(interpreted.imports()) || !loaded.exports().equals(interpreted.exports())) {
            throw new AssertionError("imports or exports have changed");
        }
    }
}
