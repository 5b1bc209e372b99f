package io.torvyn.host;

import io.torvyn.observability.FlowSnapshot;
import io.torvyn.reactor.Flow;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.FlowStatus;
import io.torvyn.reactor.ReactorFailure;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.TorvynException;
import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;

/**
 * A flow that an application has started, with the ends of it that are the application's. Safe for use by many threads.
 *
 * <p>Closing it has it end, waits for that, and has the host forget it. A stage in Java and a subscriber are called on the
 * flow's thread: they may cancel and close the flow, and must not wait for it.
 */
public final class RunningFlow implements AutoCloseable {
    private final TorvynHost host;
    private final Flow flow;
    private final Map<String, SubscriberSource> inputs;
    private final Map<String, PublisherSink> outputs;
    private final JavaStage.Thrown thrown;

    RunningFlow(TorvynHost host, Flow flow, FlowAssembly assembly) {
        this.host = host;
        this.flow = flow;
        this.inputs = Map.copyOf(assembly.inputs());
        this.outputs = Map.copyOf(assembly.outputs());
        this.thrown = assembly.thrown();
        outputs.forEach((node, sink) -> sink.whenCancelled(() -> flow.cancel(new CancellationReason.SinkClosed(node))));
        flow.ending().thenAccept(outcome -> {
            Throwable failure = failure(outcome).orElse(null);
            outputs.values().forEach(sink -> sink.ended(failure));
        });
    }

    public FlowId id() {
        return flow.id();
    }

    public String name() {
        return flow.name();
    }

    /** Its own span; {@link TraceContext#NONE} when it is not traced. */
    public TraceContext trace() {
        return flow.trace();
    }

    public FlowState state() {
        return flow.state();
    }

    /** Its counters, stages and streams at this moment. */
    public FlowStatus status() {
        return flow.status();
    }

    /**
     * Its metrics so far.
     *
     * @throws TorvynException E1020 when it has been closed
     */
    public FlowSnapshot metrics() {
        return host.metrics(id());
    }

    /**
     * What was found that is allowed, but probably not meant; what its components were denied so far at the end.
     *
     * @throws TorvynException E1020 when it has been closed
     */
    public List<Diagnostic> warnings() {
        return host.warnings(id());
    }

    /**
     * What feeds a source: subscribe it to a publisher, once. It asks for as many elements as the queue behind the source
     * holds, and for more as the flow takes them. The end of the publisher is the end of the source; its error fails the
     * flow, with its code when it has one, else with E0420. The subscription is cancelled when the flow ends first.
     *
     * @param node an {@linkplain FlowBuilder#input input} of the flow
     */
    public Subscriber<FlowElement> subscriber(String node) {
        return end(inputs, node, "input");
    }

    /**
     * What reads a sink: takes one subscriber, at any time. Nothing is pushed that it has not asked for, and while it asks
     * for nothing backpressure reaches the flow's sources. The subscriber is called on the flow's thread. It hears {@code
     * onComplete} when the flow has completed, and {@code onError} with a {@link TorvynException} when it failed or was
     * cancelled (E0425). When it cancels, the flow ends.
     *
     * @param node an {@linkplain FlowBuilder#output output} of the flow
     */
    public Publisher<FlowElement> publisher(String node) {
        return end(outputs, node, "output");
    }

    private <T> T end(Map<String, T> ends, String node, String what) {
        T end = ends.get(node);
        if (end == null) {
            throw new IllegalArgumentException("'" + node + "' is no " + what + " of flow '" + name() + "'; it has "
                    + (ends.isEmpty()
                            ? "none"
                            : String.join(", ", ends.keySet().stream().sorted().toList())));
        }
        return end;
    }

    /**
     * Completes when the flow has ended and given everything back, never with an exception. What depends on it runs on the
     * flow's thread unless it is told to run elsewhere.
     */
    public CompletionStage<FlowOutcome> ending() {
        return flow.ending();
    }

    /** Waits until the flow has ended and given everything back. */
    public FlowOutcome await() throws InterruptedException {
        mayWait();
        return flow.await();
    }

    /** The same for at most so long; empty when the flow has not ended by then. */
    public Optional<FlowOutcome> await(Duration atMost) throws InterruptedException {
        mayWait();
        return flow.await(atMost);
    }

    /**
     * Waits until the flow has completed.
     *
     * @throws TorvynException why it failed, or E0425 when it was cancelled
     */
    public FlowOutcome awaitCompletion() throws InterruptedException {
        FlowOutcome outcome = await();
        Optional<TorvynException> failure = failure(outcome);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return outcome;
    }

    private void mayWait() {
        if (flow.isCurrentThread()) {
            throw new IllegalStateException("flow '" + name() + "' cannot wait for its own end");
        }
    }

    private Optional<TorvynException> failure(FlowOutcome outcome) {
        return switch (outcome.state()) {
            case COMPLETED -> Optional.empty();
            case CANCELLED ->
                Optional.of(new TorvynException(new ReactorFailure.FlowCancelled(
                        name(),
                        outcome.reason() instanceof CancellationReason.OperatorRequest(var detail)
                                ? detail
                                : outcome.reason().toString())));
            case FAILED -> Optional.of(exception(outcome.failure().orElseThrow()));
            case CREATED, VALIDATED, INSTANTIATED, RUNNING, DRAINING ->
                throw new IllegalStateException(id() + " has ended in " + outcome.state());
        };
    }

    private TorvynException exception(Failure failure) {
        TorvynException own = thrown.behind(failure);
        if (own == null) {
            return new TorvynException(failure);
        }
        if (!own.failure().equals(failure)) {
            return new TorvynException(failure, own); // tried again as often as it may
        }
        Throwable cause = own.getCause();
        return failure instanceof HostFailure.JavaStageFailed && cause != null
                ? new TorvynException(failure, cause)
                : own;
    }

    /**
     * Asks the flow to end: its sources are closed, what is queued is finished within the drain timeout, also what
     * subscribers have not asked for yet. The first reason wins.
     *
     * @param why for people
     * @return whether this was the first
     */
    public boolean cancel(String why) {
        boolean first = flow.cancel(new CancellationReason.OperatorRequest(why));
        outputs.values().forEach(PublisherSink::abandonUnlessRead);
        return first;
    }

    /** Has it end at once: what subscribers have not asked for is discarded, and counted. */
    void stop(String why) {
        flow.cancel(new CancellationReason.OperatorRequest(why));
        outputs.values().forEach(PublisherSink::abandon);
    }

    /**
     * Elements that publishers have sent and the flow has not taken; when it has ended, those that it never will. They are
     * in no other figure of the flow's, since they have not come into it.
     */
    public int untaken() {
        return inputs.values().stream().mapToInt(SubscriberSource::untaken).sum();
    }

    /**
     * Has the flow end if it has not, waits for that, and has the host forget it. What subscribers have not asked for by
     * now is discarded. An interruption ends the waiting, and so does being called by the flow itself.
     */
    @Override
    public void close() {
        stop("it was closed");
        if (flow.isCurrentThread()) {
            forgetWhenEnded();
            return;
        }
        try {
            flow.await();
            host.forgetIfKnown(id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            forgetWhenEnded();
        }
    }

    private void forgetWhenEnded() {
        flow.ending().thenRun(() -> host.forgetIfKnown(id()));
    }
}
