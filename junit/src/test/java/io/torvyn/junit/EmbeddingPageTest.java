package io.torvyn.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.config.ErrorPolicy;
import io.torvyn.config.Manifest;
import io.torvyn.host.ElementAggregator;
import io.torvyn.host.FlowBuilder;
import io.torvyn.host.FlowElement;
import io.torvyn.host.RunningFlow;
import io.torvyn.host.TorvynHost;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.TorvynException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The code of docs/embedding.md and of the README, compiled and run: whatever stands there as Java stands here, line by
 * line, or is a test of its own beside this one.
 */
@Timeout(60)
class EmbeddingPageTest {
    private static final Path GUESTS = Path.of("../guests/src/main/resources/io/torvyn/guests");
    private static final TorvynHost HOST = TorvynHost.create();

    private final Path upper = GUESTS.resolve("upper.wasm");
    private final Path copy = GUESTS.resolve("copy.wasm");
    private final Path signpost = GUESTS.resolve("signpost.wasm");
    private final TorvynHost host = HOST;
    private final List<String> printed = Collections.synchronizedList(new ArrayList<>());

    @AfterAll
    static void nothingIsLeft() {
        HOST.close();
        assertThat(HOST.liveBuffers()).isZero();
    }

    private void print(String line) {
        printed.add(line);
    }

    @Test
    void theReadme() throws Exception {
        Flow.Subscriber<FlowElement> subscriber = new Lines();
        Flow.Publisher<FlowElement> publisher = reader -> reader.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                reader.onComplete();
            }

