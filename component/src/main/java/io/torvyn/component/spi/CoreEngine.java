package io.torvyn.component.spi;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A core WebAssembly engine, found by {@link java.util.ServiceLoader}. Safe for use by many threads.
 */
public interface CoreEngine {
    /** How people call it, such as {@code endive}. */
    String name();

    /** Changes whenever compiled code made before can no longer be used: engine version, settings, format. */
    String fingerprint();

    /**
     * Decodes, validates and compiles a core module.
     *
     * @param wasm the module's bytes; not changed, not kept
     * @throws CoreModuleException when the bytes are no module that this engine can run
     */
    CoreModule compile(byte[] wasm, Strategy strategy);

    /**
     * A module from what {@link CoreModule#serialize()} gave earlier, under the same fingerprint and {@linkplain
     * Strategy#code() code} and for the same bytes.
     *
     * @param strategy what to call it by
     * @throws CoreModuleException when {@code compiled} is not usable
     */
    CoreModule deserialize(byte[] wasm, byte[] compiled, Strategy strategy);

    /**
     * What a throwable that came out of a call of {@link CoreFunction#handle()} means. The functions of its backtrace are
     * called by their names for as long as their module or an instance of it is reachable, and by their indices after.
     *
     * @return null when it is not the engine's, but came from a host function or is a defect
     */
    @Nullable
    CoreTrap trap(Throwable thrown);

    /**
     * The same engine, whose modules count what they execute. What one of the two has compiled is of no use to the
     * other, as their fingerprints say.
     *
     * @return empty when this engine cannot count
     */
    default Optional<CoreEngine> metered() {
        return Optional.empty();
    }

    /**
     * The functions of core code that an exception has gone through on its way from where it was made to the caller of
     * this method; not those that this method's caller was called by.
     *
     * @return innermost first
     */
    default List<String> backtrace(Throwable thrown) {
        return List.of();
    }

    /**
     * Fuel for the core instances of one component instance. It lasts for ever until it is refilled.
     *
     * @return null when this engine's modules do not count
     */
    default @Nullable CoreFuel fuel() {
        return null;
    }

    /**
     * A stack for the core instances of one component instance.
     *
     * @param maxCallDepth {@link CoreLimits#maxCallDepth}
     * @return null when this engine's modules do not count how deeply they are nested
     */
    default @Nullable CoreStack stack(int maxCallDepth) {
        return null;
    }

    /** How core code is made to run. */
    enum Strategy {
        /** Compiled before the first call. */
        OPTIMIZED,
        /** Interpreted: starts at once, runs slowly. */
        BASELINE,
        /**
         * Interpreted: starts at once, is compiled in the background, and compiled from then on. Nobody notices when it
         * changes, but for the time.
         */
        TIERED;

        /** Whose compiled code serves it as well: {@link #OPTIMIZED} for {@link #TIERED}, else itself. */
        public Strategy code() {
            return this == TIERED ? OPTIMIZED : this;
        }
    }
}
