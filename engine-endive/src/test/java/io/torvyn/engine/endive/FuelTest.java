package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.bytes;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.function;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreExtern;
import io.torvyn.component.spi.CoreFuel;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.component.spi.CoreTrap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Fuel: one unit for each instruction but a few, charged by blocks. */
class FuelTest {
    private static final CoreEngine METERED = ENGINE.metered().orElseThrow();

    private static CoreModule metered(String name, Strategy strategy) {
        return METERED.compile(bytes(name), strategy);
    }

    private static CoreInstance metered(String name, Strategy strategy, CoreFuel fuel, CoreExtern... arguments) {
        return metered(name, strategy).instantiate(List.of(arguments), LIMITS, fuel, null);
    }

    private static CoreFuel fuel() {
        return Objects.requireNonNull(METERED.fuel());
    }

    private static CoreTrap trapOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        return Objects.requireNonNull(ENGINE.trap(Objects.requireNonNull(catchThrowable(code))));
    }

    @ParameterizedTest(name = "{0}: {1}({2}) takes {4}")
    @CsvSource({
        "nothing,     ,   ,   0",
        "add,        1, 2,    3",
        "free,        ,   ,   1",
        "count,      1,   ,   9",
        "count,      5,   ,  41",
        "choose,     1,   ,   3",
        "choose,     0,   ,   5",
        "case,       0,   ,   3",
        "case,       1,   ,   5",
        "case,       2,   ,   3",
        "leave,      1,   ,   3",
        "leave,      0,   ,   5",
        "indirect,   0,   ,   7",
        "fill,        ,   ,   4",
        "calls-count, 5,  ,  43",
        "mine,        ,   ,   1",
        "dead,        ,   ,   1"
    })
    void instructionsAreCountedAlikeUnderEveryStrategy(String name, Integer first, Integer second, long units)
            throws Throwable {
        for (Strategy strategy : Strategy.values()) {
            CoreFuel fuel = fuel();
            CoreInstance instance = metered("fuel", strategy, fuel);
            Object[] arguments = first == null
                    ? new Object[0]
                    : second == null ? new Object[] {first} : new Object[] {first, second};
            fuel.refill(1000);

            call(instance, name, arguments);

            assertThat(fuel.consumed()).as("%s", strategy).isEqualTo(units);
        }
    }

    @ParameterizedTest
    @EnumSource
    void codeEndsWhenItsFuelDoes(Strategy strategy) throws Throwable {
        CoreFuel fuel = fuel();
        CoreInstance instance = metered("fuel", strategy, fuel);
        fuel.refill(41);
        assertThat(call(instance, "count", 5)).isEqualTo(5);
        assertThat(fuel.consumed()).isEqualTo(41);
        fuel.refill(40);

        CoreTrap trap = trapOf(() -> call(instance, "count", 5));

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.OUT_OF_FUEL);
        assertThat(trap.detail()).isEqualTo("out of fuel");
        assertThat(trap.limit()).isEqualTo(40);
        assertThat(trap.backtrace()).containsExactly("count");
        assertThat(fuel.consumed()).isEqualTo(40);
    }

    @ParameterizedTest
    @EnumSource
    void anEndlessLoopEnds(Strategy strategy) {
        CoreFuel fuel = fuel();
        CoreInstance instance = metered("fuel", strategy, fuel);
        fuel.refill(100_000);

        assertThat(trapOf(() -> call(instance, "endless")).kind()).isEqualTo(CoreTrap.Kind.OUT_OF_FUEL);
        fuel.refill(100_000);
        assertThat(trapOf(() -> call(instance, "nested")).backtrace()).containsExactly("spin", "nested");
    }

    @ParameterizedTest
    @EnumSource
    void withNoFuelAtAllNothingRuns(Strategy strategy) throws Throwable {
        CoreFuel fuel = fuel();
        CoreInstance instance = metered("fuel", strategy, fuel);
        fuel.refill(0);

        call(instance, "nothing");
        assertThat(trapOf(() -> call(instance, "add", 1, 2)).limit()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void instancesShareTheFuelTheyAreGiven(Strategy strategy) throws Throwable {
        CoreFuel fuel = fuel();
        CoreInstance counting = metered("fuel", strategy, fuel);
        CoreInstance caller = metered("fuel-shared", strategy, fuel, function(counting, "count"));
        CoreInstance stranger = metered("fuel", strategy, fuel());
        fuel.refill(100);

        call(caller, "count", 5);
        assertThat(fuel.consumed()).isEqualTo(2 + 41);
        call(stranger, "count", 5);
        assertThat(fuel.consumed()).isEqualTo(2 + 41);
        call(caller, "own", 3); // a module without a memory charges too
        assertThat(fuel.consumed()).isEqualTo(2 + 41 + 3 * 5 + 1);
    }

    @ParameterizedTest
    @EnumSource
    void startFunctionsNeedFuelToo(Strategy strategy) {
        CoreFuel fuel = fuel();
        fuel.refill(7000);
        metered("fuel-start", strategy, fuel);
        assertThat(fuel.consumed()).isEqualTo(7000);
        fuel.refill(6999);

        assertThat(trapOf(() -> metered("fuel-start", strategy, fuel)).kind()).isEqualTo(CoreTrap.Kind.OUT_OF_FUEL);
    }

    @ParameterizedTest
    @EnumSource
    void meteredCodeWithoutALimitRunsOn(Strategy strategy) throws Throwable {
        CoreInstance instance = metered("fuel", strategy).instantiate(List.of(), LIMITS);

        assertThat(call(instance, "count", 100_000)).isEqualTo(100_000);
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionTooLargeForTheJvmCountsToo(Strategy strategy) throws Throwable {
        CoreFuel fuel = fuel();
        CoreInstance instance = metered("large-function", strategy, fuel);
        fuel.refill(1_000_000);

        call(instance, "calls-large", 1L);

        assertThat(fuel.consumed()).isEqualTo(2 + 1 + 9000 * (3 + 3));
    }

    /** Whatever a fixture does, traps included: it takes as much fuel compiled as interpreted. */
    @Test
    void bothWaysTakeTheSameEverywhere() throws Throwable {
        for (String export : List.of("fib", "load32", "div-s", "call", "trunc", "fill", "table-grow", "table-copy")) {
            long[] consumed = new long[2];
            for (int i = 0; i < 2; i++) {
                CoreFuel fuel = fuel();
                CoreInstance instance = metered("traps", i == 0 ? Strategy.OPTIMIZED : Strategy.BASELINE, fuel);
                for (int argument : new int[] {0, 1, 5, 12, -1}) {
                    fuel.refill(5_000); // less than it takes to exhaust the stack
                    Object[] arguments = function(instance, export).type().parameters().stream()
                            .map(type -> type == io.torvyn.component.spi.CoreType.Value.F32
                                    ? (Object) (float) argument
                                    : (Object) argument)
                            .toArray();
                    catchThrowable(() -> call(instance, export, arguments));
                    consumed[i] = consumed[i] * 31 + fuel.consumed();
                }
            }
            assertThat(consumed[0]).as(export).isEqualTo(consumed[1]).isPositive();
        }
    }

    @Test
    void meteredCodeIsKeptApart() throws Throwable {
        byte[] wasm = bytes("fuel");
        assertThat(METERED.fingerprint()).isNotEqualTo(ENGINE.fingerprint());
        byte[] plainCode =
                Objects.requireNonNull(ENGINE.compile(wasm, Strategy.OPTIMIZED).serialize());
        byte[] meteredCode =
                Objects.requireNonNull(METERED.compile(wasm, Strategy.OPTIMIZED).serialize());

        assertThatThrownBy(() -> ENGINE.deserialize(wasm, meteredCode, Strategy.OPTIMIZED))
                .isInstanceOf(CoreModuleException.class);
        assertThatThrownBy(() -> METERED.deserialize(wasm, plainCode, Strategy.OPTIMIZED))
                .isInstanceOf(CoreModuleException.class);
        CoreFuel fuel = fuel();
        CoreInstance again =
                METERED.deserialize(wasm, meteredCode, Strategy.OPTIMIZED).instantiate(List.of(), LIMITS, fuel, null);
        fuel.refill(100);
        call(again, "count", 5);
        assertThat(fuel.consumed()).isEqualTo(41);
    }

    @Test
    void anUnmeteredModuleTakesNoFuel() throws Throwable {
        CoreFuel fuel = fuel();
        CoreInstance instance = Fixture.module("fuel", Strategy.OPTIMIZED).instantiate(List.of(), LIMITS, fuel, null);
        fuel.refill(0);

        assertThat(call(instance, "count", 5)).isEqualTo(5);
    }

    /** The global that metering adds would be number 0. */
    @ParameterizedTest
    @EnumSource
    void aModuleCannotNameItsFuel(Strategy strategy) {
        assertThatThrownBy(() -> metered("names-fuel", strategy)).isInstanceOf(CoreModuleException.class);
        assertThatThrownBy(() -> metered("exports-fuel", strategy)).isInstanceOf(CoreModuleException.class);
    }
}
