package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import java.util.List;

/**
 * The {@code [capabilities]} tables: what a component of this project wants. Granting is another matter: see {@link
 * SecuritySettings}.
 *
 * @param required must be granted, or, with {@code used} false, must not even be imported
 * @param optional may be missing at run time
 * @param maxBufferSize the largest single buffer wanted, in bytes
 * @param maxMemory the linear memory wanted, in bytes
 * @param bufferPool the name of the pool wanted
 */
public record CapabilitySettings(
        List<Declaration> required, List<Declaration> optional, long maxBufferSize, long maxMemory, String bufferPool) {
    /**
     * One line of such a table.
     *
     * @param name a short name or a canonical capability, not yet parsed
     * @param used the value that stands behind it
     */
    public record Declaration(String name, boolean used, Diagnostic.Location position) {}
}
