package io.torvyn.host;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeProcessor;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.resources.Buffer;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.TorvynException;
import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stage that an application gave as an object: good for one flow. */
sealed interface JavaStage extends NativeStageProvider {
    /** Of a subscriber who gets no elements, or a publisher who is asked for none. */
    Flow.Subscription NOTHING = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    /** What is made of an element on its way in: one copy. */
    static Buffer fill(FlowElement element, NativeBuffers buffers) {
        byte[] bytes = element.bytes();
        Buffer buffer = buffers.allocate(bytes.length);
        buffer.append(bytes, 0, bytes.length);
        if (!element.contentType().isEmpty()) {
            buffer.contentType(buffers.contentType(element.contentType()));
        }
        return buffer;
    }

    record Source(String name, NativeSource source) implements JavaStage {
        @Override
        public boolean offers(ComponentRole role) {
            return role == ComponentRole.SOURCE;
        }

        @Override
        public NativeSource source(NativeStageContext context) {
            return source;
        }
    }

    record Processor(String name, NativeProcessor processor) implements JavaStage {
        @Override
        public boolean offers(ComponentRole role) {
            return role == ComponentRole.PROCESSOR;
        }

        @Override
        public NativeProcessor processor(NativeStageContext context) {
            return processor;
        }
    }

    record Sink(String name, NativeSink sink) implements JavaStage {
        @Override
        public boolean offers(ComponentRole role) {
            return role == ComponentRole.SINK;
        }

        @Override
        public NativeSink sink(NativeStageContext context) {
            return sink;
        }
    }

    /** What an {@link Iterable} has, at the pace of the flow. */
    final class Iteration implements NativeSource {
        private final String node;
        private final Iterable<FlowElement> elements;
        private final Thrown thrown;
        private @Nullable Iterator<FlowElement> iterator;

        Iteration(String node, Iterable<FlowElement> elements, Thrown thrown) {
            this.node = node;
            this.elements = elements;
            this.thrown = thrown;
        }

        @Override
        public @Nullable Buffer pull(NativeBuffers buffers) {
            FlowElement next;
            try {
                Iterator<FlowElement> from = iterator;
                if (from == null) {
                    from = elements.iterator();
                    iterator = from;
                }
                if (!from.hasNext()) {
                    return null;
                }
                next = from.next();
            } catch (RuntimeException e) {
                throw thrown.in(node, e);
            }
            return fill(next, buffers);
        }

        @Override
        public void close() {}
    }

    /** A function of elements. */
    record Application(String node, ElementFunction function, Thrown thrown) implements NativeProcessor {
        @Override
        public @Nullable Buffer process(Element element, NativeBuffers buffers) {
            FlowElement made;
            try {
                made = function.apply(FlowElement.copyOf(element));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw thrown.in(node, e);
            } catch (Exception e) {
                throw thrown.in(node, e);
            }
            return made == null ? null : fill(made, buffers);
        }
    }

    /** Whoever takes elements one by one. */
    record Taking(String node, Consumer<? super FlowElement> consumer, Thrown thrown) implements NativeSink {
        @Override
        public void push(Element element) {
            try {
                consumer.accept(FlowElement.copyOf(element));
            } catch (RuntimeException e) {
                throw thrown.in(node, e);
            }
        }

        @Override
        public void close() {}
    }

    /** What the application's own code threw in one flow. Safe for use by many threads. */
    final class Thrown {
        private volatile @Nullable Throwable first;

        /** What it becomes for the flow: itself when it has a code, else E0420. */
        TorvynException in(String node, Throwable thrown) {
            if (first == null) {
                first = thrown;
            }
            return thrown instanceof TorvynException coded
                    ? coded
                    : new TorvynException(new HostFailure.JavaStageFailed(node, String.valueOf(thrown)), thrown);
        }

        @Nullable
        Throwable first() {
            return first;
        }
    }
}
