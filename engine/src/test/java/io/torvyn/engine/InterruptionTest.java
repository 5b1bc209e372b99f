package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.TestFlow.Stage;
import io.torvyn.resources.ResourceState;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that never returns is brought to an end from another thread. */
@ParameterizedClass
@EnumSource
@Timeout(60)
class InterruptionTest {
    private static final Duration LIMIT = Duration.ofMillis(150);

    private final TestFlow flow;
    private final Element out = new Element();

    InterruptionTest(CoreEngine.Strategy strategy) {
        flow = new TestFlow(strategy);
    }

    @AfterEach
    void nothingLeaks() {
        assertThat(Thread.interrupted()).isFalse();
        flow.close();
    }

    /** Runs a call that does not return until the thread is interrupted, which is done when the limit has passed. */
    private static EngineFailure interrupted(Runnable announcement, ThrowingCallable call) throws InterruptedException {
        Thread driver = Thread.currentThread();
        Thread watchdog = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(LIMIT);
            } catch (InterruptedException e) {
                return;
            }
            announcement.run();
            driver.interrupt();
        });
        EngineException thrown = catchThrowableOfType(EngineException.class, call);
        watchdog.join();
        assertThat(thrown).isNotNull();
        return thrown.failure();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "spin-calling"})
    void aCallThatTakesTooLongIsE0811(String fault) throws InterruptedException {
        Stage stage = flow.started("faulty", "{\"fault\": \"" + fault + "\"}");
        Element in = flow.element(0, "x");

        EngineFailure failure = interrupted(
                () -> stage.invoker().timingOut(LIMIT), () -> stage.invoker().process(in, out));

        assertThat(failure).isInstanceOfSatisfying(EngineFailure.InvocationTimeout.class, timeout -> {
            assertThat(timeout.component()).isEqualTo("component-1 ('faulty')");
            assertThat(timeout.functionName()).isEqualTo("processor.process");
            assertThat(timeout.timeoutMillis()).isEqualTo(LIMIT.toMillis());
            assertThat(timeout.wasmFunction()).isNotNull();
        });
        assertThat(failure.help())
                .isEqualTo("Consider increasing the invocation timeout (`timeout_ms` of the node, or"
                        + " `component_invocation_timeout` of the flow's `timeouts`).");
        assertThat(failure.code().id()).isEqualTo("E0811");
        assertThat(failure.text()).contains("component-1 ('faulty')", "processor.process", "150");
        assertThat(stage.isFinished()).isTrue();
        assertThat(TestFlow.payload(in).state()).isEqualTo(ResourceState.OWNED);

        Stage fresh = flow.stage("copy");
        assertThat(fresh.invoker().process(in, out)).isEqualTo(Outcome.EMITTED);
    }

    @Test
    void anInterruptionWithoutATimeOutIsE0425() throws InterruptedException {
        Stage stage = flow.started("faulty", "{\"fault\": \"spin\"}");

        EngineFailure failure =
                interrupted(stage.invoker()::cancelling, () -> stage.invoker().process(flow.element(0, "x"), out));

        assertThat(failure).isInstanceOfSatisfying(EngineFailure.Cancelled.class, f -> {
            assertThat(f.component()).isEqualTo("component-1 ('faulty')");
            assertThat(f.functionName()).isEqualTo("processor.process");
        });
        assertThat(failure.code().id()).isEqualTo("E0425");
    }

    @Test
    void everyRoleAndPlaceCanBeTimedOut() throws InterruptedException {
        Stage source = flow.started("faulty-source", "{\"fault\": \"spin\"}");
        timesOut(source, "source.pull", "timeout_ms", () -> source.invoker().pull(out));
        Stage sink = flow.started("faulty-sink", "{\"fault\": \"spin\"}");
        timesOut(sink, "sink.push", "timeout_ms", () -> sink.invoker().push(flow.element(0, "x")));
        Stage completing = flow.started("faulty-sink", "{\"fault\": \"spin\", \"in\": \"complete\"}");
        timesOut(
                completing, "complete", "timeout_ms", () -> completing.invoker().complete());
        Stage starting = flow.stage("faulty");
        timesOut(starting, "init", "component_init_timeout_ms", () -> starting.invoker()
                .init("{\"fault\": \"spin\", \"in\": \"init\"}"));
        Stage ending = flow.started("faulty", "{\"fault\": \"spin\", \"in\": \"teardown\"}");
        timesOut(ending, "teardown", "component_teardown_timeout_ms", () -> ending.invoker()
                .teardown());
    }

    private static void timesOut(Stage stage, String function, String setting, ThrowingCallable call)
            throws InterruptedException {
        EngineFailure failure = interrupted(() -> stage.invoker().timingOut(LIMIT), call);
        assertThat(failure)
                .isInstanceOfSatisfying(EngineFailure.InvocationTimeout.class, f -> assertThat(f.functionName())
                        .isEqualTo(function));
        assertThat(failure.help()).contains("(`" + setting + "`");
    }
}
