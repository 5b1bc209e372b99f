package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.Result;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.TestFlow.Stage;
import io.torvyn.guests.Guests;
import io.torvyn.resources.ResourceState;
import io.torvyn.types.ProcessError;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What faulty guests do ends in the failure that is meant for it, and harms nobody else. */
@ParameterizedClass
@EnumSource
@Timeout(60)
class FaultsTest {
    private final TestFlow flow;
    private final Element out = new Element();

    FaultsTest(CoreEngine.Strategy strategy) {
        flow = new TestFlow(strategy);
    }

    @AfterEach
    void nothingLeaks() {
        flow.close();
    }

    private static EngineException trapOf(ThrowingCallable call) {
        EngineException thrown = catchThrowableOfType(EngineException.class, call);
        assertThat(thrown).isNotNull();
        return thrown;
    }

    private static String config(String fault) {
        return "{\"fault\": \"" + fault + "\", \"at\": 2}";
    }

    /** After a trap: it stays finished, gives everything back, and another instance of the same component works. */
    private void isFinishedAndReplaced(Stage stage, EngineException trap) {
        assertThat(stage.isFinished()).isTrue();
        assertThat(trap.failure().code().id()).isNotEqualTo("E0809");
        assertThatThrownBy(() -> stage.invoker().init("{}"))
                .hasMessageContaining("never entered again")
                .hasMessageContaining(trap.failure().code().id());
        stage.owner().reclaim();
        assertThat(stage.owner().heldBuffers()).isZero();
        assertThat(stage.owner().heldBytes()).isZero();
        stage.invoker().close();
        assertThat(stage.handles()).isZero();
    }

    private EngineException processTraps(String guest, String config) {
        Stage stage = flow.started(guest, config);
        Element first = flow.element(0, "text of the first");
        if (guest.equals("faulty")) {
            assertThat(stage.invoker().process(first, out)).isEqualTo(Outcome.EMITTED);
            TestFlow.release(flow.received(out, 0));
        }
        Element second = flow.element(1, "text of the second");

        EngineException trap = trapOf(() -> stage.invoker().process(second, out));

        assertThat(out.payload).isNull();
        assertThat(TestFlow.payload(second).state()).isEqualTo(ResourceState.OWNED);
        isFinishedAndReplaced(stage, trap);
        TestFlow.release(first);
        TestFlow.release(second);
        assertThat(flow.flow.liveBuffers()).isZero();

        Stage fresh = flow.started("faulty", "{\"fault\": \"unreachable\", \"at\": 100}");
        Element third = flow.element(2, "goes on");
        assertThat(fresh.invoker().process(third, out)).isEqualTo(Outcome.EMITTED);
        assertThat(TestFlow.text(flow.received(out, 2))).isEqualTo("goes on");
        TestFlow.release(third);
        TestFlow.release(out);
        return trap;
    }

    @ParameterizedTest
    @CsvSource({
        "unreachable, unreachable",
        "divide-by-zero, integer divide by zero",
        "integer-overflow, integer overflow",
        "out-of-bounds, out of bounds memory access",
        "call-null, uninitialized element",
        "call-undefined, undefined element",
        "call-mismatched, indirect call type mismatch"
    })
    void aTrapOfTheCoreIsE0804(String fault, String text) {
        EngineException trap = processTraps("faulty", config(fault));
        assertThat(trap.failure()).isInstanceOfSatisfying(EngineFailure.Trap.class, f -> {
            assertThat(f.code().id()).isEqualTo("E0804");
            assertThat(f.component()).isEqualTo("component-1 ('faulty')");
            assertThat(f.functionName()).isEqualTo("processor.process");
            assertThat(f.backtrace()).isNotEmpty();
        });
        assertThat(trap).hasMessageContaining(text).hasMessageContaining("bug in the component");
    }

