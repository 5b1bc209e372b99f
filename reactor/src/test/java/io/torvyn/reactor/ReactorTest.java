package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.types.CancellationReason;
import io.torvyn.types.FlowId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReactorTest {
    private static Arguments broken(String reason, Consumer<TestFlow> wiring) {
        return Arguments.of(reason, wiring);
    }

    static List<Arguments> brokenTopologies() {
        return List.of(
                broken("it has no stages", flow -> {}),
                broken("nothing leads on from 'source'", flow -> flow.source(Stages.Source.of(1))),
                broken("nothing leads to 'sink'", flow -> flow.sink(Stages.Sink.plain())),
                broken("an edge names 'nowhere', but there is no such stage", flow -> flow.source(Stages.Source.of(1))
                        .edge("source", "nowhere")),
                broken("the sink 'sink' has an edge to 'upper'", flow -> flow.sink(Stages.Sink.plain())
                        .processor(Stages.Upper.plain())
                        .edge("sink", "upper")),
                broken("the source 'source' has an edge from 'upper'", flow -> flow.source(Stages.Source.of(1))
                        .processor(Stages.Upper.plain())
                        .edge("upper", "source")),
                broken("two stages are called 'upper'", flow -> flow.processor(Stages.Upper.plain())
                        .processor(Stages.Upper.plain())),
                broken("there is a cycle among ['a', 'b']", flow -> flow.processor(
                                new Stages.Upper(2, "a", new ArrayList<>()))
                        .processor(new Stages.Upper(3, "b", new ArrayList<>()))
                        .edge("a", "b")
                        .edge("b", "a")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenTopologies")
    void whatIsNoFlowIsRefused(String reason, Consumer<TestFlow> wiring) {
        var flow = new TestFlow();
        wiring.accept(flow);
        assertThatThrownBy(flow::start)
                .isInstanceOf(ReactorException.class)
                .hasMessage("[E0410] Flow 'test' cannot be created: " + reason
                        + ". A flow is a directed graph without cycles, from sources to sinks.");
        assertThat(flow.reactor.list()).isEmpty();
        flow.reactor.close();
    }

    /** As many of them as there are carriers: yielding, carriers would go on with one of these for ever. */
    @Test
    @Timeout(60)
    void flowsThatNeverWaitLetThoseGoOnThatWakeUp() throws Exception {
        List<TestFlow> flows = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            var flow = new TestFlow();
            var busy = new CountDownLatch(1);
            flow.source(new Stages.Source(1, "source", new ArrayList<>(), _ -> {
                        busy.countDown();
                        return "endless";
                    }))
                    .sink(Stages.Sink.plain())
                    .chained()
                    .start();
            busy.await();
            flows.add(flow);
        }
        Thread.ofVirtual()
                .start(() -> {
                    for (int i = 0; i < 10; i++) {
                        LockSupport.parkNanos(1_000_000);
                    }
                })
                .join();
        flows.forEach(flow -> flow.reactor.close());
    }

    @Test
    void runningFlowsAreListedAndShutDown() throws Exception {
        var flow = new TestFlow();
        var busy = new CountDownLatch(1000);
        FlowDefinition definition = flow.source(new Stages.Source(1, "source", new ArrayList<>(), i -> {
                    busy.countDown();
                    return "endless";
                }))
                .processor(Stages.Upper.plain())
                .sink(Stages.Sink.plain())
                .chained()
                .definition();
        Flow running = flow.reactor.create(definition);
        busy.await();
        assertThat(flow.reactor.list()).singleElement().satisfies(status -> {
            assertThat(status.flow()).isEqualTo(new FlowId(1));
            assertThat(status.stages()).extracting(StageReport::name).containsExactly("source", "upper", "sink");
        });
        assertThat(flow.reactor.query(new FlowId(1))).contains(running);
        assertThat(flow.reactor.cancel(new FlowId(2), new CancellationReason.OperatorRequest("x")))
                .isFalse();

        assertThat(flow.reactor.shutdown(Duration.ofSeconds(20))).isEqualTo(new ShutdownReport(0, 1, 0, 0));
        assertThat(flow.reactor.shutdown(Duration.ofSeconds(20))).isEqualTo(new ShutdownReport(0, 0, 0, 0));
        assertThat(flow.reactor.query(new FlowId(1))).isEmpty();
        assertThat(flow.resources.liveBuffers()).isZero();
        assertThatThrownBy(() -> flow.reactor.create(definition)).hasMessageStartingWith("[E0414]");
    }
}
