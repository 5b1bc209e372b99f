package io.torvyn.wasi;

import io.torvyn.component.TrapException;
import java.util.ArrayList;
import java.util.List;

/** Things to wait for, and the waiting: wasi:io/poll. */
final class Pollables {
    /** Something that is always ready. */
    record Ready() implements Waitable {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void watch(Waker waker) {}

        @Override
        public void unwatch(Waker waker) {}
    }

    /** @param due of {@link System#nanoTime()} */
    record Timer(long due) implements Waitable {
        /**
         * @param start of {@link System#nanoTime()}
         * @param duration unsigned; what a long cannot hold is longer than anybody waits
         */
        static Timer after(long start, long duration) {
            return new Timer(start + (duration < 0 ? Long.MAX_VALUE : duration));
        }

        @Override
        public boolean ready() {
            return nanosLeft() <= 0;
        }

        @Override
        public long nanosLeft() {
            return due - System.nanoTime();
        }

        @Override
        public void watch(Waker waker) {}

        @Override
        public void unwatch(Waker waker) {}
    }

    /** {@code poll}: waits for at least one, and gives the places of those that are ready. */
    static List<Integer> poll(List<Poll.Pollable> wanted) {
        if (wanted.isEmpty()) {
            throw new TrapException("it polled an empty list");
        }
        List<Integer> ready = ready(wanted);
        if (ready.isEmpty()) {
            await(wanted.stream().map(Pollables::waitable).toList());
            ready = ready(wanted);
        }
        return ready;
    }

    private static List<Integer> ready(List<Poll.Pollable> wanted) {
        List<Integer> ready = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i).ready()) {
                ready.add(i);
            }
        }
        return ready;
    }

    private static Waitable waitable(Poll.Pollable pollable) {
        if (pollable instanceof Waitable waitable) {
            return waitable;
        }
        throw new IllegalArgumentException("not a pollable of this host: " + pollable);
    }

    /**
     * Parks the thread until one of them is ready.
     *
     * @throws io.torvyn.component.CallInterruptedException when the call under way has to end
     */
    static void await(List<Waitable> wanted) {
        var waker = new Waker();
        try {
            while (true) {
                long nanos = Long.MAX_VALUE;
                for (Waitable each : wanted) {
                    each.watch(waker);
                    if (each.ready()) {
                        return;
                    }
                    nanos = Math.min(nanos, each.nanosLeft());
                }
                waker.park(nanos);
            }
        } finally {
            wanted.forEach(each -> each.unwatch(waker));
        }
    }

    private Pollables() {}
}
