package io.torvyn.host;

import io.torvyn.config.EdgeDefinition;
import io.torvyn.config.EdgeDefinition.Endpoint;
import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.FlowPriority;
import io.torvyn.config.Parallelism;
import io.torvyn.config.QueueSettings;
import io.torvyn.config.RestartPolicy;
import io.torvyn.config.SchedulingKind;
import io.torvyn.config.StageInterface;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.TraceContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A flow put together in code: nodes that are components or Java, edges, and settings. {@link TorvynHost#start} runs it, as
 * often as it is called.
 *
 * {@snippet :
 * FlowBuilder shouting = FlowBuilder.named("shouting")
 *         .source("in", List.of(FlowElement.ofText("hello")))
 *         .component("upper", Path.of("upper.wasm"))
 *         .sink("out", element -> System.out.println(element.text()));
 * }
 *
 * <p>Where no edge is said, each node is joined to the one after it. One that begins with a flow of a manifest ({@link
 * TorvynHost#flow}) has that flow's nodes and edges, and a node said here stands in for the one of the same name: its edges
 * and settings stay. Whatever is not said here is as the host's manifest has it. A builder belongs to one thread; what it
 * has started does not change with it.
 */
public final class FlowBuilder {
    /** What stands behind a node. */
    sealed interface Behind {
        record File(Path path) implements Behind {}

        @SuppressWarnings("ArrayRecordComponent") // handed on, and never compared
        record Bytes(byte[] wasm) implements Behind {}

        record Declared(String name) implements Behind {}

        record Installed(String name, ComponentRole role) implements Behind {}

        record InJava(ComponentRole role, Making making) implements Behind {}
    }

    /** Makes a stage for one run of the flow. */
    interface Making {
        NativeStageProvider stage(String name, FlowAssembly flow);
    }

    record Edge(Endpoint from, Endpoint to, QueueChange queue) {}

    final String name;
    final Optional<FlowDefinition> base;
    final Map<String, Behind> nodes = new LinkedHashMap<>();
    final Map<String, Node> settings = new LinkedHashMap<>();
    final List<Edge> edges = new ArrayList<>();
    final QueueChange queue = new QueueChange();
    final List<Consumer<RunningFlow>> whenStarted = new ArrayList<>();
    Optional<String> description = Optional.empty();
    Optional<SchedulingKind> scheduling = Optional.empty();
    Optional<FlowPriority> priority = Optional.empty();
    Optional<ErrorPolicy> errorPolicy = Optional.empty();
    Optional<Duration> deadline = Optional.empty();
    Optional<Duration> callTimeout = Optional.empty();
    Optional<Duration> drainTimeout = Optional.empty();
    Optional<Duration> cancelTimeout = Optional.empty();
    OptionalLong limit = OptionalLong.empty();
    Optional<TraceContext> trace = Optional.empty();

    private FlowBuilder(String name, Optional<FlowDefinition> base) {
        this.name = name;
        this.base = base;
    }

    /** A flow without anything yet. */
    public static FlowBuilder named(String name) {
        return new FlowBuilder(name, Optional.empty());
    }

    static FlowBuilder of(FlowDefinition definition) {
        return new FlowBuilder(definition.name(), Optional.of(definition));
    }

    /** What is said of one node. Fuel, memory, time limits, restarts and grants are of components only. */
    public static final class Node {
        Optional<StageInterface> stageInterface = Optional.empty();
        Optional<String> config = Optional.empty();
        OptionalLong fuel = OptionalLong.empty();
        OptionalLong maxMemory = OptionalLong.empty();
        Optional<Duration> timeout = Optional.empty();
        Optional<Integer> priority = Optional.empty();
        Optional<ErrorPolicy> errorPolicy = Optional.empty();
        Optional<RestartPolicy> restart = Optional.empty();
        Optional<Parallelism> parallelism = Optional.empty();
        Optional<Integer> instances = Optional.empty();
        final List<String> grants = new ArrayList<>();

        Node() {}

        /** What it does in its flow, for a component that could do several things. */
        public Node role(ComponentRole one) {
            stageInterface = Optional.of(StageInterface.of(one));
            return this;
        }

        /**
         * The same as a manifest has it, for an application that asks for a version of the contract.
         *
         * @param name such as {@code torvyn:streaming/processor} or {@code torvyn:filtering/filter@0.1.0}
         * @throws IllegalArgumentException when it is no interface of a stage
         */
        public Node contract(String name) {
            stageInterface = Optional.of(StageInterface.parse(name)
                    .orElseThrow(() -> new IllegalArgumentException("'" + name
                            + "' is no interface of a stage; those are " + String.join(", ", StageInterface.NAMES)
                            + ", with or without @version")));
            return this;
        }

        /** Handed to {@code lifecycle.init}. */
        public Node config(String text) {
            config = Optional.of(text);
            return this;
        }

        /** Units of fuel for each call; 0 for no limit. */
        public Node fuel(long perCall) {
            if (perCall < 0) {
                throw new IllegalArgumentException("fuel cannot be negative: " + perCall);
            }
            fuel = OptionalLong.of(perCall);
            return this;
        }

        /** Linear memory that it may have, in bytes. */
        public Node maxMemory(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("memory is at least 1 byte, not " + bytes);
            }
            maxMemory = OptionalLong.of(bytes);
            return this;
        }

        /** How long one call may take. */
        public Node timeout(Duration each) {
            timeout = Optional.of(positive(each));
            return this;
        }

        /** Its weight among the stages of its flow: 1 (low) to 10 (high). */
        public Node priority(int weight) {
            if (weight < 1 || weight > 10) {
                throw new IllegalArgumentException("a priority is between 1 and 10, not " + weight);
            }
            priority = Optional.of(weight);
            return this;
        }

        /** What follows from an error that it answers. */
        public Node onError(ErrorPolicy policy) {
            errorPolicy = Optional.of(policy);
            return this;
        }

        /**
         * A fresh instance takes its place when it is finished, by a trap, a limit or a fatal error. Once it has been made
         * {@code max} times within {@code window}, the flow fails.
         *
         * @param max at least 1
         */
        public Node restart(int max, Duration window) {
            restart = Optional.of(new RestartPolicy(max, window));
            return this;
        }

        /**
         * On whose thread it is called: its flow's, or one of its own, which pays for components that take long for each
         * element. Elements stay in their order.
         */
        public Node parallelism(Parallelism one) {
            parallelism = Optional.of(one);
            return this;
        }

        /**
         * How many instances of a processor share the work, each on a thread of its own, from 1 to 1024. Elements stay in
         * their order; what an instance remembers of one it does not know of those that others have had.
         */
        public Node instances(int count) {
            if (count < 1 || count > 1024) {
                throw new IllegalArgumentException("a node has 1 to 1024 instances, not " + count);
            }
            instances = Optional.of(count);
            return this;
        }

        /** What it may do beside computing, such as {@code stdio:stdout} or {@code filesystem:read:/data}. */
        public Node grant(String capability) {
            grants.add(capability);
            return this;
        }
    }

    /** What is said of one edge, or of all of a flow. */
    public static final class QueueChange {
        private static final int LONGEST_QUEUE = 1 << 20;

        private Optional<Integer> depth = Optional.empty();
        private Optional<BackpressurePolicy> policy = Optional.empty();
        private Optional<Double> lowWatermark = Optional.empty();

        private QueueChange() {}

        /** Elements that the queue holds, from 1 to 1,048,576. */
        public QueueChange depth(int elements) {
            if (elements < 1 || elements > LONGEST_QUEUE) {
                throw new IllegalArgumentException(
                        "a queue holds from 1 to " + LONGEST_QUEUE + " elements, not " + elements);
            }
            depth = Optional.of(elements);
            return this;
        }

        /** What happens when it is full. */
        public QueueChange whenFull(BackpressurePolicy one) {
            policy = Optional.of(one);
            return this;
        }

        /** The share of its depth at which a queue that was full is open again: from 0, less than 1. */
        public QueueChange lowWatermark(double ratio) {
            if (!(ratio >= 0 && ratio < 1)) {
                throw new IllegalArgumentException("a low watermark is from 0 to less than 1, not " + ratio);
            }
            lowWatermark = Optional.of(ratio);
            return this;
        }

        QueueSettings over(QueueSettings other) {
            return new QueueSettings(
                    depth.orElse(other.depth()),
                    policy.orElse(other.policy()),
                    lowWatermark.orElse(other.lowWatermarkRatio()));
        }
    }

    /** A node that is a component; what it does in the flow is what it exports. */
    public FlowBuilder component(String node, Path wasm) {
        return node(node, new Behind.File(wasm));
    }

    public FlowBuilder component(String node, Path wasm, Consumer<Node> said) {
        return component(node, wasm).settings(node, said);
    }

    /** @param wasm the component's bytes; copied */
    public FlowBuilder component(String node, byte[] wasm) {
        return node(node, new Behind.Bytes(wasm.clone()));
    }

    /** @param wasm the component's bytes; copied */
    public FlowBuilder component(String node, byte[] wasm, Consumer<Node> said) {
        return component(node, wasm).settings(node, said);
    }

    /**
     * A node that is a component of the host's manifest.
     *
     * @param name as in its {@code [[component]]} table, whose {@code config} holds unless the node has one of its own
     */
    public FlowBuilder component(String node, String name) {
        return node(node, new Behind.Declared(name));
    }

    /** @param name as in its {@code [[component]]} table */
    public FlowBuilder component(String node, String name, Consumer<Node> said) {
        return component(node, name).settings(node, said);
    }

    /** Says more about a node, whether it is a component or Java, of this builder or of the manifest. */
    public FlowBuilder settings(String node, Consumer<Node> said) {
        said.accept(settings.computeIfAbsent(node, _ -> new Node()));
        return this;
    }

    /** A source that the application feeds: see {@link RunningFlow#subscriber}. */
    public FlowBuilder input(String node) {
        return java(node, ComponentRole.SOURCE, (stage, flow) -> new JavaStage(stage, flow.input(node)));
    }

    /** A source that a publisher feeds. It is subscribed to when the flow runs, and asked for what there is room for. */
    public FlowBuilder source(String node, Flow.Publisher<? extends FlowElement> publisher) {
        whenStarted.add(flow -> publisher.subscribe(flow.subscriber(node)));
        return input(node);
    }

    /**
     * A source of whatever there is to iterate over. It is iterated on the flow's thread, one element at a time, each when
     * there is room for it; what makes the flow wait is better a publisher.
     */
    public FlowBuilder source(String node, Iterable<FlowElement> elements) {
        return java(
                node,
                ComponentRole.SOURCE,
                (stage, flow) -> new JavaStage(stage, new JavaStage.Iteration(node, elements, flow.thrown())));
    }

    /** A processor that is Java. */
    public FlowBuilder processor(String node, ElementFunction function) {
        return java(
                node,
                ComponentRole.PROCESSOR,
                (stage, flow) -> new JavaStage(stage, new JavaStage.Application(node, function, flow.thrown())));
    }

    /** A filter that is Java. What goes on is not copied. */
    public FlowBuilder filter(String node, ElementPredicate predicate) {
        return java(
                node,
                ComponentRole.FILTER,
                (stage, flow) -> new JavaStage(stage, new JavaStage.Choice(node, predicate, flow.thrown())));
    }

    /** A router that is Java: its ports are those of the edges that leave it. What goes on is not copied. */
    public FlowBuilder router(String node, ElementRouter router) {
        return java(
                node,
                ComponentRole.ROUTER,
                (stage, flow) -> new JavaStage(stage, new JavaStage.Routing(node, router, flow.thrown())));
    }

    /**
     * An aggregator that is Java.
     *
     * @param aggregator makes one for each run of the flow, when it is started
     */
    public FlowBuilder aggregator(String node, Supplier<? extends ElementAggregator> aggregator) {
        return java(
                node,
                ComponentRole.AGGREGATOR,
                (stage, flow) -> new JavaStage.Aggregating(stage, node, aggregator, flow.thrown()));
    }

    /** A sink that the application reads: see {@link RunningFlow#publisher}. */
    public FlowBuilder output(String node) {
        return java(node, ComponentRole.SINK, (stage, flow) -> new JavaStage(stage, flow.output(node)));
    }

    /** A sink that a subscriber reads, who is subscribed when the flow runs. */
    public FlowBuilder sink(String node, Flow.Subscriber<? super FlowElement> subscriber) {
        whenStarted.add(flow -> flow.publisher(node).subscribe(subscriber));
        return output(node);
    }

    /** A sink that gives each element to somebody, on the flow's thread. */
    public FlowBuilder sink(String node, Consumer<? super FlowElement> consumer) {
        return java(
                node,
                ComponentRole.SINK,
                (stage, flow) -> new JavaStage(stage, new JavaStage.Taking(node, consumer, flow.thrown())));
    }

    /** A node that is Java and handles buffers itself. A stage is made of it when the flow starts. */
    public FlowBuilder stage(String node, ComponentRole role, NativeStageProvider provider) {
        return java(node, role, (_, _) -> provider);
    }

    /**
     * A node that is an installed native stage.
     *
     * @param stage what stands after {@code native:}, such as {@code file}
     */
    public FlowBuilder stage(String node, ComponentRole role, String stage, Consumer<Node> said) {
        return node(node, new Behind.Installed(stage, role)).settings(node, said);
    }

    private FlowBuilder java(String node, ComponentRole role, Making making) {
        return node(node, new Behind.InJava(role, making));
    }

    private FlowBuilder node(String node, Behind behind) {
        if (node.isEmpty() || node.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + node + "' cannot be told from a port: a node's name has no colon");
        }
        if (nodes.putIfAbsent(node, behind) != null) {
            throw new IllegalArgumentException("there are two nodes called '" + node + "'");
        }
        return this;
    }

    /**
     * Elements go from one node to another.
     *
     * @param from a node, or {@code node:port} for a router
     * @param to a node
     */
    public FlowBuilder edge(String from, String to) {
        return edge(from, to, _ -> {});
    }

    public FlowBuilder edge(String from, String to, Consumer<QueueChange> said) {
        var own = new QueueChange();
        said.accept(own);
        edges.add(new Edge(endpoint(from, EdgeDefinition.OUTPUT), endpoint(to, EdgeDefinition.INPUT), own));
        return this;
    }

    private static Endpoint endpoint(String text, String port) {
        int colon = text.lastIndexOf(':');
        return colon < 0 ? new Endpoint(text, port) : new Endpoint(text.substring(0, colon), text.substring(colon + 1));
    }

    /** The queue behind every edge of this builder that says nothing else. */
    public FlowBuilder queues(Consumer<QueueChange> said) {
        said.accept(queue);
        return this;
    }

    /** For people: what it is for. */
    public FlowBuilder description(String text) {
        description = Optional.of(text);
        return this;
    }

    /** Which of its ready stages runs next. */
    public FlowBuilder scheduling(SchedulingKind one) {
        scheduling = Optional.of(one);
        return this;
    }

    /** Its weight among the flows of the process. */
    public FlowBuilder priority(FlowPriority one) {
        priority = Optional.of(one);
        return this;
    }

    /** What follows from an error that a node answers of which nothing else is said. */
    public FlowBuilder onError(ErrorPolicy policy) {
        errorPolicy = Optional.of(policy);
        return this;
    }

    /** How long it may take; it fails when it takes longer. */
    public FlowBuilder deadline(Duration limit) {
        deadline = Optional.of(positive(limit));
        return this;
    }

    /** How long one call of a component may take of which nothing else is said. */
    public FlowBuilder callTimeout(Duration each) {
        callTimeout = Optional.of(positive(each));
        return this;
    }

    /** How long what is queued may take when the flow is told to end. */
    public FlowBuilder drainTimeout(Duration limit) {
        drainTimeout = Optional.of(positive(limit));
        return this;
    }

    /** How long the call that is under way may go on when the flow is told to end. */
    public FlowBuilder cancelTimeout(Duration limit) {
        cancelTimeout = Optional.of(positive(limit));
        return this;
    }

    private static Duration positive(Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("a time limit is above zero, not " + duration);
        }
        return duration;
    }

    /** Elements that its sources deliver together before it ends. */
    public FlowBuilder limit(long elements) {
        if (elements < 0) {
            throw new IllegalArgumentException("a limit cannot be negative: " + elements);
        }
        limit = OptionalLong.of(elements);
        return this;
    }

    /**
     * The span that the flow's is a child of; without one, each run begins a trace of its own. With {@link
     * TraceContext#NONE} it is in no trace.
     */
    public FlowBuilder trace(TraceContext parent) {
        trace = Optional.of(parent);
        return this;
    }
}
