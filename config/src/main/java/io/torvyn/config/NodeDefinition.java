package io.torvyn.config;

import io.torvyn.types.ComponentRole;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import java.time.Duration;
import java.util.Optional;

/**
 * A {@code [flow.<name>.nodes.<node>]}: one stage. Where the node says nothing, the value is the flow's or the
 * runtime's.
 *
 * @param config text for {@code lifecycle.init}, the component's own included; empty: {@code init} gets an empty text
 * @param fuel per call; 0: without limit
 * @param maxMemory linear memory, in bytes
 * @param priority from 1 (low) to 10 (high)
 * @param timeout for one call
 * @param instances of one stateless processor, at least 1
 * @param position where the table begins
 * @param componentPosition where its {@code component} stands
 * @param interfacePosition where its {@code interface} stands
 */
public record NodeDefinition(
        String name,
        ComponentReference component,
        StageInterface stageInterface,
        Optional<String> config,
        long fuel,
        long maxMemory,
        int priority,
        Duration timeout,
        ErrorPolicy errorPolicy,
        Optional<RestartPolicy> restart,
        Parallelism parallelism,
        int instances,
        Diagnostic.Location position,
        Diagnostic.Location componentPosition,
        Diagnostic.Location interfacePosition) {
    /** A node of which nothing else is said: as the runtime has it. */
    public static NodeDefinition of(
            String name,
            ComponentReference component,
            StageInterface stageInterface,
            Optional<String> config,
            RuntimeSettings runtime,
            Diagnostic.Location position) {
        return new NodeDefinition(
                name,
                component,
                stageInterface,
                config,
                runtime.fuelPerInvocation(),
                runtime.maxMemoryPerComponent(),
                runtime.defaultPriority(),
                Defaults.INVOCATION_TIMEOUT,
                new ErrorPolicy.FailFast(),
                Optional.empty(),
                Parallelism.FLOW,
                1,
                position,
                position,
                position);
    }

    public ComponentRole role() {
        return stageInterface.role();
    }

    /** It is called on threads of its own: it says so, or has several instances, each of which has one. */
    public boolean isParallel() {
        return parallelism == Parallelism.STAGE || instances > 1;
    }

    /** The same node with another text for {@code init}. */
    public NodeDefinition withConfig(String text) {
        return with(component, Optional.of(text), timeout, errorPolicy);
    }

    /** The same node with something else behind it. */
    public NodeDefinition withComponent(ComponentReference other) {
        return with(other, config, timeout, errorPolicy);
    }

    /** The same node with another limit for one call. */
    public NodeDefinition withTimeout(Duration each) {
        return with(component, config, each, errorPolicy);
    }

    /** The same node, with something else to follow from its errors. */
    public NodeDefinition withErrorPolicy(ErrorPolicy policy) {
        return with(component, config, timeout, policy);
    }

    private NodeDefinition with(
            ComponentReference newComponent,
            Optional<String> newConfig,
            Duration newTimeout,
            ErrorPolicy newErrorPolicy) {
        return new NodeDefinition(
                name,
                newComponent,
                stageInterface,
                newConfig,
                fuel,
                maxMemory,
                priority,
                newTimeout,
                newErrorPolicy,
                restart,
                parallelism,
                instances,
                position,
                componentPosition,
                interfacePosition);
    }
}
