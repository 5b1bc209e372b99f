package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.ErrorPolicy;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.Element;
import io.torvyn.guests.Guests;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.StageReport;
import io.torvyn.reactor.spi.NativeFilter;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Filters, routers and aggregators in Java, and what follows from what stages in Java throw. */
@Timeout(60)
class JavaStagesTest {
    private static final CompiledComponentCache COMPILED = CompiledComponentCache.inMemory();

    private final TorvynHost host = TorvynHost.builder().cache(COMPILED).build();
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final List<String> letters = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void nothingIsLeft() {
        host.close();
        assertThat(host.liveBuffers()).isZero();
    }

    private static List<FlowElement> texts(String... texts) {
        return Stream.of(texts).map(FlowElement::ofText).toList();
    }

    /** A flow of five elements, of which a test says the middle. */
    private static FlowBuilder five() {
        return FlowBuilder.named("five").source("in", texts("1", "2", "3", "4", "5"));
    }

    private FlowBuilder toOut(FlowBuilder flow) {
        return flow.sink("out", element -> out.add(element.text()));
    }

    private FlowBuilder withLetters(FlowBuilder flow, String node) {
        return flow.sink("letters", letter -> letters.add(letter.text()))
                .settings(node, said -> said.onError(new ErrorPolicy.DeadLetter("letters", 8)))
                .edge("in", node)
                .edge(node, "out");
    }

    private FlowOutcome run(FlowBuilder flow) throws InterruptedException {
        try (RunningFlow running = host.start(flow)) {
            FlowOutcome outcome = running.await();
            assertThat(outcome.leaked().reclaimed()).isEmpty();
            return outcome;
        }
    }

