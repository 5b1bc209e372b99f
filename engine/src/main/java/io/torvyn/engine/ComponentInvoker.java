package io.torvyn.engine;

import io.torvyn.streaming.Types.BackpressureSignal;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ProcessError;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a flow, as its driver calls it: a component's instance, or native Java.
 *
 * <p>Entered by the driver's thread only, one call at a time, or by a thread that works for the driver, with an order between
 * their calls; {@link #timingOut} and {@link #cancelling} alone may come from any other thread. Engine failures are thrown as {@link io.torvyn.component.EngineException}, after which the stage is finished; what a
 * guest answers as an error is a value, {@link Outcome#ERROR}.
 *
 * <p>A payload that goes in is lent for the call and stays the driver's. A payload that comes out belongs to the
 * driver, in state {@code TRANSIT}.
 */
public interface ComponentInvoker {
    /** What a call brought. */
    enum Outcome {
        /** An element came out. */
        EMITTED,
        /** None did: a source has ended, a processor, filter or router has dropped its input, an aggregator has kept it. */
        NOTHING,
        /** The very element that went in goes on: a filter let it pass, a router has said where to. */
        PASSED,
        /** A router named a port that it does not have: {@link Route#unknown()}. */
        UNKNOWN_PORT,
        /** A sink took the element and wants more. */
        READY,
        /** A sink took the element and wants no more for now. */
        PAUSE,
        /** The stage answered an error: {@link #lastError()}. */
        ERROR
    }

    ComponentId id();

    /** {@code source.pull}: {@link Outcome#EMITTED}, {@link Outcome#NOTHING} or {@link Outcome#ERROR}. */
    Outcome pull(Element out);

    /** {@code source.notify-backpressure}. */
    void notifyBackpressure(BackpressureSignal signal);

    /** {@code processor.process}: {@link Outcome#EMITTED}, {@link Outcome#NOTHING} or {@link Outcome#ERROR}. */
    Outcome process(Element in, Element out);

    /** {@code filter.evaluate}: {@link Outcome#PASSED}, {@link Outcome#NOTHING} or {@link Outcome#ERROR}. */
    Outcome evaluate(Element in);

    /**
     * {@code router.route}: {@link Outcome#PASSED}, {@link Outcome#NOTHING}, {@link Outcome#UNKNOWN_PORT} or {@link
     * Outcome#ERROR}.
     *
     * @param route where to; set by this call
     */
    Outcome route(Element in, Route route);

    /** {@code aggregator.ingest}: {@link Outcome#EMITTED}, {@link Outcome#NOTHING} or {@link Outcome#ERROR}. */
    Outcome ingest(Element in, Element out);

    /**
     * {@code aggregator.flush}: {@link Outcome#EMITTED}, {@link Outcome#NOTHING} or {@link Outcome#ERROR}.
     *
     * @param out what the aggregator still held is added to it, in order
     */
    Outcome flush(Collection<Element> out);

    /** {@code sink.push}: {@link Outcome#READY}, {@link Outcome#PAUSE} or {@link Outcome#ERROR}. */
    Outcome push(Element in);

    /** {@code lifecycle.init}; null when it went well or there is no such export. */
    @Nullable
    ProcessError init(String config);

    /** {@code sink.complete}; null when it went well. */
    @Nullable
    ProcessError complete();

    /** {@code lifecycle.teardown}, where there is such an export. */
    void teardown();

    /**
     * The error behind the last {@link Outcome#ERROR}.
     *
     * @throws IllegalStateException when there was none
     */
    ProcessError lastError();

    /**
     * Says what the interruption that follows means: the call under way has taken longer than {@code limit}. Comes from
     * a watchdog's thread.
     */
    void timingOut(Duration limit);

    /** Says that an interruption follows because the flow has to end. Comes from another thread. */
    void cancelling();

    /** Bytes of linear memory that the stage holds; 0 for native ones. */
    long memoryBytes();

    /** Units of fuel that the stage has taken so far; 0 for those that are not limited. */
    default long fuelConsumed() {
        return 0;
    }

    /** Gives back whatever the stage still holds. Safe to call twice. */
    void close();
}
