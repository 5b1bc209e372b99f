package io.torvyn.linker;

import static io.torvyn.linker.Flows.edges;
import static io.torvyn.linker.Flows.flow;
import static io.torvyn.linker.Flows.node;
import static io.torvyn.linker.Flows.processor;
import static io.torvyn.linker.Flows.sink;
import static io.torvyn.linker.Flows.source;
import static io.torvyn.linker.Flows.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.FlowDefinition;
import io.torvyn.config.NodeDefinition;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** spec/runtime.md, section 8: the rules of the graph, without any component. */
class FlowGraphTest {
    private final PipelineLinker linker = new PipelineLinker();

    private LinkReport check(String... parts) {
        return linker.check(flow(String.join("\n", parts)), Flows.NATIVE);
    }

    private List<String> errors(String... parts) {
        return texts(check(parts).errors());
    }

    @Test
    void stagesComeAfterThoseThatFeedThem() {
        LinkedPipeline pipeline = check(
                        sink("out"),
                        processor("second"),
                        processor("first"),
                        source("in"),
                        edges("in", "first", "first", "second", "second", "out"))
                .orThrow();

        assertThat(pipeline.name()).isEqualTo("main");
        assertThat(pipeline.stages()).extracting(LinkedStage::name).containsExactly("in", "first", "second", "out");
    }

    @Test
    void whereTheGraphLeavesAChoiceTheManifestDecides() {
        LinkedPipeline pipeline = check(
                        source("z"), sink("y"), source("b"), sink("a"), edges("b", "a", "z", "y", "z", "a"))
                .orThrow();

        assertThat(pipeline.stages()).extracting(LinkedStage::name).containsExactly("z", "y", "b", "a");
    }

    @Test
    void streamsKeepTheOrderOfTheManifestAndTheQueueOfTheirEdge() {
        LinkedPipeline pipeline = check(
                        source("in"),
                        sink("one"),
                        sink("two"),
                        edges("in", "two", "in", "one"),
                        "queue_depth = 7",
                        "backpressure = { policy = \"drop-oldest\" }")
                .orThrow();

        assertThat(pipeline.streams())
                .extracting(LinkedStream::toString)
                .containsExactly("in:output → two:input", "in:output → one:input");
        assertThat(pipeline.streams().getFirst().queue().depth()).isEqualTo(64);
        assertThat(pipeline.streams().getLast().queue().depth()).isEqualTo(7);
        assertThat(pipeline.streams().getLast().queue().policy()).isEqualTo(new BackpressurePolicy.DropOldest());
        assertThat(pipeline.outOf("in")).hasSize(2);
        assertThat(pipeline.into("one")).containsExactly(pipeline.streams().getLast());
    }

    @Test
    void theSameFlowHasTheSameReport() {
        String[] parts = {
            source("in"), processor("a"), processor("b"), sink("out"), edges("in", "a", "a", "b", "b", "a", "b", "out")
        };

        assertThat(check(parts)).isEqualTo(check(parts));
    }

    @Test
    void cyclesArePrintedAllTheWayRound() {
        LinkReport report = check(
                source("in"),
                processor("a"),
                processor("b"),
                processor("c"),
                sink("out"),
                edges("in", "a", "a", "b", "b", "c", "c", "a", "c", "out"));

        assertThat(texts(report.errors())).containsExactly("E0203 the flow has a cycle: a → b → c → a");
        assertThat(report.errors().getFirst().help())
                .isEqualTo("remove one of these edges; feedback belongs inside one component");
        assertThat(report.pipeline()).isEmpty();
    }

    @Test
    void everyCycleIsReportedAndWhatLiesBetweenThemIsNot() {
        assertThat(errors(
                        source("in"),
                        processor("a"),
                        processor("b"),
                        processor("between"),
                        processor("c"),
                        processor("d"),
                        sink("out"),
                        edges("in", "a", "a", "b", "b", "a", "b", "between", "between", "c", "c", "d", "d", "c"),
                        edges("d", "out")))
                .containsExactly("E0203 the flow has a cycle: a → b → a", "E0203 the flow has a cycle: c → d → c");
    }

