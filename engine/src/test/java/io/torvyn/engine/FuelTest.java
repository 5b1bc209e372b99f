package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.Imports;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.TestFlow.Stage;
import io.torvyn.guests.Guests;
import io.torvyn.types.ComponentId;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fuel of real components: refilled for each call, the same number every time. */
class FuelTest {
    private static final long PLENTY = 1_000_000;

    /** What it takes to start a guest and to send twenty elements through it. */
    private static long consumed(Strategy strategy, String guest) {
        try (var flow = new TestFlow(strategy)) {
            Stage stage = flow.fuelled(guest, PLENTY);
            assertThat(stage.invoker().init("")).isNull();
            var out = new Element();
            for (int i = 0; i < 20; i++) {
                Element in = flow.element(i, "element number " + i * i);
                assertThat(stage.invoker().process(in, out)).isEqualTo(Outcome.EMITTED);
                TestFlow.release(flow.received(out, 0));
                TestFlow.release(in);
            }
            return stage.invoker().fuelConsumed();
        }
    }

    @Test
    void theSameWorkTakesTheSameFuelOnEveryRunAndUnderEveryStrategy() {
        for (String guest : new String[] {"copy", "upper", "reverse"}) {
            long first = consumed(Strategy.OPTIMIZED, guest);
            assertThat(first).as(guest).isGreaterThan(1000);
            assertThat(consumed(Strategy.OPTIMIZED, guest)).as(guest).isEqualTo(first);
            assertThat(consumed(Strategy.BASELINE, guest)).as(guest).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGuestThatSpinsRunsOutOfFuelAndIsFinished(Strategy strategy) {
        try (var flow = new TestFlow(strategy)) {
            Stage stage = flow.fuelled("faulty", PLENTY);
            assertThat(stage.invoker().init("{\"fault\": \"spin\", \"at\": 2}")).isNull();
            var out = new Element();
            Element in = flow.element(0, "x");
            assertThat(stage.invoker().process(in, out)).isEqualTo(Outcome.EMITTED);
            TestFlow.release(flow.received(out, 0));

            assertThatThrownBy(() -> stage.invoker().process(in, out))
                    .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                            .isInstanceOfSatisfying(EngineFailure.FuelExhausted.class, failure -> {
                                assertThat(failure.code().id()).isEqualTo("E0805");
                                assertThat(failure.component()).isEqualTo("component-1 ('faulty')");
                                assertThat(failure.functionName()).isEqualTo("processor.process");
                                assertThat(failure.fuelLimit()).isEqualTo(PLENTY);
                                assertThat(failure.wasmFunction()).isEqualTo("spin");
                                assertThat(failure.help()).contains("fuel_budget");
                            }));
            assertThat(stage.isFinished()).isTrue();
            TestFlow.release(in);
        }
    }

    /** Twenty calls take more than one is allowed to. */
    @Test
    void everyCallGetsItsFuelAnew() {
        long all = consumed(Strategy.OPTIMIZED, "upper");
        try (var flow = new TestFlow(Strategy.OPTIMIZED)) {
            Stage stage = flow.fuelled("upper", all / 4);
            stage.invoker().init("");
            var out = new Element();
            for (int i = 0; i < 20; i++) {
                Element in = flow.element(i, "element number " + i * i);
                assertThat(stage.invoker().process(in, out)).isEqualTo(Outcome.EMITTED);
                TestFlow.release(flow.received(out, 0));
                TestFlow.release(in);
            }
            assertThat(stage.invoker().fuelConsumed()).isEqualTo(all);
        }
    }

    @Test
    void codeThatDoesNotCountCannotBeLimited() {
        try (var flow = new TestFlow(Strategy.OPTIMIZED)) {
            CompiledComponent plain = flow.engine.compile(Guests.bytes("copy"), "copy");

            assertThatThrownBy(() -> flow.engine.instantiate(
                            plain,
                            new Imports(),
                            new ComponentId(1),
                            "copy",
                            flow.engine.settings().limits(),
                            OptionalLong.of(5),
                            Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(flow.engine.compileMetered(Guests.bytes("copy"), "copy").component())
                    .isNotSameAs(plain.component());
        }
    }
}
