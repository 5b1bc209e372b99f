package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.Imports;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.TestFlow.Stage;
import io.torvyn.guests.Guests;
import io.torvyn.resources.CopyLedger;
import io.torvyn.resources.ResourceState;
import io.torvyn.streaming.Types.BackpressureSignal;
import io.torvyn.types.ComponentId;
import io.torvyn.types.CopyReason;
import io.torvyn.types.ProcessError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests that behave, called one by one. */
@ParameterizedClass
@EnumSource
class GuestInvokerTest {
    private final TestFlow flow;
    private final Element a = new Element();
    private final Element b = new Element();

    GuestInvokerTest(CoreEngine.Strategy strategy) {
        flow = new TestFlow(strategy);
    }

    @AfterEach
    void nothingLeaks() {
        flow.close();
    }

    /** Drives source, one processor and sink until the source has ended; the number of elements. */
    private int run(Stage source, Stage processor, Stage sink) {
        int n = 0;
        while (source.invoker().pull(a) == Outcome.EMITTED) {
            flow.received(a, n);
            assertThat(processor.invoker().process(a, b)).isEqualTo(Outcome.EMITTED);
            TestFlow.release(a);
            flow.received(b, n);
            assertThat(sink.invoker().push(b)).isEqualTo(Outcome.READY);
            TestFlow.release(b);
            n++;
        }
        return n;
    }

    @Test
    void anElementIsCopiedFourTimesFromSourceThroughProcessorToSink() {
        Stage source = flow.started("source", "{\"count\": 5, \"size\": 100}");
        int elements = run(source, flow.stage("upper"), flow.started("sink", "{\"report\": 1}"));

        assertThat(elements).isEqualTo(5);
        CopyLedger ledger = flow.flow.ledger();
        assertThat(ledger.copies()).isEqualTo(4 * 5);
        assertThat(ledger.bytes()).isEqualTo(4 * 5 * 100);
        assertThat(ledger.copies(CopyReason.COMPONENT_TO_HOST)).isEqualTo(2 * 5);
        assertThat(ledger.copies(CopyReason.HOST_TO_COMPONENT)).isEqualTo(2 * 5);
    }

    @Test
    void theSinkHasSeenWhatTheSourceMade() {
        var reports = new ArrayList<String>();
        for (String processor : List.of("copy", "identity", "clone", "unversioned", "upper")) {
            Stage sink = flow.started("sink", "{\"report\": 1}");
            run(flow.started("source", "{\"count\": 4, \"size\": 32}"), flow.stage(processor), sink);
            ProcessError report = sink.invoker().complete();
            assertThat(report).isNotNull();
            assertThat(report.kind()).isEqualTo(ProcessError.Kind.INTERNAL);
            assertThat(report.message()).matches("4 [0-9a-f]{16}");
            reports.add(report.message());
        }

        assertThat(reports.subList(0, 4)).containsOnly(reports.getFirst());
        assertThat(reports.getLast()).isNotEqualTo(reports.getFirst());
    }

    @Test
    void threeAppendsAreThreeCopiesAndTheGuestCountsTheSameBytes() {
        Stage source = flow.started("source", "{\"count\": 4, \"size\": 90}");
        Stage processor = flow.started("append-thrice", "{\"report_at\": 5}");
        Stage sink = flow.started("tally-sink", "");
        CopyLedger ledger = flow.flow.ledger();

        assertThat(run(source, processor, sink)).isEqualTo(4);

        assertThat(ledger.copies()).isEqualTo(6 * 4);
        Element last = flow.element(4, "x".repeat(90));
        CopyLedger.Snapshot before = ledger.snapshot();
        assertThat(processor.invoker().process(last, b)).isEqualTo(Outcome.ERROR);
        assertThat(ledger.copies() - before.copies()).isEqualTo(1);
        assertThat(b.payload).isNull();
        TestFlow.release(last);

        long readByProcessor = 5 * 90;
        long writtenByProcessor = 4 * 90;
        assertThat(processor.invoker().lastError())
                .isEqualTo(new ProcessError(
                        ProcessError.Kind.INTERNAL,
                        "elements=5 read=" + readByProcessor + " wrote=" + writtenByProcessor));
        ProcessError tally = sink.invoker().complete();
        assertThat(tally).isNotNull();
        long readBySink = 4 * 90;
        assertThat(tally.message()).isEqualTo("elements=4 read=" + readBySink + " first=0 last=3");
        assertThat(ledger.bytes(CopyReason.HOST_TO_COMPONENT)).isEqualTo(readByProcessor + readBySink);
        long writtenBySourceAndHost = 5 * 90;
        assertThat(ledger.bytes(CopyReason.COMPONENT_TO_HOST)).isEqualTo(writtenBySourceAndHost + writtenByProcessor);
    }

