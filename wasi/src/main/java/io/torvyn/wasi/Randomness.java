package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.TrapException;
import java.util.concurrent.ThreadLocalRandom;

/** Random bytes that nobody can foresee. */
final class Randomness implements Random {
    private static final long MOST_AT_ONCE = 16 << 20;

    private final RandomStock stock = new RandomStock();
    private final Runnable used;

    /** @param used called whenever the guest asks for some */
    Randomness(Runnable used) {
        this.used = used;
    }

    @Override
    public ByteSource getRandomBytes(long length) {
        used.run();
        return stock.next(size(length));
    }

    @Override
    public long getRandomU64() {
        used.run();
        return stock.next();
    }

    private static int size(long length) {
        if (length < 0 || length > MOST_AT_ONCE) {
            throw new TrapException("it asked for " + Long.toUnsignedString(length) + " random bytes at once; at most "
                    + MOST_AT_ONCE + " are given");
        }
        return (int) length;
    }

    /** Random bytes for hash tables and the like. */
    static final class Weak implements Insecure, InsecureSeed {
        private final Runnable used;

        /** @param used called whenever the guest asks for some */
        Weak(Runnable used) {
            this.used = used;
        }

        @Override
        public ByteSource getInsecureRandomBytes(long length) {
            used.run();
            var bytes = new byte[size(length)];
            ThreadLocalRandom.current().nextBytes(bytes);
            return ByteSource.of(bytes);
        }

        @Override
        public long getInsecureRandomU64() {
            used.run();
            return ThreadLocalRandom.current().nextLong();
        }

        @Override
        public Tuple2<Long, Long> insecureSeed() {
            return new Tuple2<>(getInsecureRandomU64(), getInsecureRandomU64());
        }
    }
}
