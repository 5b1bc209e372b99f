package io.torvyn.wasi;

import io.torvyn.component.CallInterruptedException;
import io.torvyn.component.TrapException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Things to wait for, and the waiting. */
final class Pollables {
    private static final long LONGEST_NAP_NANOS = 10_000_000;

    /** Something that is always ready. */
    record Ready() implements Poll.Pollable {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void block() {}
    }

    /** @param due of {@link System#nanoTime()} */
    record Timer(long due) implements Poll.Pollable {
        /**
         * @param start of {@link System#nanoTime()}
         * @param duration unsigned; what a long cannot hold is longer than anybody waits
         */
        static Timer after(long start, long duration) {
            return new Timer(start + (duration < 0 ? Long.MAX_VALUE : duration));
        }

        @Override
        public boolean ready() {
            return left() <= 0;
        }

        long left() {
            return due - System.nanoTime();
        }

        @Override
        public void block() {
            sleep(left());
        }
    }

    /** {@code poll}: waits for at least one, and gives the places of those that are ready. */
    static List<Integer> poll(List<Poll.Pollable> wanted) {
        if (wanted.isEmpty()) {
            throw new TrapException("it polled an empty list");
        }
        while (true) {
            List<Integer> ready = new ArrayList<>();
            for (int i = 0; i < wanted.size(); i++) {
                if (wanted.get(i).ready()) {
                    ready.add(i);
                }
            }
            if (!ready.isEmpty()) {
                return ready;
            }
            if (wanted.size() == 1) {
                wanted.getFirst().block();
            } else {
                sleep(nap(wanted));
            }
        }
    }

    private static long nap(List<Poll.Pollable> wanted) {
        long nap = LONGEST_NAP_NANOS;
        for (Poll.Pollable pollable : wanted) {
            if (pollable instanceof Timer timer) {
                nap = Math.min(nap, timer.left());
            }
        }
        return nap;
    }

    private static void sleep(long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            throw new CallInterruptedException();
        }
    }

    private Pollables() {}
}