    @Test
    void readingInPiecesIsACopyPerPiece() {
        Stage pieces = flow.started("pieces", "{\"piece\": 16}");
        Element in = flow.element(0, "x".repeat(40));
        CopyLedger.Snapshot before = flow.flow.ledger().snapshot();

        assertThat(pieces.invoker().process(in, b)).isEqualTo(Outcome.EMITTED);

        CopyLedger.Snapshot after = flow.flow.ledger().snapshot();
        assertThat(after.reads() - before.reads()).isEqualTo(3);
        assertThat(after.writes() - before.writes()).isEqualTo(3);
        assertThat(after.bytesRead() - before.bytesRead()).isEqualTo(40);
        assertThat(TestFlow.text(flow.received(b, 0))).isEqualTo("x".repeat(40));
    }

    @Test
    void sequenceNumbersReachTheGuestAsTheDriverGivesThem() {
        Stage sink = flow.started("tally-sink", "");
        long huge = 1L << 62;
        for (long sequence : new long[] {3, 1L << 40, huge}) {
            Element element = flow.element(sequence, "abc");
            assertThat(sink.invoker().push(element)).isEqualTo(Outcome.READY);
            TestFlow.release(element);
        }
        ProcessError tally = sink.invoker().complete();
        assertThat(tally).isNotNull();
        assertThat(tally.message()).isEqualTo("elements=3 read=9 first=3 last=" + huge);

        Element late = flow.element(2, "abc");
        assertThat(sink.invoker().push(late)).isEqualTo(Outcome.ERROR);
        assertThat(sink.invoker().lastError())
                .isEqualTo(new ProcessError(ProcessError.Kind.FATAL, "sequence numbers do not rise"));
    }

    @Test
    void theContentTypeIsTheOneThatTheGuestStates() {
        assertThat(flow.stage("constant").invoker().process(flow.element(0, "whatever"), b))
                .isEqualTo(Outcome.EMITTED);
        assertThat(TestFlow.text(flow.received(b, 0))).isEqualTo("The answer is 42.\n");
        assertThat(b.contentType).isSameAs(flow.flow.contentTypes().intern("text/plain"));

        assertThat(flow.started("source", "{\"count\": 1}").invoker().pull(a)).isEqualTo(Outcome.EMITTED);
        assertThat(a.contentType.text()).isEmpty();
    }

    @Test
    void changedBytesChangeTheOutput() {
        byte[] changed = Guests.bytes("constant");
        String binary = new String(changed, StandardCharsets.ISO_8859_1);
        int at = binary.indexOf("42.");
        assertThat(at).isPositive().isEqualTo(binary.lastIndexOf("42."));
        changed[at] = '5';

        Stage stage = flow.stage("constant", changed, flow.engine.settings().limits());

        assertThat(stage.invoker().process(flow.element(0, "whatever"), b)).isEqualTo(Outcome.EMITTED);
        assertThat(TestFlow.text(flow.received(b, 0))).isEqualTo("The answer is 52.\n");
    }

    @Test
    void droppedElementsComeOutAsNothing() {
        Stage stage = flow.stage("drop-every-second");
        var outcomes = new ArrayList<Outcome>();
        for (int i = 0; i < 4; i++) {
            Element in = flow.element(i, "text " + i);
            outcomes.add(stage.invoker().process(in, b));
            TestFlow.release(in);
            if (b.payload != null) {
                TestFlow.release(flow.received(b, i));
            }
        }
        assertThat(outcomes).containsExactly(Outcome.EMITTED, Outcome.NOTHING, Outcome.EMITTED, Outcome.NOTHING);
    }

    @Test
    void anEndedSourceGivesNothing() {
        Stage source = flow.started("source", "{\"count\": 1}");
        assertThat(source.invoker().pull(a)).isEqualTo(Outcome.EMITTED);
        assertThat(TestFlow.payload(a).state()).isEqualTo(ResourceState.TRANSIT);
        assertThat(source.invoker().pull(b)).isEqualTo(Outcome.NOTHING);
        assertThat(b.payload).isNull();
    }

