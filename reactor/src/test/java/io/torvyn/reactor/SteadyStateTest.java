package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.resources.Buffer;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the driver does for each element allocates nothing on the Java heap. */
class SteadyStateTest {
    private static final int WARM_UP = 200_000;
    private static final int MEASURED = 200_000;

    private static final class Source extends Stages.Fake {
        private final byte[] bytes = new byte[64];
        private int left = WARM_UP + MEASURED + 1000;

        Source() {
            super(1, "source", new ArrayList<>());
        }

        @Override
        public Outcome pull(Element out) {
            return left-- == 0 ? Outcome.NOTHING : give(out, bytes);
        }

        private Outcome give(Element out, byte[] content) {
            Buffer buffer = owner.acquire(content.length);
            buffer.append(content, 0, content.length);
            buffer.beginTransfer(owner);
            out.payload = buffer;
            return Outcome.EMITTED;
        }

        @Override
        public void notifyBackpressure(io.torvyn.streaming.Types.BackpressureSignal signal) {}
    }

    private static final class Copy extends Stages.Fake {
        private final byte[] bytes = new byte[64];

        Copy() {
            super(2, "copy", new ArrayList<>());
        }

        @Override
        public Outcome process(Element in, Element out) {
            in.payload.copyTo(0, bytes, 0, in.payload.length());
            Buffer buffer = owner.acquire(bytes.length);
            buffer.append(bytes, 0, bytes.length);
            buffer.beginTransfer(owner);
            out.payload = buffer;
            return Outcome.EMITTED;
        }
    }

    private static final class Measuring extends Stages.Fake {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final byte[] bytes = new byte[64];
        private int seen;
        private long before;
        private long allocated;

        Measuring() {
            super(3, "sink", new ArrayList<>());
        }

        @Override
        public Outcome push(Element in) {
            in.payload.copyTo(0, bytes, 0, in.payload.length());
            seen++;
            if (seen == WARM_UP) {
                before = threads.getCurrentThreadAllocatedBytes();
            } else if (seen == WARM_UP + MEASURED) {
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            return Outcome.READY;
        }
    }

    static java.util.List<SchedulingPolicy> policies() {
        return FlowDriverTest.policies();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anElementsRoadAllocatesNothing(SchedulingPolicy policy) throws Exception {
        run(policy, ObservabilityLevel.PRODUCTION);
    }

    @ParameterizedTest
    @EnumSource(ObservabilityLevel.class)
    void norDoesRecordingIt(ObservabilityLevel level) throws Exception {
        run(new SchedulingPolicy.WeightedFair(), level);
    }

    private static final class Judge extends Stages.Fake {
        Judge() {
            super(4, "filter", new ArrayList<>());
        }

        @Override
        public Outcome evaluate(Element in) {
            return Outcome.PASSED;
        }
    }

    private static final class Signpost extends Stages.Fake {
        Signpost() {
            super(5, "router", new ArrayList<>());
        }

        @Override
        public Outcome route(Element in, Route route) {
            route.clear();
            route.add(StreamDefinition.OUTPUT);
            return Outcome.PASSED;
        }
    }

    private static final class Sum extends Stages.Fake {
        Sum() {
            super(6, "aggregator", new ArrayList<>());
        }

        @Override
        public Outcome ingest(Element in, Element out) {
            Buffer buffer = owner.acquire(8);
            buffer.beginTransfer(owner);
            out.payload = buffer;
            return Outcome.EMITTED;
        }

        @Override
        public Outcome flush(Collection<Element> out) {
            return Outcome.NOTHING;
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void norDoFiltersRoutersAndAggregators(SchedulingPolicy policy) throws Exception {
        var flow = new TestFlow();
        var sink = new Measuring();
        flow.source(new Source()).filter(new Judge()).router(new Signpost()).aggregator(new Sum());
        run(flow, sink, policy, ObservabilityLevel.PRODUCTION);
    }

    private static void run(SchedulingPolicy policy, ObservabilityLevel level) throws InterruptedException {
        var flow = new TestFlow();
        flow.source(new Source()).processor(new Copy());
        run(flow, new Measuring(), policy, level);
    }

    private static void run(TestFlow flow, Measuring sink, SchedulingPolicy policy, ObservabilityLevel level)
            throws InterruptedException {
        flow.observer = FlowObserver.NONE; // a diary of pressure would be counted
        flow.settings = flow.settings.withScheduling(policy);
        FlowDefinition definition = flow.sink(sink).chained().definition();
        var driver = new FlowDriver(definition, Topology.of(definition), new ActiveFlows(), _ -> {});
        flow.observability.level(level);
        Thread.ofPlatform().start(driver).join(); // allocation is not counted for virtual threads

        assertThat(driver.state()).isEqualTo(FlowState.COMPLETED);
        assertThat((double) sink.allocated / MEASURED).isLessThan(1);
        flow.reactor.close();
    }
}
