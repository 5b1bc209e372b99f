package io.torvyn.reactor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many flows, and workers of theirs, want a processor at the moment: when there is one for each, nobody has to give way.
 */
final class ActiveFlows {
    private static final int PROCESSORS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

    private final int processors;
    private final AtomicInteger active = new AtomicInteger();
    /** What every flow that wants a processor has had at least, as far as is known: {@link ProcessorShare}. It only grows. */
    private final AtomicLong served = new AtomicLong();
    /** How often any flow has asked for its turn, and how often they had when {@link #served} was looked at. */
    private final AtomicLong asked = new AtomicLong();

    private volatile long askedThen;
    /** The least that any of those has had that have asked since. */
    private final AtomicLong least = new AtomicLong(Long.MAX_VALUE);

    /** Those among them that wait within a call, as far as the watchdog has seen. */
    private final AtomicInteger waiting = new AtomicInteger();

    private volatile Runnable whenAnyIs = () -> {};

    ActiveFlows() {
        this(PROCESSORS);
    }

    ActiveFlows(int processors) {
        this.processors = processors;
    }

    /** Has somebody told, on the flow's own thread, when the first of them begins. */
    void whenAnyIs(Runnable told) {
        whenAnyIs = told;
    }

    void enter() {
        if (active.incrementAndGet() == 1) {
            whenAnyIs.run();
        }
    }

    void leave() {
        active.decrementAndGet();
    }

    /** Time of processors by weight, in nanoseconds. */
    long served() {
        return served.get();
    }

    /** How often {@link #ask} has been called. */
    long asked() {
        return asked.get();
    }

    /**
     * A flow asks for its turn. Flows ask one after the other, so when as many have asked as there are, each has.
     *
     * @param used what it has had
     * @return what every flow has had at least
     */
    long ask(long used) {
        least.accumulateAndGet(used, Math::min);
        long now = asked.incrementAndGet();
        if (now - askedThen < wanting()) {
            return served.get();
        }
        askedThen = now;
        long floor = least.getAndSet(Long.MAX_VALUE);
        return floor == Long.MAX_VALUE ? served.get() : served.accumulateAndGet(floor, Math::max);
    }

    /** A flow waits within a call, or does no longer. */
    void waiting(boolean begins) {
        waiting.addAndGet(begins ? 1 : -1);
    }

    private int wanting() {
        return active.get() - waiting.get();
    }

    boolean areAny() {
        return active.get() > 0;
    }

    boolean areMoreThanProcessors() {
        return wanting() > processors;
    }
}
