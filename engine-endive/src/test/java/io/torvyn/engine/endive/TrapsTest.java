package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.instance;
import static io.torvyn.engine.endive.Fixture.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.component.spi.CoreTrap.Kind;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrapsTest {
    private static final List<Arguments> CASES = List.of(
            trap("unreachable", Kind.UNREACHABLE),
            trap("div-s", Kind.INTEGER_DIVISION_BY_ZERO, 1, 0),
            trap("div-u", Kind.INTEGER_DIVISION_BY_ZERO, 1, 0),
            trap("rem-s", Kind.INTEGER_DIVISION_BY_ZERO, 1, 0),
            trap("div-s64", Kind.INTEGER_DIVISION_BY_ZERO, 1L, 0L),
            trap("div-s", Kind.INTEGER_OVERFLOW, Integer.MIN_VALUE, -1),
            trap("div-s64", Kind.INTEGER_OVERFLOW, Long.MIN_VALUE, -1L),
            trap("trunc", Kind.INTEGER_OVERFLOW, 3e9f),
            trap("trunc64", Kind.INTEGER_OVERFLOW, -1.0),
            trap("trunc", Kind.INVALID_CONVERSION, Float.NaN),
            trap("trunc64", Kind.INVALID_CONVERSION, Double.NaN),
            trap("load8", Kind.MEMORY_OUT_OF_BOUNDS, 65536),
            trap("load8", Kind.MEMORY_OUT_OF_BOUNDS, -1),
            trap("load16", Kind.MEMORY_OUT_OF_BOUNDS, 65535),
            trap("load32", Kind.MEMORY_OUT_OF_BOUNDS, 65533),
            trap("load32", Kind.MEMORY_OUT_OF_BOUNDS, Integer.MAX_VALUE),
            trap("load32", Kind.MEMORY_OUT_OF_BOUNDS, -4),
            trap("load64", Kind.MEMORY_OUT_OF_BOUNDS, 65529),
            trap("loadf32", Kind.MEMORY_OUT_OF_BOUNDS, 65533),
            trap("loadf64", Kind.MEMORY_OUT_OF_BOUNDS, 65529),
            trap("load-far", Kind.MEMORY_OUT_OF_BOUNDS, 0),
            trap("load-far", Kind.MEMORY_OUT_OF_BOUNDS, 64),
            trap("load-far", Kind.MEMORY_OUT_OF_BOUNDS, -1),
            trap("store8", Kind.MEMORY_OUT_OF_BOUNDS, 65536),
            trap("store16", Kind.MEMORY_OUT_OF_BOUNDS, 65535),
            trap("store32", Kind.MEMORY_OUT_OF_BOUNDS, 65533),
            trap("store64", Kind.MEMORY_OUT_OF_BOUNDS, 65529),
            trap("storef32", Kind.MEMORY_OUT_OF_BOUNDS, 65533),
            trap("storef64", Kind.MEMORY_OUT_OF_BOUNDS, 65529),
            trap("fill", Kind.MEMORY_OUT_OF_BOUNDS, 65530, 7),
            trap("fill", Kind.MEMORY_OUT_OF_BOUNDS, 65537, 0),
            trap("fill", Kind.MEMORY_OUT_OF_BOUNDS, 10, -5),
            trap("fill", Kind.MEMORY_OUT_OF_BOUNDS, -1, 1),
            trap("fill", Kind.MEMORY_OUT_OF_BOUNDS, 0, -1),
            trap("copy", Kind.MEMORY_OUT_OF_BOUNDS, 65530, 0, 7),
            trap("copy", Kind.MEMORY_OUT_OF_BOUNDS, 0, 65530, 7),
            trap("copy", Kind.MEMORY_OUT_OF_BOUNDS, 0, 0, -1),
            trap("copy", Kind.MEMORY_OUT_OF_BOUNDS, 0, -1, 1),
            trap("init", Kind.MEMORY_OUT_OF_BOUNDS, 0, 0, 5),
            trap("init", Kind.MEMORY_OUT_OF_BOUNDS, 0, 5, 0),
            trap("init", Kind.MEMORY_OUT_OF_BOUNDS, 65534, 0, 4),
            trap("init", Kind.MEMORY_OUT_OF_BOUNDS, 0, -1, 2),
            trap("call", Kind.TABLE_OUT_OF_BOUNDS, 4),
            trap("call", Kind.TABLE_OUT_OF_BOUNDS, -1),
            trap("call", Kind.INDIRECT_CALL, 0),
            trap("call-wrong", Kind.INDIRECT_CALL, 1),
            trap("table-get", Kind.TABLE_OUT_OF_BOUNDS, 4),
            trap("table-set", Kind.TABLE_OUT_OF_BOUNDS, 4),
            trap("table-copy", Kind.TABLE_OUT_OF_BOUNDS, 0, 3, 2),
            trap("table-copy", Kind.TABLE_OUT_OF_BOUNDS, 0, Integer.MAX_VALUE, 2),
            trap("table-init", Kind.TABLE_OUT_OF_BOUNDS, 0, 0, 2),
            trap("recurse", Kind.STACK_EXHAUSTED, 0));

    private static Arguments trap(String function, Kind kind, Object... arguments) {
        return Arguments.of(function, kind, arguments);
    }

    static Stream<Arguments> casesOfBothStrategies() {
        return Stream.of(Strategy.values()).flatMap(strategy -> CASES.stream().map(trap -> {
            var all = new ArrayList<>(List.of(trap.get()));
            all.addFirst(strategy);
            return Arguments.of(all.toArray());
        }));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("casesOfBothStrategies")
    void theTrapIsOfItsKind(Strategy strategy, String function, Kind kind, Object[] arguments) {
        var instance = instance("traps", strategy);

        CoreTrap trap = trap(instance, function, arguments);

        assertThat(trap.kind()).isEqualTo(kind);
        assertThat(trap.backtrace()).isNotEmpty().element(0).isEqualTo(function);
    }

    private static CoreTrap trap(CoreInstance instance, String function, Object... arguments) {
        Throwable thrown = catchThrowable(() -> call(instance, function, arguments));
        assertThat(thrown).as("what %s throws", function).isNotNull();
        CoreTrap trap = Objects.requireNonNull(ENGINE.trap(thrown), () -> "no trap: " + thrown);
        Reference.reachabilityFence(instance);
        return trap;
    }

    @ParameterizedTest
    @EnumSource
    void theBacktraceNamesFunctionsInnermostFirst(Strategy strategy) {
        CoreTrap trap = trap(instance("traps", strategy), "nested");

        assertThat(trap.backtrace()).containsExactly("inner", "middle", "nested");
    }

    @ParameterizedTest
    @EnumSource
    void modulesAreToldApartInABacktrace(Strategy strategy) {
        CoreModule other = module("traps", strategy);
        CoreModule module = module("start-traps", strategy);
        Throwable thrown = catchThrowable(() -> module.instantiate(List.of(), LIMITS));

        assertThat(ENGINE.trap(thrown)).satisfies(trap -> {
            assertThat(trap.kind()).isEqualTo(Kind.INTEGER_DIVISION_BY_ZERO);
            assertThat(trap.backtrace()).containsExactly("divides");
        });
        Reference.reachabilityFence(List.of(other, module));
    }

    @ParameterizedTest
    @EnumSource
    void aDroppedSegmentIsEmpty(Strategy strategy) throws Throwable {
        var instance = instance("traps", strategy);
        call(instance, "init", 0, 0, 4);
        call(instance, "drop");

        call(instance, "init", 0, 0, 0);
        assertThat(trap(instance, "init", 0, 0, 1).kind()).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        call(instance("traps", strategy), "init", 0, 0, 4); // another instance still has its own
    }

    @ParameterizedTest
    @EnumSource
    void theEdgeOfMemoryIsInside(Strategy strategy) throws Throwable {
        var instance = instance("traps", strategy);
        call(instance, "store64", 65528);
        call(instance, "store8", 65535);
        call(instance, "fill", 65536, 0);
        call(instance, "copy", 65536, 65536, 0);

        assertThat(call(instance, "load64", 65528)).isEqualTo((1L << 56) + 1);
    }

    @Test
    void whatAHostFunctionThrowsIsNoTrap() {
        assertThat(ENGINE.trap(new IllegalStateException("a defect"))).isNull();
        assertThat(ENGINE.trap(new ArrayIndexOutOfBoundsException(3))).isNull();
    }

    @Test
    void aHotTrapKeepsItsBacktrace() {
        var instance = instance("traps", Strategy.OPTIMIZED);
        for (int i = 0; i < 20_000; i++) {
            assertThat(trap(instance, "load8", 70_000).backtrace()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(30)
    void interruptionEndsAnEndlessLoop(Strategy strategy) throws Exception {
        assertThat(interrupted(strategy, "endless")).isEqualTo(Kind.INTERRUPTED);
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(30)
    void interruptionEndsARecursionWithoutLoops(Strategy strategy) throws Exception {
        assertThat(interrupted(strategy, "fib", 90)).isEqualTo(Kind.INTERRUPTED);
    }

    /** The second stop comes while the module's code still looks out for the first. */
    @ParameterizedTest
    @EnumSource
    @Timeout(30)
    void interruptionEndsOneInstanceAfterTheOther(Strategy strategy) throws Exception {
        CoreModule module = module("traps", strategy);

        assertThat(interrupted(module, "endless")).isEqualTo(Kind.INTERRUPTED);
        assertThat(interrupted(module, "endless")).isEqualTo(Kind.INTERRUPTED);
    }

    private static Kind interrupted(Strategy strategy, String function, Object... arguments) throws Exception {
        return interrupted(module("traps", strategy), function, arguments);
    }

    private static Kind interrupted(CoreModule module, String function, Object... arguments) throws Exception {
        CoreInstance instance = module.instantiate(List.of(), LIMITS);
        var kind = new AtomicReference<Kind>();
        var entering = new java.util.concurrent.CountDownLatch(1);
        Thread runner = Thread.ofPlatform().daemon().start(() -> {
            entering.countDown();
            kind.set(trap(instance, function, arguments).kind());
        });
        entering.await();
        Thread.sleep(100); // long enough for the loop to be hot; the result is the same if it is not
        instance.heedInterruption();
        runner.interrupt();
        runner.join();
        instance.ignoreInterruption();
        return kind.get();
    }
}
