package io.torvyn.host;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.SinkClosedException;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A sink that one subscriber reads, at its own pace: it is ready while there is demand, and while there is none the flow
 * does other work or sleeps. Without a subscriber there is no demand.
 *
 * <p>As a publisher it may be called from any thread. The subscriber's {@code onNext} is called on the flow's thread.
 */
final class PublisherSink implements NativeSink, Flow.Publisher<FlowElement> {
    /*
     * Signals to a subscriber come from the flow's thread, from whoever subscribes or asks for a number that is none, and
     * from whoever declares a flow over whose thread is stuck. They must not overlap: a Reader is open, or signalling, and
     * what ends it while it is signalling is said by whoever is. Demand counts only while it is open, so that no element
     * comes before onSubscribe has returned.
     */
    private final String node;
    private final JavaStage.Thrown thrown;
    private final AtomicReference<@Nullable Reader> reader = new AtomicReference<>();
    private volatile Runnable wakeUp = () -> {};
    /** What the flow is asked to do when the subscriber cancels. */
    private volatile Runnable whenCancelled = () -> {};
    /** Nobody is waited for any more. */
    private volatile boolean abandoned;
    /** The flow has ended; with this, when it failed. */
    private volatile @Nullable Ending ending;

    /** @param failure why a flow failed; null when it did not */
    private record Ending(@Nullable Throwable failure) {}

    PublisherSink(String node, JavaStage.Thrown thrown) {
        this.node = node;
        this.thrown = thrown;
    }

    void whenCancelled(Runnable toCall) {
        whenCancelled = toCall;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super FlowElement> subscriber) {
        var own = new Reader(Objects.requireNonNull(subscriber));
        if (!reader.compareAndSet(null, own)) {
            subscriber.onSubscribe(JavaStage.NOTHING);
            subscriber.onError(new IllegalStateException("'" + node + "' has its subscriber, and takes one only"));
            return;
        }
        try {
            subscriber.onSubscribe(own);
        } finally {
            Ending end = ending;
            if (end != null) {
                own.end(end);
            }
            own.signalled();
            wakeUp.run();
        }
    }

    private final class Reader implements Flow.Subscription {
        private static final int OPEN = 0;
        private static final int SIGNALLING = 1;
        /** The signal under way is the last but one. */
        private static final int ENDING = 2;

        private static final int ENDED = 3;

        private final AtomicLong requested = new AtomicLong();
        /** It begins with {@code onSubscribe}. */
        private final AtomicInteger signals = new AtomicInteger(SIGNALLING);

        private volatile Flow.@Nullable Subscriber<? super FlowElement> subscriber;
        private volatile @Nullable Ending last;

        Reader(Flow.Subscriber<? super FlowElement> subscriber) {
            this.subscriber = subscriber;
        }

        boolean isGone() {
            return subscriber == null;
        }

        boolean hasDemand() {
            return requested.get() > 0 && signals.get() == OPEN;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                end(new Ending(new IllegalArgumentException("§3.9: asked for " + n + " elements; ask for 1 at least")));
                whenCancelled.run();
                return;
            }
            requested.getAndUpdate(had -> had + n < 0 ? Long.MAX_VALUE : had + n);
            wakeUp.run();
        }

        @Override
        public void cancel() {
            if (subscriber != null) {
                subscriber = null;
                whenCancelled.run();
            }
        }

        void leave() {
            subscriber = null;
        }

        /**
         * On the flow's thread, where there is demand.
         *
         * @return false when it has cancelled, or been told of the end, a moment ago
         */
        boolean takes(FlowElement element) {
            if (!signals.compareAndSet(OPEN, SIGNALLING)) {
                return false;
            }
            requested.getAndUpdate(had -> had == Long.MAX_VALUE ? had : had - 1);
            try {
                Flow.Subscriber<? super FlowElement> current = subscriber;
                if (current == null) {
                    return false;
                }
                current.onNext(element);
                return true;
            } finally {
                signalled();
            }
        }

        /** The signal that was under way has been given. */
        void signalled() {
            if (!signals.compareAndSet(SIGNALLING, OPEN)) {
                signals.set(ENDED);
                say(last);
            }
        }

        /** Gives the last signal, or leaves it to whoever is giving one. */
        void end(Ending with) {
            if (signals.compareAndSet(OPEN, ENDED)) {
                say(with);
                return;
            }
            if (last == null) {
                last = with;
            }
            if (!signals.compareAndSet(SIGNALLING, ENDING) && signals.compareAndSet(OPEN, ENDED)) {
                say(with); // the other one was done in between
            }
        }

        private void say(@Nullable Ending with) {
            Flow.Subscriber<? super FlowElement> current = subscriber;
            subscriber = null;
            if (current == null || with == null) {
                return;
            }
            Throwable failure = with.failure();
            if (failure == null) {
                current.onComplete();
            } else {
                current.onError(failure);
            }
        }
    }

    /** The flow is over: the subscriber is told how, and whoever subscribes from now on. */
    void ended(@Nullable Throwable failure) {
        var end = new Ending(failure);
        ending = end;
        Reader current = reader.get();
        if (current != null) {
            current.end(end);
        }
    }

    /** The flow is to end: if nobody has subscribed, it does not wait for somebody to. */
    void abandonUnlessRead() {
        if (reader.get() == null) {
            abandon();
        }
    }

    /** The flow is to end at once: what nobody has asked for yet is discarded. */
    void abandon() {
        abandoned = true;
        wakeUp.run();
    }

    @Override
    public boolean ready() {
        Reader current = reader.get();
        return abandoned || (current != null && (current.isGone() || current.hasDemand()));
    }

    @Override
    public void onReady(Runnable toCall) {
        wakeUp = toCall;
    }

    @Override
    public void push(Element element) throws SinkClosedException {
        Reader current = reader.get();
        if (current == null || current.isGone() || !current.hasDemand() || !takes(current, element)) {
            throw new SinkClosedException("nobody reads '" + node + "'");
        }
    }

    private boolean takes(Reader current, Element element) {
        try {
            return current.takes(FlowElement.copyOf(element));
        } catch (RuntimeException | Error e) { // it has broken its promise, and is told nothing more
            current.leave();
            throw thrown.in(node, e);
        }
    }

    @Override
    public void close() {}
}
