package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.engine.Element;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import io.torvyn.types.ProcessError;
import io.torvyn.types.StreamId;
import io.torvyn.types.TraceContext;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code error_policy = { kind = "dead-letter", sink = "…" }}. */
class DeadLettersTest {
    private final List<String> diary = new ArrayList<>();
    private final TestFlow flow = new TestFlow();

    private static UnaryOperator<StageDefinition> lettersTo(String sink, int capacity) {
        return stage -> stage.withErrorPolicy(new ErrorPolicy.DeadLetter(
                new StreamId(100 + stage.invoker().id().value()), sink, capacity));
    }

    private Stages.Source source(int count) {
        return new Stages.Source(1, "source", diary, i -> i < count ? "element " + i : null);
    }

    private Stages.Sink sink() {
        return new Stages.Sink(3, "sink", diary);
    }

    /** Fails with every {@code n}th element, from the first on. */
    private Stages.Upper failing(int n, ProcessError.Kind kind) {
        return new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                return in.sequence % n == 0
                        ? fail(new ProcessError(kind, "no \"x\"\n\u0001ü\ud83d"))
                        : super.process(in, out);
            }
        };
    }

    /** Keeps letters, with their content types. */
    private static class Letters extends Stages.Sink {
        final List<String> types = new ArrayList<>();

        Letters(List<String> diary) {
            super(4, "letters", diary);
        }

        @Override
        public Outcome push(Element in) {
            types.add(in.contentType.text() + " " + in.payload.type().text());
            return super.push(in);
        }
    }

    private FlowOutcome run(
            Stages.Source source, Stages.Fake upper, Stages.Sink sink, Stages.Sink letters, int capacity)
            throws InterruptedException {
        return flow.source(source)
                .stage(ComponentRole.PROCESSOR, upper, lettersTo("letters", capacity))
                .sink(sink)
                .sink(letters)
                .edge("source", "upper")
                .edge("upper", "sink")
                .run();
    }

    @Test
    void anElementThatFailsBecomesADocumentWithItsErrorAndItsPayload() throws Exception {
        var source = new Stages.Source(1, "source", diary, i -> i < 2 ? "element " + i : null) {
            @Override
            public Outcome pull(Element out) {
                Outcome outcome = super.pull(out);
                out.contentType = flow.flow.contentTypes().intern("text/\"plain\"");
                return outcome;
            }
        };
        var letters = new Letters(diary);
        var sink = sink();
        flow.trace = new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        FlowOutcome outcome = run(source, failing(2, ProcessError.Kind.INVALID_INPUT), sink, letters, 64);

        assertThat(letters.texts)
                .containsExactly("{\"error\":\"Component 'upper' answered an error in process: "
                        + "invalid_input: no \\\"x\\\"\\u000a\\u0001ü\\ud83d.\",\"code\":\"E0420\",\"component\":\"upper\","
                        + "\"sequence\":0,\"trace\":{\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\","
                        + "\"span_id\":\"b7ad6b7169203331\"},\"content_type\":\"text/\\\"plain\\\"\","
                        + "\"payload_base64\":\"ZWxlbWVudCAw\"}\n");
        assertThat(letters.types)
                .containsExactly("application/vnd.torvyn.dead-letter+json application/vnd.torvyn.dead-letter+json");
        assertThat(letters.timestamps.getFirst()).isLessThanOrEqualTo(sink.timestamps.getFirst());
        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.deadLettered()).isEqualTo(1);
        assertThat(outcome.elements()).isEqualTo(1);
        assertThat(outcome.errors()).isEqualTo(1);
    }

    static List<SchedulingPolicy> policies() {
        return FlowDriverTest.policies();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyElementIsDeliveredOrDeadLetteredOnceAndInOrder(SchedulingPolicy policy) throws Exception {
        flow.settings = flow.settings.withScheduling(policy);
        var letters = new Letters(diary);
        var sink = sink();
        FlowOutcome outcome = run(source(300), failing(3, ProcessError.Kind.INTERNAL), sink, letters, 2);

        assertThat(letters.sequences)
                .isEqualTo(
                        LongStream.iterate(0, i -> i < 300, i -> i + 3).boxed().toList());
        assertThat(sink.sequences)
                .hasSize(200)
                .doesNotContainAnyElementsOf(letters.sequences)
                .isSorted();
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.deadLettered());
        assertThat(outcome.discarded()).isZero();
        assertThat(outcome.stages().get(1).deadLettered()).isEqualTo(100);
        assertThat(outcome.streams().getLast().transferred()).isEqualTo(100);
        assertThat(outcome.streams().getLast().peakDepth()).isLessThanOrEqualTo(2);
    }

    /** A letter is no copy in the ledger; what its sink reads is one. */
    @Test
    void onlyWhatTheSinkReadsOfALetterIsACopy() throws Exception {
        FlowOutcome outcome = run(source(9), failing(3, ProcessError.Kind.INTERNAL), sink(), new Letters(diary), 64);

        assertThat(outcome.copies().copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(9 + 6);
        assertThat(outcome.copies().copies(CopyReason.HOST_TO_COMPONENT)).isEqualTo(6 + 6 + 3);
    }

    @Test
    void aSlowSinkForLettersHoldsBackTheStagesThatSendThem() throws Exception {
        var letters = new Letters(diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence < 3 ? Outcome.PAUSE : Outcome.READY;
            }
        };
        FlowOutcome outcome = run(source(40), failing(1, ProcessError.Kind.INTERNAL), sink(), letters, 2);

        assertThat(letters.sequences).isEqualTo(LongStream.range(0, 40).boxed().toList());
        assertThat(outcome.streams().getLast().peakDepth()).isLessThanOrEqualTo(2);
        assertThat(outcome.streams().getLast().backpressureEvents()).isPositive();
        assertThat(outcome.discarded()).isZero();
    }

    private Stages.Sink refusing(List<Long> refused) {
        return new Stages.Sink(4, "letters", diary) {
            @Override
            public Outcome push(Element in) {
                return refused.contains(in.sequence)
                        ? fail(new ProcessError(ProcessError.Kind.UNAVAILABLE, "disk full"))
                        : super.push(in);
            }
        };
    }

    @Test
    void aSinkForLettersThatFailsFailsTheFlow() throws Exception {
        FlowOutcome outcome =
                run(source(30), failing(3, ProcessError.Kind.INTERNAL), sink(), refusing(List.of(6L)), 64);

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(outcome.failure().orElseThrow().message())
                .isEqualTo("Component 'letters' answered an error in push: unavailable: disk full.");
        assertThat(outcome.deadLettered()).isEqualTo(2);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.deadLettered() + outcome.discarded());
    }

    @Test
    void aLetterThatItsSinkMaySkipIsDiscardedAndCounted() throws Exception {
        FlowOutcome outcome = flow.source(source(30))
                .stage(ComponentRole.PROCESSOR, failing(3, ProcessError.Kind.INTERNAL), lettersTo("letters", 64))
                .sink(sink())
                .stage(
                        ComponentRole.SINK,
                        refusing(List.of(6L, 9L)),
                        s -> s.withErrorPolicy(new ErrorPolicy.SkipElement()))
                .edge("source", "upper")
                .edge("upper", "sink")
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(outcome.deadLettered()).isEqualTo(8);
        assertThat(outcome.discarded()).isEqualTo(2);
        assertThat(outcome.elements()).isEqualTo(20);
    }

    @Test
    void whatASinkCannotTakeIsDeadLetteredToo() throws Exception {
        var letters = new Letters(diary);
        var broken = new Stages.Sink(3, "sink", diary) {
            @Override
            public Outcome push(Element in) {
                return in.sequence < 5 ? fail(new ProcessError(ProcessError.Kind.INTERNAL, "no")) : super.push(in);
            }
        };
        FlowOutcome outcome = flow.source(source(20))
                .stage(ComponentRole.SINK, broken, lettersTo("letters", 1))
                .sink(letters)
                .edge("source", "sink")
                .run();

        assertThat(letters.sequences).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(outcome.elements()).isEqualTo(15);
        assertThat(outcome.deadLettered()).isEqualTo(5);
    }

    @Test
    void anElementThatTakesItsComponentDownIsDeadLetteredBeforeTheFlowFails() throws Exception {
        var letters = new Letters(diary);
        var upper = new Stages.Upper(2, "upper", diary) {
            @Override
            public Outcome process(Element in, Element out) {
                if (in.sequence == 7) {
                    write("a buffer that the guest still holds");
                    throw new EngineException(
                            new EngineFailure.Trap("component-2 ('upper')", "unreachable", "process", List.of(), null));
                }
                return super.process(in, out);
            }
        };
        FlowOutcome outcome = run(source(50), upper, sink(), letters, 64);

        assertThat(outcome.failure().map(Failure::code)).contains(ErrorCode.TRAP);
        assertThat(letters.texts)
                .singleElement()
                .asString()
                .contains(
                        "\"code\":\"E0804\"",
                        "\"sequence\":7",
                        Base64.getEncoder()
                                .encodeToString("element 7".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(outcome.elements()).isEqualTo(7);
        assertThat(outcome.deadLettered()).isEqualTo(1);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.deadLettered() + outcome.discarded());
    }

    @Test
    void soIsOneThatIsAnsweredWithFatal() throws Exception {
        var letters = new Letters(diary);
        FlowOutcome outcome = run(source(50), failing(7, ProcessError.Kind.FATAL), sink(), letters, 64);

        assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
        assertThat(letters.sequences).containsExactly(0L);
        assertThat(outcome.pulled()).isEqualTo(outcome.deadLettered() + outcome.discarded());
    }

    /** Each of them is an element of its own to whoever would have taken it. */
    @Test
    void whatFullQueuesRefuseIsDeadLetteredOnceForEach() throws Exception {
        var letters = new Letters(diary);
        flow.settings = flow.settings.withScheduling(new SchedulingPolicy.DemandDriven());
        FlowOutcome outcome = flow.stage(ComponentRole.SOURCE, source(8), lettersTo("letters", 1))
                .sink(pausing(2, "left"))
                .sink(pausing(3, "right"))
                .sink(letters)
                .edge("source", "left", s -> s.withCapacity(2).withPolicy(new BackpressurePolicy.Fail()))
                .edge("source", "right", s -> s.withCapacity(4).withPolicy(new BackpressurePolicy.Fail()))
                .run();

        assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
        assertThat(letters.texts).allSatisfy(letter -> assertThat(letter).contains("\"code\":\"E0405\""));
        assertThat(letters.sequences).containsExactly(3L, 4L, 5L, 5L, 6L, 6L, 7L, 7L);
        assertThat(outcome.elements() + outcome.deadLettered()).isEqualTo(16);
        assertThat(outcome.discarded()).isZero();
    }

    /** Wants no more after its first element, until the flow ends. */
    private Stages.Sink pausing(long id, String name) {
        return new Stages.Sink(id, name, diary) {
            @Override
            public Outcome push(Element in) {
                super.push(in);
                return in.sequence == 0 ? Outcome.PAUSE : Outcome.READY;
            }
        };
    }

    @Test
    void aPortThatIsNotThereMakesALetter() throws Exception {
        var letters = new Letters(diary);
        FlowOutcome outcome = flow.source(source(3))
                .stage(
                        ComponentRole.ROUTER,
                        new Stages.Router(2, "router", text -> List.of(text.endsWith("1") ? "nowhere" : "output")),
                        lettersTo("letters", 64))
                .sink(sink())
                .sink(letters)
                .edge("source", "router")
                .edge("router", "sink")
                .run();

        assertThat(letters.texts).singleElement().asString().contains("\"code\":\"E0209\"", "'nowhere'");
        assertThat(outcome.elements()).isEqualTo(2);
    }

    @Test
    void aSourceThatFailsHasNoElementAndIsAskedAgain() throws Exception {
        var letters = new Letters(diary);
        var source = new Stages.Source(1, "source", diary, i -> i < 10 ? "x" + i : null) {
            private boolean failed;

            @Override
            public Outcome pull(Element out) {
                if (next == 4 && !failed) {
                    failed = true;
                    return fail(new ProcessError(ProcessError.Kind.UNAVAILABLE, "no"));
                }
                return super.pull(out);
            }
        };
        var sink = sink();
        FlowOutcome outcome = flow.stage(ComponentRole.SOURCE, source, lettersTo("letters", 64))
                .sink(sink)
                .sink(letters)
                .edge("source", "sink")
                .run();

        assertThat(sink.texts).hasSize(10);
        assertThat(letters.texts).isEmpty();
        assertThat(outcome.errors()).isEqualTo(1);
        assertThat(outcome.deadLettered()).isZero();
        assertThat(diary).contains("letters.complete");
    }

    @Test
    void aPayloadThatIsTooLargeForALetterIsLeftOutOfIt() throws Exception {
        var letters = new Letters(diary);
        String large = "x".repeat(13 << 20);
        run(
                new Stages.Source(1, "source", diary, i -> i == 0 ? large : null),
                failing(1, ProcessError.Kind.INTERNAL),
                sink(),
                letters,
                64);

        assertThat(letters.texts)
                .singleElement()
                .asString()
                .endsWith("\"payload_base64\":null,\"payload_bytes\":" + (13 << 20) + "}\n");
    }

    @Test
    void aFailedLetterMayBecomeOneItself() throws Exception {
        var last = new Stages.Sink(5, "last", diary);
        FlowOutcome outcome = flow.source(source(6))
                .stage(ComponentRole.PROCESSOR, failing(2, ProcessError.Kind.INTERNAL), lettersTo("letters", 64))
                .sink(sink())
                .stage(ComponentRole.SINK, refusing(List.of(2L)), lettersTo("last", 64))
                .sink(last)
                .edge("source", "upper")
                .edge("upper", "sink")
                .run();

        assertThat(last.sequences).containsExactly(2L);
        assertThat(last.texts.getFirst()).contains("\"content_type\":\"application/vnd.torvyn.dead-letter+json\"");
        assertThat(outcome.deadLettered()).isEqualTo(3);
        assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.deadLettered());
    }
}
