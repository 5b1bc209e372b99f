package io.torvyn.resources;

import static io.torvyn.resources.Flows.error;
import static io.torvyn.resources.Flows.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.ByteSource;
import io.torvyn.component.TrapException;
import io.torvyn.streaming.Types.BufferError;
import io.torvyn.types.CopyReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The comments of {@code interface types} and {@code buffer-allocator} in WIT, one by one. */
class MutableBufferTest {
    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final FlowResources flow = Flows.open(resources);
    private final BufferOwner upper = Flows.component(flow);
    private final ArrayMemory memory = new ArrayMemory(1 << 20);

    @AfterEach
    void nothingLeaks() {
        flow.close();
        assertThat(resources.liveBuffers()).isZero();
    }

    @Test
    void capacityIsTheTierThatHoldsTheHint() {
        assertThat(ok(upper.allocate(0)).capacity()).isEqualTo(256);
        assertThat(ok(upper.allocate(257)).capacity()).isEqualTo(4096);
        assertThat(ok(upper.allocate(65_536)).capacity()).isEqualTo(65_536);
        assertThat(ok(upper.allocate(65_537)).capacity()).isEqualTo(1 << 20);
        assertThat(ok(upper.allocate((1 << 20) + 1)).capacity()).isEqualTo((1 << 20) + 1);
    }

    @Test
    void hintAbove16MebibytesIsCapacityExceeded() {
        assertThat(ok(upper.allocate(16 << 20)).capacity()).isEqualTo(16 << 20);
        assertThat(error(upper.allocate((16 << 20) + 1))).isInstanceOf(BufferError.CapacityExceeded.class);
        assertThat(error(upper.allocate(-1))).isInstanceOf(BufferError.CapacityExceeded.class);
    }

    @Test
    void frozenBytesAreThoseWritten() {
        MutableBuffer writer = ok(upper.allocate(10));
        writer.append(memory.place("hello"));
        writer.write(0, memory.place("J"));
        writer.write(5, memory.place(" you"));
        assertThat(writer.size()).isEqualTo(9);
        Buffer frozen = writer.freeze();
        writer.drop();

        assertThat(frozen.size()).isEqualTo(9);
        frozen.readAll().writeTo(memory, 100);
        assertThat(memory.text(100, 9)).isEqualTo("Jello you");
        frozen.drop();
    }

    @Test
    void writeAtOffsetPastTheContentIsOutOfBounds() {
        MutableBuffer writer = ok(upper.allocate(10));
        writer.append(memory.place("abc"));

        assertThat(error(writer.write(4, memory.place("x")))).isInstanceOf(BufferError.OutOfBounds.class);
        assertThat(error(writer.write(1L << 32, memory.place("x")))).isInstanceOf(BufferError.OutOfBounds.class);
        assertThat(error(writer.write(-1, memory.place("x")))).isInstanceOf(BufferError.OutOfBounds.class);
        assertThat(writer.size()).isEqualTo(3);
        assertThat(flow.ledger().copies()).isEqualTo(1);
    }

    @Test
    void writeBeyondTheCapacityIsRefusedWhole() {
        MutableBuffer writer = ok(upper.allocate(256));
        writer.append(memory.place("x".repeat(200)));

        assertThat(error(writer.append(memory.place("y".repeat(57))))).isInstanceOf(BufferError.CapacityExceeded.class);
        assertThat(error(writer.write(200, memory.place("y".repeat(57)))))
                .isInstanceOf(BufferError.CapacityExceeded.class);
        assertThat(writer.size()).isEqualTo(200);
        assertThat(flow.ledger().copies()).isEqualTo(1);
        assertThat(flow.ledger().bytes()).isEqualTo(200);
        writer.append(memory.place("y".repeat(56)));
        assertThat(writer.size()).isEqualTo(256);
    }

