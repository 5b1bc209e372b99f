package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.config.ErrorPolicy;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.guests.Guests;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.TraceContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The trace that a flow is part of, as its guests and its dead letters have it. spec: metrics, section 6. */
@Timeout(60)
class TraceTest {
    private static final CompiledComponentCache COMPILED = CompiledComponentCache.inMemory();
    private static final TraceContext PARENT = new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");

    private final List<String> out = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path directory;

    private static TorvynHost.Builder host() {
        return TorvynHost.builder().cache(COMPILED);
    }

    /** Two components that say what they see, and one element that fails. */
    private FlowBuilder traced() {
        return FlowBuilder.named("traced")
                .source("in", List.of(FlowElement.ofText("x")))
                .component("one", Guests.bytes("traced"))
                .component("two", Guests.bytes("traced"))
                .processor("refuse", element -> {
                    throw new IllegalStateException("refused");
                })
                .sink("first", element -> out.add(element.text()))
                .sink("second", element -> out.add(element.text()))
                .sink("never", _ -> {})
                .sink("letters", letter -> out.add(letter.text()))
                .settings("refuse", node -> node.onError(new ErrorPolicy.DeadLetter("letters", 4)))
                .edge("in", "one")
                .edge("in", "two")
                .edge("in", "refuse")
                .edge("one", "first")
                .edge("two", "second")
                .edge("refuse", "never");
    }

    private TraceContext run(TorvynHost.Builder builder, FlowBuilder flow) throws InterruptedException {
        out.clear();
        try (TorvynHost host = builder.build();
                RunningFlow running = host.start(flow)) {
            running.awaitCompletion();
            assertThat(out).hasSize(3);
            return running.trace();
        }
    }

    private List<String> seen() {
        return out.stream().filter(text -> !text.startsWith("{")).toList();
    }

    private String letter() {
        return out.stream().filter(text -> text.startsWith("{")).findFirst().orElseThrow();
    }

    @Test
    void aFlowIsASpanInTheTraceOfWhoeverStartsIt() throws Exception {
        TraceContext own = run(host(), traced().trace(PARENT));
        assertThat(own.traceId()).isEqualTo(PARENT.traceId());
        assertThat(own.spanId()).isNotEqualTo(PARENT.spanId());
        assertThat(seen())
                .doesNotHaveDuplicates() // each component has a span of its own
                .allSatisfy(text -> assertThat(text)
                        .matches(PARENT.traceId() + " [0-9a-f]{16}")
                        .doesNotEndWith(PARENT.spanId())
                        .doesNotEndWith(own.spanId()));
        assertThat(letter())
                .contains("\"trace\":{\"trace_id\":\"" + PARENT.traceId() + "\",\"span_id\":\"" + own.spanId() + "\"}");
    }

    @Test
    void aHostsFlowsAreInTheTraceThatItIsBuiltWith() throws Exception {
        assertThat(run(host().trace(PARENT), traced()).traceId()).isEqualTo(PARENT.traceId());
        TraceContext other = TraceContext.fresh();
        assertThat(run(host().trace(PARENT), traced().trace(other)).traceId()).isEqualTo(other.traceId());
    }

    @Test
    void withoutOneEachRunBeginsATrace() throws Exception {
        TraceContext first = run(host(), traced());
        assertThat(first.isValid()).isTrue();
        assertThat(seen()).allSatisfy(text -> assertThat(text).startsWith(first.traceId() + " "));
        assertThat(run(host(), traced()).traceId()).isNotEqualTo(first.traceId());
    }

    @Test
    void aFlowThatIsNotTracedHasNone() throws Exception {
        var off = host().level(ObservabilityLevel.OFF).trace(PARENT);
        var disabled = new Project(directory)
                .more("[observability]\ntracing_enabled = false")
                .host()
                .trace(PARENT);
        for (TorvynHost.Builder builder : List.of(off, disabled)) {
            assertThat(run(builder, traced().trace(PARENT))).isEqualTo(TraceContext.NONE);
            assertThat(seen()).containsExactly(" ", " ");
            assertThat(letter()).contains("\"trace\":null");
        }
    }
}
