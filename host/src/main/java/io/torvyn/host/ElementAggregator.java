package io.torvyn.host;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregator in Java: makes elements of several others. What it makes is numbered from 0, and new. Each run of a flow has
 * its own; the flow's thread calls it, and waits for it.
 */
public interface ElementAggregator extends AutoCloseable {
    /**
     * Takes in an element, which it may keep.
     *
     * @return a result that is ready; null when none is
     * @throws Exception as in {@link ElementFunction#apply}
     */
    @Nullable
    FlowElement ingest(FlowElement element) throws Exception;

    /**
     * No element will follow: gives out what is left, in order. Called once, or again where the error policy is to retry.
     *
     * @throws Exception as in {@link ElementFunction#apply}, but that there is no element to give up
     */
    List<FlowElement> flush() throws Exception;

    /**
     * Its flow has ended, in whatever way, or could not be started. Called once, by the flow or by whoever starts it. What it
     * throws is only logged.
     */
    @Override
    default void close() {}
}
