package io.torvyn.host;

import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.reactor.ReactorFailure;
import io.torvyn.reactor.spi.ElementFailedException;
import io.torvyn.reactor.spi.NativeAggregator;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeFilter;
import io.torvyn.reactor.spi.NativeProcessor;
import io.torvyn.reactor.spi.NativeRole;
import io.torvyn.reactor.spi.NativeRouter;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.resources.Buffer;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Failure;
import io.torvyn.types.ProcessError;
import io.torvyn.types.TorvynException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stage that an application gave as an object: good for one flow. */
record JavaStage(String name, NativeRole stage) implements NativeStageProvider {
    /** Of a subscriber who gets no elements, or a publisher who is asked for none. */
    static final Flow.Subscription NOTHING = new Flow.Subscription() {
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

    @Override
    public boolean offers(ComponentRole role) {
        return role
                == switch (stage) {
                    case NativeSource _ -> ComponentRole.SOURCE;
                    case NativeProcessor _ -> ComponentRole.PROCESSOR;
                    case NativeFilter _ -> ComponentRole.FILTER;
                    case NativeRouter _ -> ComponentRole.ROUTER;
                    case NativeAggregator _ -> ComponentRole.AGGREGATOR;
                    case NativeSink _ -> ComponentRole.SINK;
                };
    }

    @Override
    public NativeSource source(NativeStageContext context) {
        return (NativeSource) stage;
    }

    @Override
    public NativeProcessor processor(NativeStageContext context) {
        return (NativeProcessor) stage;
    }

    @Override
    public NativeFilter filter(NativeStageContext context) {
        return (NativeFilter) stage;
    }

    @Override
    public NativeRouter router(NativeStageContext context) {
        return (NativeRouter) stage;
    }

    @Override
    public NativeAggregator aggregator(NativeStageContext context) {
        return (NativeAggregator) stage;
    }

    @Override
    public NativeSink sink(NativeStageContext context) {
        return (NativeSink) stage;
    }

    /** What an {@link Iterable} has, at the pace of the flow. */
    static final class Iteration implements NativeSource {
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
            } catch (RuntimeException | Error e) {
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
            FlowElement made = thrown.during(node, () -> function.apply(FlowElement.copyOf(element)));
            return made == null ? null : fill(made, buffers);
        }
    }

    /** Whoever chooses among elements. */
    record Choice(String node, ElementPredicate predicate, Thrown thrown) implements NativeFilter {
        @Override
        public boolean evaluate(Element element) {
            return thrown.during(node, () -> predicate.test(FlowElement.copyOf(element)));
        }
    }

    /** Whoever says where elements go. */
    record Routing(String node, ElementRouter router, Thrown thrown) implements NativeRouter {
        @Override
        public void route(Element element, Route route) {
            Collection<String> ports =
                    thrown.during(node, () -> List.copyOf(router.route(FlowElement.copyOf(element))));
            ports.forEach(route::add);
        }
    }

    /** Makes an aggregator when the stages of a flow are made, so that whatever closes those closes it. */
    record Aggregating(String name, String node, Supplier<? extends ElementAggregator> aggregator, Thrown thrown)
            implements NativeStageProvider {
        @Override
        public boolean offers(ComponentRole role) {
            return role == ComponentRole.AGGREGATOR;
        }

        @Override
        public NativeAggregator aggregator(NativeStageContext context) {
            return new Aggregation(node, aggregator.get(), thrown);
        }
    }

    /** Whoever makes elements of several others. */
    record Aggregation(String node, ElementAggregator aggregator, Thrown thrown) implements NativeAggregator {
        @Override
        public @Nullable Buffer ingest(Element element, NativeBuffers buffers) {
            FlowElement made = thrown.during(node, () -> aggregator.ingest(FlowElement.copyOf(element)));
            return made == null ? null : fill(made, buffers);
        }

        @Override
        public List<Buffer> flush(NativeBuffers buffers) {
            List<FlowElement> left = thrown.during(node, () -> List.copyOf(aggregator.flush()));
            return left.stream().map(element -> fill(element, buffers)).toList();
        }

        @Override
        public void close() {
            try {
                aggregator.close();
            } catch (RuntimeException e) {
                throw thrown.in(node, e);
            }
        }
    }

    /** Whoever takes elements one by one. */
    record Taking(String node, Consumer<? super FlowElement> consumer, Thrown thrown) implements NativeSink {
        @Override
        public void push(Element element) {
            thrown.during(node, () -> {
                consumer.accept(FlowElement.copyOf(element));
                return true;
            });
        }

        @Override
        public void close() {}
    }

    /** What the application's own code threw in one flow. Safe for use by many threads. */
    static final class Thrown {
        private final String flow;
        private final System.Logger logger;
        private final Map<String, TorvynException> last = new ConcurrentHashMap<>();

        /** @param logger hears of all that is thrown, with where it was, at level debug */
        Thrown(String flow, System.Logger logger) {
            this.flow = flow;
            this.logger = logger;
        }

        /**
         * Has the application's code handle an element.
         *
         * @throws ElementFailedException when it throws an exception
         * @throws TorvynException when it throws an error, such as an assertion that failed: nobody knows what it is good for
         *     after that
         */
        <T extends @Nullable Object> T during(String node, Callable<T> handling) {
            try {
                return handling.call();
            } catch (InterruptedException e) { // the flow is to end: no policy has a say in that
                Thread.currentThread().interrupt();
                throw in(node, e);
            } catch (Error e) {
                throw in(node, e);
            } catch (Exception e) {
                throw new ElementFailedException(ProcessError.Kind.INTERNAL, in(node, e));
            }
        }

        /** What it becomes for the flow: itself when it has a code, else E0420. */
        TorvynException in(String node, Throwable thrown) {
            TorvynException coded = thrown instanceof TorvynException itself
                    ? itself
                    : new TorvynException(new HostFailure.JavaStageFailed(node, String.valueOf(thrown)), thrown);
            last.put(node, coded);
            logger.log(System.Logger.Level.DEBUG, () -> "flow %s: node '%s' has thrown".formatted(flow, node), thrown);
            return coded;
        }

        /** What was thrown that a flow failed with, or tried again until it did; null when it was something else. */
        @Nullable
        TorvynException behind(Failure failure) {
            String message = failure instanceof ReactorFailure.RetriesExhausted(var _, var _, var error)
                    ? String.valueOf(error.message())
                    : failure.message();
            return last.values().stream()
                    .filter(thrown -> thrown.failure().message().equals(message))
                    .findFirst()
                    .orElse(null);
        }
    }
}
