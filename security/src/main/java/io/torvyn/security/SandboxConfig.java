package io.torvyn.security;

import io.torvyn.types.Defaults;
import java.time.Duration;

/**
 * The walls around one component.
 *
 * @param component its name, as grants and messages call it
 * @param maxMemory linear memory, in bytes
 * @param fuel per call; 0: without limit
 * @param timeout for one call
 * @param bufferBudget bytes that its buffers may hold together
 * @param handleLimit live buffers
 */
public record SandboxConfig(
        String component,
        GrantedCapabilities capabilities,
        long maxMemory,
        long fuel,
        Duration timeout,
        long bufferBudget,
        int handleLimit) {
    /** The limits that hold where nobody says otherwise. */
    public static SandboxConfig of(String component, GrantedCapabilities capabilities) {
        return new SandboxConfig(
                component,
                capabilities,
                Defaults.MAX_MEMORY,
                0,
                Defaults.INVOCATION_TIMEOUT,
                Defaults.COMPONENT_BUFFER_BUDGET,
                Defaults.COMPONENT_HANDLE_LIMIT);
    }

    /** The same walls with other limits for its code. */
    public SandboxConfig withLimits(long newMaxMemory, long newFuel, Duration newTimeout) {
        return new SandboxConfig(component, capabilities, newMaxMemory, newFuel, newTimeout, bufferBudget, handleLimit);
    }
}
