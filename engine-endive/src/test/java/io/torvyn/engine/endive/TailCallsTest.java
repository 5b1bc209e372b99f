package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.export;
import static io.torvyn.engine.endive.Fixture.function;
import static io.torvyn.engine.endive.Fixture.instance;
import static io.torvyn.engine.endive.Fixture.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFunction.CallPath;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreStack;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTag;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.types.Defaults;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TailCallsTest {
    private static final int DEEP = 1_000_000;

    @ParameterizedTest
    @EnumSource
    void tailCallsTakeNoStack(Strategy strategy) throws Throwable {
        var instance = instance("tail-calls", strategy);

        assertThat(call(instance, "even", DEEP, 7L)).isEqualTo(7 + 3L * DEEP / 2);
        assertThat(call(instance, "even", DEEP + 1, 7L)).isEqualTo(-1L);
        assertThat(call(instance, "alone", DEEP, 7L)).isEqualTo(7 + 3L * DEEP);
    }

    @ParameterizedTest
    @EnumSource
    void aTailCallAfterACallThatEndedInOneIsTheCallersOwn(Strategy strategy) throws Throwable {
        var instance = instance("tail-calls", strategy);

        for (int i = 0; i < 3; i++) {
            assertThat(call(instance, "both", 10, 100L)).isEqualTo(100 + 15 + 6L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIndirectTailCallOfAnotherTypeTraps(Strategy strategy) {
        var instance = instance("tail-calls", strategy);
        CoreTrap trap = trapOf(() -> call(instance, "mismatch", 1, 1L));

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.INDIRECT_CALL);
    }

    @ParameterizedTest
    @EnumSource
    void aTailCallOfTheSameFunctionBeginsWithLocalsOfZero(Strategy strategy) throws Throwable {
        var instance = instance("tail-calls", strategy);

        assertThat(call(instance, "again", 50_000, 7L)).isEqualTo(50_007L);
    }

    @ParameterizedTest
    @EnumSource
    void whatATailCallLeavesBehindIsDropped(Strategy strategy) throws Throwable {
        assertThat(call(instance("tail-calls", strategy), "left", 5L)).isEqualTo(6000 + 4 * 5L);
    }

    @ParameterizedTest
    @EnumSource
    void anIndirectTailCallComparesStructures(Strategy strategy) throws Throwable {
        assertThat(call(instance("tail-calls", strategy), "equal", 5L)).isEqualTo(-5L);
    }

    /** Two instances that end in calls of each other, which take stack. */
    private record Pair(CoreInstance here, CoreInstance there) {
        private static final long ROOM = 64L << 20;

        Pair(Strategy one, Strategy other) {
            this(one, other, ENGINE.stack(Defaults.MAX_CALL_DEPTH));
        }

        Pair(Strategy one, Strategy other, CoreStack stack) {
            this(module("tail-calls-here", one).instantiate(List.of(), LIMITS, null, stack), other, stack);
        }

        private Pair(CoreInstance here, Strategy other, CoreStack stack) {
            var imports = List.of(
                    export(here, "table", CoreTable.class),
                    function(here, "ping"),
                    export(here, "number", CoreTag.class));
            this(here, module("tail-calls-there", other).instantiate(imports, LIMITS, null, stack));
        }

        Object deeply(String function, int argument) throws Exception {
            var result = new CompletableFuture<Object>();
            Runnable body = () -> {
                try {
                    result.complete(call(here, function, argument));
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            };
            new Thread(null, body, "deep", ROOM).start();
            return result.get();
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aTailCallMayLeaveTheInstance(Strategy one, Strategy other) throws Throwable {
        var pair = new Pair(one, other);

        for (int turns : new int[] {0, 1, 2, 7, 3000}) {
            assertThat(pair.deeply("sum", turns)).isEqualTo(sum(turns));
        }
        assertThat(call(pair.there, "over-sum", 100)).isEqualTo(1000 + 11 * 50L);
    }

    /** Of what one instance adds, and the other, and which of them ended it. */
    private static long sum(int turns) {
        long odd = turns % 2;
        return 1000 + 11 * (turns / 2) + odd + (turns + odd) / 4 + 1 + odd;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void itGivesResultsOfEachKind(Strategy one, Strategy other) throws Throwable {
        var pair = new Pair(one, other);

        assertThat(call(pair.here, "binary", 50, 8)).isEqualTo(42);
        assertThat(call(pair.here, "ratio", 3.0)).isEqualTo(1.5);
        assertThat(call(pair.here, "short", 1.25f)).isEqualTo(2.5f);
        call(pair.here, "none");
        assertThat(call(pair.there, "count")).isEqualTo(1);
        assertThat(call(pair.here, "null")).isEqualTo(1);
        assertThat(call(pair.here, "mixed", 40L)).isEqualTo(42L);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void itComparesTypesAndTrapsAsOtherCallsDo(Strategy one, Strategy other) throws Throwable {
        var pair = new Pair(one, other);

        assertThat(trapOf(() -> call(pair.here, "mismatch", 1.0)).kind()).isEqualTo(CoreTrap.Kind.INDIRECT_CALL);
        assertThat(trapOf(() -> call(pair.here, "traps"))).satisfies(trap -> {
            assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.UNREACHABLE);
            assertThat(trap.backtrace()).startsWith("traps");
        });
        assertThat(call(pair.here, "binary", 50, 8)).isEqualTo(42);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theHandlersOfAFunctionThatEndedInATailCallAreGone(Strategy one, Strategy other) throws Throwable {
        var pair = new Pair(one, other);

        for (int i = 0; i < 2; i++) {
            assertThat(call(pair.here, "caught", 7)).isEqualTo(1007);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void withoutAnEndItIsEndedByTheLimitOfNestedCalls(Strategy one, Strategy other) throws Throwable {
        var pair = new Pair(one, other, ENGINE.stack(100));

        assertThat(trapOf(() -> call(pair.here, "endless", 1, 2))).satisfies(trap -> {
            assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.STACK_EXHAUSTED);
            assertThat(trap.limit()).isEqualTo(100);
        });
        assertThat(call(pair.here, "sum", 99)).isEqualTo(sum(99));
        assertThat(trapOf(() -> call(pair.here, "sum", 100)).limit()).isEqualTo(100);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Strategy.values())
                .flatMap(one -> Stream.of(Strategy.values()).map(other -> Arguments.of(one, other)));
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionThatIsTooLargeForTheJvmEndsInTailCallsToo(Strategy strategy) throws Throwable {
        CoreInstance caller = instance("table-caller", strategy);
        instance("table-callee", strategy, export(caller, "table", CoreTable.class), function(caller, "unary"));
        CoreInstance large = instance("large-tail-calls", strategy, export(caller, "table", CoreTable.class));
        long sum = 9000 * 1_000_000_000_001L;

        assertThat(call(large, "small", 0, 1L)).isEqualTo(3 * (1 + sum)); // of the caller
        assertThat(call(large, "small", 2, 1L)).isEqualTo(-1 - sum); // of the callee
        assertThat(call(large, "small", 6, 1L)).isEqualTo(2 + sum); // its own
        assertThat(call(large, "small", 20, 1L)).isEqualTo(2 + sum);
        assertThat(call(large, "small", 21, 1L)).isEqualTo(2 + sum);
        assertThat(call(large, "small", 22, 1L)).isEqualTo(2 + sum);
        assertThat(call(large, "small", 23, 1L)).isEqualTo(1 + 2 * sum);
    }

    private static CoreTrap trapOf(ThrowingCallable code) {
        Throwable thrown = Objects.requireNonNull(catchThrowable(code));
        return Objects.requireNonNull(ENGINE.trap(thrown), () -> "no trap: " + thrown);
    }

    @ParameterizedTest
    @EnumSource
    void aTrapBehindATailCallLeavesTheInstanceUsable(Strategy strategy) throws Throwable {
        var instance = instance("tail-calls", strategy);
        CoreTrap trap = trapOf(() -> call(instance, "fails"));

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.UNREACHABLE);
        assertThat(call(instance, "even", 2, 0L)).isEqualTo(3L);
    }

    /** The compiled method of such a function only says which function comes next. */
    @ParameterizedTest
    @EnumSource(names = "OPTIMIZED")
    void functionsThatEndInTailCallsAreEnteredThroughTheMachine(Strategy strategy) {
        assertThat(function(instance("tail-calls", strategy), "even").path()).isEqualTo(CallPath.PLAIN);
    }
}