    @Test
    void everySecondPushIsAnsweredWithPause() {
        Stage sink = flow.started("pause-sink", "{\"every\": 2}");
        assertThat(sink.invoker().push(flow.element(0, "a"))).isEqualTo(Outcome.READY);
        assertThat(sink.invoker().push(flow.element(1, "b"))).isEqualTo(Outcome.PAUSE);
        ProcessError tally = sink.invoker().complete();
        assertThat(tally).isNotNull();
        assertThat(tally.message()).isEqualTo("elements=2 pauses=1");
    }

    @Test
    void backpressureIsToldToTheSource() {
        Stage source = flow.started("notified-source", "{\"count\": 2}");
        source.invoker().notifyBackpressure(BackpressureSignal.PAUSE);
        source.invoker().notifyBackpressure(BackpressureSignal.READY);
        assertThat(source.invoker().pull(a)).isEqualTo(Outcome.EMITTED);
        assertThat(TestFlow.text(flow.received(a, 0))).endsWith("pauses=1 readies=1");

        source.invoker().notifyBackpressure(BackpressureSignal.PAUSE);
        assertThat(source.invoker().pull(b)).isEqualTo(Outcome.ERROR);
        assertThat(source.invoker().lastError().kind()).isEqualTo(ProcessError.Kind.FATAL);
    }

    @Test
    void everyResultGetsItsPostReturn() {
        Stage stage = flow.started("post-return", "");
        for (int i = 0; i < 3; i++) {
            assertThat(stage.invoker().process(flow.element(i, "abc"), b)).isEqualTo(Outcome.EMITTED);
            assertThat(TestFlow.text(flow.received(b, i))).isEqualTo("abc");
        }
    }

    @Test
    void postReturnFreesWhatTheGuestGaveAway() {
        Stage stage = flow.started("reverse", "");
        Element in = flow.element(0, "one two three");
        assertThat(stage.invoker().process(in, b)).isEqualTo(Outcome.EMITTED);
        assertThat(TestFlow.text(flow.received(b, 0))).isEqualTo("three two one");
        TestFlow.release(b);
        long memory = stage.invoker().memoryBytes();
        for (int i = 0; i < 500; i++) {
            stage.invoker().process(in, b);
            TestFlow.release(flow.received(b, i));
        }
        assertThat(stage.invoker().memoryBytes()).isPositive().isEqualTo(memory);
    }

    @Test
    void theHostKeepsTheRulesOfBuffersAndContext() {
        Stage stage = flow.stage("buffer-rules");
        Outcome outcome = stage.invoker().process(flow.element(5, "some text"), b);
        assertThat(outcome).as(() -> stage.invoker().lastError().toString()).isEqualTo(Outcome.EMITTED);
        assertThat(TestFlow.text(flow.received(b, 5))).isEqualTo("some text");
        assertThat(stage.handles()).isZero();
    }

    @Test
    void aPayloadIsLentOnlyForTheCall() {
        Stage stage = flow.stage("buffer-rules");
        Element in = flow.element(0, "some text");
        var states = new ArrayList<ResourceState>();
        flow.nanosLeft = () -> {
            states.add(TestFlow.payload(in).state());
            return 0;
        };

        assertThat(TestFlow.payload(in).state()).isEqualTo(ResourceState.OWNED);
        stage.invoker().process(in, b);

        assertThat(states).isNotEmpty().containsOnly(ResourceState.BORROWED);
        assertThat(TestFlow.payload(in).state()).isEqualTo(ResourceState.OWNED);
        assertThat(TestFlow.payload(b).state()).isEqualTo(ResourceState.TRANSIT);
        assertThat(stage.owner().heldBuffers()).isZero();
    }

    @Test
    void anErrorOfInitIsReturned() {
        Stage stage = flow.stage("faulty");
        assertThat(stage.invoker().init("{\"fault\": \"no such fault\"}"))
                .isEqualTo(new ProcessError(
                        ProcessError.Kind.INVALID_INPUT, "the configuration names no fault that this guest knows"));
        assertThat(flow.stage("faulty").invoker().init("{\"fault\": \"unavailable\", \"in\": \"init\"}"))
                .isEqualTo(new ProcessError(ProcessError.Kind.UNAVAILABLE, "as configured"));
    }

