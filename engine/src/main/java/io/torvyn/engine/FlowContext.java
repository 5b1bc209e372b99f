package io.torvyn.engine;

import io.torvyn.streaming.Types;
import io.torvyn.types.FlowId;
import io.torvyn.types.TraceContext;
import java.util.function.LongSupplier;

/** The view of the running flow that is lent to guests with every element. */
public final class FlowContext implements Types.FlowContext {
    private final FlowId flow;
    private final TraceContext trace;
    private final LongSupplier nanosLeft;

    /**
     * @param trace with the stage's own span
     * @param nanosLeft nanoseconds to the flow's deadline, 0 when there is none
     */
    public FlowContext(FlowId flow, TraceContext trace, LongSupplier nanosLeft) {
        this.flow = flow;
        this.trace = trace;
        this.nanosLeft = nanosLeft;
    }

    @Override
    public String traceId() {
        return trace.isValid() ? trace.traceId() : "";
    }

    @Override
    public String spanId() {
        return trace.isValid() ? trace.spanId() : "";
    }

    @Override
    public long deadlineNs() {
        return nanosLeft.getAsLong();
    }

    @Override
    public String flowId() {
        return flow.toString();
    }
}
