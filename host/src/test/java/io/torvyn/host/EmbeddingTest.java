package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.ErrorPolicy;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.guests.Guests;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowState;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flows put together in code, fed and read by the application. */
@Timeout(60)
class EmbeddingTest {
    private static final CompiledComponentCache COMPILED = CompiledComponentCache.inMemory();

    @TempDir
    private Path directory;

    private final TorvynHost host = TorvynHost.builder().cache(COMPILED).build();

    @AfterEach
    void nothingIsLeft() {
        host.close();
        assertThat(host.liveBuffers()).isZero();
    }

    private static List<FlowElement> texts(String... texts) {
        return List.of(texts).stream().map(FlowElement::ofText).toList();
    }

    private static List<FlowElement> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> FlowElement.ofText("element " + n))
                .toList();
    }

    private static List<String> textOf(List<FlowElement> elements) {
        return elements.stream().map(FlowElement::text).toList();
    }

    private static ErrorCode codeOf(Throwable thrown) {
        return ((TorvynException) thrown).failure().code();
    }

    /** Asks for what a test says, and keeps what it hears. */
    private static class Reader implements Flow.Subscriber<FlowElement> {
        private final List<FlowElement> elements = Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final long first;

        Reader(long first) {
            this.first = first;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            if (first > 0) {
                given.request(first);
            }
            subscription.complete(given);
        }

        @Override
        public void onNext(FlowElement element) {
            elements.add(element);
        }

        @Override
        public void onError(Throwable error) {
            end.complete(error);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }

        Flow.Subscription subscription() {
            return subscription.join();
        }

        void awaitElements(int count) {
            while (elements.size() < count) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aComponentBetweenAListAndALambda() throws Exception {
        var out = Collections.synchronizedList(new ArrayList<FlowElement>());
        FlowBuilder shouting = FlowBuilder.named("shouting")
                .source("in", texts("hello", "world"))
                .component("upper", Guests.bytes("upper"))
                .sink("out", out::add);
        try (RunningFlow flow = host.start(shouting)) {
            FlowOutcome outcome = flow.awaitCompletion();
            assertThat(outcome.copies().copies()).isEqualTo(8); // two elements, four each
        }
        assertThat(textOf(out)).containsExactly("HELLO", "WORLD");
        assertThat(out.get(1).sequence()).isOne();
        assertThat(out.get(1).timestampNanos()).isPositive();
        assertThat(out.get(1).contentType()).isEqualTo("text/plain");
    }

    @Test
    void aBuilderStartsAsManyFlowsAsAreAskedFor() throws Exception {
        var count = new AtomicLong();
        FlowBuilder counting =
                FlowBuilder.named("counting").source("in", numbered(3)).sink("out", _ -> count.incrementAndGet());
        try (RunningFlow first = host.start(counting);
                RunningFlow second = host.start(counting)) {
            first.awaitCompletion();
            second.awaitCompletion();
            assertThat(first.id()).isNotEqualTo(second.id());
        }
        assertThat(count).hasValue(6);
        assertThat(host.listFlows()).isEmpty();
    }

    @Test
    @SuppressWarnings("try") // closing is how a publisher says that it has no more
    void aPublisherFeedsAndASubscriberReads() throws Exception {
        var reader = new Reader(Long.MAX_VALUE);
        try (var publisher = new SubmissionPublisher<FlowElement>()) {
            FlowBuilder copying = FlowBuilder.named("copying")
                    .source("in", publisher)
                    .component("copy", Guests.bytes("copy"))
                    .sink("out", reader);
            try (RunningFlow flow = host.start(copying)) {
                numbered(1000).forEach(publisher::submit);
                publisher.close();
                assertThat(flow.awaitCompletion().elements()).isEqualTo(1000);
                assertThat(reader.end.get()).isNull();
            }
        }
        assertThat(textOf(reader.elements)).isEqualTo(textOf(numbered(1000)));
    }

    /** Nothing but the queues' depths lies between what was asked for and what has been taken from the publisher. */
    @Test
    void demandGoesFromTheSubscriberToThePublisher() throws Exception {
        var reader = new Reader(0);
        var requested = new AtomicLong();
        FlowBuilder copying = FlowBuilder.named("copying")
                .input("in")
                .component("copy", Guests.bytes("copy"))
                .output("out")
                .queues(queue -> queue.depth(4));
        try (RunningFlow flow = host.start(copying)) {
            flow.publisher("out").subscribe(reader);
            List<FlowElement> elements = numbered(1000);
            var sent = new AtomicLong();
            Flow.Subscriber<FlowElement> subscriber = flow.subscriber("in");
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    requested.addAndGet(n);
                    for (long i = 0; i < n && sent.get() < elements.size(); i++) {
                        subscriber.onNext(elements.get((int) sent.getAndIncrement()));
                    }
                    if (sent.get() == elements.size()) {
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {}
            });
            int asked = 0;
            while (reader.elements.size() < elements.size()) {
                asked += 10;
                reader.subscription.get().request(10);
                reader.awaitElements(asked);
                assertThat(reader.elements).hasSize(asked);
                // two queues of four, what the source has been sent, and one that the processor may hold
                assertThat(requested.get()).isLessThanOrEqualTo(asked + 4 + 4 + 4 + 1);
            }
            assertThat(flow.awaitCompletion().discarded()).isZero();
            assertThat(reader.end.get()).isNull();
        }
        assertThat(textOf(reader.elements)).isEqualTo(textOf(numbered(1000)));
    }

    @Test
    void aSubscriberThatCancelsEndsTheFlowAndItsPublisher() throws Exception {
        var reader = new Reader(1);
        var publisher = new SubmissionPublisher<FlowElement>();
        FlowBuilder passing =
                FlowBuilder.named("passing").source("in", publisher).sink("out", reader);
        try (RunningFlow flow = host.start(passing)) {
            publisher.submit(FlowElement.ofText("first"));
            reader.awaitElements(1);
            reader.subscription.get().cancel();
            FlowOutcome outcome = flow.awaitCompletion();
            assertThat(outcome.reason()).isEqualTo(new CancellationReason.SinkClosed("out"));
        }
        while (publisher.hasSubscribers()) {
            Thread.onSpinWait();
        }
        assertThat(reader.end).isNotDone();
    }

    @Test
    void aTrapReachesTheSubscriberWithItsCode() throws Exception {
        var reader = new Reader(Long.MAX_VALUE);
        FlowBuilder trapping = FlowBuilder.named("trapping")
                .source("in", numbered(10))
                .component(
                        "faulty",
                        Guests.bytes("faulty"),
                        node -> node.config("{\"fault\": \"unreachable\", \"at\": 4}"))
                .sink("out", reader);
        try (RunningFlow flow = host.start(trapping)) {
            assertThat(flow.await().state()).isEqualTo(FlowState.FAILED);
            Throwable error = reader.end.get();
            assertThat(codeOf(error)).isEqualTo(ErrorCode.TRAP);
            assertThatThrownBy(flow::awaitCompletion).hasMessage(error.getMessage());
        }
    }

    @Test
    void cancellationReachesTheSubscriberAsE0425() throws Exception {
        var reader = new Reader(Long.MAX_VALUE);
        FlowBuilder waiting = FlowBuilder.named("waiting").input("in").sink("out", reader);
        try (RunningFlow flow = host.start(waiting)) {
            assertThat(flow.state()).isEqualTo(FlowState.RUNNING);
            assertThat(flow.cancel("enough")).isTrue();
            assertThat(flow.cancel("too late")).isFalse();
            assertThat(flow.await(Duration.ofSeconds(30)).orElseThrow().state()).isEqualTo(FlowState.CANCELLED);
            assertThat(reader.end.get()).hasMessageContaining("[E0425] Flow 'waiting' was cancelled: enough");
        }
    }

    @Test
    void aPublishersErrorFailsTheFlowAfterWhatItSent() throws Exception {
        var out = Collections.synchronizedList(new ArrayList<FlowElement>());
        var cause = new IOException("connection lost");
        FlowBuilder passing = FlowBuilder.named("passing").input("in").sink("out", out::add);
        try (RunningFlow flow = host.start(passing)) {
            Flow.Subscriber<FlowElement> subscriber = flow.subscriber("in");
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            subscriber.onNext(FlowElement.ofText("first"));
            subscriber.onError(cause);
            assertThatThrownBy(flow::awaitCompletion)
                    .hasMessageStartingWith("[E0420] node 'in', which is the application's own code, failed with "
                            + "java.io.IOException: connection lost")
                    .hasCause(cause);
        }
        assertThat(textOf(out)).containsExactly("first");
    }

    /** From one flow to the next, an error keeps its code. */
    @Test
    void flowsCanBeJoinedByTheirEnds() throws Exception {
        var reader = new Reader(Long.MAX_VALUE);
        FlowBuilder first = FlowBuilder.named("first")
                .source("in", numbered(10))
                .component(
                        "faulty",
                        Guests.bytes("faulty"),
                        node -> node.config("{\"fault\": \"unreachable\", \"at\": 4}"))
                .output("out");
        FlowBuilder second = FlowBuilder.named("second").input("in").sink("out", reader);
        try (RunningFlow one = host.start(first);
                RunningFlow two = host.start(second)) {
            one.publisher("out").subscribe(two.subscriber("in"));
            assertThatThrownBy(two::awaitCompletion)
                    .satisfies(error -> assertThat(codeOf(error)).isEqualTo(ErrorCode.TRAP));
            assertThat(reader.elements).hasSize(3);
        }
    }

    @Test
    void whatALambdaThrowsFailsTheFlowAndIsTheCause() throws Exception {
        FlowBuilder failing = FlowBuilder.named("failing")
                .source("in", numbered(2))
                .processor("broken", _ -> {
                    throw new IOException("no");
                })
                .sink("out", _ -> {});
        try (RunningFlow flow = host.start(failing)) {
            assertThatThrownBy(flow::awaitCompletion)
                    .hasMessageContaining("[E0420] node 'broken'")
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aProcessorInJavaChangesAndDrops() throws Exception {
        var out = Collections.synchronizedList(new ArrayList<FlowElement>());
        FlowBuilder halving = FlowBuilder.named("halving")
                .source("in", numbered(4))
                .processor(
                        "halve",
                        element -> element.sequence() % 2 == 0 ? FlowElement.ofText(element.text() + "!") : null)
                .sink("out", out::add);
        try (RunningFlow flow = host.start(halving)) {
            FlowOutcome outcome = flow.awaitCompletion();
            assertThat(outcome.elements()).isEqualTo(4);
            assertThat(outcome.copies().copies()).isEqualTo(4 + 4 + 2 + 2);
        }
        assertThat(textOf(out)).containsExactly("element 0!", "element 2!");
        assertThat(out.get(1).sequence()).isEqualTo(2);
    }

    @Test
    void edgesMakeOtherShapes() throws Exception {
        var odd = Collections.synchronizedList(new ArrayList<FlowElement>());
        var all = Collections.synchronizedList(new ArrayList<FlowElement>());
        FlowBuilder branching = FlowBuilder.named("branching")
                .source("in", numbered(10))
                .component("half", Guests.bytes("drop-every-second"))
                .sink("odd", odd::add)
                .sink("all", all::add)
                .edge("in", "half")
                .edge("half", "odd", edge -> edge.depth(2).whenFull(new BackpressurePolicy.BlockProducer()))
                .edge("in", "all");
        try (RunningFlow flow = host.start(branching)) {
            flow.awaitCompletion();
            assertThat(flow.status().streams()).hasSize(3);
        }
        assertThat(odd).hasSize(5);
        assertThat(all).hasSize(10);
    }

    @Test
    void aManifestsFlowIsGivenTheApplicationsEnds() throws Exception {
        var out = Collections.synchronizedList(new ArrayList<FlowElement>());
        Project project = new Project(directory)
                .flow("main")
                .source("native:stdin", "")
                .processor("upper", "")
                .sink("native:stdout", "");
        try (TorvynHost ofManifest = project.host().build();
                RunningFlow flow = ofManifest.start(
                        ofManifest.flow("main").source("source", texts("hello")).sink("sink", out::add))) {
            flow.awaitCompletion();
        }
        assertThat(textOf(out)).containsExactly("HELLO");
    }

    @Test
    void whatIsWrongWithAFlowIsSaidBeforeItStarts() {
        FlowBuilder wrong = FlowBuilder.named("wrong")
                .component("nothing", new byte[] {1, 2, 3})
                .component("lost", directory.resolve("lost.wasm"))
                .sink("out", _ -> {});
        assertThatThrownBy(() -> host.start(wrong))
                .isInstanceOfSatisfying(DiagnosticsException.class, e -> assertThat(e.diagnostics())
                        .extracting(diagnostic -> diagnostic.code())
                        .contains(ErrorCode.COMPONENT_NOT_COMPILED, ErrorCode.COMPONENT_NOT_FOUND));
    }

    @Test
    void whatComponentsMayDoIsSaidNodeByNode() throws Exception {
        Files.writeString(directory.resolve("in.txt"), "one\ntwo\n");
        var out = Collections.synchronizedList(new ArrayList<FlowElement>());
        FlowBuilder reading = FlowBuilder.named("reading")
                .component("lines", Guests.bytes("file-source"), node -> node.config("in.txt")
                        .grant("filesystem:read:" + directory))
                .sink("out", out::add);
        try (RunningFlow flow = host.start(reading)) {
            flow.awaitCompletion();
        }
        assertThat(out).isNotEmpty();
    }

    @Test
    void anErrorPolicyHoldsForOneNode() throws Exception {
        var out = Collections.synchronizedList(new ArrayList<FlowElement>());
        FlowBuilder skipping = FlowBuilder.named("skipping")
                .source("in", numbered(10))
                .component("faulty", Guests.bytes("faulty"), node -> node.role(ComponentRole.PROCESSOR)
                        .config("{\"fault\": \"internal\", \"at\": 4}")
                        .onError(new ErrorPolicy.Skip()))
                .sink("out", out::add);
        try (RunningFlow flow = host.start(skipping)) {
            assertThat(flow.awaitCompletion().errors()).isOne();
        }
        assertThat(out).hasSize(9);
    }

    @Test
    void closingDiscardsWhatNobodyHasAskedFor() throws Exception {
        var reader = new Reader(1);
        FlowBuilder passing =
                FlowBuilder.named("passing").source("in", numbered(1000)).sink("out", reader);
        RunningFlow flow = host.start(passing);
        reader.awaitElements(1);
        flow.close();
        FlowOutcome outcome = flow.await();
        assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(outcome.elements() + outcome.discarded()).isEqualTo(outcome.pulled());
        assertThat(codeOf(reader.end.get())).isEqualTo(ErrorCode.FLOW_CANCELLED);
    }

    @Test
    void aFlowWithoutAReaderWaitsForOneAndCanBeClosed() throws Exception {
        FlowBuilder passing =
                FlowBuilder.named("passing").source("in", numbered(3)).output("out");
        try (RunningFlow flow = host.start(passing)) {
            assertThat(flow.await(Duration.ofMillis(20))).isEmpty();
            var late = new Reader(Long.MAX_VALUE);
            flow.publisher("out").subscribe(late);
            flow.awaitCompletion();
            assertThat(late.elements).hasSize(3);
        }
        try (RunningFlow flow = host.start(passing)) {
            assertThat(flow.state()).isEqualTo(FlowState.RUNNING);
        }
    }

    @Test
    void aSubscriberMayCloseTheFlowThatCallsIt() throws Exception {
        var flows = new CompletableFuture<RunningFlow>();
        var refused = new CompletableFuture<Throwable>();
        FlowBuilder passing = FlowBuilder.named("passing")
                .source("in", numbered(1000))
                .sink("out", _ -> {
                    try {
                        RunningFlow own = flows.get();
                        own.close();
                        own.await();
                    } catch (Exception e) {
                        refused.complete(e);
                    }
                });
        try (RunningFlow flow = host.start(passing)) {
            flows.complete(flow);
            assertThat(refused.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("flow 'passing' cannot wait for its own end");
            assertThat(flow.await().state()).isEqualTo(FlowState.CANCELLED);
        }
    }

    @Test
    void whatWasSentAndNeverTakenIsCounted() throws Exception {
        FlowBuilder passing =
                FlowBuilder.named("passing").input("in").output("out").queues(queue -> queue.depth(2));
        RunningFlow flow = host.start(passing);
        var publisher = new SubmissionPublisher<FlowElement>();
        publisher.subscribe(flow.subscriber("in"));
        numbered(4).forEach(publisher::submit);
        while (flow.status().pulled() < 2 || flow.untaken() < 2) { // two in the queue, and two that wait for room in it
            Thread.onSpinWait();
        }
        flow.close();
        FlowOutcome outcome = flow.await();
        assertThat(outcome.pulled() + flow.untaken()).isEqualTo(4);
        assertThat(outcome.discarded()).isEqualTo(outcome.pulled());
    }

    @Test
    void theEndOfAFlowCanBeWaitedForWithoutAThread() throws Exception {
        var done = new CountDownLatch(1);
        FlowBuilder passing =
                FlowBuilder.named("passing").source("in", numbered(3)).sink("out", _ -> {});
        try (RunningFlow flow = host.start(passing)) {
            flow.ending().thenAccept(outcome -> {
                if (outcome.elements() == 3) {
                    done.countDown();
                }
            });
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingTheHostEndsItsFlows() throws Exception {
        var reader = new Reader(0);
        RunningFlow flow = host.start(
                FlowBuilder.named("passing").source("in", numbered(1000)).sink("out", reader));
        host.close();
        assertThat(flow.state()).isEqualTo(FlowState.CANCELLED);
        assertThat(codeOf(reader.end.get())).isEqualTo(ErrorCode.FLOW_CANCELLED);
    }

    @Test
    void deadLettersCanGoToTheApplication() throws Exception {
        var out = Collections.synchronizedList(new ArrayList<FlowElement>());
        var letters = Collections.synchronizedList(new ArrayList<FlowElement>());
        FlowBuilder careful = FlowBuilder.named("careful")
                .source("in", numbered(5))
                .component("faulty", Guests.bytes("faulty"), node -> node.config(
                                "{\"fault\": \"invalid-input\", \"at\": 2}")
                        .onError(new ErrorPolicy.DeadLetter("letters", 8)))
                .sink("out", out::add)
                .sink("letters", letters::add)
                .edge("in", "faulty")
                .edge("faulty", "out");
        try (RunningFlow flow = host.start(careful)) {
            assertThat(flow.awaitCompletion().elements()).isEqualTo(4);
        }
        assertThat(out).hasSize(4);
        assertThat(letters).singleElement().satisfies(letter -> assertThat(letter.text())
                .contains("\"faulty\"", "invalid_input"));
    }

    /** A subscriber that throws has broken its promise; the flow tells whoever waits for it. */
    @Test
    void aSubscriberThatThrowsFailsTheFlow() throws Exception {
        Reader reader = new Reader(Long.MAX_VALUE) {
            @Override
            public void onNext(FlowElement element) {
                throw new UnsupportedOperationException("not today");
            }
        };
        FlowBuilder passing =
                FlowBuilder.named("passing").source("in", numbered(3)).sink("out", reader);
        try (RunningFlow flow = host.start(passing)) {
            assertThatThrownBy(flow::awaitCompletion)
                    .hasMessageContaining("[E0420] node 'out'")
                    .hasCauseInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(reader.end).isNotDone();
    }

    @Test
    void anEmptyPoolIsAnErrorWhereTheManifestSaysSo() throws Exception {
        Project project = new Project(directory).more("""
                [runtime.pools]
                small_pool_size = 2
                exhaustion_policy = "error"
                """);
        var reader = new Reader(0);
        FlowBuilder filling = FlowBuilder.named("filling")
                .component("in", Guests.bytes("source"), node -> node.config("{\"count\": 10, \"size\": 10}"))
                .sink("out", reader)
                .drainTimeout(Duration.ofMillis(20));
        try (TorvynHost small = project.host().build();
                RunningFlow flow = small.start(filling)) {
            assertThatThrownBy(flow::awaitCompletion)
                    .hasMessageContaining("[E0310] All 2 buffers of the small pool are in use");
        }
    }

    @Test
    void aFlowInCodeCanBeLinkedWithoutBeingStarted() {
        FlowBuilder good = FlowBuilder.named("good")
                .source("in", texts("x"))
                .component("upper", Guests.bytes("upper"))
                .sink("out", _ -> {
                    throw new AssertionError("it has not been started");
                });
        assertThat(host.link(good).errors()).isEmpty();
        assertThat(host.link(FlowBuilder.named("bad").source("in", texts("x")).component("one", new byte[8]))
                        .errors())
                .extracting(finding -> finding.code())
                .contains(ErrorCode.COMPONENT_NOT_COMPILED, ErrorCode.TOPOLOGY_ERROR);
        assertThat(host.listFlows()).isEmpty();
    }

    /** Whoever closes it may be interrupted; the host forgets it all the same, when it has ended. */
    @Test
    void aFlowWhoseClosingIsInterruptedIsForgotten() throws Exception {
        RunningFlow flow = host.start(FlowBuilder.named("waiting").input("in").output("out"));
        Thread.currentThread().interrupt();
        flow.close();
        assertThat(Thread.interrupted()).isTrue();
        flow.await();
        while (!host.listFlows().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    /** And what it has not got is not among the delivered. */
    @Test
    void aSubscriberThatAsksForLessThanOneElementGetsNoMore() throws Exception {
        var got = new AtomicLong();
        Reader cancelling = new Reader(Long.MAX_VALUE) {
            @Override
            public void onNext(FlowElement element) {
                got.incrementAndGet();
                subscription().request(-1); // it is told so, and gets nothing more
            }
        };
        FlowBuilder passing =
                FlowBuilder.named("passing").source("in", numbered(5)).sink("out", cancelling);
        try (RunningFlow flow = host.start(passing)) {
            FlowOutcome outcome = flow.await();
            assertThat(got).hasValue(1);
            assertThat(outcome.elements()).isOne();
            assertThat(outcome.elements() + outcome.discarded()).isEqualTo(outcome.pulled());
        }
        assertThat(cancelling.end.get()).isInstanceOf(IllegalArgumentException.class);
    }
}