            @Override
            public void cancel() {}
        });
        PrintStream before = System.out;
        var out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            try (TorvynHost host = TorvynHost.create()) {
                FlowBuilder shouting = FlowBuilder.named("shouting")
                        .source("in", publisher)
                        .component("upper", upper)
                        .sink("out", subscriber);
                try (RunningFlow flow = host.start(shouting)) {
                    FlowOutcome outcome = flow.awaitCompletion();
                    System.out.println(outcome.elements() + " elements, "
                            + outcome.copies().copies() + " copies");
                }
            }
        } finally {
            System.setOut(before);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("0 elements, 0 copies");
        assertThat(printed).containsExactly("the end");
    }

    @Test
    void aFewLines() throws Exception {
        try (TorvynHost host = TorvynHost.create()) {
            FlowBuilder shouting = FlowBuilder.named("shouting")
                    .source("in", List.of(FlowElement.ofText("hello"), FlowElement.ofText("world")))
                    .component("upper", upper)
                    .sink("out", element -> print(element.text()));
            try (RunningFlow flow = host.start(shouting)) {
                FlowOutcome outcome = flow.awaitCompletion();
                print(outcome.elements() + " elements, " + outcome.copies().copies() + " copies");
            }
        }
        assertThat(printed).containsExactly("HELLO", "WORLD", "2 elements, 8 copies");
    }

    @Test
    @SuppressWarnings("try") // closing is how a publisher says that it has no more
    void publisherAndSubscriber() throws Exception {
        var lines = new Lines();
        try (var publisher = new SubmissionPublisher<FlowElement>()) {
            FlowBuilder shouting = FlowBuilder.named("shouting")
                    .source("in", publisher)
                    .component("upper", upper)
                    .sink("out", lines);
            try (RunningFlow flow = host.start(shouting)) {
                publisher.submit(FlowElement.ofText("hello"));
                publisher.close();
                flow.awaitCompletion();
            }
        }
        assertThat(printed).containsExactly("HELLO", "the end");
    }

    private class Lines implements Flow.Subscriber<FlowElement> {
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            subscription.request(1);
        }

        @Override
        public void onNext(FlowElement element) {
            print(element.text());
            subscription.request(1);
        }

        @Override
        public void onError(Throwable error) {
            if (error instanceof TorvynException failed) {
                print(failed.failure().text()); // [E0804] ... says what to do, too
            }
        }

        @Override
        public void onComplete() {
            print("the end");
        }
    }

    @Test
    void endsThatAreAskedFor() throws Exception {
        FlowBuilder first = FlowBuilder.named("first")
                .source("in", List.of(FlowElement.ofText("hello")))
                .component("upper", upper)
                .output("out");
        FlowBuilder second =
                FlowBuilder.named("second").input("in").component("copy", copy).sink("out", e -> print(e.text()));
        try (RunningFlow one = host.start(first);
                RunningFlow two = host.start(second)) {
            one.publisher("out").subscribe(two.subscriber("in"));
            two.awaitCompletion();
        }
        assertThat(printed).containsExactly("HELLO");
    }

    @Test
    void aFlowOfAManifest() throws Exception {
        Path project = Path.of("../examples/stream-transform");
        var none = new StandardStreams(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        try (TorvynHost host =
                TorvynHost.builder(Manifest.load(project)).streams(none).build()) {
            FlowBuilder main = host.flow("main").sink("sink", element -> print(element.text()));
            try (RunningFlow flow = host.start(main)) {
                flow.awaitCompletion();
            }
        }
        assertThat(printed).hasSize(3);
    }

    @Test
    void shapesAndSettings() throws Exception {
        FlowBuilder sorting = FlowBuilder.named("sorting")
                .source("in", List.of(FlowElement.ofText("hello"), FlowElement.ofText("world")))
                .component("signpost", signpost, node -> node.config("left;right")
                        .timeout(Duration.ofMillis(500))
                        .onError(new ErrorPolicy.Skip()))
                .sink("left", element -> print("left " + element.text()))
                .sink("right", element -> print("right " + element.text()))
                .edge("in", "signpost", queue -> queue.depth(256).whenFull(new BackpressurePolicy.DropOldest()))
                .edge("signpost:left", "left")
                .edge("signpost:right", "right")
                .deadline(Duration.ofMinutes(1));
        try (RunningFlow flow = host.start(sorting)) {
            flow.awaitCompletion();
        }
        assertThat(printed).containsExactlyInAnyOrder("left hello", "right world");
    }

    @Test
    void javaInTheMiddle() throws Exception {
        FlowBuilder numbering = FlowBuilder.named("numbering")
                .source("in", List.of(FlowElement.ofText("one"), FlowElement.ofText(""), FlowElement.ofText("three")))
                .processor(
                        "number",
                        element -> element.size() == 0
                                ? null // dropped
                                : FlowElement.ofText(element.sequence() + " " + element.text()))
                .sink("out", element -> print(element.text()));
        try (RunningFlow flow = host.start(numbering)) {
            flow.awaitCompletion();
        }
        assertThat(printed).containsExactly("0 one", "2 three");
    }

    private static class Sum implements ElementAggregator {
        private int sum;

        @Override
        public FlowElement ingest(FlowElement element) {
            sum += Integer.parseInt(element.text());
            return null; // nothing is ready yet
        }

        @Override
        public List<FlowElement> flush() { // the end of all elements
            return List.of(FlowElement.ofText(Integer.toString(sum)));
        }
    }

    @Test
    void filtersRoutersAndAggregators() throws Exception {
        FlowBuilder choosing = FlowBuilder.named("choosing")
                .source(
                        "in",
                        Stream.of("3", "four", "5", "12")
                                .map(FlowElement::ofText)
                                .toList())
                .filter("numbers", element -> element.text().matches("\\d+"))
                .router("by-size", element -> List.of(element.text().length() > 1 ? "large" : "small"))
                .aggregator("sum", Sum::new)
                .sink("small", element -> print("sum " + element.text()))
                .sink("large", element -> print("large " + element.text()))
                .edge("in", "numbers")
                .edge("numbers", "by-size")
                .edge("by-size:small", "sum")
                .edge("sum", "small")
                .edge("by-size:large", "large");
        try (RunningFlow flow = host.start(choosing)) {
            flow.awaitCompletion();
        }
        assertThat(printed).containsExactlyInAnyOrder("sum 8", "large 12");
    }

    @Test
    void waitingLookingAndEnding() throws Exception {
        FlowBuilder waiting = FlowBuilder.named("waiting").input("in").sink("out", element -> {});
        try (RunningFlow flow = host.start(waiting)) {
            flow.ending().thenAccept(outcome -> print("ended " + outcome.state()));
            Optional<FlowOutcome> soon = flow.await(Duration.ofMillis(10));
            flow.status().streams().forEach(stream -> print("peak depth " + stream.peakDepth()));
            flow.cancel("nobody needs it any more");
            FlowOutcome outcome = flow.await();
            print(soon.isPresent() + " " + outcome.reason());
        }
        assertThat(printed)
                .containsExactlyInAnyOrder(
                        "peak depth 0", "ended CANCELLED", "false OperatorRequest[detail=nobody needs it any more]");
    }

    @Test
    void whatStandsOnThePageStandsHere() throws Exception {
        var sources = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("src/test/java/io/torvyn/junit"))) {
            files.sorted().forEach(file -> sources.append(lines(read(file))).append('\n'));
        }
        String page =
                Files.readString(Path.of("../docs/embedding.md")) + '\n' + Files.readString(Path.of("../README.md"));
        List<String> blocks = Pattern.compile("(?ms)^```java\\n(.*?)^```")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(blocks).hasSizeGreaterThan(5);
        for (String block : blocks) {
            assertThat(sources.toString()).contains(lines(block));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the white space that depends on where code stands. */
    private static String lines(String code) {
        return code.replaceAll("\\s+", "");
    }
}