    private static StageReport stage(FlowOutcome outcome, String name) {
        return outcome.stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Joins the texts of two elements, and gives out what is left over. */
    private final class Pairs implements ElementAggregator {
        private String first = "";

        @Override
        public void close() {
            out.add("closed");
        }

        @Override
        public @Nullable FlowElement ingest(FlowElement element) {
            if (first.isEmpty()) {
                first = element.text();
                return null;
            }
            String joined = first + element.text();
            first = "";
            return FlowElement.ofText(joined);
        }

        @Override
        public List<FlowElement> flush() {
            return first.isEmpty() ? List.of() : List.of(FlowElement.ofText(first), FlowElement.ofText("end"));
        }
    }

    /** Fails at the third element, and at the flush; a second time it does not. */
    private static final class Hesitant implements ElementAggregator {
        private final AtomicInteger tries = new AtomicInteger();
        private final String at;

        Hesitant(String at) {
            this.at = at;
        }

        @Override
        public @Nullable FlowElement ingest(FlowElement element) throws IOException {
            failOnce(element.text());
            return element;
        }

        @Override
        public List<FlowElement> flush() throws IOException {
            failOnce("flush");
            return texts("last");
        }

        private void failOnce(String where) throws IOException {
            if (where.equals(at) && tries.incrementAndGet() == 1) {
                throw new IOException("not at " + where);
            }
        }
    }

    private static String odd(String text) throws IOException {
        if (text.equals("3")) {
            throw new IOException("no threes");
        }
        return text;
    }

    @Test
    void aFilterLetsPassOrDrops() throws Exception {
        FlowOutcome outcome =
                run(toOut(five().filter("small", element -> element.text().compareTo("4") < 0)));
        assertThat(outcome.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "3");
        assertThat(stage(outcome, "small").dropped()).isEqualTo(2);
        // one into the flow and one for the filter's own look each, and one out of it for what has passed
        assertThat(outcome.copies().copies()).isEqualTo(5 + 5 + 3);
    }

    @Test
    void aFilterThatReadsNoPayloadCopiesNone() throws Exception {
        NativeStageProvider even = new NativeStageProvider() {
            @Override
            public String name() {
                return "even";
            }

            @Override
            public boolean offers(ComponentRole role) {
                return role == ComponentRole.FILTER;
            }

            @Override
            public NativeFilter filter(NativeStageContext context) {
                return (Element element) -> element.sequence % 2 == 0;
            }
        };
        FlowOutcome outcome = run(toOut(five().stage("even", ComponentRole.FILTER, even)));
        assertThat(out).containsExactly("1", "3", "5");
        assertThat(outcome.copies().copies()).isEqualTo(5 + 3);
    }

    @Test
    void aRouterSendsToAllThatItNames() throws Exception {
        FlowBuilder sorting = five().router("sort", element -> switch (element.text()) {
                    case "1" -> List.of("low");
                    case "5" -> List.of("high", "low", "high");
                    default -> List.of();
                })
                .sink("low", element -> out.add("low " + element.text()))
                .sink("high", element -> out.add("high " + element.text()))
                .edge("in", "sort")
                .edge("sort:low", "low")
                .edge("sort:high", "high");
        FlowOutcome outcome = run(sorting);
        assertThat(outcome.failure()).isEmpty();
        assertThat(out).containsExactlyInAnyOrder("low 1", "low 5", "high 5");
        assertThat(stage(outcome, "sort").dropped()).isEqualTo(3);
    }

    private FlowBuilder astray() {
        return five().router("sort", element -> List.of(element.text().equals("3") ? "nowhere" : "some"))
                .sink("out", element -> out.add(element.text()))
                .sink("letters", letter -> letters.add(letter.text()))
                .edge("in", "sort")
                .edge("sort:some", "out");
    }

    @Test
    void aPortThatIsNotThereIsAnErrorOfTheRouter() throws Exception {
        FlowOutcome failed = run(astray().settings("letters", _ -> {}).edge("sort:more", "letters"));
        assertThat(failed.failure().orElseThrow().text())
                .startsWith("[E0209] Router 'sort' named the port 'nowhere', from which no edge leads on");
        out.clear();

        FlowOutcome skipped = run(astray().edge("sort:more", "letters").onError(new ErrorPolicy.Skip()));
        assertThat(skipped.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "4", "5");
        out.clear();

        FlowOutcome lettered =
                run(astray().settings("sort", node -> node.onError(new ErrorPolicy.DeadLetter("letters", 4))));
        assertThat(lettered.deadLettered()).isOne();
        assertThat(out).containsExactly("1", "2", "4", "5");
        assertThat(letters).singleElement().asString().contains("\"code\":\"E0209\"", "nowhere", "\"sequence\":2");
    }

    @Test
    void anAggregatorIsFlushedAtTheEnd() throws Exception {
        FlowBuilder pairing = toOut(five().aggregator("pairs", Pairs::new));
        FlowOutcome outcome = run(pairing);
        assertThat(outcome.failure()).isEmpty();
        assertThat(out).containsExactly("12", "34", "5", "end", "closed");
        assertThat(stage(outcome, "pairs").emitted()).isEqualTo(4);
        assertThat(outcome.copies().copies()).isEqualTo(5 + 5 + 4 + 4);
        assertThat(outcome.elements()).isEqualTo(3 + 4); // three kept, and four that came out

        out.clear();
        run(pairing);
        assertThat(out).as("each run has an aggregator of its own").containsExactly("12", "34", "5", "end", "closed");
    }

    @Test
    void whatAnAggregatorMakesIsNumberedAnew() throws Exception {
        FlowBuilder pairing = five().aggregator("pairs", Pairs::new)
                .component("copy", Guests.bytes("copy"))
                .sink(
                        "out",
                        element -> out.add(element.sequence() + " " + element.text() + " " + element.contentType()));
        run(pairing);
        assertThat(out)
                .containsExactly("0 12 text/plain", "1 34 text/plain", "2 5 text/plain", "3 end text/plain", "closed");
    }

    @Test
    void whatAFlushThrowsHasNoElementToGiveUp() throws Exception {
        FlowOutcome failed = run(toOut(five().aggregator("late", () -> new Hesitant("flush"))));
        assertThat(failed.failure().orElseThrow().text())
                .startsWith("[E0420] node 'late', which is the application's own code, failed with "
                        + "java.io.IOException: not at flush");
        assertThat(out).containsExactly("1", "2", "3", "4", "5");
        out.clear();

        FlowOutcome skipped = run(
                toOut(five().aggregator("late", () -> new Hesitant("flush"))).onError(new ErrorPolicy.Skip()));
        assertThat(skipped.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "3", "4", "5");
        assertThat(skipped.errors()).isOne();
        out.clear();

        FlowOutcome retried = run(toOut(five().aggregator("late", () -> new Hesitant("flush")))
                .onError(new ErrorPolicy.Retry(2, Duration.ofMillis(1))));
        assertThat(retried.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "3", "4", "5", "last");
    }

    @Test
    void whatIngestThrowsIsAnErrorOfItsElement() throws Exception {
        FlowOutcome retried = run(toOut(five().aggregator("late", () -> new Hesitant("3")))
                .onError(new ErrorPolicy.Retry(2, Duration.ofMillis(1))));
        assertThat(retried.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "3", "4", "5", "last");
        out.clear();

        FlowOutcome lettered = run(withLetters(toOut(five().aggregator("late", () -> new Hesitant("3"))), "late"));
        assertThat(lettered.deadLettered()).isOne();
        assertThat(out).containsExactly("1", "2", "4", "5", "last");
        assertThat(letters).singleElement().asString().contains("not at 3", "\"code\":\"E0420\"");
    }

    @Test
    void whatAStageInJavaThrowsIsAnErrorOfItsElement() throws Exception {
        List<FlowBuilder> flows = List.of(
                toOut(five().processor("java", element -> FlowElement.ofText(odd(element.text())))),
                toOut(five().filter("java", element -> !odd(element.text()).isEmpty())));
        for (FlowBuilder flow : flows) {
            out.clear();
            letters.clear();
            FlowOutcome outcome = run(withLetters(flow, "java"));
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.deadLettered()).isOne();
            assertThat(out).containsExactly("1", "2", "4", "5");
            assertThat(letters)
                    .singleElement()
                    .asString()
                    .contains("node 'java', which is the application's own code, failed with", "no threes");
        }
    }