    @Test
    void everythingButDropTrapsAfterFreeze() {
        MutableBuffer writer = ok(upper.allocate(10));
        Buffer frozen = writer.freeze();

        assertThatThrownBy(() -> writer.append(memory.place("x")))
                .isInstanceOf(TrapException.class)
                .hasMessage("[E0300] mutable-buffer used after freeze; only dropping it is allowed then");
        assertThatThrownBy(writer::size).isInstanceOf(TrapException.class);
        assertThatThrownBy(writer::capacity).isInstanceOf(TrapException.class);
        assertThatThrownBy(writer::freeze).isInstanceOf(TrapException.class);
        assertThatThrownBy(() -> writer.setContentType("a/b")).isInstanceOf(TrapException.class);
        writer.drop();
        assertThat(frozen.state()).isEqualTo(ResourceState.OWNED);
        frozen.drop();
    }

    @Test
    void aSpentWriterNeverReachesTheBufferOfSomebodyElse() {
        MutableBuffer spent = ok(upper.allocate(10));
        Buffer frozen = spent.freeze();
        frozen.drop();
        MutableBuffer next = ok(upper.allocate(10)); // the same payload, most likely

        assertThatThrownBy(() -> spent.append(memory.place("x"))).isInstanceOf(TrapException.class);
        assertThat(next).isNotSameAs(spent);
        assertThat(next.size()).isZero();
    }

    @Test
    void dropOfAnUnfrozenWriterReleasesTheBuffer() {
        MutableBuffer writer = ok(upper.allocate(10));
        assertThat(flow.liveBuffers()).isEqualTo(1);
        writer.drop();
        assertThat(flow.liveBuffers()).isZero();
        assertThat(upper.heldBytes()).isZero();
    }

    @Test
    void bytesOfAnEarlierLifeAreNeverSeen() {
        Buffer first = Flows.filled(upper, memory, "secret of the first life");
        first.drop();
        MutableBuffer writer = ok(upper.allocate(10));
        writer.append(memory.place("ab"));
        Buffer second = writer.freeze();

        assertThat(second.readAll().length()).isEqualTo(2);
        assertThat(second.read(0, 100).length()).isEqualTo(2);
        assertThat(second.read(2, 100).length()).isZero();
        assertThat(second.toArray()).containsExactly('a', 'b');
    }

    @Test
    void readsAreShortPastTheEndAndClamped() {
        Buffer buffer = Flows.filled(upper, memory, "0123456789");

        assertThat(text(buffer.read(2, 3))).isEqualTo("234");
        assertThat(text(buffer.read(8, 3))).isEqualTo("89");
        assertThat(text(buffer.read(8, -1))).isEqualTo("89");
        assertThat(buffer.read(10, 1).length()).isZero();
        assertThat(buffer.read(11, 1).length()).isZero();
        assertThat(buffer.read(-1, 1).length()).isZero();
        assertThat(buffer.read(1L << 40, 1).length()).isZero();
        assertThat(text(buffer.read(0, 1L << 40))).isEqualTo("0123456789");
    }

    private String text(ByteSource source) {
        source.writeTo(memory, 5000);
        return memory.text(5000, source.length());
    }

    @Test
    void aCloneIsOneCopyBetweenComponentsAndLeavesTheSourceAlone() {
        Buffer source = Flows.filled(upper, memory, "original");
        source.borrowStart();
        MutableBuffer clone = ok(upper.cloneIntoMutable(source));
        clone.write(0, memory.place("O"));
        source.borrowEnd();

        assertThat(clone.freeze().toArray()).asString().isEqualTo("Original");
        assertThat(source.toArray()).asString().isEqualTo("original");
        assertThat(flow.ledger().copies(CopyReason.CROSS_COMPONENT)).isEqualTo(1);
        assertThat(flow.ledger().bytes(CopyReason.CROSS_COMPONENT)).isEqualTo(8);
    }

    @Test
    void contentTypeTravelsWithTheFrozenBuffer() {
        MutableBuffer writer = ok(upper.allocate(1));
        writer.setContentType("text/plain");
        assertThat(writer.freeze().contentType()).isEqualTo("text/plain");
    }
}
