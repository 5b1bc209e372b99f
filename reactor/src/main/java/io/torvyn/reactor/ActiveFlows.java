package io.torvyn.reactor;

import java.util.concurrent.atomic.AtomicInteger;

/** How many flows want a processor at the moment: when there is one for each, nobody has to give way. */
final class ActiveFlows {
    private static final int PROCESSORS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

    private final AtomicInteger active = new AtomicInteger();
    private volatile Runnable whenAnyIs = () -> {};

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

    boolean areAny() {
        return active.get() > 0;
    }

    boolean areMoreThanProcessors() {
        return active.get() > PROCESSORS;
    }
}
