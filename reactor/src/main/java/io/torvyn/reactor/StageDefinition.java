package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.resources.BufferOwner;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Defaults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One stage of a flow to be.
 *
 * @param name of its node
 * @param invoker belongs to the flow from now on, which also closes it
 * @param owner what the stage's buffers are charged to
 * @param config handed to {@code init}
 * @param invocationTimeout what one call may take; zero for no limit
 * @param priority 1 (low) to 10 (high): its weight among the stages of the flow
 * @param restart of a component; empty: when it is finished, so is the flow
 * @param demand what its outputs have to be able to take
 * @param parallel called on threads of its own, one for each instance. Every account is one {@linkplain
 *     io.torvyn.resources.FlowResources#ownerElsewhere of such a thread} then. Of components only
 * @param others further instances of a processor that remembers nothing
 */
public record StageDefinition(
        String name,
        ComponentRole role,
        ComponentInvoker invoker,
        BufferOwner owner,
        String config,
        Duration invocationTimeout,
        ErrorPolicy errorPolicy,
        int priority,
        Optional<Restart> restart,
        Demand demand,
        boolean parallel,
        List<Instance> others) {
    /**
     * An instance of a stage's component.
     *
     * @param invoker belongs to the flow from now on, which also closes it
     * @param owner what its buffers are charged to
     */
    public record Instance(ComponentInvoker invoker, BufferOwner owner) {}

    public static final int DEFAULT_PRIORITY = 5;

    public StageDefinition {
        if (priority < 1 || priority > 10) {
            throw new IllegalArgumentException("a stage's priority is between 1 and 10, not " + priority);
        }
        if (invocationTimeout.isNegative()) {
            throw new IllegalArgumentException("a time limit cannot be negative: " + invocationTimeout);
        }
        if (!others.isEmpty() && (!parallel || role != ComponentRole.PROCESSOR)) {
            throw new IllegalArgumentException("only a processor with threads of its own has several instances");
        }
        invocationTimeout = Deadline.bounded(invocationTimeout);
        others = List.copyOf(others);
    }

    /** A component with the default limit, error policy and priority. */
    public static StageDefinition of(
            String name, ComponentRole role, ComponentInvoker invoker, BufferOwner owner, String config) {
        return new StageDefinition(
                name,
                role,
                invoker,
                owner,
                config,
                Defaults.INVOCATION_TIMEOUT,
                new ErrorPolicy.FailFast(),
                DEFAULT_PRIORITY,
                Optional.empty(),
                Demand.MINIMUM,
                false,
                List.of());
    }

    public StageDefinition withErrorPolicy(ErrorPolicy policy) {
        return with(invocationTimeout, policy, priority, restart, demand);
    }

    public StageDefinition withInvocationTimeout(Duration timeout) {
        return with(timeout, errorPolicy, priority, restart, demand);
    }

    public StageDefinition withPriority(int newPriority) {
        return with(invocationTimeout, errorPolicy, newPriority, restart, demand);
    }

    public StageDefinition withRestart(Restart policy) {
        return with(invocationTimeout, errorPolicy, priority, Optional.of(policy), demand);
    }

    public StageDefinition withDemand(Demand other) {
        return with(invocationTimeout, errorPolicy, priority, restart, other);
    }

    private StageDefinition with(
            Duration newTimeout,
            ErrorPolicy newPolicy,
            int newPriority,
            Optional<Restart> newRestart,
            Demand newDemand) {
        return new StageDefinition(
                name,
                role,
                invoker,
                owner,
                config,
                newTimeout,
                newPolicy,
                newPriority,
                newRestart,
                newDemand,
                parallel,
                others);
    }

    /** Called on a thread of its own, and for each further instance on another; in the order of the elements all the same. */
    public StageDefinition inParallel(List<Instance> furtherInstances) {
        return new StageDefinition(
                name,
                role,
                invoker,
                owner,
                config,
                invocationTimeout,
                errorPolicy,
                priority,
                restart,
                demand,
                true,
                furtherInstances);
    }

    /** All its instances. */
    public List<Instance> instances() {
        return Stream.concat(Stream.of(new Instance(invoker, owner)), others.stream())
                .toList();
    }
}
