package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.FlowState;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads ask, cancel and close at once. Whatever they do, a subscriber hears one signal at a time, no more elements
 * than it asked for, in order, and one end. Seeded, not timed.
 */
@Timeout(120)
class SignalsTest {
    private static final int ROUNDS = 300;
    private static final List<FlowElement> ELEMENTS = IntStream.range(0, 50)
            .mapToObj(n -> FlowElement.of(new byte[] {(byte) n}))
            .toList();

    /** Notes what must not be. */
    private static final class Strict implements Flow.Subscriber<FlowElement> {
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicLong asked = new AtomicLong();
        private final AtomicInteger wrong = new AtomicInteger();
        private final CountDownLatch subscribed = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile Flow.@Nullable Subscription subscription;
        private volatile boolean over;
        private volatile int taken;

        private void signal(Runnable what) {
            wrong.addAndGet(inside.getAndIncrement() == 0 ? 0 : 1);
            wrong.addAndGet(over ? 1 : 0);
            what.run();
            inside.decrementAndGet();
        }

        void ask(long n) {
            asked.addAndGet(n);
            subscription.request(n);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            signal(() -> {
                subscription = given;
                ask(1);
                subscribed.countDown();
            });
        }

        @Override
        public void onNext(FlowElement element) {
            signal(() -> {
                wrong.addAndGet(element.payload().get(0) == taken ? 0 : 1);
                taken++;
                wrong.addAndGet(taken <= asked.get() ? 0 : 1);
            });
        }

        @Override
        public void onError(Throwable error) {
            signal(() -> over = true);
            end.countDown();
        }

        @Override
        public void onComplete() {
            signal(() -> over = true);
            end.countDown();
        }
    }

    @Test
    @SuppressWarnings("try") // what is held is looked at when the host is closed
    void comeOneAtATime() throws Exception {
        try (TorvynHost host = TorvynHost.create();
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < ROUNDS; round++) {
                var random = new Random(round);
                int ends = random.nextInt(4);
                var subscriber = new Strict();
                FlowBuilder passing = FlowBuilder.named("passing")
                        .source("in", ELEMENTS)
                        .output("out")
                        .queues(queue -> queue.depth(1 + random.nextInt(8)));
                RunningFlow flow = host.start(passing);
                var done = new CountDownLatch(3);
                threads.execute(() -> {
                    flow.publisher("out").subscribe(subscriber);
                    done.countDown();
                });
                for (int asker = 0; asker < 2; asker++) {
                    int seed = random.nextInt();
                    threads.execute(() -> {
                        ask(subscriber, new Random(seed));
                        done.countDown();
                    });
                }
                subscriber.subscribed.await();
                switch (ends) {
                    case 0 -> subscriber.subscription.cancel();
                    case 1 -> flow.cancel("seeded");
                    case 2 -> flow.close();
                    default -> {}
                }
                done.await();
                if (ends == 1) {
                    flow.close();
                }
                FlowOutcome outcome = flow.await();
                if (ends == 3) {
                    assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
                    assertThat(subscriber.taken).isEqualTo(ELEMENTS.size());
                }
                if (ends != 0) {
                    assertThat(subscriber.end.await(30, TimeUnit.SECONDS))
                            .as("round %d hears of the end", round)
                            .isTrue();
                }
                assertThat(subscriber.wrong).as("round %d", round).hasValue(0);
                assertThat(outcome.elements() + outcome.discarded()).isEqualTo(outcome.pulled());
                assertThat(outcome.elements()).isEqualTo(subscriber.taken);
                flow.close();
            }
            host.close();
            assertThat(host.liveBuffers()).isZero();
        }
    }

    /** Asks for all that there is, in pieces. */
    private static void ask(Strict subscriber, Random random) {
        try {
            subscriber.subscribed.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        for (int asked = 0; asked < ELEMENTS.size(); ) {
            int more = 1 + random.nextInt(5);
            subscriber.ask(more);
            asked += more;
            if (random.nextInt(3) == 0) {
                Thread.onSpinWait();
            }
        }
    }
}