    @Test
    void sourcesTakeNothing() {
        LinkReport report = check(source("in"), source("late"), sink("out"), edges("in", "late", "late", "out"));

        assertThat(texts(report.errors()))
                .containsExactly("E0207 node `late` is a source, which takes no elements, but has an incoming edge:"
                        + " in:output → late:input");
        assertThat(report.errors().getFirst().locations().getFirst().source()).isEqualTo("[[flow.main.edges]]");
    }

    @Test
    void sinksEmitNothing() {
        assertThat(errors(source("in"), sink("out"), sink("more"), edges("in", "out", "out", "more")))
                .containsExactly("E0207 node `out` is a sink, which emits no elements, but has an outgoing edge:"
                        + " out:output → more:input");
    }

    @Test
    void processorsNeedBothSides() {
        assertThat(errors(
                        source("in"),
                        processor("deaf"),
                        processor("mute"),
                        sink("out"),
                        edges("in", "mute", "deaf", "out", "in", "out")))
                .containsExactly(
                        "E0207 node `deaf` is a processor, and no edge leads to it",
                        "E0207 node `mute` is a processor, and no edge leads on from it");
    }

    @Test
    void nodesWithoutEdgesAreJoinedToNothing() {
        LinkReport report = check(source("in"), sink("out"), processor("idle"), sink("spare"), edges("in", "out"));

        assertThat(texts(report.errors()))
                .containsExactly("E0205 node `idle` is joined to nothing", "E0205 node `spare` is joined to nothing");
        assertThat(report.errors().getFirst().locations().getFirst().source()).isEqualTo("[flow.main.nodes.idle]");
    }

    @Test
    void everyNodeIsReachedFromASource() {
        assertThat(errors(
                        source("in"),
                        sink("out"),
                        processor("orphan"),
                        sink("hungry"),
                        edges("in", "out", "orphan", "hungry")))
                .containsExactly(
                        "E0207 node `orphan` is a processor, and no edge leads to it",
                        "E0205 no way leads from a source to node `hungry`");
    }

    @Test
    void aSinkThatTakesDeadLettersNeedsNoEdge() {
        LinkReport report = check(
                source("in"),
                node("work", "native:pass", "processor", "error_policy = { kind = \"dead-letter\", sink = \"dead\" }"),
                sink("out"),
                sink("dead"),
                edges("in", "work", "work", "out"));

        assertThat(report.errors()).isEmpty();
    }

    private static String sendingLetters(String name, String role, String sink) {
        return node(
                name,
                role.equals("sink") ? "native:printer" : "native:pass",
                role,
                "error_policy = { kind = \"dead-letter\", sink = \"%s\" }".formatted(sink));
    }

    @Test
    void deadLettersDoNotGoRoundInACircle() {
        assertThat(errors(
                        source("in"),
                        sendingLetters("out", "sink", "dead"),
                        sendingLetters("dead", "sink", "out"),
                        sendingLetters("alone", "sink", "alone"),
                        edges("in", "out", "in", "alone")))
                .containsExactlyInAnyOrder(
                        "E0205 the dead letters of `alone` go to itself",
                        "E0203 the flow has a cycle: out → dead → out");
    }

    @Test
    void aSinkForDeadLettersComesAfterThoseThatSendThem() {
        LinkedPipeline pipeline = check(
                        sink("dead"),
                        source("in"),
                        sendingLetters("work", "processor", "dead"),
                        sink("out"),
                        edges("in", "work", "work", "out"))
                .orThrow();
        assertThat(pipeline.stages()).extracting(LinkedStage::name).containsExactly("in", "work", "dead", "out");
        assertThat(pipeline.deadLetters()).containsExactly(java.util.Map.entry("work", "dead"));
    }

