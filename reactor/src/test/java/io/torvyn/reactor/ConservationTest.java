package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.torvyn.component.Imports;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.FlowContext;
import io.torvyn.engine.WasmEngine;
import io.torvyn.guests.Guests;
import io.torvyn.reactor.RandomFlow.Interruption;
import io.torvyn.reactor.RandomFlow.Node;
import io.torvyn.resources.BufferOwner;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.CopyReason;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;
import io.torvyn.types.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random flows of real components and of Java that does the same, with random failures, traps and interruptions: every
 * element that entered is delivered, dropped by a stage, discarded by a policy, sent as a dead letter, or lost to a
 * failure that was told, exactly once, and in order where there is one way.
 *
 * <p>{@code -Dtorvyn.seeds=FIRST-LAST} runs other seeds, and prints what came of each.
 */
class ConservationTest {
    private static final WasmEngine ENGINE =
            WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.inMemory());
    private static final Pattern SEEDS = Pattern.compile("(\\d+)-(\\d+)");
    private static final Pattern REPORT = Pattern.compile("elements=(\\d+) tokens=(\\d+) sum=(\\p{XDigit}+)");

    /** A run and what it left behind. */
    private static final class Run extends TestFlow {
        final RandomFlow random;
        final Map<String, DiceStage> java = new LinkedHashMap<>();
        final Map<String, Long> errors = new HashMap<>();
        final Map<String, Long> replaced = new HashMap<>();
        final List<Failure> failures = new ArrayList<>();
        final FlowOutcome outcome;

        Run(RandomFlow random) throws InterruptedException {
            this.random = random;
            for (Node node : random.nodes()) {
                add(node);
            }
            for (RandomFlow.Edge edge : random.edges()) {
                boolean routed = random.node(edge.from()).role() == ComponentRole.ROUTER;
                edge(edge.from(), edge.to(), s -> (routed ? s.withPort("p" + edge.port()) : s)
                        .withCapacity(edge.capacity())
                        .withPolicy(edge.policy()));
            }
            settings = settings.withScheduling(random.scheduling());
            outcome = ended(interrupted());
            outcome.failure().ifPresent(failures::add);
        }

        private void add(Node node) {
            var id = new ComponentId(stages.size() + 1L);
            int threads = random.threads(node);
            List<StageDefinition.Instance> instances = new ArrayList<>();
            for (int i = 0; i < Math.max(1, threads); i++) {
                BufferOwner owner = threads > 0 ? flow.ownerElsewhere(id, node.name()) : flow.owner(id, node.name());
                instances.add(new StageDefinition.Instance(instance(node, id, owner), owner));
            }
            StageDefinition.Instance first = instances.getFirst();
            StageDefinition stage = StageDefinition.of(
                            node.name(), node.role(), first.invoker(), first.owner(), node.config())
                    .withErrorPolicy(node.policy());
            if (threads > 0) {
                stage = stage.inParallel(instances.subList(1, threads));
            }
            stages.add(
                    node.restart()
                            ? stage.withRestart(
                                    new Restart(10_000, Duration.ofMinutes(1), owner -> component(node, id, owner)))
                            : stage);
        }

        private ComponentInvoker instance(Node node, ComponentId id, BufferOwner owner) {
            if (node.real()) {
                return component(node, id, owner);
            }
            var stage = new DiceStage(id.value(), node);
            stage.owner = owner;
            java.put(node.name(), stage);
            return stage;
        }

        private ComponentInvoker component(Node node, ComponentId id, BufferOwner owner) {
            return ENGINE.instantiate(
                            ENGINE.compile(Guests.bytes(node.guest()), node.guest()),
                            new Imports().add(Types.host()).add(BufferAllocator.host(owner)),
                            id,
                            node.name(),
                            ENGINE.settings().limits())
                    .invoker(
                            owner,
                            owner.contentTypes(),
                            new FlowContext(flow.id(), TraceContext.NONE, () -> deadline.nanosLeft()));
        }

        private Flow interrupted() {
            return switch (random.interruption()) {
                case Interruption.None _ -> start();
                case Interruption.Limit(long elements) -> {
                    settings = settings.withLimit(elements);
                    yield start();
                }
                case Interruption.Deadline(var after) -> {
                    deadline = Deadline.after(after);
                    yield start();
                }
                case Interruption.Cancel(long pulled) -> {
                    Flow running = start();
                    while (running.status().pulled() < pulled
                            && running.outcome().isEmpty()) {
                        Thread.onSpinWait();
                    }
                    running.cancel(new CancellationReason.OperatorRequest("enough"));
                    yield running;
                }
            };
        }

        @Override
        public void componentError(FlowId id, String node, ProcessError error, long sequence, ErrorPolicy policy) {
            errors.merge(node, 1L, Long::sum);
        }

        @Override
        public void backpressureChanged(FlowId id, StreamId stream, boolean active, int depth) {}

        @Override
        public void componentFinished(FlowId id, String node, Failure failure, long sequence, boolean fresh) {
            replaced.merge(node, 1L, Long::sum);
        }

        @Override
        public void cleanupFailed(FlowId id, String node, Failure failure) {
            failures.add(failure);
        }

        StageReport report(String node) {
            return outcome.stages().stream()
                    .filter(s -> s.name().equals(node))
                    .findFirst()
                    .orElseThrow();
        }

        /** What a component that is a sink says that it took; null when it was not asked, or not any more. */
        Matcher told(String sink) {
            for (Failure failure : failures) {
                if (failure instanceof ReactorFailure.ComponentError(String node, String call, ProcessError error)
                        && node.equals(sink)
                        && call.equals("complete")) {
                    Matcher report = REPORT.matcher(error.message());
                    assertThat(report.matches()).as(error.message()).isTrue();
                    return report;
                }
            }
            return null;
        }
    }

    private static List<Long> seeds() {
        Matcher range = SEEDS.matcher(System.getProperty("torvyn.seeds", "1-150"));
        assertThat(range.matches()).isTrue();
        var seeds = new ArrayList<Long>();
        for (long seed = Long.parseLong(range.group(1)); seed <= Long.parseLong(range.group(2)); seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    @Test
    void everyElementIsAccountedForOnce() {
        long real = 0;
        long all = 0;
        long exact = 0;
        long parallel = 0;
        var ends = new LinkedHashMap<String, Integer>();
        boolean told = System.getProperty("torvyn.seeds") != null;
        for (long seed : seeds()) {
            RandomFlow random = RandomFlow.of(seed);
            assertThatCode(() -> {
                        var run = new Run(random);
                        try {
                            check(run);
                        } catch (AssertionError e) {
                            throw new AssertionError(told(run), e);
                        }
                        ends.merge(
                                run.outcome.state() + " "
                                        + run.outcome.reason().getClass().getSimpleName(),
                                1,
                                Integer::sum);
                        if (told) {
                            System.out.println(line(run));
                        }
                    })
                    .as("seed " + seed)
                    .doesNotThrowAnyException();
            all += random.nodes().size();
            real += random.nodes().stream().filter(Node::real).count();
            exact += random.fate().exact() ? 1 : 0;
            parallel += random.nodes().stream()
                    .filter(node -> random.threads(node) > 0)
                    .count();
        }
        if (told) {
            System.out.println(real + " of " + all + " stages are components, " + parallel
                    + " have threads of their own; " + exact + " flows foretold; " + ends);
        }
        assertThat(2 * real).isGreaterThanOrEqualTo(all);
        assertThat(exact).isPositive();
        assertThat(3 * parallel).isGreaterThanOrEqualTo(all);
    }

    private static String told(Run run) {
        return line(run) + "\n" + run.random + "\n" + run.outcome.stages() + "\n" + run.outcome.streams() + "\n"
                + run.failures + run.errors;
    }

    private static String line(Run run) {
        FlowOutcome o = run.outcome;
        return "seed %d: %d stages, %d components; %s, %d pulled, %d done, %d discarded, %d dead letters, %d lost, %d errors, %d copies"
                .formatted(
                        run.random.seed(),
                        run.random.nodes().size(),
                        run.random.nodes().stream().filter(Node::real).count(),
                        o.reason().getClass().getSimpleName(),
                        o.pulled(),
                        o.elements(),
                        o.discarded(),
                        o.deadLettered(),
                        o.lost(),
                        o.errors(),
                        o.copies().copies());
    }

    private static void check(Run run) {
        RandomFlow.Fate fate = run.random.fate();
        for (Node node : run.random.nodes()) {
            checkStage(run, fate, node);
        }
        FlowOutcome outcome = run.outcome;
        for (StreamReport stream : outcome.streams()) {
            assertThat(stream.depth()).isZero();
            assertThat(stream.peakDepth()).isLessThanOrEqualTo(stream.capacity());
        }
        long skipped = outcome.stages().stream()
                .filter(s -> s.role() != ComponentRole.SOURCE)
                .mapToLong(StageReport::skipped)
                .sum();
        boolean aggregates = run.random.nodes().stream().anyMatch(n -> n.role() == ComponentRole.AGGREGATOR);
        if (fate.exact()) {
            assertThat(outcome.failure().filter(f -> !isReport(f))).isEmpty();
            assertThat(outcome.discarded()).isEqualTo(skipped);
            assertThat(outcome.deadLettered()).isEqualTo(sum(fate.letters()));
            assertThat(outcome.lost()).isEqualTo(sum(fate.lost()));
        }
        if (!aggregates) {
            long overflowed = outcome.stages().stream()
                    .filter(s -> s.role() != ComponentRole.SINK)
                    .mapToLong(StageReport::skipped)
                    .sum();
            long dropped =
                    outcome.streams().stream().mapToLong(StreamReport::dropped).sum();
            // A stage that skips counts what a full queue refused it as well: as skipped, and as dropped by the queue.
            // What
            // was refused and became a letter is not discarded.
            long letters = outcome.stages().stream()
                    .mapToLong(StageReport::deadLettered)
                    .sum();
            assertThat(outcome.discarded()).isBetween(dropped - letters, dropped + skipped + overflowed);
            long written = outcome.stages().stream()
                    .filter(s -> s.role() == ComponentRole.SOURCE || s.role() == ComponentRole.PROCESSOR)
                    .mapToLong(StageReport::emitted)
                    .sum();
            assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(written);
            long read = outcome.stages().stream()
                    .filter(s -> s.role() != ComponentRole.SOURCE)
                    .mapToLong(StageReport::invocations)
                    .sum();
            assertThat(outcome.copies().copies(CopyReason.HOST_TO_COMPONENT)).isEqualTo(read);
        }
        assertThat(outcome.pulled())
                .isEqualTo(outcome.stages().stream()
                        .filter(s -> s.role() == ComponentRole.SOURCE)
                        .mapToLong(StageReport::emitted)
                        .sum());
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(n -> n).sum();
    }

    private static boolean isReport(Failure failure) {
        return failure instanceof ReactorFailure.ComponentError error
                && error.call().equals("complete");
    }

    private static void checkStage(Run run, RandomFlow.Fate fate, Node node) {
        StageReport report = run.report(node.name());
        if (fate.exact() && node.role() != ComponentRole.SOURCE) {
            assertThat(report.dropped())
                    .as(node.name())
                    .isEqualTo(fate.dropped().get(node.name()));
            assertThat(report.skipped())
                    .as(node.name())
                    .isEqualTo(fate.givenUp().get(node.name()));
        }
        if (fate.exact() && node.role() == ComponentRole.SOURCE) {
            assertThat(report.emitted()).isEqualTo(node.count());
        }
        if (node.role() != ComponentRole.SINK) {
            if (node.role() != ComponentRole.ROUTER) {
                checkOutputs(run, node, report);
            }
            return;
        }
        if (node.name().equals(RandomFlow.LETTERS)) {
            assertThat(run.outcome.deadLettered()).isEqualTo(run.java.get(node.name()).letters);
            return;
        }
        Map<Integer, Integer> expected = fate.delivered().get(node.name());
        DiceStage java = run.java.get(node.name());
        if (java != null) {
            checkDelivered(run, fate, node, java.taken, expected);
            return;
        }
        Matcher told = run.told(node.name());
        if (told != null) {
            long tokens = Long.parseLong(told.group(2));
            if (fate.exact()) {
                assertThat(tokens)
                        .as(node.name())
                        .isEqualTo(expected.values().stream().mapToLong(n -> n).sum());
                assertThat(Long.parseUnsignedLong(told.group(3), 16))
                        .isEqualTo(expected.entrySet().stream()
                                .mapToLong(e -> e.getValue() * Dice.mixed(e.getKey()))
                                .sum());
            } else {
                assertThat(tokens)
                        .isLessThanOrEqualTo(
                                expected.values().stream().mapToLong(n -> n).sum());
            }
            assertThat(Long.parseLong(told.group(1))).isEqualTo(taken(run, node.name(), report));
        } else if (node.report() && fate.exact()) {
            throw new AssertionError(node.name() + " was not completed");
        }
    }

    /** What left a stage that sends everything everywhere came into each queue, or was discarded before it. */
    private static void checkOutputs(Run run, Node node, StageReport report) {
        for (StreamReport stream : run.outcome.streams()) {
            if (stream.from().equals(node.name()) && !stream.to().equals(RandomFlow.LETTERS)) {
                assertThat(stream.transferred()).isLessThanOrEqualTo(report.emitted());
                assertThat(stream.transferred() + stream.dropped()).isGreaterThanOrEqualTo(report.emitted());
            }
        }
        // With one edge between the two nothing else comes in: emitted = handled there + dropped on the way.
        List<RandomFlow.Edge> outputs = run.random.outputs(node.name());
        for (RandomFlow.Edge edge : outputs) {
            if (run.random.inputs(edge.to()).size() == 1) {
                StreamReport stream = run.outcome.streams().stream()
                        .filter(s -> s.from().equals(edge.from()) && s.to().equals(edge.to()))
                        .findFirst()
                        .orElseThrow();
                Node consumer = run.random.node(edge.to());
                if (consumer.role() != ComponentRole.AGGREGATOR) {
                    assertThat(handled(run, consumer) + stream.dropped())
                            .as(edge.from() + " to " + edge.to())
                            .isEqualTo(report.emitted());
                }
            }
        }
    }

    private static long handled(Run run, Node consumer) {
        StageReport report = run.report(consumer.name());
        return switch (consumer.role()) {
            case PROCESSOR, FILTER, ROUTER -> report.emitted() + report.dropped() + lostHere(run, consumer, report);
            case SINK -> taken(run, consumer.name(), report) + report.skipped() + report.deadLettered() + report.lost();
            case SOURCE, AGGREGATOR -> throw new AssertionError(consumer);
        };
    }

    /** Given up because of an error or a trap, and not because a queue was full. */
    private static long lostHere(Run run, Node node, StageReport report) {
        long failed = run.errors.getOrDefault(node.name(), 0L);
        boolean isRefused = run.random.outputs(node.name()).stream()
                .anyMatch(edge -> edge.policy() instanceof BackpressurePolicy.Fail);
        if (node.sendsLetters() && !isRefused) {
            return report.lost() + report.deadLettered();
        }
        return report.lost()
                + (node.skips()
                        ? failed
                        : node.sendsLetters() ? failed + run.replaced.getOrDefault(node.name(), 0L) : 0);
    }

    /** Calls of {@code push} that went well. An error of {@code complete} counts with the others. */
    private static long taken(Run run, String sink, StageReport report) {
        long ofCompletion = run.told(sink) == null ? 0 : 1;
        return report.invocations() - (report.errors() - ofCompletion);
    }

    private static void checkDelivered(
            Run run, RandomFlow.Fate fate, Node sink, List<Integer> taken, Map<Integer, Integer> expected) {
        var delivered = new HashMap<Integer, Integer>();
        taken.forEach(token -> delivered.merge(token, 1, Integer::sum));
        if (fate.exact()) {
            assertThat(delivered).as(sink.name()).isEqualTo(expected);
        } else {
            delivered.forEach((token, times) -> assertThat(times)
                    .as("token " + token + " at " + sink.name())
                    .isLessThanOrEqualTo(expected.getOrDefault(token, 0)));
        }
        for (Node source : run.random.nodes()) {
            if (source.role() == ComponentRole.SOURCE && run.random.paths(source.name(), sink.name()) == 1) {
                int[] inOrder = taken.stream()
                        .mapToInt(token -> token)
                        .filter(token -> token >= source.first() && token < source.first() + source.count())
                        .toArray();
                int[] sorted = inOrder.clone();
                Arrays.sort(sorted);
                assertThat(inOrder).as("order at " + sink.name()).isEqualTo(sorted);
            }
        }
    }
}
