package io.torvyn.reactor;

import io.torvyn.engine.Element;
import io.torvyn.observability.StreamMetrics;
import io.torvyn.resources.Buffer;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.StreamId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One stream: a FIFO ring between a producer and a consumer of the same flow, with its pressure. Owned by the flow's
 * thread; counters may be read from elsewhere and may be a moment old there.
 *
 * <p>Pressure begins when the queue is full, or its consumer, a sink, has asked for a pause. It ends when at most the
 * low watermark's number of elements are left and no pause is pending. spec: runtime semantics, "Pressure".
 */
final class BoundedQueue {
    /*
     * Parallel arrays instead of an entry object for each element: nothing is allocated, and the numbers of the
     * elements lie side by side.
     *
     * Beside its capacity in elements a queue has a bound in bytes, which is no limit but a matter of whose turn it is:
     * once so much payload is queued the consumer goes first, without pressure being declared. Payloads stay in the
     * processor's caches on their way, and 64 elements of 16 MiB do not pile up.
     *
     * `enqueuedAt` is 0 for elements whose wait is not measured, which are most of them.
     */
    static final long CONSUMER_FIRST_BYTES = 256 << 10;

    final StreamId id;
    final Stage producer;
    final Stage consumer;
    final int capacity;
    final BackpressurePolicy policy;
    final StreamMetrics metrics;
    /** What an element that its consumer has taken adds to those that left the flow as intended: 0 for a dead letter. */
    final int weight;

    private final int lowWatermark;
    private final boolean blocking;
    private final int elementsPerSecond;
    private final int mask;
    private final @Nullable Element[] elements;
    private final long[] enqueuedAt;
    /** Elements that have come in, and that have gone; what is between them is in the ring. */
    private long added;

    private long removed;
    private long bytes;
    private double tokens = 1;
    private long tokensAt;

    /** The oldest so many are in the hands of other threads. */
    private int lent;

    private boolean producerDone;
    private boolean closed;
    private boolean consumerPaused;
    private boolean pressure;
    private long pressureSince;

    private long dropped;
    private long pressureEvents;
    private long pressureNanos;
    private int peak;

    BoundedQueue(StreamDefinition definition, Stage producer, Stage consumer, StreamMetrics metrics) {
        this(definition, producer, consumer, metrics, 1);
    }

    private BoundedQueue(
            StreamDefinition definition, Stage producer, Stage consumer, StreamMetrics metrics, int weight) {
        this.metrics = metrics;
        this.weight = weight;
        this.id = definition.id();
        this.producer = producer;
        this.consumer = consumer;
        this.capacity = definition.capacity();
        this.policy = definition.policy();
        this.lowWatermark = (int) Math.floor(capacity * definition.lowWatermarkRatio());
        this.blocking = switch (policy) {
            case BackpressurePolicy.BlockProducer _, BackpressurePolicy.RateLimit _ -> true;
            case BackpressurePolicy.DropOldest _, BackpressurePolicy.DropNewest _, BackpressurePolicy.Fail _ -> false;
        };
        this.elementsPerSecond = policy instanceof BackpressurePolicy.RateLimit(int perSecond) ? perSecond : 0;
        int slots = Integer.highestOneBit(Math.max(1, capacity * 2 - 1));
        this.mask = slots - 1;
        this.elements = new @Nullable Element[slots];
        this.enqueuedAt = new long[slots];
    }

    /** The queue of the dead letters of a stage. */
    static BoundedQueue ofDeadLetters(
            StreamDefinition definition, Stage producer, Stage consumer, StreamMetrics metrics) {
        return new BoundedQueue(definition, producer, consumer, metrics, 0);
    }

    boolean isOfDeadLetters() {
        return weight == 0;
    }

    /** Whether the producer may run: an element that comes out of it now will not have to wait. */
    boolean canTake() {
        return room() > 0 && !isLaden();
    }

    /** How many elements may come in, as far as their number goes, until an element goes out or time passes. */
    int room() {
        if (!blocking || closed) {
            return Integer.MAX_VALUE;
        }
        if (pressure) {
            return 0;
        }
        int free = capacity - size();
        return elementsPerSecond == 0 ? free : Math.min(free, (int) tokens);
    }

    /** So much payload is in it that its consumer goes first. */
    boolean isLaden() {
        return bytes >= CONSUMER_FIRST_BYTES && blocking && !closed;
    }

    boolean isRateLimited() {
        return elementsPerSecond != 0;
    }

    void start(long now) {
        tokensAt = now;
    }

    /** Fills the bucket of a rate limit: one tenth of a second's elements at most, so that pauses are not made up for. */
    void refill(long now) {
        if (elementsPerSecond != 0) {
            double earned = (now - tokensAt) * 1e-9 * elementsPerSecond;
            tokens = Math.min(Math.max(1, elementsPerSecond / 10.0), tokens + earned);
            tokensAt = now;
        }
    }

