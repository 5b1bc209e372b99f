package io.torvyn.reactor;

import io.torvyn.types.CancellationReason;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A flow that has been created, as seen from outside. Safe for use by many threads. */
public final class Flow {
    private final FlowDriver driver;

    Flow(FlowDriver driver) {
        this.driver = driver;
    }

    public FlowId id() {
        return driver.definition().id();
    }

    public String name() {
        return driver.definition().name();
    }

    /** Its own span; {@link TraceContext#NONE} when it is not traced. */
    public TraceContext trace() {
        return driver.definition().trace();
    }

    public FlowState state() {
        return driver.state();
    }

    public FlowStatus status() {
        return driver.status();
    }

    /**
     * Asks the flow to end: its sources are closed, what is queued is finished within the drain timeout. The first
     * reason wins.
     *
     * @return whether this was the first
     */
    public boolean cancel(CancellationReason reason) {
        return driver.cancel(reason);
    }

    /** How long it goes on from now on before it lets other flows have the processor. */
    public void priority(FlowPriority priority) {
        driver.priority(priority);
    }

    /**
     * Waits until every stage is initialised.
     *
     * @return false when the flow ended before that; {@link #await} says why
     */
    public boolean awaitStart() throws InterruptedException {
        try {
            return driver.started().get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** Waits until the flow has ended and given everything back. */
    public FlowOutcome await() throws InterruptedException {
        try {
            return driver.outcome().get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** The same for at most so long; empty when the flow has not ended by then. */
    public Optional<FlowOutcome> await(Duration atMost) throws InterruptedException {
        try {
            return Optional.of(driver.outcome().get(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /**
     * Completes when the flow has ended and given everything back, never with an exception. What depends on it runs on the
     * flow's thread unless it is told to run elsewhere, and is not to wait there.
     */
    public CompletionStage<FlowOutcome> ending() {
        return driver.outcome().minimalCompletionStage();
    }

    /** Whether the caller is the flow itself: native stages and their callbacks, which must not wait for its end. */
    public boolean isCurrentThread() {
        return driver.isCurrentThread();
    }

    /** How it ended; empty while it has not. */
    public Optional<FlowOutcome> outcome() {
        return Optional.ofNullable(driver.outcome().getNow(null));
    }

    /** What was thrown, when the flow ended because of a defect of Torvyn; for bug reports. */
    public Optional<Throwable> defect() {
        return driver.defect();
    }

    FlowDriver driver() {
        return driver;
    }
}
