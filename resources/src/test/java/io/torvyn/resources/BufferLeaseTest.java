package io.torvyn.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.types.ComponentId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever the holder of a lease does, the host gets the buffer back. */
class BufferLeaseTest {
    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final FlowResources flow = Flows.open(resources);
    private final BufferOwner owner = flow.owner(new ComponentId(1), "owner");
    private final BufferOwner reader = flow.owner(new ComponentId(2), "reader");
    private final BufferOwner other = flow.owner(new ComponentId(3), "other");
    private final Buffer buffer = owner.acquire(10);

    @AfterEach
    void nothingIsLeft() {
        flow.close();
        assertThat(resources.liveBuffers()).isZero();
    }

    private static void hasEnded(BufferLease lease) {
        assertThat(lease.isActive()).isFalse();
        assertThatThrownBy(lease::buffer).hasMessageStartingWith("[E0300] ").hasMessageContaining("has ended");
    }

    @Test
    void readersShareAndTheLastOneGivesTheBufferBack() {
        BufferLease first = reader.lease(buffer, Lease.READ, Long.MAX_VALUE);
        BufferLease second = other.lease(buffer, Lease.READ, Long.MAX_VALUE);
        assertThatThrownBy(() -> owner.lease(buffer, Lease.WRITE, Long.MAX_VALUE))
                .hasMessageStartingWith("[E0305]");
        first.close();
        hasEnded(first);
        assertThat(second.buffer()).isSameAs(buffer);
        second.close();
        second.close();
        assertThat(buffer.state()).isEqualTo(ResourceState.OWNED);
        buffer.release(owner);
    }

    @Test
    void aWriterIsAlone() {
        try (BufferLease lease = reader.lease(buffer, Lease.WRITE, Long.MAX_VALUE)) {
            assertThatThrownBy(() -> other.lease(buffer, Lease.READ, Long.MAX_VALUE))
                    .hasMessageStartingWith("[E0304]");
            lease.buffer().append(new byte[] {1, 2}, 0, 2);
            assertThat(lease.kind()).isEqualTo(Lease.WRITE);
        }
        assertThat(buffer.length()).isEqualTo(2);
        buffer.release(owner);
    }

    @Test
    void theDeadlineTakesItBack() {
        BufferLease early = reader.lease(buffer, Lease.READ, 1_000);
        BufferLease late = reader.lease(buffer, Lease.READ, 2_000);
        flow.endLeases(999);
        assertThat(early.isActive()).isTrue();
        flow.endLeases(1_000);
        hasEnded(early);
        assertThat(late.isActive()).isTrue();
        flow.endLeases(5_000);
        hasEnded(late);
        buffer.release(owner);
    }

    @Test
    void theEndOfTheHolderTakesItBack() {
        BufferLease lease = reader.lease(buffer, Lease.WRITE, Long.MAX_VALUE);
        BufferLease another = other.lease(other.acquire(1), Lease.READ, Long.MAX_VALUE);
        reader.reclaim();
        hasEnded(lease);
        assertThat(another.isActive()).isTrue();
        buffer.release(owner);
    }

    @Test
    void theEndOfTheOwnerEndsTheLeaseToo() {
        BufferLease lease = reader.lease(buffer, Lease.READ, Long.MAX_VALUE);
        assertThat(owner.reclaim()).hasSize(1);
        hasEnded(lease);
        lease.close();
        assertThat(buffer.state()).isEqualTo(ResourceState.FREED);
    }

    @Test
    void theEndOfTheFlowTakesItBackAndReportsTheBuffer() {
        BufferLease lease = reader.lease(buffer, Lease.READ, Long.MAX_VALUE);
        FlowReleaseReport report = flow.release();
        hasEnded(lease);
        assertThat(report.reclaimed()).hasSize(1);
    }

    @Test
    void aLeaseSaysNothingOfALaterLifeOfItsBuffer() {
        BufferLease lease = reader.lease(buffer, Lease.READ, Long.MAX_VALUE);
        lease.close();
        buffer.release(owner);
        Buffer again = owner.acquire(10);
        assertThat(again).isSameAs(buffer);
        BufferLease later = other.lease(again, Lease.READ, Long.MAX_VALUE);
        lease.close();
        hasEnded(lease);
        assertThat(later.isActive()).isTrue();
    }
}
