package io.torvyn.reactor;

import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A flow that a seed gives, and what is to become of every element in it.
 *
 * @param nodes in topological order
 */
record RandomFlow(
        long seed, List<Node> nodes, List<Edge> edges, SchedulingPolicy scheduling, Interruption interruption) {
    /**
     * @param real a component, not Java that does the same
     * @param first the first token of a source, which gives {@code count} of {@code size} bytes each
     * @param ports of a router
     * @param batch elements that an aggregator joins
     * @param refusals of an aggregator that is flushed
     * @param report a sink tells what it took
     * @param restart a fresh instance takes the place of one that has trapped
     */
    record Node(
            String name,
            ComponentRole role,
            boolean real,
            Dice dice,
            ErrorPolicy policy,
            int first,
            int count,
            int size,
            int ports,
            int batch,
            int refusals,
            boolean report,
            boolean restart) {
        Node withPorts(int other) {
            return new Node(
                    name, role, real, dice, policy, first, count, size, other, batch, refusals, report, restart);
        }

        boolean skips() {
            return policy instanceof ErrorPolicy.SkipElement || policy instanceof ErrorPolicy.LogAndContinue;
        }

        boolean sendsLetters() {
            return policy instanceof ErrorPolicy.DeadLetter;
        }

        /** An element that fails here is given up, sent as a letter, or the end of the flow. */
        boolean givesUp(int token) {
            return role != ComponentRole.SOURCE && dice.fails(token) && !(policy instanceof ErrorPolicy.Retry);
        }

        String guest() {
            return switch (role) {
                case SOURCE -> "dice-source";
                case PROCESSOR -> "dice";
                case FILTER -> "dice-filter";
                case ROUTER -> "dice-router";
                case AGGREGATOR -> "batch";
                case SINK -> "dice-sink";
            };
        }

        String config() {
            return switch (role) {
                case SOURCE ->
                    "{%s, \"first\": %d, \"count\": %d, \"size\": %d}".formatted(dice.config(), first, count, size);
                case PROCESSOR, FILTER -> "{" + dice.config() + "}";
                case ROUTER -> "{%s, \"ports\": %d}".formatted(dice.config(), ports);
                case AGGREGATOR -> "{\"size\": %d, \"refuse\": %d}".formatted(batch, refusals);
                case SINK -> "{%s, \"report\": %d}".formatted(dice.config(), report ? 1 : 0);
            };
        }
    }

    record Edge(String from, int port, String to, int capacity, BackpressurePolicy policy) {
        boolean loses() {
            return switch (policy) {
                case BackpressurePolicy.BlockProducer _, BackpressurePolicy.RateLimit _ -> false;
                case BackpressurePolicy.DropOldest _, BackpressurePolicy.DropNewest _, BackpressurePolicy.Fail _ ->
                    true;
            };
        }
    }

    /** What ends a flow before its time. */
    sealed interface Interruption {
        record None() implements Interruption {}

        record Limit(long elements) implements Interruption {}

        /** From another thread, when so many have been pulled. */
        record Cancel(long pulled) implements Interruption {}

        record Deadline(Duration after) implements Interruption {}
    }

    /**
     * What becomes of the elements when nothing interrupts the flow.
     *
     * @param delivered by sink, how often each token gets there
     * @param dropped by stage, elements that it drops
     * @param givenUp by stage, elements that its error policy gives up
     * @param letters by stage, elements that go on as dead letters
     * @param lost by stage, elements that took their component down with them, where a fresh instance goes on
     * @param exact whether it has to be so, and not only may be
     */
    record Fate(
            Map<String, Map<Integer, Integer>> delivered,
            Map<String, Long> dropped,
            Map<String, Long> givenUp,
            Map<String, Long> letters,
            Map<String, Long> lost,
            boolean exact) {}

    /** The sink that dead letters go to. */
    static final String LETTERS = "letters";

    private static final int TOKENS_PER_SOURCE = 1 << 16;

    /**
     * Threads that a node has of its own, each with an instance; 0 when its flow's thread calls it. Only a processor that
     * does not have to remember how often an element has failed has several.
     */
    int threads(Node node) {
        var random = new SplittableRandom(seed << 8 | nodes.indexOf(node));
        if (seed % 3 == 0 || random.nextInt(3) == 0) {
            return 0;
        }
        boolean remembers =
                node.policy() instanceof ErrorPolicy.Retry && node.dice().fail() > 0;
        return node.role() == ComponentRole.PROCESSOR && !remembers ? 1 + random.nextInt(3) : 1;
    }

    Node node(String name) {
        return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    }

    List<Edge> outputs(String node) {
        return edges.stream().filter(e -> e.from().equals(node)).toList();
    }

    List<Edge> inputs(String node) {
        return edges.stream().filter(e -> e.to().equals(node)).toList();
    }

    Fate fate() {
        var course = new Course();
        boolean exact =
                interruption instanceof Interruption.None && edges.stream().noneMatch(Edge::loses);
        for (Node node : nodes) {
            course.dropped.put(node.name(), 0L);
            course.givenUp.put(node.name(), 0L);
            course.letters.put(node.name(), 0L);
            course.lost.put(node.name(), 0L);
            if (node.role() == ComponentRole.SINK) {
                course.delivered.put(node.name(), new HashMap<>());
            }
        }
        for (Node source : nodes) {
            for (int token = source.first(); token < source.first() + source.count(); token++) {
                if (token == source.dice().trap()
                        || (source.dice().fails(token) && source.policy() instanceof ErrorPolicy.FailFast)) {
                    course.broken = true;
                }
                for (Edge edge : outputs(source.name())) {
                    course.follow(node(edge.to()), token);
                }
            }
        }
        return new Fate(
                course.delivered, course.dropped, course.givenUp, course.letters, course.lost, exact && !course.broken);
    }

    private final class Course {
        final Map<String, Map<Integer, Integer>> delivered = new LinkedHashMap<>();
        final Map<String, Long> dropped = new HashMap<>();
        final Map<String, Long> givenUp = new HashMap<>();
        final Map<String, Long> letters = new HashMap<>();
        final Map<String, Long> lost = new HashMap<>();
        boolean broken;

        void follow(Node node, int token) {
            Dice dice = node.dice();
            if (token == dice.trap()) {
                broken |= !node.restart();
                (node.sendsLetters() ? letters : lost).merge(node.name(), 1L, Long::sum);
                return;
            }
            if (node.givesUp(token)) {
                broken |= !node.skips() && !node.sendsLetters();
                (node.sendsLetters() ? letters : givenUp).merge(node.name(), 1L, Long::sum);
                return;
            }
            switch (node.role()) {
                case PROCESSOR, FILTER -> {
                    if (dice.drops(token)) {
                        dropped.merge(node.name(), 1L, Long::sum);
                    } else {
                        goOn(node, token, -1);
                    }
                }
                case ROUTER -> {
                    boolean any = false;
                    for (int port = 0; port < node.ports(); port++) {
                        if (dice.goesTo(token, port)) {
                            any = true;
                            goOn(node, token, port);
                        }
                    }
                    if (!any) {
                        dropped.merge(node.name(), 1L, Long::sum);
                    }
                }
                case AGGREGATOR -> goOn(node, token, -1);
                case SINK -> delivered.get(node.name()).merge(token, 1, Integer::sum);
                case SOURCE -> throw new AssertionError("nothing leads into a source");
            }
        }

        /** @param port -1 for every one */
        private void goOn(Node node, int token, int port) {
            for (Edge edge : outputs(node.name())) {
                if (port < 0 || edge.port() == port) {
                    follow(node(edge.to()), token);
                }
            }
        }
    }

    /** Ways from one stage to another. */
    int paths(String from, String to) {
        if (from.equals(to)) {
            return 1;
        }
        return outputs(from).stream().mapToInt(edge -> paths(edge.to(), to)).sum();
    }

    static RandomFlow of(long seed) {
        return new Maker(seed).make();
    }

    private static final class Maker {
        private final long seed;
        private final SplittableRandom random;
        private final List<Node> nodes = new ArrayList<>();
        private final List<Edge> edges = new ArrayList<>();
        /** Stages whose elements may be joined ones: what happens to those depends on which came together. */
        private final List<String> joined = new ArrayList<>();

        private final boolean calm;
        private int reals;

        Maker(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            calm = chance(0.5);
        }

        private boolean chance(double share) {
            return random.nextDouble() < share;
        }

        RandomFlow make() {
            int sources = chance(0.65) ? 1 : 2;
            for (int i = 0; i < sources; i++) {
                add("source" + i, ComponentRole.SOURCE, false);
            }
            int middle = random.nextInt(6);
            for (int i = 0; i < middle; i++) {
                List<String> inputs = pick(producers(), chance(0.75) ? 1 : 2);
                boolean afterJoin = inputs.stream().anyMatch(joined::contains);
                ComponentRole role = afterJoin ? ComponentRole.PROCESSOR : anyMiddleRole();
                Node node = add("stage" + i, role, afterJoin);
                if (afterJoin || role == ComponentRole.AGGREGATOR) {
                    joined.add(node.name());
                }
                inputs.forEach(from -> join(from, node.name()));
            }
            int sinks = 1 + random.nextInt(3);
            for (int i = 0; i < sinks; i++) {
                List<String> inputs = pick(producers(), chance(0.8) ? 1 : 2);
                Node node = add("sink" + i, ComponentRole.SINK, inputs.stream().anyMatch(joined::contains));
                inputs.forEach(from -> join(from, node.name()));
            }
            attachLooseEnds();
            nameThePorts();
            if (nodes.stream().anyMatch(Node::sendsLetters)) {
                nodes.add(new Node(
                        LETTERS,
                        ComponentRole.SINK,
                        false,
                        Dice.PLAIN,
                        new ErrorPolicy.FailFast(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        false,
                        false));
            }
            return new RandomFlow(seed, List.copyOf(nodes), List.copyOf(edges), scheduling(), interruption());
        }

        private List<String> producers() {
            return nodes.stream()
                    .filter(n -> n.role() != ComponentRole.SINK)
                    .map(Node::name)
                    .toList();
        }

        private List<String> pick(List<String> from, int count) {
            var left = new ArrayList<>(from);
            var picked = new ArrayList<String>();
            while (picked.size() < count && !left.isEmpty()) {
                // The later ones more often: chains, and not only fans.
                int at = chance(0.5) ? left.size() - 1 : random.nextInt(left.size());
                picked.add(left.remove(at));
            }
            return picked;
        }

        private ComponentRole anyMiddleRole() {
            return switch (random.nextInt(8)) {
                case 0, 1, 2 -> ComponentRole.PROCESSOR;
                case 3, 4 -> ComponentRole.FILTER;
                case 5, 6 -> ComponentRole.ROUTER;
                default -> ComponentRole.AGGREGATOR;
            };
        }

        private void join(String from, String to) {
            BackpressurePolicy policy = new BackpressurePolicy.BlockProducer();
            if (chance(0.1)) {
                policy = new BackpressurePolicy.RateLimit(200_000);
            } else if (!calm && chance(0.3)) {
                policy = switch (random.nextInt(3)) {
                    case 0 -> new BackpressurePolicy.DropOldest();
                    case 1 -> new BackpressurePolicy.DropNewest();
                    default -> new BackpressurePolicy.Fail();
                };
            }
            edges.add(new Edge(from, 0, to, 1 + random.nextInt(chance(0.5) ? 4 : 64), policy));
        }

        private void attachLooseEnds() {
            for (Node node : List.copyOf(nodes)) {
                if (node.role() != ComponentRole.SINK
                        && edges.stream().noneMatch(e -> e.from().equals(node.name()))) {
                    boolean afterJoin = joined.contains(node.name());
                    List<String> sinks = nodes.stream()
                            .filter(n -> n.role() == ComponentRole.SINK
                                    && (!afterJoin
                                            || (n.dice().fail() == 0 && n.dice().trap() < 0)))
                            .map(Node::name)
                            .toList();
                    String sink = sinks.isEmpty()
                            ? add("sink-of-" + node.name(), ComponentRole.SINK, afterJoin)
                                    .name()
                            : sinks.get(random.nextInt(sinks.size()));
                    join(node.name(), sink);
                }
            }
        }

        /** Each edge of a router gets a port of its own, as long as there are four. */
        private void nameThePorts() {
            for (int n = 0; n < nodes.size(); n++) {
                Node node = nodes.get(n);
                if (node.role() != ComponentRole.ROUTER) {
                    continue;
                }
                int port = 0;
                for (int e = 0; e < edges.size(); e++) {
                    Edge edge = edges.get(e);
                    if (edge.from().equals(node.name())) {
                        edges.set(e, new Edge(edge.from(), port++ % 4, edge.to(), edge.capacity(), edge.policy()));
                    }
                }
                nodes.set(n, node.withPorts(Math.min(port, 4)));
            }
        }

        private Node add(String name, ComponentRole role, boolean afterJoin) {
            int first = nodes.size() * TOKENS_PER_SOURCE;
            boolean source = role == ComponentRole.SOURCE;
            int count = source ? 20 + random.nextInt(chance(0.8) ? 80 : 600) : 0;
            boolean fails = role != ComponentRole.AGGREGATOR && !afterJoin && chance(0.35);
            ErrorPolicy policy =
                    fails || role == ComponentRole.AGGREGATOR ? anyPolicy(role) : new ErrorPolicy.FailFast();
            boolean skips = policy instanceof ErrorPolicy.SkipElement
                    || policy instanceof ErrorPolicy.LogAndContinue
                    || policy instanceof ErrorPolicy.DeadLetter;
            // A source that is skipped is pulled again; elsewhere a token that is given up fails whenever it comes.
            int attempts = skips && !source ? Integer.MAX_VALUE : 1 + random.nextInt(2);
            boolean restart = !source && !afterJoin && role != ComponentRole.AGGREGATOR && chance(0.2);
            int trap = restart || (!calm && !afterJoin && role != ComponentRole.AGGREGATOR && chance(0.08))
                    ? random.nextInt(source ? first + count : 300)
                    : -1;
            var dice = new Dice(
                    random.nextInt(1 << 20),
                    afterJoin ? 0 : random.nextInt(400),
                    fails ? random.nextInt(policy instanceof ErrorPolicy.FailFast ? 20 : 200) : 0,
                    attempts,
                    role == ComponentRole.SINK && chance(0.3) ? random.nextInt(20) : 0,
                    chance(0.3) ? random.nextInt(200) : 0,
                    random.nextInt(20_000),
                    trap);
            boolean real = trap >= 0
                    || role == ComponentRole.AGGREGATOR
                    || 2 * reals <= nodes.size()
                    || chance(role == ComponentRole.SINK ? 0.4 : 0.8);
            reals += real ? 1 : 0;
            var node = new Node(
                    name,
                    role,
                    real,
                    dice,
                    policy,
                    source ? first : 0,
                    count,
                    9 + random.nextInt(60),
                    0,
                    1 + random.nextInt(8),
                    policy instanceof ErrorPolicy.Retry ? random.nextInt(3) : 0,
                    !restart && chance(0.5),
                    restart);
            nodes.add(node);
            return node;
        }

        private ErrorPolicy anyPolicy(ComponentRole role) {
            return switch (role == ComponentRole.AGGREGATOR ? 3 : random.nextInt(calm ? 5 : 7)) {
                case 0 -> new ErrorPolicy.SkipElement();
                case 1 -> new ErrorPolicy.LogAndContinue();
                case 2, 3 -> new ErrorPolicy.Retry(3, Duration.ofNanos(1 + random.nextInt(50_000)));
                case 4 ->
                    new ErrorPolicy.DeadLetter(new StreamId(1000L + nodes.size()), LETTERS, 1 + random.nextInt(8));
                default -> new ErrorPolicy.FailFast();
            };
        }

        private SchedulingPolicy scheduling() {
            return switch (random.nextInt(4)) {
                case 0 -> new SchedulingPolicy.DemandDriven();
                case 1 -> new SchedulingPolicy.RoundRobin();
                case 2 -> new SchedulingPolicy.Priority();
                default -> new SchedulingPolicy.WeightedFair();
            };
        }

        private Interruption interruption() {
            return switch (calm ? 9 : random.nextInt(8)) {
                case 0 -> new Interruption.Limit(random.nextInt(100));
                case 1, 2 -> new Interruption.Cancel(random.nextInt(100));
                case 3 -> new Interruption.Deadline(Duration.ofNanos(1 + random.nextInt(3_000_000)));
                default -> new Interruption.None();
            };
        }
    }
}
