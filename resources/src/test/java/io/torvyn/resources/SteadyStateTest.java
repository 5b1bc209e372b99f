package io.torvyn.resources;

import static io.torvyn.resources.Flows.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.torvyn.component.GuestBytes;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a flow does for each element allocates nothing on the Java heap. */
class SteadyStateTest {
    private static final int CYCLES = 100_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 64, 4096, 65_536})
    void aBuffersLifeAllocatesNothing(int size) {
        FlowResources flow = Flows.open(new Resources(PoolSizes.DEFAULT));
        BufferOwner source = Flows.component(flow);
        var memory = new ArrayMemory(1 << 17);
        GuestBytes payload = GuestBytes.of(memory, 0, size);
        int cycles = size == 65_536 ? CYCLES / 10 : CYCLES;
        live(flow, source, memory, payload, cycles);

        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        live(flow, source, memory, payload, cycles);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat((double) allocated / cycles).isLessThan(1);
        assertThat(flow.ledger().copies()).isEqualTo(size == 0 ? 0 : 4L * cycles);
    }

    private static void live(
            FlowResources flow, BufferOwner source, ArrayMemory memory, GuestBytes payload, int cycles) {
        for (int i = 0; i < cycles; i++) {
            MutableBuffer writer = ok(source.allocate(payload.length()));
            writer.write(0, payload);
            Buffer buffer = writer.freeze();
            writer.drop();
            buffer.beginTransfer(source);
            buffer.completeTransfer(flow.host());
            buffer.borrowStart();
            source.enter();
            buffer.read(0, Long.MAX_VALUE).writeTo(memory, 0);
            buffer.borrowEnd();
            buffer.release();
        }
    }
}