    /** When {@link #canTake} has become false because of the rate limit alone: how long that lasts. */
    long nanosToToken() {
        return elementsPerSecond == 0 || tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / elementsPerSecond * 1e9);
    }

    boolean isEmpty() {
        return added == removed;
    }

    boolean isFull() {
        return size() >= capacity;
    }

    /** An element that is made now has its place in it, whatever its policy says when it is full. */
    boolean isOpen() {
        return !isFull() && !closed;
    }

    int size() {
        return (int) (added - removed);
    }

    /**
     * The place of the next element, for whoever makes it to write into; {@link #add} makes it the newest one. The queue
     * is not full.
     */
    Element tail() {
        int slot = (int) added & mask;
        Element element = elements[slot];
        return element == null ? made(slot) : element;
    }

    private Element made(int slot) {
        var element = new Element();
        elements[slot] = element;
        return element;
    }

    /**
     * Appends what stands in {@link #tail}.
     *
     * @param now 0 when the element's wait is not measured
     */
    void add(Buffer payload, long now) {
        enqueuedAt[(int) added & mask] = now;
        added++;
        int size = size();
        if (size > peak) {
            peak = size;
        }
        bytes += payload.length();
        if (elementsPerSecond != 0) {
            tokens--;
        }
    }

    /** The oldest element, which stays. The queue is not empty. */
    Element head() {
        Element element = elements[(int) removed & mask];
        if (element == null) {
            throw hole();
        }
        return element;
    }

    /** The element that so many others stand before. */
    Element at(int before) {
        Element element = elements[(int) (removed + before) & mask];
        if (element == null) {
            throw hole();
        }
        return element;
    }

    /** Elements that have gone out. */
    long removed() {
        return removed;
    }

    /** When the oldest element came in; 0 when its wait is not measured. */
    long oldestEnqueuedAt() {
        return enqueuedAt[(int) removed & mask];
    }

    /** Takes the oldest element out. The queue is not empty. */
    Buffer remove() {
        Buffer payload = head().take();
        if (payload == null) {
            throw hole();
        }
        bytes -= payload.length();
        removed++;
        return payload;
    }

    /** Elements that are in no other thread's hands. */
    int waiting() {
        return size() - lent;
    }

    int lent() {
        return lent;
    }

    /** The oldest element that is in no other thread's hands is in some now. It stays; somebody waits. */
    Element lend() {
        Element element = at(lent);
        lent++;
        payload(element).borrowStart();
        return element;
    }

    /** The oldest element comes back from other hands. */
    void takeBack() {
        payload(head()).borrowEnd();
        lent--;
    }

    /** After {@link #takeBack}: it is in those hands again. */
    void lendAgain() {
        payload(head()).borrowStart();
        lent++;
    }

    private Buffer payload(Element element) {
        Buffer payload = element.payload;
        if (payload == null) {
            throw hole();
        }
        return payload;
    }

    /** Takes the oldest element out that is in no other thread's hands. Somebody waits. */
    Buffer removeWaiting() {
        if (lent == 0) {
            return remove();
        }
        int slot = (int) (removed + lent) & mask;
        Element out = elements[slot];
        if (out == null) {
            throw hole();
        }
        for (int i = lent; i > 0; i--) { // those that are lent move up; whoever has them holds the objects
            int to = (int) (removed + i) & mask;
            int from = (int) (removed + i - 1) & mask;
            elements[to] = elements[from];
            enqueuedAt[to] = enqueuedAt[from];
        }
        elements[(int) removed & mask] = out;
        return remove();
    }

    private IllegalStateException hole() {
        return new IllegalStateException(id + " has a hole");
    }

    void countDrop() {
        dropped++;
    }

    /** No element will follow. */
    void producerDone() {
        producerDone = true;
    }

    boolean isComplete() {
        return producerDone && isEmpty();
    }

    /** Nobody will take an element out any more; what the producer still sends is discarded. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    boolean pressure() {
        return pressure;
    }

    /** The consumer wants no more, or wants more again. */
    void pauseConsumer(boolean paused) {
        consumerPaused = paused;
    }

    /** Whether pressure has to begin now; the caller says so to {@link #pressure(boolean, long)}. */
    boolean isPressureDue() {
        return !pressure && (isFull() || consumerPaused);
    }

    /** Whether it has to end. */
    boolean isReliefDue() {
        return pressure && !consumerPaused && size() <= lowWatermark;
    }

    void pressure(boolean active, long now) {
        pressure = active;
        if (active) {
            pressureEvents++;
            pressureSince = now;
        } else {
            pressureNanos += now - pressureSince;
        }
    }

    void publish() {
        metrics.totals(added, dropped);
        metrics.depth(peak);
        metrics.depth(size());
    }

    /** The flow has ended: pressure that is still on counts up to now. */
    void end(long now) {
        if (pressure) {
            pressure(false, now);
        }
    }

    StreamReport report(long now) {
        return new StreamReport(
                id,
                producer.name,
                consumer.name,
                capacity,
                added,
                dropped,
                size(),
                peak,
                pressure,
                pressureEvents,
                Duration.ofNanos(pressureNanos + (pressure ? Math.max(0, now - pressureSince) : 0)));
    }
}
