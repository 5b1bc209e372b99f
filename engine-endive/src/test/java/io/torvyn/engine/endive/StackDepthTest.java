package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.bytes;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.export;
import static io.torvyn.engine.endive.Fixture.function;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.GuestResource;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreExtern;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreStack;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.types.Defaults;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How deeply calls may be nested: the same number under every strategy. */
class StackDepthTest {
    private static final int LIMIT = 40;
    /** Of a thread; room for all that the limits here allow, in the interpreter too. */
    private static final long LARGE = 64L << 20;
    /** The JVM's own stacks are not smaller. */
    private static final long SMALL = 256L << 10;

    private static CoreLimits limits(int maxCallDepth) {
        return new CoreLimits(16 << 20, 10_000, maxCallDepth);
    }

    private static CoreInstance instance(String name, Strategy strategy, int maxCallDepth, CoreExtern... arguments) {
        return ENGINE.compile(bytes(name), strategy).instantiate(List.of(arguments), limits(maxCallDepth));
    }

    private static CoreTrap trapOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        Throwable thrown = Objects.requireNonNull(catchThrowable(code));
        return Objects.requireNonNull(ENGINE.trap(thrown), () -> "no trap: " + thrown);
    }

    @ParameterizedTest(name = "{0}: {2} calls of {1}")
    @MethodSource
    void callsNestAsDeeplyAsTheLimitSays(Strategy strategy, String function, int most) throws Throwable {
        CoreInstance instance = instance("depth", strategy, LIMIT);

        assertThat(call(instance, function, most - 1)).isEqualTo(most - 1);
        CoreTrap trap = trapOf(() -> call(instance, function, most));

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.STACK_EXHAUSTED);
        assertThat(trap.detail()).isEqualTo("call stack exhausted");
        assertThat(trap.limit()).isEqualTo(LIMIT);
        assertThat(trap.backtrace()).hasSizeGreaterThanOrEqualTo(most);
        assertThat(call(instance, function, most - 1)).isEqualTo(most - 1); // what was nested has been given back
    }

    static Stream<Arguments> callsNestAsDeeplyAsTheLimitSays() {
        return Stream.of(Strategy.values())
                .flatMap(strategy -> Stream.of(
                        Arguments.of(strategy, "down", LIMIT),
                        Arguments.of(strategy, "turns", LIMIT),
                        Arguments.of(strategy, "through", LIMIT),
                        Arguments.of(strategy, "wide", LIMIT / 3)));
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionThatIsPartOfNoRecursionNeedsNothing(Strategy strategy) throws Throwable {
        assertThat(call(instance("depth", strategy, 0), "straight", 1)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void callsThatDoNotReturnIntoEachOtherDoNotNest(Strategy strategy) throws Throwable {
        CoreInstance instance = instance("depth", strategy, LIMIT);

        assertThat(call(instance, "slide", 10_000)).isEqualTo(0);
        for (int i = 0; i < 3; i++) {
            assertThat(call(instance, "down", LIMIT - 1)).isEqualTo(LIMIT - 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAnExceptionLeavesIsGivenBack(Strategy strategy) throws Throwable {
        CoreInstance instance = instance("depth", strategy, LIMIT);

        assertThat(call(instance, "catches", 100, LIMIT - 1)).isEqualTo(100);
        assertThat(call(instance, "catches-itself", 10_000, LIMIT - 1)).isEqualTo(10_000);
        assertThat(trapOf(() -> call(instance, "catches", 1, LIMIT)).kind()).isEqualTo(CoreTrap.Kind.STACK_EXHAUSTED);
    }

    @ParameterizedTest
    @EnumSource
    void aModuleWithoutAMemoryCountsToo(Strategy strategy) throws Throwable {
        CoreInstance instance = instance("depth-bare", strategy, LIMIT);

        assertThat(call(instance, "down", LIMIT - 1)).isEqualTo(LIMIT - 1);
        assertThat(trapOf(() -> call(instance, "down", LIMIT)).limit()).isEqualTo(LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionTooLargeForTheJvmCountsToo(Strategy strategy) throws Throwable {
        CoreInstance instance = instance("large-recursion", strategy, LIMIT);

        assertThat(call(instance, "down", LIMIT - 1)).isEqualTo(LIMIT - 1);
        assertThat(trapOf(() -> call(instance, "down", LIMIT)).limit()).isEqualTo(LIMIT);
    }

    /** 200 functions that call each other once, one in 65 of which is counted. */
    @ParameterizedTest
    @EnumSource
    void aLongChainOfCallsIsCountedEverySoOften(Strategy strategy) throws Throwable {
        assertThat(call(instance("long-chain", strategy, 3), "first", 7)).isEqualTo(7);
        assertThat(trapOf(() -> call(instance("long-chain", strategy, 2), "first", 7))
                        .limit())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"OPTIMIZED,OPTIMIZED", "OPTIMIZED,BASELINE", "BASELINE,OPTIMIZED", "BASELINE,BASELINE"})
    void aRecursionThroughSeveralInstancesIsCountedWhereTheyShareATable(Strategy one, Strategy other) throws Throwable {
        CoreStack stack = ENGINE.stack(LIMIT);
        CoreInstance table = shared("depth-table", one, stack);
        CoreInstance user = shared("depth-user", other, stack, function(table, "call"));
        shared("depth-fixup", one, stack, export(table, "table", CoreTable.class), function(user, "down"));

        assertThat(call(user, "down", LIMIT)).isEqualTo(LIMIT);
        CoreTrap trap = trapOf(() -> call(user, "down", LIMIT + 1));
        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.STACK_EXHAUSTED);
        assertThat(trap.limit()).isEqualTo(LIMIT);
    }

    private static CoreInstance shared(String name, Strategy strategy, CoreStack stack, CoreExtern... arguments) {
        return ENGINE.compile(bytes(name), strategy).instantiate(List.of(arguments), limits(1), null, stack);
    }

    @Test
    void keptCodeCountsLikeFreshCode() throws Throwable {
        for (String name : List.of("depth", "large-recursion")) {
            byte[] wasm = bytes(name);
            byte[] compiled = Objects.requireNonNull(
                    ENGINE.compile(wasm, Strategy.OPTIMIZED).serialize());
            CoreInstance instance =
                    ENGINE.deserialize(wasm, compiled, Strategy.OPTIMIZED).instantiate(List.of(), limits(LIMIT));

            assertThat(call(instance, "down", LIMIT - 1)).isEqualTo(LIMIT - 1);
            assertThat(trapOf(() -> call(instance, "down", LIMIT)).limit()).isEqualTo(LIMIT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDefaultHoldsWhereTheThreadHasRoomForIt(Strategy strategy) throws Exception {
        CoreInstance instance = instance("depth", strategy, Defaults.MAX_CALL_DEPTH);

        CoreTrap trap = inThread(LARGE, () -> {
            call(instance, "down", Defaults.MAX_CALL_DEPTH - 1);
            call(instance, "through", Defaults.MAX_CALL_DEPTH - 1);
            return trapOf(() -> call(instance, "endless", 0));
        });

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.STACK_EXHAUSTED);
        assertThat(trap.limit()).isEqualTo(Defaults.MAX_CALL_DEPTH);
        assertThat(trap.backtrace()).element(0).isEqualTo("endless");
    }

    /** A limit that the thread has no room for: it ends with the same trap, which says so. */
    @ParameterizedTest
    @EnumSource
    void aThreadThatIsTooSmallEndsTheCallAsWell(Strategy strategy) throws Exception {
        CoreModule module = ENGINE.compile(bytes("depth"), strategy);
        for (String function : List.of("endless", "through")) {
            CoreInstance instance = module.instantiate(List.of(), limits(Integer.MAX_VALUE));

            CoreTrap trap = inThread(SMALL, () -> trapOf(() -> call(instance, function, -1)));

            assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.STACK_EXHAUSTED);
            assertThat(trap.limit()).isZero();
            assertThat(trap.backtrace()).hasSize(Traps.MAXIMUM_FRAMES);
        }
        CoreInstance other = module.instantiate(List.of(), limits(LIMIT)); // the code itself is whole
        assertThat(call0(other, "down", 5)).isEqualTo(5);
        assertThat(call0(other, "through", 5)).isEqualTo(5);
    }

    private static Object call0(CoreInstance instance, String function, int argument) {
        try {
            return call(instance, function, argument);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private interface Body<T> {
        T run() throws Throwable;
    }

    private static <T> T inThread(long stackSize, Body<T> body) throws Exception {
        return in(runnable -> new Thread(null, runnable, "deep", stackSize), body);
    }

    private static <T> T in(java.util.function.Function<Runnable, Thread> threads, Body<T> body) throws Exception {
        var result = new CompletableFuture<T>();
        Thread thread = threads.apply(() -> {
            try {
                result.complete(body.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        thread.join();
        return result.get();
    }

    /** Where the host calls core code, with what is nested there: by the limit, and by the end of the thread's stack. */
    private enum Place {
        EXPORT("run"),
        REALLOC("take"),
        POST_RETURN("give"),
        DESTRUCTOR("make");

        private final String function;

        Place(String function) {
            this.function = function;
        }

        void enter(Instance instance) {
            var result = instance.exportedFunction(function)
                    .orElseThrow()
                    .call(this == REALLOC ? List.of(new Value.Str("text")) : List.of());
            if (this == DESTRUCTOR) {
                ((GuestResource) ((Value.OwnHandle) result.orElseThrow()).resource()).drop();
            }
        }
    }

    static Stream<Arguments> places() {
        return Stream.of(Strategy.values())
                .flatMap(strategy -> Stream.of(Place.values()).map(place -> Arguments.of(strategy, place)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void theFailureSaysWhereAndHowMuch(Strategy strategy, Place place) {
        Instance instance = component("deep-component", strategy, LIMIT);

        EngineFailure failure = failureOf(() -> place.enter(instance));

        assertThat(failure.text())
                .isEqualTo("[E0812] Call stack exhausted by component component-1 ('deep') during '"
                        + (place == Place.DESTRUCTOR ? "[resource-drop]thing" : place.function)
                        + "' in wasm function 'deep': calls are nested more deeply than 40. Bound the recursion in the"
                        + " component, or raise the limit in the pipeline configuration (`max_call_depth` of"
                        + " `[runtime]`).");
        isFinished(instance);
    }

    @ParameterizedTest
    @MethodSource("places")
    void theEndOfTheThreadsStackIsTheSameFailure(Strategy strategy, Place place) throws Exception {
        Component component = Component.load(bytes("deep-component"), "deep", ENGINE, strategy);
        Instance instance = instantiate(component, Integer.MAX_VALUE);

        EngineFailure small = inThread(SMALL, () -> failureOf(() -> place.enter(instance)));

        assertThat(small).isInstanceOfSatisfying(EngineFailure.StackExhausted.class, failure -> {
            assertThat(failure.limit()).isZero();
            assertThat(failure.wasmFunction()).isEqualTo("deep");
            assertThat(failure.text())
                    .endsWith("in wasm function 'deep': its thread's stack is used up. Bound the recursion in the"
                            + " component, or give the thread a larger stack: `-Xss16m` for all threads of the JVM, or"
                            + " the stack size of one that is made by `java.lang.Thread`'s constructor.");
        });
        isFinished(instance);
        Instance another = instantiate(component, Integer.MAX_VALUE);
        EngineFailure virtual = in(Thread.ofVirtual()::unstarted, () -> failureOf(() -> place.enter(another)));
        assertThat(virtual).isEqualTo(small);
        isFinished(another);
        assertThat(instantiate(component, LIMIT)
                        .exportedFunction("fine")
                        .orElseThrow()
                        .call(List.of()))
                .contains(new Value.U32(42));
    }

    @ParameterizedTest
    @EnumSource
    void aStartFunctionFailsTheInstantiation(Strategy strategy) throws Exception {
        Component component = Component.load(bytes("deep-start"), "deep", ENGINE, strategy);

        assertThat(failureOf(() -> instantiate(component, LIMIT)).text())
                .startsWith(
                        "[E0802] Instantiation failed for component component-1 ('deep'): initialisation failed: Call"
                                + " stack exhausted by component component-1 ('deep') in wasm function 'deep': calls are nested"
                                + " more deeply than 40.");
        assertThat(inThread(SMALL, () -> failureOf(() -> instantiate(component, Integer.MAX_VALUE)))
                        .message())
                .endsWith("in wasm function 'deep': its thread's stack is used up.");
    }

    private static void isFinished(Instance instance) {
        assertThat(instance.isFinished()).isTrue();
        assertThat(failureOf(() ->
                                instance.exportedFunction("fine").orElseThrow().call(List.of()))
                        .message())
                .contains("it is finished and never entered again, because an earlier call ended with E0812");
    }

    private static Instance component(String name, Strategy strategy, int maxCallDepth) {
        return instantiate(Component.load(bytes(name), "deep", ENGINE, strategy), maxCallDepth);
    }

    private static Instance instantiate(Component component, int maxCallDepth) {
        return component.instantiate(new Imports(), new InstanceOptions("component-1 ('deep')", limits(maxCallDepth)));
    }

    private static EngineFailure failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        return ((EngineException) Objects.requireNonNull(catchThrowable(code))).failure();
    }
}
