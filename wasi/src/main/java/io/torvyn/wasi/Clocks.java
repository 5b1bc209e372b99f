package io.torvyn.wasi;

import java.time.Instant;

/** The clocks of the machine. */
final class Clocks implements WallClock {
    private final Runnable used;

    /** @param used called whenever the guest asks for the time */
    Clocks(Runnable used) {
        this.used = used;
    }

    @Override
    public Datetime now() {
        used.run();
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
        private final Runnable used;

        /** @param used called whenever the guest asks for the time, or waits for some */
        Monotonic(Runnable used) {
            this.used = used;
        }

        @Override
        public long now() {
            used.run();
            return System.nanoTime() - origin;
        }

        @Override
        public long resolution() {
            return 1;
        }

        @Override
        public Poll.Pollable subscribeInstant(long when) {
            used.run();
            return Pollables.Timer.after(origin, when);
        }

        @Override
        public Poll.Pollable subscribeDuration(long duration) {
            used.run();
            return Pollables.Timer.after(System.nanoTime(), duration);
        }
    }
}