    @Test
    void aLambdaAtTheEndMayRefuseAnElement() throws Exception {
        FlowBuilder refusing = five().sink("out", element -> {
                    if (element.text().equals("3")) {
                        throw new IllegalStateException("no threes");
                    }
                    out.add(element.text());
                })
                .onError(new ErrorPolicy.Skip());
        FlowOutcome outcome = run(refusing);
        assertThat(outcome.failure()).isEmpty();
        assertThat(out).containsExactly("1", "2", "4", "5");
        assertThat(outcome.discarded()).isOne();
    }

    @Test
    void theCauseIsWhatEndedTheFlow() throws Exception {
        FlowBuilder twice = toOut(five().processor("first", element -> {
                    throw new IllegalStateException("skipped " + element.text());
                }))
                .settings("first", node -> node.onError(new ErrorPolicy.Skip()));
        try (RunningFlow flow = host.start(twice.sink("other", element -> {
                    if (element.text().equals("4")) {
                        throw new UnsupportedOperationException("no fours");
                    }
                })
                .edge("in", "first")
                .edge("first", "out")
                .edge("in", "other"))) {
            assertThatThrownBy(flow::awaitCompletion)
                    .hasMessageStartingWith("[E0420] node 'other'")
                    .hasCauseInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void aRetriedLambdaIsTheCauseToo() throws Exception {
        var tries = new AtomicInteger();
        FlowBuilder retrying = toOut(five().processor("broken", _ -> {
                    tries.incrementAndGet();
                    throw new IOException("no");
                }))
                .onError(new ErrorPolicy.Retry(2, Duration.ofMillis(1)));
        try (RunningFlow flow = host.start(retrying)) {
            assertThatThrownBy(flow::awaitCompletion)
                    .hasMessageStartingWith("[E0426]")
                    .hasRootCauseInstanceOf(IOException.class);
        }
        assertThat(tries).hasValue(3);
    }

    @Test
    void aCodeOfTheApplicationsOwnIsKept() throws Exception {
        Failure own = new Failure() {
            @Override
            public ErrorCode code() {
                return ErrorCode.INVALID_VALUE;
            }

            @Override
            public String message() {
                return "not a number";
            }

            @Override
            public String help() {
                return "Send numbers.";
            }
        };
        var thrown = new TorvynException(own);
        FlowBuilder parsing = toOut(five().processor("parse", _ -> {
            throw thrown;
        }));
        try (RunningFlow flow = host.start(parsing)) {
            assertThatThrownBy(flow::awaitCompletion).isSameAs(thrown);
        }
    }

    /** Tests assert in lambdas; nobody is to take that for a defect of the runtime. */
    @Test
    void anAssertionThatFailsIsTheCauseWhateverThePolicy() throws Exception {
        List<FlowBuilder> flows = List.of(
                five().sink("java", _ -> {
                    throw new AssertionError("not equal");
                }),
                toOut(five().processor("java", _ -> {
                    throw new AssertionError("not equal");
                })));
        for (FlowBuilder flow : flows) {
            try (RunningFlow running = host.start(flow.onError(new ErrorPolicy.Skip()))) {
                assertThatThrownBy(running::awaitCompletion)
                        .hasMessageStartingWith("[E0420] node 'java', which is the application's own code")
                        .hasCauseInstanceOf(AssertionError.class);
            }
        }
    }

    @Test
    void anAggregatorIsClosedAlsoWhenItsFlowDoesNotStart() {
        FlowBuilder flow = toOut(five().aggregator("pairs", Pairs::new)
                .component(
                        "faulty",
                        Guests.bytes("faulty"),
                        node -> node.config("{\"fault\": \"internal\", \"in\": \"init\"}")));
        assertThatThrownBy(() -> host.start(flow)).hasMessageContaining("could not start");
        assertThat(out).containsExactly("closed");
        out.clear();

        FlowBuilder none = toOut(five().aggregator("pairs", () -> {
            throw new IllegalStateException("no database");
        }));
        assertThatThrownBy(() -> host.start(none))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no database");
        assertThat(host.listFlows()).isEmpty();
    }

    /** Where the flow goes on, nobody gets an exception, and somebody may want to know where it came from. */
    @Test
    void whatIsThrownIsLoggedForDebugging() throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        var log = new KeptLog(System.Logger.Level.DEBUG, lines);
        FlowBuilder flow = toOut(five().processor("java", element -> FlowElement.ofText(odd(element.text()))))
                .onError(new ErrorPolicy.Skip());
        try (TorvynHost logging =
                        TorvynHost.builder().cache(COMPILED).logger(log).build();
                RunningFlow running = logging.start(flow)) {
            running.awaitCompletion();
        }
        assertThat(lines).contains("DEBUG flow five: node 'java' has thrown");
    }
}
