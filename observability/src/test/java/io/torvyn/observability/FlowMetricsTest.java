package io.torvyn.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.torvyn.types.ComponentId;
import io.torvyn.types.CopyReason;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.InvocationStatus;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FlowMetricsTest {
    private static final FlowId FLOW = new FlowId(7);
    private static final ComponentId UPPER = new ComponentId(3);
    private static final ComponentId SINK = new ComponentId(4);
    private static final StreamId STREAM = new StreamId(9);

    private final AtomicLong clock = new AtomicLong(1_000);
    private final Observability observability = new Observability(ObservabilityLevel.PRODUCTION, clock::get);
    private final FlowMetrics metrics = register(FLOW);

    private FlowMetrics register(FlowId flow) {
        Map<ComponentId, String> components = new LinkedHashMap<>();
        components.put(UPPER, "upper");
        components.put(SINK, "sink");
        return observability.register(flow, "main", components, Map.of(STREAM, "upper -> sink"));
    }

    private FlowSnapshot.Component upper() {
        return metrics.snapshot().components().getFirst();
    }

    private FlowSnapshot.Stream stream() {
        return metrics.snapshot().streams().getFirst();
    }

    @Test
    void whatIsPublishedStandsInTheSnapshot() {
        metrics.totals(40, 2);
        metrics.state(FlowState.RUNNING);
        metrics.copies(CopyReason.HOST_TO_COMPONENT, 80, 5120);
        metrics.copies(CopyReason.COMPONENT_TO_HOST, 40, 2560);
        metrics.latency(700);
        metrics.component(UPPER).totals(42, 2);
        metrics.component(UPPER).processed(300);
        metrics.component(UPPER).fuel(1_000_000);
        metrics.component(UPPER).memory(131_072);
        metrics.component(UPPER).memory(65_536);
        metrics.stream(STREAM).totals(41, 1);
        metrics.stream(STREAM).depth(5);
        metrics.stream(STREAM).depth(2);
        metrics.stream(STREAM).waited(150);
        clock.addAndGet(2_000_000_000L);

        FlowSnapshot snapshot = metrics.snapshot();

        assertThat(snapshot.id()).isEqualTo(FLOW);
        assertThat(snapshot.state()).isEqualTo(FlowState.RUNNING);
        assertThat(snapshot.elements()).isEqualTo(40);
        assertThat(snapshot.errors()).isEqualTo(2);
        assertThat(snapshot.throughput()).isEqualTo(20);
        assertThat(snapshot.copyCount()).isEqualTo(120);
        assertThat(snapshot.copiedBytes()).isEqualTo(7680);
        assertThat(snapshot.measuredShare()).isEqualTo(1.0 / 40);
        assertThat(snapshot.latency().max()).isEqualTo(700);
        FlowSnapshot.Component upper = snapshot.components().getFirst();
        assertThat(upper.name()).isEqualTo("upper");
        assertThat(upper.invocations()).isEqualTo(42);
        assertThat(upper.errors()).isEqualTo(2);
        assertThat(upper.measuredShare()).isEqualTo(1.0 / 42);
        assertThat(upper.fuelConsumed()).isEqualTo(1_000_000);
        assertThat(upper.memoryBytes()).isEqualTo(65_536);
        assertThat(upper.peakMemoryBytes()).isEqualTo(131_072);
        assertThat(snapshot.components().get(1).invocations()).isZero();
        FlowSnapshot.Stream stream = snapshot.streams().getFirst();
        assertThat(stream.transferred()).isEqualTo(41);
        assertThat(stream.dropped()).isEqualTo(1);
        assertThat(stream.depth()).isEqualTo(2);
        assertThat(stream.peakDepth()).isEqualTo(5);
        assertThat(stream.waitTime().sum()).isEqualTo(150);
    }

    @Test
    void anEventOfACallIsTimedAndNotCounted() {
        metrics.component(UPPER).totals(100, 0);
        metrics.recordInvocation(FLOW, UPPER, 1_000, 1_900, InvocationStatus.OK);

        assertThat(upper().processingTime().sum()).isEqualTo(900);
        assertThat(upper().invocations()).isEqualTo(100);
        assertThat(upper().measuredShare()).isEqualTo(0.01);
    }

    @Test
    void pressureIsCountedAndTimed() {
        metrics.recordBackpressure(FLOW, STREAM, true, 64, 5_000);
        metrics.recordBackpressure(FLOW, STREAM, true, 64, 6_000);
        metrics.recordBackpressure(FLOW, STREAM, false, 32, 8_000);
        metrics.recordBackpressure(FLOW, STREAM, false, 32, 9_000);
        assertThat(stream().pressureEvents()).isEqualTo(1);
        assertThat(stream().pressureNanos()).isEqualTo(3_000);
        assertThat(stream().peakDepth()).isEqualTo(64);

        metrics.recordBackpressure(FLOW, STREAM, true, 64, 10_000);
        clock.set(10_500);
        assertThat(stream().pressureEvents()).isEqualTo(2);
        assertThat(stream().pressureNanos()).isEqualTo(3_500);
    }

    @Test
    void offRecordsNothingAndMayBeSwitchedWhileTheFlowRuns() {
        observability.level(ObservabilityLevel.OFF);
        assertThat(metrics.level()).isEqualTo(ObservabilityLevel.OFF);
        metrics.recordInvocation(FLOW, UPPER, 0, 900, InvocationStatus.OK);
        metrics.recordElementTransfer(FLOW, STREAM, 0, 3);
        metrics.recordBackpressure(FLOW, STREAM, true, 64, 5_000);
        assertThat(upper().processingTime().count()).isZero();
        assertThat(stream().peakDepth()).isZero();
        assertThat(stream().pressureEvents()).isZero();

        observability.level(ObservabilityLevel.DIAGNOSTIC);
        metrics.recordInvocation(FLOW, UPPER, 0, 900, InvocationStatus.OK);
        metrics.recordElementTransfer(FLOW, STREAM, 0, 3);
        metrics.recordBackpressure(FLOW, STREAM, true, 64, 5_000);
        observability.level(ObservabilityLevel.OFF);
        metrics.recordBackpressure(FLOW, STREAM, false, 32, 6_000);
        assertThat(upper().processingTime().count()).isEqualTo(1);
        assertThat(stream().peakDepth()).isEqualTo(64);
        assertThat(stream().pressureNanos()).isEqualTo(1_000);
    }

    @Test
    void aFlowIsRegisteredOnceAndForgottenOnce() {
        metrics.totals(5, 0);

        assertThatThrownBy(() -> register(FLOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("flow-7 is already registered");
        assertThat(observability.deregister(FLOW).elements()).isEqualTo(5);
        assertThat(observability.snapshot(FLOW)).isEmpty();
        assertThatThrownBy(() -> observability.deregister(FLOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("flow-7 is not registered");
        assertThat(register(FLOW).snapshot().elements()).isZero();
    }

    @Test
    void whatTheFlowDoesNotHaveIsRefusedAtSetUpAndIgnoredAfterwards() {
        assertThatThrownBy(() -> metrics.component(new ComponentId(99)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("flow-7 was registered without component-99");
        assertThatThrownBy(() -> metrics.stream(new StreamId(99))).isInstanceOf(IllegalArgumentException.class);
        metrics.recordInvocation(FLOW, new ComponentId(99), 0, 1, InvocationStatus.OK);
        metrics.recordElementTransfer(FLOW, new StreamId(99), 0, 1);
        metrics.recordBackpressure(FLOW, new StreamId(99), true, 1, 0);
        assertThat(metrics.snapshot().components())
                .allMatch(c -> c.processingTime().count() == 0);
    }

    @Test
    void aDifferenceHasCountersOfItsTimeAndGaugesOfItsEnd() {
        metrics.totals(10, 1);
        metrics.copies(CopyReason.CROSS_COMPONENT, 3, 30);
        metrics.component(UPPER).totals(10, 1);
        metrics.stream(STREAM).totals(10, 0);
        metrics.stream(STREAM).depth(8);
        metrics.latency(100);
        clock.addAndGet(50);
        FlowSnapshot before = metrics.snapshot();
        metrics.totals(25, 1);
        metrics.copies(CopyReason.CROSS_COMPONENT, 5, 70);
        metrics.component(UPPER).totals(26, 3);
        metrics.stream(STREAM).totals(27, 4);
        metrics.stream(STREAM).depth(2);
        metrics.latency(9_000);
        clock.addAndGet(1_000);

        FlowSnapshot window = metrics.snapshot().since(before);

        assertThat(window.elements()).isEqualTo(15);
        assertThat(window.errors()).isZero();
        assertThat(window.activeNanos()).isEqualTo(1_000);
        assertThat(window.copies().get(CopyReason.CROSS_COMPONENT)).isEqualTo(new FlowSnapshot.Copies(2, 40));
        assertThat(window.components().getFirst().invocations()).isEqualTo(16);
        assertThat(window.components().getFirst().errors()).isEqualTo(2);
        assertThat(window.streams().getFirst().transferred()).isEqualTo(17);
        assertThat(window.streams().getFirst().dropped()).isEqualTo(4);
        assertThat(window.streams().getFirst().depth()).isEqualTo(2);
        assertThat(window.latency().count()).isEqualTo(1);
        assertThat(window.latency().percentile(50)).isGreaterThan(5_000);
        FlowSnapshot other = register(new FlowId(8)).snapshot();
        assertThatThrownBy(() -> other.since(before)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void samplesHaveTheNamesAndLabelsOfTheCatalogue() {
        metrics.component(UPPER).totals(42, 2);
        register(new FlowId(8));

        List<Sample> samples = observability.samples();

        assertThat(samples)
                .contains(
                        new Sample(Metric.SYSTEM_FLOWS_ACTIVE, Map.of(), new Sample.Value.Whole(2)),
                        new Sample(Metric.SYSTEM_COMPONENTS_ACTIVE, Map.of(), new Sample.Value.Whole(4)),
                        new Sample(
                                Metric.COMPONENT_INVOCATIONS,
                                Map.of(
                                        "flow_id", "flow-7",
                                        "flow_name", "main",
                                        "component_id", "component-3",
                                        "component", "upper"),
                                new Sample.Value.Whole(42)));
        assertThat(samples).extracting(Sample::metric).contains(Metric.values());
        for (Sample sample : samples) {
            assertThat(sample.metric().kind())
                    .isIn(
                            switch (sample.value()) {
                                case Sample.Value.Whole _ -> List.of(Metric.Kind.COUNTER, Metric.Kind.GAUGE);
                                case Sample.Value.Ratio _ -> List.of(Metric.Kind.DERIVED);
                                case Sample.Value.Distribution _ -> List.of(Metric.Kind.HISTOGRAM);
                            });
        }
        assertThat(Metric.STREAM_BACKPRESSURE_DURATION_NS).hasToString("stream.backpressure.duration_ns");
    }

    @ParameterizedTest
    @EnumSource(ObservabilityLevel.class)
    void recordingAllocatesNothing(ObservabilityLevel level) {
        observability.level(level);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        EventSink sink = metrics;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                sink.recordInvocation(FLOW, SINK, i, 3L * i, InvocationStatus.OK);
                sink.recordElementTransfer(FLOW, STREAM, i, i & 63);
                sink.recordBackpressure(FLOW, STREAM, (i & 1) == 0, i & 63, i);
                sink.recordCopy(FLOW, SINK, 64, CopyReason.HOST_TO_COMPONENT);
                metrics.totals(i, 0);
                metrics.latency(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThan(10_000);
    }

    @Test
    void aReaderSeesWholeNumbersThatOnlyGrowWhileAnotherThreadWrites() throws InterruptedException {
        int rounds = 200_000;
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= rounds; i++) {
                metrics.latency(10_000_000_000_000L);
                metrics.totals(i, 0);
            }
        });
        FlowSnapshot last = metrics.snapshot();
        while (writer.isAlive()) {
            FlowSnapshot next = metrics.snapshot();
            assertThat(next.elements()).isGreaterThanOrEqualTo(last.elements());
            assertThat(next.latency().count())
                    .isGreaterThanOrEqualTo(last.latency().count());
            assertThat(next.latency().sum() % 10_000_000_000_000L).isZero();
            last = next;
        }
        writer.join();
        assertThat(metrics.snapshot().elements()).isEqualTo(rounds);
        assertThat(metrics.snapshot().latency().count()).isEqualTo(rounds);
    }
}
