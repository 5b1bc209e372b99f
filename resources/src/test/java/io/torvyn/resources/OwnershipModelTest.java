package io.torvyn.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.types.ComponentId;
import io.torvyn.types.CopyReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random owners do random things to random buffers, from a seed, beside a model that knows nothing but the rules. After each
 * step both agree: about what was refused, about every state, every budget, every handle, and the ledger.
 */
class OwnershipModelTest {
    private static final int STEPS = 5_000;
    private static final int HANDLES = 12;
    private static final long BUDGET = 3 * (64 << 10);

    private final Resources resources = new Resources(new PoolSizes(6, 4, 3, 1, PoolSizes.Exhaustion.FALLBACK_ALLOC));
    private final FlowResources flow = Flows.open(resources);
    private final List<Account> accounts = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private long copies;
    private long bytes;

    private static final class Account {
        final BufferOwner owner;
        long bytes;
        int handles;

        Account(BufferOwner owner) {
            this.owner = owner;
        }

        boolean mayHold(int capacity) {
            return handles < HANDLES && bytes + capacity <= BUDGET;
        }

        void take(int capacity) {
            bytes += capacity;
            handles++;
        }

        void give(int capacity) {
            bytes -= capacity;
            handles--;
        }
    }

    private static final class Held {
        final Buffer buffer;
        /** Null in transit. */
        @Nullable
        Account by;

        int borrows;
        int readers;
        boolean writer;
        boolean frozen;
        int length;

        Held(Buffer buffer, Account by) {
            this.buffer = buffer;
            this.by = by;
        }

        ResourceState state() {
            return by == null
                    ? ResourceState.TRANSIT
                    : borrows > 0
                            ? ResourceState.BORROWED
                            : readers > 0 || writer ? ResourceState.LEASED : ResourceState.OWNED;
        }

        boolean isFree() {
            return state() == ResourceState.OWNED;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theRulesHoldForEverySequence(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 3; i++) {
            accounts.add(new Account(flow.owner(new ComponentId(i + 1), "owner " + i, BUDGET, HANDLES)));
        }
        for (int step = 0; step < STEPS; step++) {
            step(random);
            if (step % 32 == 0) {
                agree("seed " + seed + ", step " + step);
            }
        }
        for (Account account : accounts) {
            long owned = held.stream().filter(one -> one.by == account).count();
            assertThat(account.owner.reclaim()).hasSize((int) owned);
            assertThat(account.owner.heldBytes()).isZero();
        }
        long inTransit = held.stream().filter(one -> one.by == null).count();
        assertThat(flow.release().reclaimed()).hasSize((int) inTransit);
        assertThat(resources.liveBuffers()).isZero();
        for (PoolTier tier : PoolTier.values()) {
            PoolStatistics pool = resources.pools().statistics(tier);
            assertThat(pool.available()).as("free in %s", tier).isEqualTo(pool.capacity());
            assertThat(pool.allocated()).as("taken from %s", tier).isEqualTo(pool.returned());
        }
    }

    private static boolean done(Runnable action) {
        try {
            action.run();
            return true;
        } catch (ResourceException e) {
            return false;
        }
    }

    private void step(Random random) {
        Account account = accounts.get(random.nextInt(accounts.size()));
        if (held.isEmpty() || random.nextInt(4) == 0) {
            acquire(account, List.of(0, 200, 300, 5_000, 70_000).get(random.nextInt(5)));
            return;
        }
        Held one = held.get(random.nextInt(held.size()));
        Buffer buffer = one.buffer;
        boolean expected;
        boolean actual;
        switch (random.nextInt(10)) {
            case 0 -> {
                expected = one.by != null && (one.isFree() || one.borrows > 0);
                actual = done(buffer::borrowStart);
                one.borrows += expected ? 1 : 0;
            }
            case 1 -> {
                expected = one.borrows > 0;
                actual = done(buffer::borrowEnd);
                one.borrows -= expected ? 1 : 0;
            }
            case 2 -> {
                expected = one.isFree() || one.readers > 0;
                actual = done(() -> buffer.leaseStart(Lease.READ));
                one.readers += expected ? 1 : 0;
            }
            case 3 -> {
                expected = one.isFree() && !one.frozen;
                actual = done(() -> buffer.leaseStart(Lease.WRITE));
                one.writer |= expected;
            }
            case 4 -> {
                expected = one.state() == ResourceState.LEASED;
                actual = done(buffer::leaseEnd);
                if (expected) {
                    one.writer = false;
                    one.readers = Math.max(0, one.readers - 1);
                }
            }
            case 5 -> {
                expected = one.isFree() && one.by == account;
                actual = done(() -> buffer.beginTransfer(account.owner));
                if (expected) {
                    account.give(buffer.capacity());
                    one.by = null;
                    one.frozen = true;
                }
            }
            case 6 -> {
                expected = one.by == null && account.mayHold(buffer.capacity());
                actual = done(() -> buffer.completeTransfer(account.owner));
                if (expected) {
                    account.take(buffer.capacity());
                    one.by = account;
                }
            }
            case 7 -> {
                expected = one.isFree() && one.by == account;
                actual = done(() -> buffer.release(account.owner));
                if (expected) {
                    account.give(buffer.capacity());
                    held.remove(one);
                }
            }
            case 8 -> {
                int count = random.nextInt(100);
                boolean mayWrite = !one.frozen && (one.isFree() || one.writer);
                expected = mayWrite && one.length + count <= buffer.capacity();
                actual = done(() -> buffer.append(new byte[count], 0, count));
                if (expected) {
                    one.length += count;
                    count(count);
                }
            }
            default -> {
                expected = true;
                actual = done(buffer::toArray);
                count(one.length);
            }
        }
        assertThat(actual).as("%s", buffer).isEqualTo(expected);
    }

    private void count(int length) {
        copies += length > 0 ? 1 : 0;
        bytes += length;
    }

    private void acquire(Account account, int size) {
        int capacity = size <= 256 ? 256 : size <= 4 << 10 ? 4 << 10 : size <= 64 << 10 ? 64 << 10 : 1 << 20;
        boolean expected = account.mayHold(capacity);
        boolean actual = done(() -> held.add(new Held(account.owner.acquire(size), account)));
        assertThat(actual).isEqualTo(expected);
        if (expected) {
            account.take(capacity);
        }
    }

    private void agree(String when) {
        for (Held one : held) {
            assertThat(one.buffer.state()).as(when).isEqualTo(one.state());
            assertThat(one.buffer.length()).as(when).isEqualTo(one.length);
        }
        for (Account account : accounts) {
            assertThat(account.owner.heldBytes()).as(when).isEqualTo(account.bytes);
        }
        assertThat(flow.liveBuffers()).as(when).isEqualTo(held.size());
        CopyLedger.Snapshot ledger = flow.ledger().snapshot();
        assertThat(ledger.copies()).as(when).isEqualTo(copies);
        assertThat(ledger.bytes()).as(when).isEqualTo(bytes);
        assertThat(ledger.copies(CopyReason.CROSS_COMPONENT) + ledger.copies(CopyReason.POOL_RETURN))
                .isZero();
    }
}