    @Test
    void deadLettersGoToSinksOnly() {
        assertThat(errors(
                        source("in"),
                        node(
                                "work",
                                "native:pass",
                                "processor",
                                "error_policy = { kind = \"dead-letter\", sink = \"other\" }"),
                        processor("other"),
                        sink("out"),
                        edges("in", "work", "work", "other", "other", "out")))
                .containsExactly("E0207 the dead letters of `work` go to `other`, which is a processor");
    }

    @Test
    void aFlowHasASourceAndASink() {
        assertThat(errors(processor("a"), processor("b"), edges("a", "b")))
                .contains("E0205 flow `main` has no source", "E0205 flow `main` has no sink");
    }

    @Test
    void aFlowHasNodes() {
        FlowDefinition empty =
                flow(source("in") + sink("out") + edges("in", "out")).withNodes(List.of());

        assertThat(texts(linker.check(empty, Flows.NATIVE).errors())).containsExactly("E0205 flow `main` has no nodes");
    }

    @Test
    void edgesJoinNodesThatAreThere() {
        FlowDefinition whole = flow(source("in") + sink("out") + sink("gone") + edges("in", "out", "in", "gone"));
        List<NodeDefinition> left = whole.nodes().stream()
                .filter(node -> !node.name().equals("gone"))
                .toList();

        assertThat(texts(linker.check(whole.withNodes(left), Flows.NATIVE).errors()))
                .containsExactly("E0205 the edge in:output → gone:input names `gone`, which is no node of this flow");
    }

    @Test
    void namesOfNodesAreUnique() {
        FlowDefinition flow = flow(source("in") + sink("out") + edges("in", "out"));
        List<NodeDefinition> twice = List.of(
                flow.nodes().getFirst(), flow.nodes().getLast(), flow.nodes().getLast());

        assertThat(texts(linker.check(flow.withNodes(twice), Flows.NATIVE).errors()))
                .containsExactly("E0205 there are two nodes named `out`");
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({"in:left, out:input, left, in", "in:output, out:left, left, out"})
    void portsAreCalledInputAndOutput(String from, String to, String port, String node) {
        assertThat(errors(source("in"), sink("out"), edges(from, to)))
                .containsExactly("E0205 the edge %s → %s names the port `%s`, which `%s` does not have"
                        .formatted(from, to, port, node));
    }

    @Test
    void sixteenEdgesMayMeetInAPortAndSeventeenMayNot() {
        String sinks = IntStream.range(0, 17).mapToObj(i -> sink("s" + i)).collect(Collectors.joining());
        String sixteen = fanOut(16);

        assertThat(errors(source("in"), source("other"), sinks, sixteen, edges("other", "s16")))
                .isEmpty();
        assertThat(errors(source("in"), sinks, fanOut(17)))
                .containsExactly("E0205 17 edges leave in:output; at most 16 may");
    }

    @Test
    void theLimitHoldsForInputsToo() {
        String sources = IntStream.range(0, 17).mapToObj(i -> source("s" + i)).collect(Collectors.joining());
        String edges =
                IntStream.range(0, 17).mapToObj(i -> edges("s" + i, "out")).collect(Collectors.joining());

        assertThat(errors(sources, sink("out"), edges))
                .containsExactly("E0205 17 edges enter out:input; at most 16 may");
    }

    private static String fanOut(int count) {
        return IntStream.range(0, count).mapToObj(i -> edges("in", "s" + i)).collect(Collectors.joining());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"filter", "router", "aggregator"})
    void whatStandsBetweenSourceAndSinkNeedsBothSides(String role) {
        assertThat(errors(source("in"), node("odd", "odd.wasm", role), sink("out"), edges("in", "odd", "odd", "out")))
                .isEmpty();
        assertThat(errors(
                        source("in"),
                        node("odd", "odd.wasm", role),
                        sink("out"),
                        edges("in", "odd"),
                        edges("in", "out")))
                .containsExactly("E0207 node `odd` is a %s, and no edge leads on from it".formatted(role));
    }

