package io.torvyn.resources;

import static io.torvyn.resources.Flows.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.types.ComponentId;
import io.torvyn.types.CopyReason;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.InvocationStatus;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyLedgerTest {
    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final ArrayMemory memory = new ArrayMemory(4096);

    /** The road of one element through source, processor and sink: exactly four copies. */
    @Test
    void sourceProcessorSinkMakesFourCopies() {
        FlowResources flow = Flows.open(resources);
        BufferOwner source = flow.owner(new ComponentId(1), "source");
        BufferOwner processor = flow.owner(new ComponentId(2), "processor");
        BufferOwner sink = flow.owner(new ComponentId(3), "sink");

        Buffer in = Flows.filled(source, memory, "hello");
        in.beginTransfer(source);
        in.completeTransfer(flow.host());
        in.borrowStart();
        processor.enter();
        in.readAll().writeTo(memory, 0);
        Buffer out = Flows.filled(processor, memory, "HELLO!");
        in.borrowEnd();
        in.release();
        out.beginTransfer(processor);
        out.completeTransfer(flow.host());
        out.borrowStart();
        sink.enter();
        out.readAll().writeTo(memory, 0);
        out.borrowEnd();
        out.release();

        var snapshot = flow.ledger().snapshot();
        assertThat(snapshot.copies()).isEqualTo(4);
        assertThat(snapshot.writes()).isEqualTo(2);
        assertThat(snapshot.reads()).isEqualTo(2);
        assertThat(snapshot.bytes()).isEqualTo(5 + 5 + 6 + 6);
        assertThat(flow.release().reclaimed()).isEmpty();
    }

    @Test
    void copiesOfNothingAreNotCounted() {
        FlowResources flow = Flows.open(resources);
        BufferOwner upper = Flows.component(flow);
        MutableBuffer writer = ok(upper.allocate(1));
        writer.append(memory.place(""));
        Buffer empty = writer.freeze();
        empty.readAll().writeTo(memory, 0);
        empty.toArray();
        upper.cloneIntoMutable(empty);

        assertThat(flow.ledger().copies()).isZero();
    }

    @Test
    void diagnosticLevelReportsEachCopyWithItsComponent() {
        var seen = new ArrayList<String>();
        FlowResources flow = resources.open(new FlowId(9), new Listening(seen));
        BufferOwner upper = Flows.component(flow);
        Buffer buffer = Flows.filled(upper, memory, "abc");
        flow.owner(new ComponentId(7), "reader").enter();
        buffer.readAll().writeTo(memory, 0);

        assertThat(seen)
                .isEqualTo(List.of(
                        "flow-9 component-3 3 " + CopyReason.COMPONENT_TO_HOST,
                        "flow-9 component-7 3 " + CopyReason.HOST_TO_COMPONENT));
    }

    private record Listening(List<String> seen) implements EventSink {
        @Override
        public ObservabilityLevel level() {
            return ObservabilityLevel.DIAGNOSTIC;
        }

        @Override
        public void recordInvocation(
                FlowId flow, ComponentId component, long startNanos, long endNanos, InvocationStatus status) {}

        @Override
        public void recordElementTransfer(FlowId flow, StreamId stream, long sequence, int depth) {}

        @Override
        public void recordBackpressure(FlowId flow, StreamId stream, boolean activated, int depth, long nanos) {}

        @Override
        public void recordCopy(FlowId flow, ComponentId component, int bytes, CopyReason reason) {
            seen.add(flow + " " + component + " " + bytes + " " + reason);
        }
    }
}