    @Test
    void aGuestWithoutLifecycleNeedsNoInit() {
        Stage stage = flow.stage("upper");
        assertThat(stage.component().hasLifecycle()).isFalse();
        assertThat(stage.invoker().init("whatever")).isNull();
        stage.invoker().teardown();
        assertThat(stage.invoker().process(flow.element(0, "still runs"), b)).isEqualTo(Outcome.EMITTED);
    }

    @Test
    void theRolesOfAComponentAreItsExports() {
        ComponentInstance source = flow.stage("source").component();
        assertThat(source.hasSource()).isTrue();
        assertThat(source.hasLifecycle()).isTrue();
        assertThat(source.hasProcessor()).isFalse();
        assertThat(source.hasSink()).isFalse();
        assertThat(flow.stage("sink").component().hasSink()).isTrue();
        assertThat(flow.stage("copy").component().hasProcessor()).isTrue();
    }

    @Test
    void aComponentOfAnotherWorldHasNoSuchExport() {
        Stage processor = flow.stage("copy");
        var expected = new EngineFailure.ExportNotFound("component-1 ('copy')", "source.pull");
        assertThatThrownBy(() -> processor.invoker().pull(a)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.failure()).isEqualTo(expected);
            assertThat(e.failure().code().id()).isEqualTo("E0808");
        });
        assertThatThrownBy(() -> processor.invoker().push(flow.element(0, "x")))
                .hasMessageContaining("E0808")
                .hasMessageContaining("sink.push");
        assertThatThrownBy(() -> processor.invoker().complete()).hasMessageContaining("sink.complete");
        assertThatThrownBy(() -> processor.invoker().notifyBackpressure(BackpressureSignal.PAUSE))
                .hasMessageContaining("source.notify-backpressure");
        Stage sink = flow.stage("sink");
        assertThatThrownBy(() -> sink.invoker().process(flow.element(0, "x"), b))
                .hasMessageContaining("E0808")
                .hasMessageContaining("processor.process");

        assertThat(processor.invoker().process(flow.element(0, "goes on"), b)).isEqualTo(Outcome.EMITTED);
    }

    @Test
    void aMissingImportIsNamed() {
        assertThatThrownBy(() -> flow.stage("missing-import")).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.failure().code().id()).isEqualTo("E0803");
            assertThat(e.failure())
                    .isEqualTo(new EngineFailure.UnresolvedImport(
                            "component-1 ('missing-import')", "acme:nowhere/thing@1.0.0"));
        });
    }

    @Test
    void withoutTheContractsNothingIsInstantiated() {
        CompiledComponent copy = flow.engine.compile(Guests.bytes("copy"), "copy");
        var limits = flow.engine.settings().limits();
        assertThatThrownBy(() -> flow.engine.instantiate(copy, new Imports(), new ComponentId(9), "alone", limits))
                .hasMessageContaining("E0803")
                .hasMessageContaining("component-9 ('alone')")
                .hasMessageContaining("torvyn:streaming/");
    }

    @Test
    void lastErrorWithoutAnErrorIsTheCallersMistake() {
        Stage stage = flow.stage("copy");
        assertThatThrownBy(() -> stage.invoker().lastError()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anEmptyCarrierIsTheCallersMistakeAndHarmsNothing() {
        Stage stage = flow.stage("copy");
        assertThatThrownBy(() -> stage.invoker().process(new Element(), b))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(stage.invoker().process(flow.element(0, "goes on"), b)).isEqualTo(Outcome.EMITTED);
    }

    @Test
    void aPayloadThatCannotBeLentDoesNotBlockTheInstance() {
        Stage stage = flow.stage("copy");
        assertThat(flow.started("source", "{\"count\": 1}").invoker().pull(a)).isEqualTo(Outcome.EMITTED);
        assertThatThrownBy(() -> stage.invoker().process(a, b)).hasMessageContaining("E0300"); // still in transit
        assertThat(stage.isFinished()).isFalse();
        assertThat(stage.invoker().process(flow.received(a, 0), b)).isEqualTo(Outcome.EMITTED);
    }

    @Test
    void aClosedStageIsNotEnteredAndLendsNothing() {
        Stage stage = flow.stage("copy");
        Element in = flow.element(0, "x");
        stage.invoker().close();
        stage.invoker().close();
        assertThatThrownBy(() -> stage.invoker().process(in, b)).hasMessageContaining("closed");
        assertThat(TestFlow.payload(in).state()).isEqualTo(ResourceState.OWNED);
    }
}