    /** Which ports a router names is known when it runs; the names of its edges are the ports that it has. */
    @Test
    void aRouterHasThePortsThatItsEdgesLeave() {
        LinkReport report = check(
                source("in"),
                node("route", "route.wasm", "router"),
                sink("a"),
                sink("b"),
                edges("in", "route", "route:left", "a", "route:right", "b"));

        assertThat(report.errors()).isEmpty();
        assertThat(report.pipeline().orElseThrow().outOf("route"))
                .extracting(stream -> stream.from().toString())
                .containsExactly("route:left", "route:right");
    }

    @Test
    void theLimitHoldsForEachPortOfARouter() {
        String sinks = IntStream.range(0, 17).mapToObj(i -> sink("s" + i)).collect(Collectors.joining());
        String one =
                IntStream.range(0, 17).mapToObj(i -> edges("route:a", "s" + i)).collect(Collectors.joining());
        String two = IntStream.range(0, 17)
                .mapToObj(i -> edges(i < 9 ? "route:a" : "route:b", "s" + i))
                .collect(Collectors.joining());

        assertThat(errors(source("in"), node("route", "route.wasm", "router"), sinks, edges("in", "route"), one))
                .containsExactly("E0205 17 edges leave route:a; at most 16 may");
        assertThat(errors(source("in"), node("route", "route.wasm", "router"), sinks, edges("in", "route"), two))
                .isEmpty();
    }

    @Test
    void unknownNativeStagesAreNamedWithTheKnownOnes() {
        LinkReport report = check(node("in", "native:lnes", "source"), sink("out"), edges("in", "out"));

        assertThat(texts(report.errors())).containsExactly("E0210 node `in`: there is no native stage `lnes`");
        assertThat(report.errors().getFirst().help()).isEqualTo("did you mean `native:lines`?");
        assertThat(report.errors().getFirst().notes()).containsExactly("native stages: lines, pass, printer");
        assertThat(report.errors().getFirst().locations().getFirst().source()).isEqualTo("component = \"native:lnes\"");
    }

    @Test
    void nativeStagesPlayTheRolesTheyOffer() {
        LinkReport report = check(
                source("in"),
                node("work", "native:lines", "processor"),
                sink("out"),
                edges("in", "work", "work", "out"));

        assertThat(texts(report.errors())).containsExactly("E0207 node `work`: native:lines cannot be a processor");
        assertThat(report.errors().getFirst().help()).isEqualTo("it can be: source, sink");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"0.1.0, true", "0.1.7, true", "0.2.0, false", "1.0.0, false", "0.1.0-rc.1, false"})
    void theVersionOfAnInterfaceGoesWithTheContract(String version, boolean links) {
        LinkReport report = check(node("in", "native:lines", "source@" + version), sink("out"), edges("in", "out"));

        assertThat(report.pipeline().isPresent()).isEqualTo(links);
        assertThat(report.errors()).allSatisfy(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
            assertThat(error.message())
                    .isEqualTo("node `in` asks for torvyn:streaming/source@" + version
                            + "; this build runs contract 0.1.0");
        });
    }

    @Test
    void allFindingsAreCollectedInReadingOrder() {
        assertThat(errors(
                        node("in", "native:nowhere", "source"),
                        processor("idle"),
                        processor("a"),
                        processor("b"),
                        sink("out"),
                        edges("in", "a", "a", "b", "b", "out", "out", "in")))
                .extracting(text -> text.substring(0, 5))
                .containsExactly("E0203", "E0210", "E0205", "E0207", "E0207");
    }

    @Test
    void whatHasErrorsIsNoPipeline() {
        LinkReport report = check(source("in"), sink("out"), sink("spare"), edges("in", "out"));

        assertThatThrownBy(report::orThrow)
                .isInstanceOfSatisfying(DiagnosticsException.class, e -> assertThat(e.diagnostics())
                        .isEqualTo(report.errors()))
                .hasMessageContaining("[E0205] node `spare` is joined to nothing");
    }
}
