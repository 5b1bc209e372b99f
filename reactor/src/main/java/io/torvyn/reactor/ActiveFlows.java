package io.torvyn.reactor;

import java.util.concurrent.atomic.AtomicInteger;

/** How many flows want a processor at the moment: when there is one for each, nobody has to give way. */
final class ActiveFlows {
    private static final int PROCESSORS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

    private final AtomicInteger active = new AtomicInteger();

    void enter() {
        active.incrementAndGet();
    }

    void leave() {
        active.decrementAndGet();
    }

    boolean areMoreThanProcessors() {
        return active.get() > PROCESSORS;
    }
}
