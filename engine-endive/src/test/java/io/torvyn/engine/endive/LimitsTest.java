package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreLimits;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What people read when a component meets a limit or traps: all of it. Alone, and behind another component. */
@Timeout(60)
class LimitsTest {
    private static final CoreLimits LIMITS = new CoreLimits(16 << 20, 100, 40);
    private static final CoreEngine METERED = ENGINE.metered().orElseThrow();
    private static final OptionalLong FUEL = OptionalLong.of(2000);

    private static Instance instance(String name, Imports imports, CoreEngine engine, Strategy strategy) {
        return Component.load(bytes("limits-" + name), name, engine, strategy)
                .instantiate(
                        imports, new InstanceOptions(name, LIMITS, engine == METERED ? FUEL : OptionalLong.empty()));
    }

    private static Instance inner(CoreEngine engine, Strategy strategy) {
        return instance("inner", new Imports(), engine, strategy);
    }

    private static Instance outer(Instance inner, CoreEngine engine, Strategy strategy) {
        return instance("outer", new Imports().addExports(inner), engine, strategy);
    }

    private static void call(Instance instance, String function) {
        instance.exportedFunction(function).orElseThrow().call(List.of());
    }

    private static EngineFailure failureOf(ThrowingCallable code) {
        return ((EngineException) Objects.requireNonNull(catchThrowable(code))).failure();
    }

    static Stream<Arguments> failures() {
        return Stream.of(Strategy.values())
                .flatMap(strategy -> Stream.of(
                        Arguments.of(
                                strategy,
                                "deep",
                                "[E0812] Call stack exhausted by component inner during 'deep' in wasm function 'recurse':"
                                        + " calls are nested more deeply than 40. Bound the recursion in the component, or"
                                        + " raise the limit in the pipeline configuration (`max_call_depth` of"
                                        + " `[runtime]`)."),
                        Arguments.of(
                                strategy,
                                "grow",
                                "[E0806] Memory limit exceeded for component inner during 'grow' in wasm function 'abort':"
                                        + " attempted to grow to 65601536 bytes, limit is 16777216 bytes. Increase the"
                                        + " component's memory limit in the pipeline configuration (`max_memory` of the"
                                        + " node, or `max_memory_per_component`)."),
                        Arguments.of(
                                strategy,
                                "grow-table",
                                "[E0813] Table limit exceeded for component inner during 'grow-table' in wasm function"
                                        + " 'abort': attempted to grow to 501 elements, limit is 100 elements. Increase the"
                                        + " component's table limit in the pipeline configuration (`max_table_elements` of"
                                        + " `[runtime]`)."),
                        trap(
                                strategy,
                                "fail",
                                "wasm `unreachable` instruction executed during 'fail' in wasm function 'inner',"
                                        + " called by 'middle', 'fail'"),
                        trap(strategy, "divide", "integer divide by zero during 'divide' in wasm function 'divide'"),
                        trap(
                                strategy,
                                "outside",
                                "out of bounds memory access: 4 bytes at 65536, the memory has 65536 during 'outside' in"
                                        + " wasm function 'outside'"),
                        trap(
                                strategy,
                                "mismatch",
                                "bad indirect call: indirect call type mismatch during 'mismatch' in wasm function"
                                        + " 'mismatch'")));
    }

