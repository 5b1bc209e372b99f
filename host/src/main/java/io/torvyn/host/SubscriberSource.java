package io.torvyn.host;

import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.resources.Buffer;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A source that whatever publisher feeds, at the pace of the flow. What has been asked for and not been taken by the flow
 * yet is never more than the queue behind the source holds.
 *
 * <p>As a subscriber it may be called from any thread, as a source from its flow's.
 */
final class SubscriberSource implements NativeSource, Flow.Subscriber<FlowElement> {
    /*
     * onNext puts a reference into a queue that has room for all that was asked for, and returns; the flow copies the
     * payload when the next stage has room. So a publisher never waits, and a flow that is full asks for nothing.
     */
    private final String node;
    private final int capacity;
    private final int batch;
    private final JavaStage.Thrown thrown;
    private final ArrayBlockingQueue<FlowElement> sent;
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private volatile Runnable wakeUp = () -> {};
    private volatile boolean complete;
    private volatile @Nullable Throwable failure;
    /** Taken by the flow since something was asked for. */
    private int taken;

    /** @param capacity elements, at least 1 */
    SubscriberSource(String node, int capacity, JavaStage.Thrown thrown) {
        this.node = node;
        this.capacity = capacity;
        this.batch = Math.max(1, capacity / 2);
        this.thrown = thrown;
        this.sent = new ArrayBlockingQueue<>(capacity);
    }

    @Override
    public void onSubscribe(Flow.Subscription offered) {
        Objects.requireNonNull(offered);
        if (subscription.compareAndSet(null, offered)) {
            offered.request(capacity);
        } else {
            offered.cancel(); // it has one, or the flow is over
        }
    }

    @Override
    public void onNext(FlowElement element) {
        Objects.requireNonNull(element);
        if (!sent.offer(element)) {
            close();
            onError(new IllegalStateException("it sent more than the " + capacity + " elements that were asked for"));
            return;
        }
        wakeUp.run();
    }

    @Override
    public void onError(Throwable error) {
        failure = Objects.requireNonNull(error);
        complete = true;
        wakeUp.run();
    }

    @Override
    public void onComplete() {
        complete = true;
        wakeUp.run();
    }

    /** Elements that were sent and that the flow has not taken. */
    int untaken() {
        return sent.size();
    }

    @Override
    public boolean ready() {
        return !sent.isEmpty() || complete;
    }

    @Override
    public void onReady(Runnable toCall) {
        wakeUp = toCall;
    }

    @Override
    public @Nullable Buffer pull(NativeBuffers buffers) {
        boolean last = complete; // before the look at the queue, or what came in between would be lost
        FlowElement next = sent.poll();
        if (next == null) {
            if (!last) {
                throw new IllegalStateException("nothing has been sent to '" + node + "' yet");
            }
            Throwable error = failure;
            if (error != null) {
                throw thrown.in(node, error);
            }
            return null;
        }
        Buffer buffer = JavaStage.fill(next, buffers);
        if (++taken == batch) {
            taken = 0;
            Flow.Subscription current = subscription.get();
            if (current != null) {
                current.request(batch);
            }
        }
        return buffer;
    }

    /** The flow takes no more: whoever sends is told so. */
    @Override
    public void close() {
        Flow.Subscription current = subscription.getAndSet(JavaStage.NOTHING);
        if (current != null) {
            current.cancel();
        }
    }
}
