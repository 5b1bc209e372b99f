package io.torvyn.benchmarks;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntFunction;

/** The same work in plain Java, without any isolation: what the JVM can do at best. */
final class PlainFlows implements SideBySide.Variant {
    private static final int QUEUE_DEPTH = 64;
    private static final long LONG_BATCH_NANOS = 10_000_000;

    /** Three stages for one payload size. */
    interface Stages {
        /** Moves so many elements from source to sink, and returns when the sink has them all. */
        void move(long elements) throws InterruptedException;

        /** The sink's checksum over everything so far. */
        long sum();
    }

    /** Stages with their progress, since the checksum covers their whole life. */
    private static final class Progress {
        final Stages stages;
        final Work expected;
        long batch = 1;

        Progress(Stages stages, int payload) {
            this.stages = stages;
            this.expected = new Work(payload);
        }
    }

    private final IntFunction<Stages> kind;
    private final Map<Integer, Progress> open = new HashMap<>();

    PlainFlows(IntFunction<Stages> kind) {
        this.kind = kind;
    }

    @Override
    public SideBySide.Slice run(int payload, long millis) throws InterruptedException {
        Progress progress = open.computeIfAbsent(payload, size -> new Progress(kind.apply(size), size));
        long moved = 0;
        SideBySide.Reading start = SideBySide.Reading.now();
        long limit = start.nanos() + millis * 1_000_000;
        long now = start.nanos();
        while (now < limit) {
            progress.stages.move(progress.batch);
            moved += progress.batch;
            long before = now;
            now = System.nanoTime();
            if (now - before < LONG_BATCH_NANOS) {
                progress.batch *= 2;
            }
        }
        SideBySide.Slice slice = SideBySide.Reading.now().since(start, moved);
        for (long i = 0; i < moved; i++) {
            progress.expected.stamp();
            progress.expected.push(progress.expected.pattern);
        }
        if (progress.stages.sum() != progress.expected.sum()) {
            throw new IllegalStateException("wrong checksum at " + payload + " bytes");
        }
        return slice;
    }

    /** Direct calls; a fresh array from the source, another one from the processor. */
    static Stages direct(int payload) {
        var work = new Work(payload);
        return new Stages() {
            @Override
            public void move(long elements) {
                for (long i = 0; i < elements; i++) {
                    work.push(work.pull().clone());
                }
            }

            @Override
            public long sum() {
                return work.sum();
            }
        };
    }

    /** Direct calls with every array used again, and the four copies that components cannot do without. */
    static Stages pooled(int payload) {
        var work = new Work(payload);
        byte[] first = new byte[payload];
        byte[] guest = new byte[payload];
        byte[] second = new byte[payload];
        return new Stages() {
            @Override
            public void move(long elements) {
                for (long i = 0; i < elements; i++) {
                    work.stamp();
                    System.arraycopy(work.pattern, 0, first, 0, payload);
                    System.arraycopy(first, 0, guest, 0, payload);
                    System.arraycopy(guest, 0, second, 0, payload);
                    System.arraycopy(second, 0, guest, 0, payload);
                    work.push(guest);
                }
            }

            @Override
            public long sum() {
                return work.sum();
            }
        };
    }

    /** A virtual thread for each stage, joined by bounded queues. */
    static Stages queues(int payload) {
        var source = new Work(payload);
        var sink = new Work(payload);
        return new Stages() {
            @Override
            public void move(long elements) throws InterruptedException {
                BlockingQueue<byte[]> pulled = new ArrayBlockingQueue<>(QUEUE_DEPTH);
                BlockingQueue<byte[]> processed = new ArrayBlockingQueue<>(QUEUE_DEPTH);
                Thread[] threads = {
                    repeat(elements, () -> pulled.put(source.pull())),
                    repeat(elements, () -> processed.put(pulled.take().clone())),
                    repeat(elements, () -> sink.push(processed.take()))
                };
                for (Thread thread : threads) {
                    thread.join();
                }
            }

            @Override
            public long sum() {
                return sink.sum();
            }
        };
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static Thread repeat(long times, Step step) {
        return Thread.startVirtualThread(() -> {
            try {
                for (long i = 0; i < times; i++) {
                    step.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