    private static Arguments trap(Strategy strategy, String function, String what) {
        return Arguments.of(
                strategy,
                function,
                "[E0804] Component inner trapped: " + what + ". This indicates a bug in the component. Check component"
                        + " logs and consider filing a bug report.");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("failures")
    void theFailureSaysWhoWhereAndWhatToDo(Strategy strategy, String function, String text) {
        Instance inner = inner(ENGINE, strategy);

        assertThat(failureOf(() -> call(inner, function)).text()).isEqualTo(text);
        assertThat(inner.isFinished()).isTrue();
    }

    /** The one that broke the rule is blamed, and both are finished: the trap went through the frames of both. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("failures")
    void aFailureBehindAnotherComponentNamesTheOneThatFailed(Strategy strategy, String function, String text) {
        Instance inner = inner(ENGINE, strategy);
        Instance outer = outer(inner, ENGINE, strategy);

        EngineFailure failure = failureOf(() -> call(outer, "call-" + function));

        String cause = text.substring(0, text.indexOf("wasm function"));
        assertThat(failure.text()).startsWith(cause);
        assertThat(inner.isFinished()).isTrue();
        assertThat(outer.isFinished()).isTrue();
        assertThat(failureOf(() -> call(outer, "fine")).message())
                .contains("Component outer trapped", "never entered again");
        assertThat(failureOf(() -> call(inner, "burn")).message())
                .contains("Component inner trapped", "never entered again");
    }

    @ParameterizedTest
    @EnumSource
    void aBacktraceGoesOnIntoTheComponentThatCalled(Strategy strategy) {
        Instance outer = outer(inner(ENGINE, strategy), ENGINE, strategy);

        EngineFailure failure = failureOf(() -> call(outer, "call-fail"));

        assertThat(failure).isInstanceOfSatisfying(EngineFailure.Trap.class, trap -> assertThat(trap.backtrace())
                .containsSubsequence("inner", "middle", "fail", "calls-fail"));
    }

    @ParameterizedTest
    @EnumSource
    void fuelIsToldInFullAndIsEachComponentsOwn(Strategy strategy) {
        Instance inner = inner(METERED, strategy);
        Instance outer = outer(inner, METERED, strategy);
        for (int i = 0; i < 10; i++) { // a few hundred units each
            call(outer, "call-burn");
        }

        assertThat(failureOf(() -> call(outer, "call-spin")).text())
                .isEqualTo("[E0805] Fuel exhausted for component inner during 'spin' in wasm function 'loop'. The"
                        + " component exceeded its CPU budget of 2000 fuel units. Consider increasing the fuel budget in"
                        + " the pipeline configuration (`fuel_budget` of the node, or `default_fuel_per_invocation`; 0 is"
                        + " without limit) or optimizing the component.");
        assertThat(inner.isFinished()).isTrue();
        assertThat(outer.isFinished()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aTimeLimitIsToldInFullAndIsThatOfWhoWasCalled(Strategy strategy) throws Exception {
        Instance alone = inner(ENGINE, strategy);
        assertThat(interrupted(alone, "spin").text())
                .isEqualTo("[E0811] Invocation of 'spin' on component inner timed out after 100ms in wasm function"
                        + " 'loop'. Consider increasing the invocation timeout (`key`).");

        Instance inner = inner(ENGINE, strategy);
        Instance outer = outer(inner, ENGINE, strategy);
        assertThat(interrupted(outer, "call-spin").text())
                .isEqualTo("[E0811] Invocation of 'call-spin' on component outer timed out after 100ms in wasm function"
                        + " 'loop'. Consider increasing the invocation timeout (`key`).");
        assertThat(inner.isFinished()).isTrue();
        assertThat(outer.isFinished()).isTrue();
    }

    private static EngineFailure interrupted(Instance instance, String function) throws Exception {
        var entering = new CountDownLatch(1);
        var ended = new CompletableFuture<EngineFailure>();
        Thread runner = Thread.ofPlatform().daemon().start(() -> {
            entering.countDown();
            ended.complete(failureOf(() -> call(instance, function)));
        });
        entering.await();
        runner.join(100); // it does not end before
        instance.timingOut(Duration.ofMillis(100), "`key`");
        runner.interrupt();
        return ended.get();
    }

    @ParameterizedTest
    @EnumSource
    void aStartFunctionThatDoesNotEndIsStopped(Strategy strategy) {
        Component component = Component.load(bytes("endless-start"), "endless", ENGINE, strategy);
        var options = new InstanceOptions(
                "endless",
                LIMITS,
                OptionalLong.empty(),
                Optional.of(new InstanceOptions.StartLimit(Duration.ofMillis(100), "`key`")));

        assertThat(failureOf(() -> component.instantiate(new Imports(), options))
                        .text())
                .isEqualTo("[E0811] Invocation of 'instantiation' on component endless timed out after 100ms in wasm"
                        + " function 'loop'. Consider increasing the invocation timeout (`key`).");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void anInstantiationEndsWhenItsThreadIsInterrupted(Strategy strategy) throws Exception {
        Component component = Component.load(bytes("endless-start"), "endless", ENGINE, strategy);
        var ended = new CompletableFuture<EngineFailure>();
        Thread runner = Thread.ofPlatform()
                .daemon()
                .start(() -> ended.complete(
                        failureOf(() -> component.instantiate(new Imports(), new InstanceOptions("endless", LIMITS)))));
        runner.join(100); // it does not end before
        runner.interrupt();

        assertThat(ended.get().text())
                .startsWith("[E0425] Component endless was stopped during 'instantiation' in wasm function 'loop': its"
                        + " thread was interrupted.");
    }

    @ParameterizedTest
    @EnumSource
    void aStartFunctionThatIsRefusedMemoryFailsTheInstantiation(Strategy strategy) {
        Component component = Component.load(bytes("greedy-start"), "greedy", ENGINE, strategy);

        assertThat(failureOf(() -> component.instantiate(new Imports(), new InstanceOptions("greedy", LIMITS)))
                        .message())
                .isEqualTo("Instantiation failed for component greedy: initialisation failed: Memory limit exceeded for"
                        + " component greedy in wasm function 'abort': attempted to grow to 65601536 bytes, limit is"
                        + " 16777216 bytes.");
    }

    @ParameterizedTest
    @EnumSource
    void aStartFunctionThatRunsOutOfFuelFailsTheInstantiation(Strategy strategy) {
        Component component = Component.load(bytes("endless-start"), "endless", METERED, strategy);

        assertThat(failureOf(() -> component.instantiate(new Imports(), new InstanceOptions("endless", LIMITS, FUEL)))
                        .message())
                .isEqualTo("Instantiation failed for component endless: initialisation failed: Fuel exhausted for"
                        + " component endless in wasm function 'loop'. The component exceeded its CPU budget of 2000"
                        + " fuel units.");
    }
}
