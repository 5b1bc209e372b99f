package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.EngineException;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.TestFlow.Stage;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.ResourceState;
import io.torvyn.types.ProcessError;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters, routers and aggregators of real guests, called one by one. */
@ParameterizedClass
@EnumSource
class RolesTest {
    private final TestFlow flow;
    private final Element out = new Element();

    RolesTest(CoreEngine.Strategy strategy) {
        flow = new TestFlow(strategy);
    }

    @AfterEach
    void nothingLeaks() {
        flow.close();
    }

    /** What a filter says to the elements 0, 1, 2…. */
    private List<Outcome> verdicts(Stage filter, int count) {
        var verdicts = new ArrayList<Outcome>();
        for (int i = 0; i < count; i++) {
            Element in = flow.element(i, "text");
            verdicts.add(filter.invoker().evaluate(in));
            assertThat(TestFlow.payload(in).state()).isEqualTo(ResourceState.OWNED);
            TestFlow.release(in);
        }
        return verdicts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"every-nth", "streaming-filter"})
    void aFilterLetsTheElementPassOrNotAndCopiesNothing(String guest) {
        Stage filter = flow.started(guest, "{\"n\": 3}");
        long copies = flow.flow.ledger().copies();
        Element in = flow.element(3, "text");
        Buffer payload = in.payload;

        assertThat(filter.invoker().evaluate(in)).isEqualTo(Outcome.PASSED);

        assertThat(in.payload).isSameAs(payload);
        assertThat(flow.flow.ledger().copies() - copies).isEqualTo(1); // the host's, which made the element
        TestFlow.release(in);
        assertThat(verdicts(filter, 4))
                .containsExactly(Outcome.PASSED, Outcome.NOTHING, Outcome.NOTHING, Outcome.PASSED);
        assertThat(filter.handles()).isZero();
    }

    @Test
    void anErrorOfAFilterIsAValueAndATrapIsNot() {
        Stage filter = flow.started("every-nth", "{\"fail_at\": 1, \"trap_at\": 2}");

        assertThat(verdicts(filter, 2)).containsExactly(Outcome.PASSED, Outcome.ERROR);
        assertThat(filter.invoker().lastError())
                .isEqualTo(new ProcessError(ProcessError.Kind.INVALID_INPUT, "this one I cannot judge"));
        Element in = flow.element(2, "text");
        assertThatThrownBy(() -> filter.invoker().evaluate(in))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("filter.evaluate");
        assertThat(TestFlow.payload(in).state()).isEqualTo(ResourceState.OWNED);
        TestFlow.release(in);
        assertThat(filter.isFinished()).isTrue();
    }

    private String routed(Stage router, Route route, int sequence) {
        Element in = flow.element(sequence, "text");
        Outcome outcome = router.invoker().route(in, route);
        TestFlow.release(in);
        List<String> ports = IntStream.range(0, route.size())
                .mapToObj(i -> route.ports().get(route.port(i)))
                .toList();
        return outcome + " " + ports + (route.unknown() == null ? "" : " not " + route.unknown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"signpost", "streaming-router"})
    void aRouterNamesPortsInItsOrderAndEachCountsOnce(String guest) {
        Stage router = flow.started(guest, "alpha;beta;;gamma beta gamma alpha;alpha wrong gamma worse;betá");
        var route = new Route(List.of("alpha", "beta", "gamma"));

        assertThat(routed(router, route, 0)).isEqualTo("PASSED [alpha]");
        assertThat(routed(router, route, 1)).isEqualTo("PASSED [beta]");
        assertThat(routed(router, route, 2)).isEqualTo("NOTHING []");
        assertThat(routed(router, route, 3)).isEqualTo("PASSED [gamma, beta, alpha]");
        assertThat(routed(router, route, 4)).isEqualTo("UNKNOWN_PORT [alpha, gamma] not wrong");
        assertThat(routed(router, route, 5)).isEqualTo("UNKNOWN_PORT [] not betá");
        assertThat(routed(router, route, 6)).isEqualTo("PASSED [alpha]");
        assertThat(router.handles()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "streaming-aggregator"})
    void anAggregatorKeepsElementsAndGivesOutWhatItMade(String guest) {
        Stage aggregator = flow.started(guest, "{\"size\": 3}");
        for (String text : List.of("a", "b")) {
            Element in = flow.element(0, text);
            assertThat(aggregator.invoker().ingest(in, out)).isEqualTo(Outcome.NOTHING);
            TestFlow.release(in);
        }
        Element in = flow.element(2, "c");
        assertThat(aggregator.invoker().ingest(in, out)).isEqualTo(Outcome.EMITTED);
        TestFlow.release(in);
        assertThat(TestFlow.payload(out).state()).isEqualTo(ResourceState.TRANSIT);
        assertThat(TestFlow.text(flow.received(out, 0))).isEqualTo("abc");
        assertThat(out.contentType.text()).isEqualTo("text/plain");
        TestFlow.release(out);
        assertThat(aggregator.handles()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "streaming-aggregator"})
    void flushGivesOutTheRestInOrderAndThenNothing(String guest) {
        Stage aggregator = flow.started(guest, "{\"size\": 30, \"refuse\": 1}");
        for (String text : List.of("first", "second", "third")) {
            Element in = flow.element(0, text);
            assertThat(aggregator.invoker().ingest(in, out)).isEqualTo(Outcome.NOTHING);
            TestFlow.release(in);
        }
        var rest = new ArrayList<Element>();

        assertThat(aggregator.invoker().flush(rest)).isEqualTo(Outcome.ERROR);
        assertThat(aggregator.invoker().lastError())
                .isEqualTo(new ProcessError(ProcessError.Kind.UNAVAILABLE, "not now"));
        assertThat(rest).isEmpty();
        assertThat(aggregator.invoker().flush(rest)).isEqualTo(Outcome.EMITTED);
        assertThat(rest)
                .extracting(element -> TestFlow.payload(element).state())
                .containsOnly(ResourceState.TRANSIT);
        assertThat(rest)
                .extracting(element -> TestFlow.text(flow.received(element, 0)))
                .containsExactly("first", "second", "third");
        rest.forEach(TestFlow::release);
        rest.clear();
        assertThat(aggregator.invoker().flush(rest)).isEqualTo(Outcome.NOTHING);
        assertThat(rest).isEmpty();
        assertThat(aggregator.owner().heldBuffers()).isZero();
    }

    @Test
    void aComponentOfAnotherWorldHasNoSuchExport() {
        Stage filter = flow.started("every-nth", "");
        Element in = flow.element(0, "text");

        assertThat(filter.component().hasFilter()).isTrue();
        assertThat(filter.component().hasRouter()).isFalse();
        assertThat(filter.component().hasAggregator()).isFalse();
        assertThatThrownBy(() -> filter.invoker().route(in, new Route(List.of())))
                .hasMessageContaining("E0808")
                .hasMessageContaining("router.route");
        assertThatThrownBy(() -> filter.invoker().ingest(in, out)).hasMessageContaining("aggregator.ingest");
        assertThatThrownBy(() -> filter.invoker().flush(new ArrayList<>())).hasMessageContaining("aggregator.flush");
        assertThatThrownBy(() -> flow.stage("copy").invoker().evaluate(in)).hasMessageContaining("filter.evaluate");
        TestFlow.release(in);
    }
}
