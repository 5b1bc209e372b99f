package io.torvyn.component;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends an instantiation whose start functions take too long: they are guest code like any other, and run before there is
 * a call that somebody could watch.
 */
final class StartWatch {
    private final Instance root;
    private final Optional<InstanceOptions.StartLimit> limit;
    private long nanosTaken;

    /** @param root what is being instantiated */
    StartWatch(Instance root, Optional<InstanceOptions.StartLimit> limit) {
        this.root = root;
        this.limit = limit;
    }

    /**
     * @param start runs a start function, which ends when its thread is interrupted
     * @throws EngineException E0811 when the limit has passed, also when {@code start} has ended just then
     */
    <T> T watched(Supplier<T> start) {
        return limit.isEmpty() ? heeding(start) : limited(start, limit.get());
    }

    private <T> T limited(Supplier<T> start, InstanceOptions.StartLimit limit) {
        Thread thread = Thread.currentThread();
        long begin = System.nanoTime();
        var end = new CompletableFuture<Void>()
                .orTimeout(Math.max(limit.time().toNanos() - nanosTaken, 1), TimeUnit.NANOSECONDS);
        CompletableFuture<Void> struck = end.whenComplete((_, late) -> {
            if (late != null) {
                root.timingOut(limit.time(), limit.setting());
                thread.interrupt();
            }
        });
        T result;
        try {
            result = heeding(start);
        } finally {
            nanosTaken += System.nanoTime() - begin;
            if (!end.complete(null)) {
                struck.handle((_, _) -> true).join();
                Thread.interrupted(); // it has come, and has had its effect or is told below
            }
        }
        if (end.isCompletedExceptionally()) {
            throw new CallInterruptedException();
        }
        return result;
    }

    /** Core code looks out for interruptions also before there is an instance that could be told to. */
    private <T> T heeding(Supplier<T> start) {
        root.heedInterruption();
        try {
            return start.get();
        } finally {
            root.ignoreInterruption();
        }
    }
}
