package io.torvyn.benchmarks;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.resources.Buffer;
import io.torvyn.types.ComponentRole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** {@code native:waiting}: sources that wait until {@link #give} is called, and sinks that count what arrives. */
public final class WaitingStages implements NativeStageProvider {
    private static final byte[] TEXT = "an element at last".getBytes(StandardCharsets.US_ASCII);
    private static final ConcurrentLinkedQueue<Source> SOURCES = new ConcurrentLinkedQueue<>();
    private static final LongAdder ARRIVED = new LongAdder();

    /** Used by {@link java.util.ServiceLoader}. */
    public WaitingStages() {}

    /** Has every source emit one more element. */
    static void give() {
        List.copyOf(SOURCES).forEach(Source::give);
    }

    /** Elements that have come to any sink. */
    static long arrived() {
        return ARRIVED.sum();
    }

    @Override
    public String name() {
        return "waiting";
    }

    @Override
    public boolean offers(ComponentRole role) {
        return role == ComponentRole.SOURCE || role == ComponentRole.SINK;
    }

    @Override
    public NativeSource source(NativeStageContext context) {
        var source = new Source();
        SOURCES.add(source);
        return source;
    }

    @Override
    public NativeSink sink(NativeStageContext context) {
        return new Sink();
    }

    private static final class Source implements NativeSource {
        private final AtomicInteger due = new AtomicInteger();
        private volatile @Nullable Runnable wakeUp;

        void give() {
            due.incrementAndGet();
            Runnable flow = wakeUp;
            if (flow != null) {
                flow.run();
            }
        }

        @Override
        public boolean ready() {
            return due.get() > 0;
        }

        @Override
        public void onReady(Runnable flow) {
            wakeUp = flow;
        }

        @Override
        public Buffer pull(NativeBuffers buffers) {
            due.decrementAndGet();
            Buffer buffer = buffers.allocate(TEXT.length);
            buffer.append(TEXT, 0, TEXT.length);
            return buffer;
        }

        @Override
        public void close() {
            SOURCES.remove(this);
        }
    }

    private static final class Sink implements NativeSink {
        @Override
        public void push(Element element) {
            ARRIVED.increment();
        }

        @Override
        public void close() {}
    }
}
