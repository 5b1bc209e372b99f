package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.WasmWriter.I64;
import static io.torvyn.engine.endive.WasmWriter.bytes;
import static io.torvyn.engine.endive.WasmWriter.join;
import static io.torvyn.engine.endive.WasmWriter.number;
import static io.torvyn.engine.endive.WasmWriter.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFuel;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreTrap;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is counted is counted whatever the length of a function: around the 8,000 bytes beyond which HotSpot compiles no
 * method, and around the 65,535 that a method may have.
 */
class MethodSizesTest {
    private static final int DEPTH = 40;
    /** Of bytecode, for one addition that is thrown away. */
    private static final int ADDITION_LENGTH = 8;

    private static final byte[] ADDITION =
            join(bytes(0x42), signed(1_000_000_000_001L), bytes(0x42), signed(2_000_000_000_001L), bytes(0x7C, 0x1A));

    /** {@code down(n)} adds to no purpose, and is n; it calls itself as often. */
    private static byte[] module(int additions) {
        var writer = new WasmWriter();
        int type = writer.type(new int[] {I64}, I64);
        byte[][] all = new byte[additions][];
        Arrays.fill(all, ADDITION);
        byte[] end = join(
                bytes(0x20, 0, 0x50, 0x04, I64, 0x42, 0, 0x05, 0x20, 0, 0x42, 1, 0x7D, 0x10),
                number(0),
                bytes(0x42, 1, 0x7C, 0x0B));
        writer.export("down", writer.function(type, join(join(all), end)));
        writer.memory();
        return writer.module();
    }

    static IntStream additions() {
        return IntStream.concat(around(8_000, 2), around(65_535, 4));
    }

    /** So that some are shorter than the bound as they are, and longer when they count. */
    private static IntStream around(int bound, int step) {
        return IntStream.rangeClosed(bound / ADDITION_LENGTH - 16, bound / ADDITION_LENGTH + 1)
                .filter(additions -> additions % step == 0);
    }

    private static CoreInstance instance(CoreEngine engine, byte[] wasm, Strategy strategy, CoreFuel fuel) {
        var limits = new CoreLimits(16 << 20, 10_000, DEPTH);
        return engine.compile(wasm, strategy).instantiate(List.of(), limits, fuel, null);
    }

    @ParameterizedTest(name = "{0} additions")
    @MethodSource("additions")
    void depthAndFuelAreThoseOfTheInterpreter(int additions) throws Throwable {
        byte[] wasm = module(additions);
        CoreEngine metered = ENGINE.metered().orElseThrow();
        long[] consumed = new long[2];
        for (Strategy strategy : List.of(Strategy.OPTIMIZED, Strategy.BASELINE)) {
            CoreFuel fuel = Objects.requireNonNull(metered.fuel());
            CoreInstance instance = instance(metered, wasm, strategy, fuel);
            fuel.refill(Long.MAX_VALUE);

            assertThat(call(instance, "down", DEPTH - 1L)).isEqualTo(DEPTH - 1L);
            consumed[strategy == Strategy.OPTIMIZED ? 0 : 1] = fuel.consumed();
            Throwable thrown = catchThrowable(() -> call(instance, "down", (long) DEPTH));
            assertThat(Objects.requireNonNull(ENGINE.trap(thrown))).satisfies(trap -> {
                assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.STACK_EXHAUSTED);
                assertThat(trap.limit()).isEqualTo(DEPTH);
                assertThat(trap.backtrace()).hasSize(DEPTH + 1).containsOnly("down");
            });
            fuel.refill(consumed[strategy == Strategy.OPTIMIZED ? 0 : 1] - 1);
            assertThat(Objects.requireNonNull(ENGINE.trap(catchThrowable(() -> call(instance, "down", DEPTH - 1L))))
                            .kind())
                    .isEqualTo(CoreTrap.Kind.OUT_OF_FUEL);
        }
        assertThat(consumed[0]).isEqualTo(consumed[1]).isGreaterThan(3L * additions * DEPTH);
    }
}
