package io.torvyn.wasi;

import java.time.Instant;

/** The clocks of the machine. */
final class Clocks implements WallClock {
    @Override
    public Datetime now() {
        Instant now = Instant.now();
        return new Datetime(now.getEpochSecond(), now.getNano());
    }

    @Override
    public Datetime resolution() {
        return new Datetime(0, 1_000);
    }

    /** Counts from an arbitrary moment. */
    static final class Monotonic implements MonotonicClock {
        private final long origin = System.nanoTime();

        @Override
        public long now() {
            return System.nanoTime() - origin;
        }

        @Override
        public long resolution() {
            return 1;
        }

        @Override
        public Poll.Pollable subscribeInstant(long when) {
            return Pollables.Timer.after(origin, when);
        }

        @Override
        public Poll.Pollable subscribeDuration(long duration) {
            return Pollables.Timer.after(System.nanoTime(), duration);
        }
    }
}
