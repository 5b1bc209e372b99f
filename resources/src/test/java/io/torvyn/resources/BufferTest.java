package io.torvyn.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.types.ComponentId;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the moves of a buffer mean, and what is said of those that are refused; all of them: OwnershipTableTest. */
class BufferTest {
    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final FlowResources flow = Flows.open(resources);
    private final BufferOwner upper = Flows.component(flow);
    private final BufferOwner other = flow.owner(new ComponentId(4), "other");
    private final Buffer buffer = upper.acquire(10);

    private static void refusedWith(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(TorvynException.class, e -> assertThat(
                        e.failure().code())
                .isEqualTo(code));
    }

    @Test
    void releaseByAnotherComponentIsRefused() {
        assertThatThrownBy(() -> buffer.release(other))
                .hasMessage("[E0301] buffer-0:g1 belongs to component-3 ('upper'), not to component-4 ('other'). "
                        + "Only the owner may move, free or write a buffer.");
        refusedWith(ErrorCode.NOT_OWNER, () -> buffer.beginTransfer(other));
    }

    @Test
    void aLentBufferIsNeitherMovedNorFreed() {
        buffer.borrowStart();
        buffer.borrowStart();
        refusedWith(ErrorCode.BORROWS_OUTSTANDING, buffer::release);
        buffer.borrowEnd();
        refusedWith(ErrorCode.BORROWS_OUTSTANDING, () -> buffer.beginTransfer(upper));
        buffer.borrowEnd();
        buffer.release();
        refusedWith(ErrorCode.NOT_ALLOCATED, buffer::release);
    }

    @Test
    void aWriteLeaseExcludesEverybody() {
        buffer.leaseStart(Lease.WRITE);
        refusedWith(ErrorCode.MUTABLE_LEASE_ACTIVE, () -> buffer.leaseStart(Lease.READ));
        refusedWith(ErrorCode.MUTABLE_LEASE_ACTIVE, buffer::borrowStart);
        refusedWith(ErrorCode.MUTABLE_LEASE_ACTIVE, buffer::release);
        buffer.append(new byte[] {1}, 0, 1); // the holder's
        buffer.leaseEnd();
        assertThat(buffer.state()).isEqualTo(ResourceState.OWNED);
    }

    @Test
    void readLeasesAreSharedAndExcludeAWriter() {
        buffer.leaseStart(Lease.READ);
        buffer.leaseStart(Lease.READ);
        refusedWith(ErrorCode.READ_ONLY_LEASES_ACTIVE, () -> buffer.leaseStart(Lease.WRITE));
        refusedWith(ErrorCode.READ_ONLY_LEASES_ACTIVE, () -> buffer.append(new byte[1], 0, 1));
        buffer.leaseEnd();
        refusedWith(ErrorCode.READ_ONLY_LEASES_ACTIVE, buffer::release);
        buffer.leaseEnd();
        buffer.release();
    }

    @Test
    void aSharedBufferGoesBackWithItsLastConsumer() {
        buffer.beginTransfer(upper);
        buffer.completeTransfer(flow.host());
        buffer.share(2);
        buffer.release();
        buffer.release();
        assertThat(buffer.state()).isEqualTo(ResourceState.OWNED);
        buffer.release();
        assertThat(buffer.state()).isEqualTo(ResourceState.POOLED);
    }

    @Test
    void generationGrowsWithEachLifeAndOldIdsAreStale() {
        assertThat(buffer.id()).hasToString("resource-0:g1");
        var first = buffer.id();
        assertThat(resources.table().get(first)).isSameAs(buffer);
        buffer.release();
        refusedWith(ErrorCode.NOT_ALLOCATED, () -> resources.table().get(first));
        Buffer again = upper.acquire(10);

        assertThat(again.id()).hasToString("resource-0:g2");
        refusedWith(ErrorCode.STALE_HANDLE, () -> resources.table().get(first));
        refusedWith(ErrorCode.STALE_HANDLE, () -> resources.table().get(new io.torvyn.types.ResourceId(99, 1)));
    }

    @Test
    void aFrozenBufferIsNotWritten() {
        buffer.beginTransfer(upper);
        buffer.completeTransfer(flow.host());
        refusedWith(ErrorCode.STALE_HANDLE, () -> buffer.append(new byte[1], 0, 1));
    }

    @Test
    void transferMovesTheCharge() {
        buffer.beginTransfer(upper);
        assertThat(upper.heldBytes()).isZero();
        buffer.completeTransfer(other);
        assertThat(other.heldBytes()).isEqualTo(256);
    }

    @Test
    void aTransferThatTheBudgetForbidsStaysInTransitAndChargesNobody() {
        BufferOwner poor = flow.owner(new ComponentId(8), "poor", 100, 10);
        buffer.beginTransfer(upper);
        refusedWith(ErrorCode.BUDGET_EXCEEDED, () -> buffer.completeTransfer(poor));
        assertThat(poor.heldBytes()).isZero();
        assertThat(buffer.state()).isEqualTo(ResourceState.TRANSIT);
        buffer.completeTransfer(flow.host());
        buffer.release();
    }
}
