package io.torvyn.resources;

import static io.torvyn.resources.Flows.error;
import static io.torvyn.resources.Flows.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.streaming.Types.BufferError;
import io.torvyn.types.ComponentId;
import org.junit.jupiter.api.Test;

class BufferOwnerTest {
    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final FlowResources flow = Flows.open(resources);
    private final ArrayMemory memory = new ArrayMemory(4096);

    @Test
    void budgetIsChargedByCapacity() {
        BufferOwner poor = flow.owner(new ComponentId(2), "poor", 600, 100);
        MutableBuffer first = ok(poor.allocate(1));
        ok(poor.allocate(1));

        assertThat(error(poor.allocate(1)))
                .isEqualTo(new BufferError.AllocationFailed(
                        "[E0306] component-2 ('poor') holds 512 bytes of buffers and asked for 256 more; its budget is 600. "
                                + "Free buffers earlier, or send smaller ones: the budget of a component is fixed."));
        first.drop();
        ok(poor.allocate(1));
    }

    @Test
    void borrowsAreFree() {
        BufferOwner poor = flow.owner(new ComponentId(2), "poor", 256, 100);
        Buffer buffer = Flows.filled(poor, memory, "x");
        buffer.borrowStart();
        assertThat(poor.heldBytes()).isEqualTo(256);
        buffer.borrowEnd();
    }

    @Test
    void handleLimitCountsSpentWritersToo() {
        BufferOwner few = flow.owner(new ComponentId(2), "few", 1 << 20, 2);
        MutableBuffer writer = ok(few.allocate(1));
        Buffer frozen = writer.freeze();
        assertThat(((BufferError.AllocationFailed) error(few.allocate(1))).value())
                .isEqualTo("[E0311] component-2 ('few') holds 2 buffer handles, which is its limit. "
                        + "Drop handles that are no longer needed: the limit of a component is fixed.");
        writer.drop();
        MutableBuffer second = ok(few.allocate(1));
        frozen.drop();
        second.drop();
        ok(few.allocate(1)).drop();
        Flows.filled(few, memory, "x");
        assertThat(few.heldBuffers()).isEqualTo(1);
    }

    @Test
    void reclaimTakesEverythingThatTheComponentOwnsAndNothingElse() {
        BufferOwner crashed = Flows.component(flow);
        Buffer unfrozen = crashed.acquire(10);
        Buffer lent = Flows.filled(crashed, memory, "lent");
        lent.borrowStart();
        Buffer queued = Flows.filled(crashed, memory, "queued");
        queued.beginTransfer(crashed);
        Buffer ofTheHost = flow.host().acquire(1);

        var reclaimed = crashed.reclaim();

        assertThat(reclaimed)
                .extracting(ReclaimedBuffer::previousState)
                .containsExactlyInAnyOrder(ResourceState.OWNED, ResourceState.BORROWED);
        assertThat(reclaimed).allMatch(ReclaimedBuffer::returnedToPool);
        assertThat(crashed.heldBytes()).isZero();
        assertThat(unfrozen.state()).isEqualTo(ResourceState.FREED);
        assertThat(lent.state()).isEqualTo(ResourceState.FREED);
        assertThat(queued.state()).isEqualTo(ResourceState.TRANSIT);
        assertThat(ofTheHost.state()).isEqualTo(ResourceState.OWNED);
    }

    /** The handle table of a finished instance is cleared after its buffers have been taken away, or before. */
    @Test
    void handlesOfACrashedComponentCannotFreeABufferOfItsSuccessor() {
        BufferOwner crashed = Flows.component(flow);
        MutableBuffer writer = ok(crashed.allocate(10));
        Buffer owned = Flows.filled(crashed, memory, "x");
        crashed.reclaim();
        Buffer next = flow.host().acquire(10);
        Buffer afterNext = flow.host().acquire(10);

        owned.drop();
        writer.drop();

        assertThat(next.state()).isEqualTo(ResourceState.OWNED);
        assertThat(afterNext.state()).isEqualTo(ResourceState.OWNED);
        next.release();
        afterNext.release();
        assertThat(flow.liveBuffers()).isZero();
    }

    @Test
    void theEndOfTheFlowReportsWhatWasStillHeld() {
        BufferOwner upper = Flows.component(flow);
        upper.acquire(10);
        upper.acquire((1 << 20) + 1);
        Buffer queued = upper.acquire(10);
        queued.beginTransfer(upper);

        FlowReleaseReport report = flow.release();

        assertThat(report.returned()).isEqualTo(2);
        assertThat(report.deallocated()).isEqualTo(1);
        assertThat(report.bytes()).isEqualTo(256 + (1 << 20) + 1 + 256);
        assertThat(resources.liveBuffers()).isZero();
        assertThat(flow.release()).isSameAs(report);
    }

    @Test
    void nativeWriterCannotGoBeyondTheCapacity() {
        Buffer buffer = flow.host().acquire(10);
        buffer.append(new byte[256], 0, 256);
        assertThatThrownBy(() -> buffer.append(new byte[1], 0, 1))
                .hasMessage("[E0308] buffer-0:g1 holds at most 256 bytes, not 257. "
                        + "Ask for a larger buffer or send the data in pieces.");
        assertThatThrownBy(() -> flow.host().acquire((16 << 20) + 1)).hasMessageStartingWith("[E0308] a buffer holds");
    }
}
