package io.torvyn.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.types.ComponentId;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BufferPoolSetTest {
    private static PoolSizes tiny(PoolSizes.Exhaustion exhaustion) {
        return new PoolSizes(2, 2, 2, 1, exhaustion);
    }

    @Test
    void anEmptyPoolFallsBackToTheAllocatorAndCountsIt() {
        var resources = new Resources(tiny(PoolSizes.Exhaustion.FALLBACK_ALLOC));
        FlowResources flow = Flows.open(resources);
        var held = new ArrayList<Buffer>();
        for (int i = 0; i < 3; i++) {
            held.add(flow.host().acquire(100));
        }
        assertThat(held.get(2).capacity()).isEqualTo(256);
        held.forEach(Buffer::release);
        flow.close();

        PoolStatistics small = resources.pools().statistics(PoolTier.SMALL);
        assertThat(small).isEqualTo(new PoolStatistics(PoolTier.SMALL, 2, 2, 3, 3, 1, 1));
        assertThat(resources.liveBuffers()).isZero();
    }

    @Test
    void anEmptyPoolRefusesWhenToldTo() {
        FlowResources flow = Flows.open(new Resources(tiny(PoolSizes.Exhaustion.ERROR)));
        flow.host().acquire(1 << 20);
        assertThatThrownBy(() -> flow.host().acquire(1 << 20))
                .hasMessage("[E0310] All 1 buffers of the huge pool are in use; 1048576 bytes were asked for. "
                        + "Raise runtime.pools.huge_pool_size or set runtime.pools.exhaustion_policy to "
                        + "\"fallback-alloc\".");
    }

    @Test
    void refusedAllocationChargesNothing() {
        FlowResources flow = Flows.open(new Resources(tiny(PoolSizes.Exhaustion.ERROR)));
        BufferOwner upper = Flows.component(flow);
        upper.acquire(1 << 20);
        assertThatThrownBy(() -> upper.acquire(1 << 20)).isInstanceOf(ResourceException.class);
        assertThat(upper.heldBytes()).isEqualTo(1 << 20);
        assertThat(upper.heldBuffers()).isEqualTo(1);
        assertThat(flow.liveBuffers()).isEqualTo(1);
    }

    @Test
    void payloadsAreMadeOnDemandAndServeAgain() {
        var resources = new Resources(PoolSizes.DEFAULT);
        FlowResources first = Flows.open(resources);
        Buffer buffer = first.host().acquire(1 << 20);
        byte[] payload = buffer.array();
        buffer.release();
        first.close();

        assertThat(Flows.open(resources).host().acquire(1 << 20).array()).isSameAs(payload);
    }

    @Test
    void noByteOfAFlowReachesAnotherOne() {
        var resources = new Resources(new PoolSizes(1, 1, 1, 1, PoolSizes.Exhaustion.ERROR));
        byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
        FlowResources first = Flows.open(resources);
        Buffer buffer = first.host().acquire(10);
        buffer.append(secret, 0, secret.length);
        buffer.release();
        first.host().acquire(10).release(); // a shorter life on top of it
        first.close();

        byte[] payload = Flows.open(resources).host().acquire(10).array();
        assertThat(payload).isEqualTo(new byte[256]);
    }

    @Test
    void forcedReclaimClearsToo() {
        var resources = new Resources(new PoolSizes(1, 1, 1, 1, PoolSizes.Exhaustion.ERROR));
        FlowResources first = Flows.open(resources);
        first.host().acquire(10).append("secret".getBytes(StandardCharsets.UTF_8), 0, 6);
        first.close();

        assertThat(Flows.open(resources).host().acquire(10).array()).isEqualTo(new byte[256]);
    }

    @Test
    void aMagazineGivesBackWhatItDoesNotNeed() {
        var resources = new Resources(PoolSizes.DEFAULT);
        FlowResources flow = Flows.open(resources);
        var held = new ArrayList<Buffer>();
        for (int i = 0; i < 200; i++) {
            held.add(flow.host().acquire(1));
        }
        held.forEach(Buffer::release);
        flow.trim();
        PoolStatistics small = resources.pools().statistics(PoolTier.SMALL);
        assertThat(small.available()).isEqualTo(4096);
        assertThat(small.allocated()).isEqualTo(200);
    }

    /** With more flows than a pool has buffers for, each element would cost a new one otherwise. */
    @Test
    void aBusyFlowKeepsTheBuffersThatNoPoolHadForIt() {
        var resources = new Resources(tiny(PoolSizes.Exhaustion.FALLBACK_ALLOC));
        FlowResources flow = Flows.open(resources);
        List<Buffer> pooled = List.of(flow.host().acquire(1), flow.host().acquire(1));
        for (int i = 0; i < 10; i++) {
            flow.host().acquire(1).release();
        }
        assertThat(resources.pools().statistics(PoolTier.SMALL).fallbacks()).isEqualTo(1);

        flow.trim();
        flow.host().acquire(1).release();
        assertThat(resources.pools().statistics(PoolTier.SMALL).fallbacks()).isEqualTo(2);

        pooled.forEach(Buffer::release);
        flow.close();
        assertThat(resources.pools().statistics(PoolTier.SMALL).available()).isEqualTo(2);
    }

    /** E0310 means that the buffers are in use, not that another flow has them lying about. */
    @Test
    void aFlowKeepsNoMoreThanAQuarterOfASmallPoolToItself() {
        var resources = new Resources(new PoolSizes(8, 1, 1, 1, PoolSizes.Exhaustion.ERROR));
        FlowResources first = Flows.open(resources);
        var held = new ArrayList<Buffer>();
        for (int i = 0; i < 8; i++) {
            held.add(first.host().acquire(1));
        }
        held.forEach(Buffer::release);

        FlowResources second = resources.open(new FlowId(2), EventSink.NOOP);
        for (int i = 0; i < 6; i++) {
            second.host().acquire(1);
        }
        second.close();
        first.close();
        assertThat(resources.pools().statistics(PoolTier.SMALL).available()).isEqualTo(8);
    }

    /** Flows that end by force while others run: what they held serves again, once. Seeded, not timed. */
    @Test
    void whatIsTakenBackByForceServesAgainOnce() throws Exception {
        var resources = new Resources(new PoolSizes(40, 4, 1, 1, PoolSizes.Exhaustion.FALLBACK_ALLOC));
        try (var threads = Executors.newFixedThreadPool(4)) {
            var workers = new ArrayList<Callable<Integer>>();
            for (int i = 1; i <= 4; i++) {
                int seed = i;
                workers.add(() -> crash(resources, seed));
            }
            for (Future<Integer> wrong : threads.invokeAll(workers)) {
                assertThat(wrong.get()).isZero();
            }
        }
        assertThat(resources.liveBuffers()).isZero();
        assertThat(resources.pools().statistics(PoolTier.SMALL).available()).isEqualTo(40);
        assertThat(resources.pools().statistics(PoolTier.MEDIUM).available()).isEqualTo(4);
    }

    private static int crash(Resources resources, int mark) {
        var random = new Random(mark);
        int wrong = 0;
        for (int round = 0; round < 500; round++) {
            FlowResources flow = resources.open(new FlowId(mark * 10_000L + round), EventSink.NOOP);
            BufferOwner owner = flow.owner(new ComponentId(mark), "crashing");
            int count = random.nextInt(20);
            for (int i = 0; i < count; i++) {
                Buffer buffer = owner.acquire(random.nextInt(300));
                wrong += buffer.length();
                buffer.append(new byte[] {(byte) mark}, 0, 1);
                switch (random.nextInt(5)) {
                    case 0 -> buffer.borrowStart();
                    case 1 -> buffer.leaseStart(Lease.WRITE);
                    case 2 -> buffer.beginTransfer(owner);
                    default -> {}
                }
                wrong += resources.table().get(buffer.id()) == buffer ? 0 : 1;
            }
            int reclaimed = random.nextBoolean() ? owner.reclaim().size() : 0;
            wrong += reclaimed + flow.release().reclaimed().size() == count ? 0 : 1;
        }
        return wrong;
    }

    /** Many flows push and pop the same few buffers; no two may ever hold the same one. Seeded, not timed. */
    @Test
    void noBufferIsHandedOutTwice() throws Exception {
        var resources = new Resources(new PoolSizes(150, 1, 1, 1, PoolSizes.Exhaustion.FALLBACK_ALLOC));
        try (var threads = Executors.newFixedThreadPool(4)) {
            var flows = new ArrayList<Callable<Integer>>();
            for (int i = 1; i <= 4; i++) {
                int seed = i;
                flows.add(() -> churn(resources.open(new FlowId(seed), EventSink.NOOP), seed));
            }
            for (Future<Integer> mixedUp : threads.invokeAll(flows)) {
                assertThat(mixedUp.get()).isZero();
            }
        }
        assertThat(resources.liveBuffers()).isZero();
        assertThat(resources.pools().statistics(PoolTier.SMALL).available()).isEqualTo(150);
    }

    private static int churn(FlowResources flow, int mark) {
        var random = new Random(mark);
        var held = new ArrayList<Buffer>();
        int wrong = 0;
        for (int round = 0; round < 20_000; round++) {
            int wanted = random.nextInt(80);
            while (held.size() < wanted) {
                Buffer buffer = flow.host().acquire(1);
                buffer.append(new byte[] {(byte) mark}, 0, 1);
                held.add(buffer);
            }
            while (held.size() > wanted) {
                Buffer buffer = held.remove(random.nextInt(held.size()));
                wrong += Arrays.equals(buffer.toArray(), new byte[] {(byte) mark}) ? 0 : 1;
                buffer.release();
            }
            if (random.nextInt(10) == 0) {
                flow.trim();
            }
        }
        List.copyOf(held).forEach(Buffer::release);
        flow.close();
        return wrong;
    }
}
