package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.observability.Observability;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.StreamId;
import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What many threads do to one reactor and its flows at once. Seeded, bounded by counts, not timed. */
@Timeout(120)
class SharedReactorTest {
    private static final int THREADS = 4;

    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final Observability observability = new Observability(ObservabilityLevel.PRODUCTION);
    private final AtomicLong ids = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void end() {
        threads.close();
        assertThat(resources.liveBuffers()).isZero();
    }

    private FlowDefinition endless() {
        var id = new FlowId(ids.incrementAndGet());
        var source = new Stages.Source(1, "source", new ArrayList<>(), _ -> "endless");
        Stages.Sink sink = Stages.Sink.plain();
        var stream = new StreamId(1);
        FlowResources buffers = resources.open(id, EventSink.NOOP);
        return new FlowDefinition(
                id,
                "endless",
                List.of(stage(ComponentRole.SOURCE, source, buffers), stage(ComponentRole.SINK, sink, buffers)),
                List.of(StreamDefinition.of(stream, source.name, sink.name)),
                buffers,
                observability.register(
                        id, "endless", Map.of(source.id, source.name, sink.id, sink.name), Map.of(stream, "stream")),
                FlowObserver.NONE,
                FlowSettings.DEFAULT,
                Deadline.none(),
                TraceContext.NONE);
    }

    private static StageDefinition stage(ComponentRole role, Stages.Fake fake, FlowResources buffers) {
        fake.owner = buffers.owner(fake.id, fake.name);
        return StageDefinition.of(fake.name, role, fake, fake.owner, "");
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void noFlowOutlivesTheReactorThatIsShutDownWhileItIsCreated() throws Exception {
        for (int round = 0; round < 30; round++) {
            var random = new Random(round);
            var reactor = new Reactor();
            var start = new CyclicBarrier(THREADS);
            List<Future<List<Flow>>> creating = new ArrayList<>();
            for (int i = 1; i < THREADS; i++) {
                creating.add(threads.submit(() -> {
                    start.await();
                    return createUntilRefused(reactor);
                }));
            }
            start.await();
            spin(random.nextInt(500));
            reactor.shutdown(Duration.ofSeconds(60));

            for (Future<List<Flow>> created : creating) {
                for (Flow flow : created.get()) {
                    assertThat(flow.outcome())
                            .as("round %d, %s", round, flow.id())
                            .isPresent();
                }
            }
            assertThat(reactor.list()).isEmpty();
        }
    }

    private List<Flow> createUntilRefused(Reactor reactor) {
        List<Flow> created = new ArrayList<>();
        while (true) {
            FlowDefinition definition = endless();
            try {
                created.add(reactor.create(definition));
            } catch (ReactorException e) {
                definition.resources().close();
                return created;
            }
        }
    }

    @Test
    void ofTwoWhoCancelAFlowAtOnceOneIsTheFirstAndTheFlowEndsForThatReason() throws Exception {
        try (var reactor = new Reactor()) {
            for (int round = 0; round < 500; round++) {
                Flow flow = reactor.create(endless());
                var ready = new AtomicInteger();
                List<Callable<Boolean>> cancelling = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    var mine = new CancellationReason.OperatorRequest("from " + i);
                    cancelling.add(() -> {
                        meet(ready, 2);
                        return flow.cancel(mine);
                    });
                }
                List<Future<Boolean>> first = threads.invokeAll(cancelling);
                assertThat(first.get(0).get()).isNotEqualTo(first.get(1).get());
                assertThat(flow.await().reason())
                        .isEqualTo(new CancellationReason.OperatorRequest(
                                first.get(0).get() ? "from 0" : "from 1"));
            }
        }
    }

    /** Lets nobody go on before all are there, and then all within nanoseconds, as far as there are processors. */
    private static void meet(AtomicInteger ready, int all) {
        ready.incrementAndGet();
        while (ready.get() < all) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoeverIsActiveSeesThatSomebodyIs() throws Exception {
        var active = new ActiveFlows(1);
        var told = new AtomicInteger();
        active.whenAnyIs(told::incrementAndGet);
        var ready = new AtomicInteger();
        Callable<Integer> flow = () -> {
            meet(ready, 2);
            int wrong = 0;
            for (int round = 0; round < 300_000; round++) {
                active.enter();
                wrong += active.areAny() && told.get() > 0 ? 0 : 1;
                active.leave();
            }
            return wrong;
        };
        for (Future<Integer> wrong : threads.invokeAll(List.of(flow, flow))) {
            assertThat(wrong.get()).isZero();
        }
        assertThat(active.areAny()).isFalse();
    }

    /** What has been served is what those had at least who asked: it never falls, and is never more than anybody has had. */
    @Test
    void whatFlowsHaveBeenServedOnlyGrows() throws Exception {
        var active = new ActiveFlows(1);
        List<Callable<Integer>> flows = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            active.enter();
            int pace = 1 + i;
            flows.add(() -> {
                int wrong = 0;
                long before = 0;
                for (long used = pace; used <= 20_000L * pace; used += pace) {
                    long served = active.ask(used);
                    wrong += served >= before && served <= 20_000L * THREADS ? 0 : 1;
                    before = served;
                }
                return wrong;
            });
        }
        for (Future<Integer> wrong : threads.invokeAll(flows)) {
            assertThat(wrong.get()).isZero();
        }
    }
}