    @ParameterizedTest
    @CsvSource({
        "keep-borrow, borrow handles still remain",
        "keep-context, borrow handles still remain",
        "double-drop, unknown handle index",
        "use-after-drop, unknown handle index",
        "forged-handle, unknown handle index 4711",
        "zero-handle, unknown handle index 0",
        "wrong-kind, wrong type",
        "drop-wrong-kind, wrong type",
        "emit-borrow, is a borrow",
        "emit-forged, unknown handle index 4711",
        "emit-mutable, wrong type",
        "emit-dropped, unknown handle index",
        "drop-mutable-twice, unknown handle index",
        "write-frozen, E0300",
        "freeze-twice, E0300",
        "write-out-of-bounds, bounds"
    })
    void aHandleUsedAgainstItsRulesIsE0804(String fault, String text) {
        EngineException trap = processTraps("faulty", config(fault));
        assertThat(trap.failure().code().id()).isEqualTo("E0804");
        assertThat(trap).hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "bad-result-pointer, bounds",
        "unaligned-result, aligned",
        "bad-discriminant, discriminant",
        "bad-case, discriminant",
        "bad-content-type, UTF-8",
        "bad-content-type-pointer, bounds",
        "bad-utf8, utf-8 sequence",
        "bad-text-pointer, bounds",
        "bad-text-length, ''",
        "bad-error-case, discriminant"
    })
    void aResultThatCannotBeLiftedIsE0804(String fault, String text) {
        EngineException trap = processTraps("faulty", config(fault));
        assertThat(trap.failure().code().id()).isEqualTo("E0804");
        assertThat(trap).hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "out-of-bounds, beyond end of memory",
        "unaligned, aligned",
        "calls-import, cannot leave component instance",
        "unreachable, unreachable"
    })
    void aBadReallocIsE0804(String fault, String text) {
        EngineException trap = processTraps("bad-realloc", "{\"fault\": \"" + fault + "\"}");
        assertThat(trap.failure().code().id()).isEqualTo("E0804");
        assertThat(trap).hasMessageContaining(text);
    }

    @Test
    void stackExhaustionIsE0812() {
        EngineException trap = processTraps("faulty", config("recurse"));
        assertThat(trap.failure()).isInstanceOfSatisfying(EngineFailure.StackExhausted.class, f -> {
            assertThat(f.code().id()).isEqualTo("E0812");
            assertThat(f.component()).isEqualTo("component-1 ('faulty')");
            assertThat(f.functionName()).isEqualTo("processor.process");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "invalid-input, INVALID_INPUT, why",
        "unavailable, UNAVAILABLE, why",
        "internal, INTERNAL, why",
        "deadline-exceeded, DEADLINE_EXCEEDED,",
        "fatal, FATAL, why"
    })
    void anAnsweredErrorIsAValueAndTheInstanceGoesOn(String fault, ProcessError.Kind kind, String text) {
        var expected = new ProcessError(kind, text);
        String config = "{\"fault\": \"" + fault + "\", \"text\": \"why\"}";

        Stage processor = flow.started("faulty", config);
        assertThat(processor.invoker().process(flow.element(0, "x"), out)).isEqualTo(Outcome.ERROR);
        assertThat(processor.invoker().lastError()).isEqualTo(expected);
        assertThat(out.payload).isNull();
        assertThat(processor.invoker().process(flow.element(1, "x"), out)).isEqualTo(Outcome.EMITTED);

        Stage source = flow.started("faulty-source", config);
        assertThat(source.invoker().pull(out)).isEqualTo(Outcome.ERROR);
        assertThat(source.invoker().lastError()).isEqualTo(expected);
        assertThat(source.invoker().pull(out)).isEqualTo(Outcome.EMITTED);

        Stage sink = flow.started("faulty-sink", config);
        assertThat(sink.invoker().push(flow.element(0, "x"))).isEqualTo(Outcome.ERROR);
        assertThat(sink.invoker().lastError()).isEqualTo(expected);
        assertThat(sink.invoker().push(flow.element(1, "x"))).isEqualTo(Outcome.READY);
        assertThat(flow.started("faulty-sink", "{\"in\": \"complete\"," + config.substring(1))
                        .invoker()
                        .complete())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unreachable",
                "divide-by-zero",
                "integer-overflow",
                "out-of-bounds",
                "call-null",
                "call-undefined",
                "call-mismatched",
                "bad-utf8",
                "bad-text-pointer",
                "bad-text-length",
                "bad-error-case",
                "write-out-of-bounds",
                "write-frozen",
                "freeze-twice",
                "drop-mutable-twice"
            })
    void aSourceThatTrapsIsFinished(String fault) {
        Stage stage = flow.started("faulty-source", config(fault));
        assertThat(stage.invoker().pull(out)).isEqualTo(Outcome.EMITTED);
        TestFlow.release(flow.received(out, 0));

        EngineException trap = trapOf(() -> stage.invoker().pull(out));

        assertThat(trap.failure()).isInstanceOfSatisfying(EngineFailure.Trap.class, f -> assertThat(f.functionName())
                .isEqualTo("source.pull"));
        assertThat(out.payload).isNull();
        isFinishedAndReplaced(stage, trap);
        assertThat(flow.started("faulty-source", config(fault)).invoker().pull(out))
                .isEqualTo(Outcome.EMITTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unreachable", "divide-by-zero", "integer-overflow", "out-of-bounds", "call-null", "call-undefined",
                "call-mismatched", "bad-utf8", "bad-text-pointer", "bad-text-length", "bad-error-case", "bad-signal"
            })
    void aSinkThatTrapsIsFinished(String fault) {
        Stage stage = flow.started("faulty-sink", config(fault));
        assertThat(stage.invoker().push(flow.element(0, "x"))).isEqualTo(Outcome.READY);
        Element in = flow.element(1, "x");

        EngineException trap = trapOf(() -> stage.invoker().push(in));

        assertThat(trap.failure()).isInstanceOfSatisfying(EngineFailure.Trap.class, f -> assertThat(f.functionName())
                .isEqualTo("sink.push"));
        assertThat(TestFlow.payload(in).state()).isEqualTo(ResourceState.OWNED);
        isFinishedAndReplaced(stage, trap);
        assertThat(flow.started("faulty-sink", config(fault)).invoker().push(in))
                .isEqualTo(Outcome.READY);
    }

    @Test
    void whatAFinishedComponentHeldIsReclaimed() {
        Stage stage = flow.started("faulty-source", "{\"fault\": \"hoard\", \"size\": 65536}");
        assertThat(stage.invoker().pull(out)).isEqualTo(Outcome.ERROR);
        ProcessError refused = stage.invoker().lastError();
        assertThat(refused.kind()).isEqualTo(ProcessError.Kind.UNAVAILABLE);
        assertThat(refused.message()).contains("E0306");
        int hoarded = TestFlow.BUDGET / 65_536;
        assertThat(stage.owner().heldBuffers()).isEqualTo(hoarded);
        assertThat(stage.handles()).isEqualTo(hoarded);

        assertThat(stage.owner().reclaim()).hasSize(hoarded);
        stage.invoker().close();

        assertThat(stage.handles()).isZero();
        assertThat(flow.flow.liveBuffers()).isZero();
    }

    @Test
    void closingAloneGivesEverythingBack() {
        Stage stage = flow.started("faulty", "{\"fault\": \"hoard\", \"size\": 100}");
        Element in = flow.element(0, "x");
        assertThat(stage.invoker().process(in, out)).isEqualTo(Outcome.ERROR);
        assertThat(stage.invoker().lastError().message()).contains("E0311");
        TestFlow.release(in);

        stage.invoker().close();

        assertThat(stage.owner().heldBuffers()).isZero();
        assertThat(flow.flow.liveBuffers()).isZero();
    }

    /** What was lifted before the call ended badly is in nobody's table any more. */
    @Test
    void anElementLiftedBeforeTheCallEndsBadlyGoesBackOnClose() {
        Stage stage = flow.started("faulty", "{\"fault\": \"keep-borrow\"}");
        Element in = flow.element(0, "x");
        trapOf(() -> stage.invoker().process(in, out));
        assertThat(out.payload).isNull();
        assertThat(stage.owner().heldBuffers()).isEqualTo(1);
        TestFlow.release(in);

        stage.invoker().close();

        assertThat(stage.owner().heldBuffers()).isZero();
        assertThat(flow.flow.liveBuffers()).isZero();
    }

    /** A spent mutable-buffer in the table of a dead instance must not give its owner a handle too many. */
    @Test
    void theHandleLimitIsTheSameAfterReclaimAndClose() {
        Stage stage = flow.started("faulty", "{\"fault\": \"freeze-twice\"}");
        trapOf(() -> stage.invoker().process(flow.element(0, "x"), out));
        stage.owner().reclaim();
        stage.invoker().close();

        int allocated = 0;
        while (stage.owner().allocate(1) instanceof Result.Ok<?, ?>) {
            allocated++;
        }
        assertThat(allocated).isEqualTo(TestFlow.HANDLES);
        stage.owner().reclaim();
    }

    @Test
    void aRequestThatIsTooLargeIsAnAnswer() {
        Stage stage = flow.started("faulty", "{\"fault\": \"too-large\"}");
        assertThat(stage.invoker().process(flow.element(0, "x"), out)).isEqualTo(Outcome.ERROR);
        assertThat(stage.invoker().lastError())
                .isEqualTo(new ProcessError(ProcessError.Kind.INTERNAL, "the write does not fit the buffer"));
        assertThat(stage.isFinished()).isFalse();
    }

    @Test
    void growthBeyondTheLimitIsRefused() {
        Stage stage = flow.started("faulty", "{\"fault\": \"grow\"}");
        assertThat(stage.invoker().process(flow.element(0, "x"), out)).isEqualTo(Outcome.ERROR);
        ProcessError refused = stage.invoker().lastError();
        assertThat(refused.kind()).isEqualTo(ProcessError.Kind.UNAVAILABLE);
        assertThat(refused.message()).matches("memory.grow was refused at 2[45]\\d pages");
        assertThat(stage.invoker().memoryBytes()).isBetween(15L << 20, 16L << 20);
        assertThat(stage.invoker().process(flow.element(1, "x"), out)).isEqualTo(Outcome.EMITTED);
    }

    @Test
    void aComponentThatStartsAboveTheLimitIsNotInstantiated() {
        EngineException refused =
                trapOf(() -> flow.stage("faulty", Guests.bytes("faulty"), new CoreLimits(65_535, 10_000)));
        assertThat(refused.failure().code().id()).isIn("E0802", "E0806");
        assertThat(refused).hasMessageContaining("component-1 ('faulty')").hasMessageContaining("65535");
    }

    @Test
    void aTrapInInitFinishesTheInstance() {
        Stage stage = flow.stage("faulty");
        EngineException trap = trapOf(() -> stage.invoker().init("{\"fault\": \"unreachable\", \"in\": \"init\"}"));
        assertThat(trap.failure()).isInstanceOfSatisfying(EngineFailure.Trap.class, f -> assertThat(f.functionName())
                .isEqualTo("init"));
        isFinishedAndReplaced(stage, trap);
    }

    @Test
    void teardownRunsTheGuestsOwn() {
        for (String guest : new String[] {"faulty", "faulty-source", "faulty-sink"}) {
            Stage stage = flow.started(guest, "{\"fault\": \"unreachable\", \"in\": \"teardown\"}");
            EngineException trap = trapOf(() -> stage.invoker().teardown());
            assertThat(trap.failure())
                    .isInstanceOfSatisfying(EngineFailure.Trap.class, f -> assertThat(f.functionName())
                            .isEqualTo("teardown"));
            isFinishedAndReplaced(stage, trap);
        }
        Stage orderly = flow.started("faulty", "{\"fault\": \"unreachable\"}");
        orderly.invoker().teardown();
        assertThat(orderly.isFinished()).isFalse();
    }

    @Test
    void aTrapInCompleteFinishesTheInstance() {
        Stage stage = flow.started("faulty-sink", "{\"fault\": \"unreachable\", \"in\": \"complete\"}");
        assertThat(stage.invoker().push(flow.element(0, "x"))).isEqualTo(Outcome.READY);
        EngineException trap = trapOf(() -> stage.invoker().complete());
        assertThat(trap).hasMessageContaining("complete");
        isFinishedAndReplaced(stage, trap);
    }
}
