package io.torvyn.component;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreTrap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine for tests whose "core code" is Java: it runs no modules, but knows its own traps. */
final class TestEngine implements CoreEngine {
    /** What Java standing for core code throws. */
    static final class CoreTrapped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        private final CoreTrap trap;

        CoreTrapped(CoreTrap trap) {
            super(trap.detail());
            this.trap = trap;
        }

        CoreTrapped(CoreTrap.Kind kind) {
            this(new CoreTrap(kind, "", List.of()));
        }
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public String fingerprint() {
        return "test";
    }

    @Override
    public CoreModule compile(byte[] wasm, Strategy strategy) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CoreModule deserialize(byte[] wasm, byte[] compiled, Strategy strategy) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable CoreTrap trap(Throwable thrown) {
        return thrown instanceof CoreTrapped t ? t.trap : null;
    }
}
